"use strict";
// Inputs: how each input of the network is given by hand; each has an element, a value and a way to be set.

function inputFor(spec, changed) {
  return { draw: drawingInput, picture: pictureInput, plane: planeInput, sliders: slidersInput, text: textInput, choice: choiceInput }[spec.widget]?.(spec, changed)
    ?? numbersInput(spec, changed);
}

function fileChoice(spec, taken) {
  const take = async (file) => {
    if (!file) return;
    try {
      taken(await createImageBitmap(file));
    } catch {
      document.dispatchEvent(new CustomEvent("trouble", { detail: `${file.name} is no picture that this browser can read.` }));
    }
  };
  const field = make("input", { type: "file", accept: "image/*", className: "hidden", "aria-label": `A picture for ${spec.label}`, onchange: () => { take(field.files[0]); field.value = ""; } });
  return { element: make("label", { className: "button" }, "Picture…", field), take };
}

function dropsInto(target, take) {
  target.addEventListener("dragover", (event) => { event.preventDefault(); target.classList.add("over"); });
  target.addEventListener("dragleave", () => target.classList.remove("over"));
  target.addEventListener("drop", (event) => {
    event.preventDefault();
    target.classList.remove("over");
    take(event.dataTransfer.files[0]);
  });
  document.addEventListener("paste", (event) => {
    const file = [...event.clipboardData.files].find((each) => each.type.startsWith("image/"));
    if (file) take(file);
  });
}

function pictureInput(spec, changed) {
  const canvas = make("canvas", { className: "picture", "aria-label": "The picture as the network sees it" });
  let values = new Float32Array(size(spec.shape));
  const set = (given) => {
    values = Float32Array.from(given);
    show(canvas, values, spec.shape, spec.low, spec.high);
    changed();
  };
  const file = fileChoice(spec, (image) => set(read(image, spec)));
  const hint = make("p", { className: "hint" }, "Drop a picture here, paste one, or choose a file.");
  const element = make("div", { className: "drop" }, canvas, hint, file.element);
  dropsInto(element, file.take);
  return { element, value: () => values, set };
}

function slidersInput(spec, changed) {
  const rows = spec.features.map((feature, place) => {
    const step = feature.whole ? 1 : "any";
    const slider = make("input", { type: "range", min: feature.low, max: feature.high, step, value: feature.start, "aria-label": feature.name });
    const number = make("input", { type: "number", step: "any", value: written(feature.start), "aria-label": `${feature.name}, as a number` });
    const row = { place, slider, number, exact: feature.start };
    slider.addEventListener("input", () => { row.exact = Number(slider.value); number.value = written(row.exact); changed(); });
    number.addEventListener("input", () => {
      if (number.value === "" || !Number.isFinite(Number(number.value))) return;
      row.exact = Number(number.value);
      slider.value = row.exact;
      changed();
    });
    const ends = `${written(feature.low)} to ${written(feature.high)} in the data`;
    row.element = make("div", { className: "slider", title: ends }, make("span", { className: "label" }, feature.name), slider, number);
    return row;
  });
  const set = (values) => {
    rows.forEach((row) => {
      row.exact = values[row.place];
      row.slider.value = row.exact;
      row.number.value = written(row.exact);
    });
    changed();
  };
  const middle = button("Middle of the data", () => set(spec.features.map((feature) => feature.start)));
  return { element: make("div", { className: "sliders" }, ...rows.map((row) => row.element), middle), value: () => rows.map((row) => row.exact), set };
}

function textInput(spec, changed) {
  const field = make("textarea", { rows: 3, spellcheck: false, "aria-label": `A text for ${spec.label}`, oninput: told });
  const hint = make("p", { className: "hint" });
  let given = null;
  function told() {
    given = null;
    const found = encoded(field.value, spec);
    const unit = { characters: "letters", words: "words" }[spec.unit] ?? "pieces";
    const most = found.count > spec.shape[0] ? `; only the first ${spec.shape[0]} count` : "";
    const strange = found.strange.length ? `. Not known: ${found.strange.slice(0, 8).map((each) => `“${each}”`).join(", ")}` : "";
    hint.textContent = `${found.count} of ${spec.shape[0]} ${unit}${most}${strange}`;
    changed();
  }
  function set(values) {
    field.value = decoded(values, spec);
    told();
    given = Array.from(values); // spaces between words are not kept, so the numbers are
  }
  return { element: make("div", { className: "text" }, field, hint), value: () => given ?? encoded(field.value, spec).row, set,
    last: () => (given ? given.reduce((last, each, place) => (each === spec.padding ? last : place), 0) : encoded(field.value, spec).last) };
}

function choiceInput(spec, changed) {
  const field = make("select", { "aria-label": spec.label, onchange: changed }, ...spec.symbols.map((name, value) => make("option", { value }, name)));
  return { element: field, value: () => [Number(field.value)], set: (values) => { field.value = values[0]; changed(); } };
}

function numbersInput(spec, changed) {
  const count = size(spec.shape);
  const field = make("textarea", { rows: 6, spellcheck: false, "aria-label": `${count} numbers for ${spec.label}`, oninput: told });
  const hint = make("p", { className: "hint" });
  const map = make("canvas", { className: "map", "aria-hidden": "true" });
  let values = new Array(count).fill(0);
  function told() {
    const found = field.value.split(/[\s,;]+/).filter(Boolean).map(Number);
    const bad = found.findIndex((each) => Number.isNaN(each));
    hint.textContent = bad >= 0 ? `Number ${bad + 1} is none.` : `${found.length} of ${count} numbers (${spec.shape.join("×") || "1"}), set apart by spaces or commas.`;
    if (bad >= 0 || found.length !== count) return;
    values = found;
    drawn();
    changed();
  }
  function drawn() {
    const columns = spec.shape.at(-1) ?? 1, [low, high] = range(values);
    show(map, values, [1, count / columns, columns], low, high);
  }
  function set(given) {
    values = Array.from(given);
    field.value = values.map((each) => String(spec.dtype === "float" ? Number(each.toPrecision(5)) : each)).join(" ");
    hint.textContent = `${count} of ${count} numbers (${spec.shape.join("×") || "1"}), set apart by spaces or commas.`;
    drawn();
    changed();
  }
  return { element: make("div", { className: "text" }, count >= 16 ? map : "", field, hint), value: () => values, set };
}
