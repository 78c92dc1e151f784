"use strict";
// Plane: two numbers given as a point, on a map of what the network says to every point around.

const GRID = 72, ROOM = 0.15;

// Sliders for two numbers, and under them the plane that they span.
function planeInput(spec, changed) {
  const canvas = make("canvas", { className: "plane", width: 2 * GRID, height: 2 * GRID, "aria-label": "What the network says to every pair; the sliders above move the point" });
  const sliders = slidersInput(spec, () => { pointed(); changed(); });
  const mark = make("i", { className: "point", "aria-hidden": "true" });
  const [across, up] = spec.features.map((feature) => {
    const room = ROOM * (feature.high - feature.low);
    return { low: feature.low - room, span: feature.high - feature.low + 2 * room };
  });

  function pointed() {
    const [x, y] = sliders.value();
    mark.style.left = `${(100 * (x - across.low)) / across.span}%`;
    mark.style.top = `${100 - (100 * (y - up.low)) / up.span}%`;
  }
  function move(event) {
    const box = canvas.getBoundingClientRect();
    const x = clamp(event.clientX - box.left, box.width) / box.width, y = 1 - clamp(event.clientY - box.top, box.height) / box.height;
    sliders.set([across.low + x * across.span, up.low + y * up.span]);
  }
  canvas.addEventListener("pointerdown", (event) => { canvas.setPointerCapture(event.pointerId); move(event); });
  canvas.addEventListener("pointermove", (event) => { if (event.buttons) move(event); });

  // Every point of a grid is asked at once; the first output colours it.
  async function draw(session) {
    const points = new Float32Array(2 * GRID * GRID);
    for (let row = 0; row < GRID; row++) for (let column = 0; column < GRID; column++) {
      points.set([across.low + ((column + 0.5) / GRID) * across.span, up.low + (1 - (row + 0.5) / GRID) * up.span], 2 * (row * GRID + column));
    }
    const output = MODEL.outputs[0];
    const found = await session.run({ [spec.name]: new ort.Tensor("float32", points, [GRID * GRID, ...spec.shape]) });
    const colors = shades(Float64Array.from(found[output.name].data, Number), output);
    const image = new ImageData(GRID, GRID);
    colors.forEach((color, place) => image.data.set(color, 4 * place));
    const context = canvas.getContext("2d");
    context.imageSmoothingEnabled = true;
    context.drawImage(await createImageBitmap(image), 0, 0, canvas.width, canvas.height);
  }

  const map = make("div", { className: "onplane" }, canvas, mark);
  const set = (values) => { sliders.set(values); pointed(); };
  pointed();
  return { ...sliders, set, element: make("div", {}, sliders.element, map, legend(MODEL.outputs[0].classes)), draw };
}

// A colour for each answer: that of its class, the fainter the less sure; or from blue to orange for a number.
function shades(values, output) {
  const each = values.length / (GRID * GRID), rgb = (color) => [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
  if (output.classes.length) {
    return Array.from({ length: GRID * GRID }, (_, place) => {
      const shares = rows(values.subarray(place * each, (place + 1) * each), output)[0], top = best(shares);
      const [low] = output.likely === "ranks" ? range(shares) : [1 / shares.length];
      const sure = output.likely === "ranks" ? 1 : Math.max(0, (shares[top] - low) / (1 - low));
      return [...rgb(COLORS[top % COLORS.length]), 70 + 150 * sure];
    });
  }
  const [low, high] = range(values), [cold, warm] = [rgb(COLORS[0]), rgb(COLORS[1])];
  return Array.from({ length: GRID * GRID }, (_, place) => {
    const share = (values[place * each] - low) / (high - low || 1);
    return [...cold.map((from, at) => from + share * (warm[at] - from)), 60 + 160 * Math.abs(2 * share - 1)];
  });
}
