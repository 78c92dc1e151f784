"use strict";
// Answers: each output in the form that fits: bars for classes, a picture, a coloured map, steps in time, numbers.

const MOST_BARS = 12;

function answerFor(spec) {
  const rest = spec.classes.length ? without(spec.shape, spec.axis - 1) : spec.shape;
  if (spec.classes.length && size(rest) <= 1) return barsAnswer(spec);
  if (spec.classes.length && rest.length === 2) return mapAnswer(spec, rest);
  if (spec.classes.length) return stepsAnswer(spec, rest);
  if (spec.picture) return pictureAnswer(spec);
  return size(spec.shape) <= 64 ? numbersAnswer(spec) : fieldAnswer(spec);
}

function without(shape, place) {
  return shape.filter((_, at) => at !== place);
}

// The numbers of an output as shares or scores: one row of classes for each place.
function rows(values, spec) {
  if (spec.classes.length === 2 && size(spec.shape) === 1) {
    const yes = spec.likely === "sigmoid" ? 1 / (1 + Math.exp(-values[0])) : values[0];
    return [[1 - yes, yes]];
  }
  const axis = spec.axis - 1, count = spec.shape[axis];
  const inner = size(spec.shape.slice(axis + 1)), outer = size(spec.shape.slice(0, axis));
  const made = [];
  for (let o = 0; o < outer; o++) for (let i = 0; i < inner; i++) {
    made.push(likely(Array.from({ length: count }, (_, c) => values[(o * count + c) * inner + i]), spec.likely));
  }
  return made;
}

function likely(scores, how) {
  if (how === "sigmoid") return scores.map((each) => 1 / (1 + Math.exp(-each)));
  if (how === "exp") return scores.map(Math.exp);
  if (how !== "softmax") return scores;
  const top = Math.max(...scores), raised = scores.map((each) => Math.exp(each - top));
  const sum = raised.reduce((one, other) => one + other, 0);
  return raised.map((each) => each / sum);
}

function named(spec, number) {
  return spec.classes[number] ?? String(number);
}

function best(shares) {
  return shares.reduce((top, each, place) => (each > shares[top] ? place : top), 0);
}

function barsAnswer(spec) {
  const bars = classBars(spec);
  return { element: bars.element, show: (values) => bars.show(rows(values, spec)[0]) };
}

function classBars(spec) {
  const name = make("strong"), share = make("span"), head = make("p", { className: "headline", "aria-live": "polite" }, name, " ", share);
  const fixed = spec.classes.length <= MOST_BARS, count = Math.min(spec.classes.length, fixed ? MOST_BARS : 10);
  const lines = Array.from({ length: count }, () => {
    const label = make("span", { className: "label" }), bar = make("span", { className: "bar" }), number = make("span", { className: "number" });
    return { label, bar, number, element: make("li", {}, label, make("span", { className: "track" }, bar), number) };
  });
  function told(shares) {
    const scores = spec.likely === "ranks", top = best(shares);
    const [low, high] = scores ? range(shares) : [0, 1];
    name.textContent = named(spec, top);
    share.textContent = scores ? written(shares[top]) : percent(shares[top]);
    const order = shares.map((_, place) => place);
    if (!fixed) order.sort((one, other) => shares[other] - shares[one]);
    lines.forEach((line, row) => {
      const place = order[row], width = (shares[place] - low) / (high - low || 1);
      line.label.textContent = named(spec, place);
      line.label.title = named(spec, place);
      line.bar.style.transform = `scaleX(${Math.max(0, Math.min(1, width)) || 0})`;
      line.number.textContent = scores ? written(shares[place]) : percent(shares[place]);
      line.element.classList.toggle("best", place === top);
    });
  }
  const more = fixed ? "" : make("p", { className: "hint" }, `The likeliest ${count} of ${spec.classes.length} classes.`);
  return { element: make("div", {}, head, labelRoom(make("ul", { className: "bars" }, ...lines.map((line) => line.element)), spec.classes), more), show: told };
}

function stepsAnswer(spec, rest) {
  const bars = classBars(spec), strip = make("div", { className: "steps", role: "group", "aria-label": "The answer at each step" });
  let shares = [], chosen = 0;
  const chips = Array.from({ length: size(rest) }, (_, place) => button("", () => pick(place), { title: `step ${place + 1}` }));
  strip.append(...chips);
  function pick(place) {
    chosen = place;
    chips.forEach((chip, at) => chip.setAttribute("aria-pressed", String(at === place)));
    if (shares[place]) bars.show(shares[place]);
  }
  return {
    element: make("div", {}, strip, bars.element),
    show(values, last) {
      shares = rows(values, spec);
      shares.forEach((each, place) => { chips[place].textContent = named(spec, best(each)); });
      pick(Math.min(shares.length - 1, last ?? shares.length - 1));
    },
  };
}

function legend(classes) {
  return make("p", { className: "legend" }, ...classes.slice(0, COLORS.length).map((name, place) => {
    const swatch = make("i");
    swatch.style.background = COLORS[place];
    return make("span", {}, swatch, name);
  }));
}

function mapAnswer(spec, rest) {
  const canvas = make("canvas", { className: "picture", width: rest[1], height: rest[0], "aria-label": "The class of each point" });
  return {
    element: make("div", {}, canvas, legend(spec.classes)),
    show(values) {
      const image = new ImageData(rest[1], rest[0]);
      rows(values, spec).forEach((shares, place) => {
        const color = COLORS[best(shares) % COLORS.length];
        image.data.set([1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16)).concat(255), 4 * place);
      });
      canvas.getContext("2d").putImageData(image, 0, 0);
    },
  };
}

function pictureAnswer(spec) {
  const canvas = make("canvas", { className: "picture", "aria-label": "The picture that comes out" });
  return { element: canvas, show: (values) => show(canvas, values, spec.shape, spec.low, spec.high) };
}

function numbersAnswer(spec) {
  const count = size(spec.shape), head = make("p", { className: "headline", "aria-live": "polite" });
  const labels = Array.from({ length: count }, (_, place) => spec.features[place] ?? (count === 1 ? spec.label : String(place + 1)));
  const lines = labels.map((label) => {
    const number = make("span", { className: "number" }), bar = make("span", { className: "bar" });
    return { number, bar, element: make("li", {}, make("span", { className: "label", title: label }, label), make("span", { className: "track" }, bar), number) };
  });
  return {
    element: count === 1 ? make("div", {}, head, make("p", { className: "hint" }, spec.features[0] ?? spec.label)) : labelRoom(make("ul", { className: "bars" }, ...lines.map((line) => line.element)), labels),
    show(values) {
      if (count === 1) head.replaceChildren(make("strong", {}, written(values[0])));
      const [low, high] = range(values), from = Math.min(0, low), span = Math.max(0, high) - from || 1;
      lines.forEach((line, place) => {
        line.number.textContent = written(values[place]);
        line.bar.style.transform = `scaleX(${Math.max(0, (values[place] - from) / span)})`;
      });
    },
  };
}

function fieldAnswer(spec) {
  const canvas = make("canvas", { className: "map", "aria-label": `${size(spec.shape)} numbers as grey levels` }), hint = make("p", { className: "hint" });
  return {
    element: make("div", {}, canvas, hint),
    show(values) {
      const columns = spec.shape.length > 1 ? spec.shape.at(-1) : Math.ceil(Math.sqrt(values.length)), [low, high] = range(values);
      show(canvas, values, [1, Math.floor(values.length / columns), columns], low, high);
      hint.textContent = `${spec.shape.join("×")} numbers from ${written(low)} to ${written(high)}.`;
    },
  };
}
