"use strict";
// Drawing: a canvas to draw on with mouse, finger, pen or keys, and what the network sees of it.

const SHARE = 20 / 28, FAINT = 0.08, SIDE = 280, STROKE = 0.075;

// A drawing as MNIST has it: scaled into 20 of 28 pixels, its centre of mass in the middle.
function centred(ink, wide, high, newWide, newHigh) {
  let [left, right, top, bottom] = [wide, -1, high, -1];
  for (let y = 0; y < high; y++) for (let x = 0; x < wide; x++) if (ink[y * wide + x] > FAINT) {
    left = Math.min(left, x); right = Math.max(right, x); top = Math.min(top, y); bottom = Math.max(bottom, y);
  }
  const made = new Float32Array(newWide * newHigh);
  if (right < 0) return made;
  const cutWide = right - left + 1, cutHigh = bottom - top + 1;
  const scale = (SHARE * Math.min(newWide, newHigh)) / Math.max(cutWide, cutHigh);
  const w = Math.max(1, Math.round(cutWide * scale)), h = Math.max(1, Math.round(cutHigh * scale));
  const small = resized(ink, wide, high, w, h, [left, top, right + 1, bottom + 1]);
  let [mass, along, down] = [1e-6, 0, 0];
  small.forEach((value, i) => { mass += value; along += value * ((i % w) + 0.5); down += value * (Math.floor(i / w) + 0.5); });
  const x0 = Math.max(0, Math.min(newWide - w, Math.round(newWide / 2 - along / mass)));
  const y0 = Math.max(0, Math.min(newHigh - h, Math.round(newHigh / 2 - down / mass)));
  for (let y = 0; y < h; y++) made.set(small.subarray(y * w, (y + 1) * w), (y + y0) * newWide + x0);
  return made;
}

function drawingInput(spec, changed) {
  const [, high, wide] = spec.shape;
  const canvas = make("canvas", {
    className: "paper", width: SIDE, height: Math.round((SIDE * high) / wide), tabIndex: 0,
    "aria-label": `Draw here. Arrow keys move the pen, Space puts it down or lifts it, Escape wipes.`, role: "application",
  });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const seen = make("canvas", { className: "seen", width: wide, height: high, "aria-label": "What the network sees" });
  let given = null, pen = null, keys = { x: canvas.width / 2, y: canvas.height / 2, down: false };

  function wipe() {
    context.clearRect(0, 0, canvas.width, canvas.height);
    given = null;
  }
  function place(event) {
    const box = canvas.getBoundingClientRect();
    return { x: ((event.clientX - box.left) / box.width) * canvas.width, y: ((event.clientY - box.top) / box.height) * canvas.height };
  }
  function line(from, to) {
    if (given) wipe();
    context.strokeStyle = getComputedStyle(canvas).color;
    context.lineWidth = STROKE * canvas.width;
    context.lineCap = context.lineJoin = "round";
    context.beginPath();
    context.moveTo(from.x, from.y);
    context.lineTo(to.x, to.y + 0.01);
    context.stroke();
    told();
  }
  function value() {
    if (given) return given;
    const pixels = context.getImageData(0, 0, canvas.width, canvas.height).data;
    const ink = Float32Array.from({ length: pixels.length / 4 }, (_, i) => pixels[4 * i + 3] / 255);
    const small = spec.centre
      ? centred(ink, canvas.width, canvas.height, wide, high)
      : resized(ink, canvas.width, canvas.height, wide, high);
    return small.map((each) => inRange(spec.bright ? 1 - each : each, spec));
  }
  function told() {
    show(seen, value(), spec.shape, spec.low, spec.high);
    changed();
  }
  function set(values) {
    wipe();
    given = Float32Array.from(values);
    const [red, green, blue] = getComputedStyle(canvas).color.match(/[\d.]+/g).map(Number);
    const picture = new ImageData(wide, high);
    given.forEach((each, i) => {
      const share = Math.min(1, Math.max(0, (each - spec.low) / (spec.high - spec.low || 1)));
      picture.data.set([red, green, blue, 255 * (spec.bright ? 1 - share : share)], 4 * i);
    });
    createImageBitmap(picture).then((small) => {
      context.imageSmoothingEnabled = false;
      context.drawImage(small, 0, 0, canvas.width, canvas.height);
    });
    told();
  }

  canvas.addEventListener("pointerdown", (event) => {
    pen = place(event);
    canvas.setPointerCapture(event.pointerId);
    line(pen, pen);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!pen) return;
    for (const each of event.getCoalescedEvents?.() ?? [event]) { const next = place(each); line(pen, next); pen = next; }
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { pen = null; });
  canvas.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (way) {
      const next = { x: clamp(keys.x + way[0] * 8, canvas.width), y: clamp(keys.y + way[1] * 8, canvas.height), down: keys.down };
      if (keys.down) line(keys, next);
      keys = next;
    } else if (event.key === " ") {
      keys.down = !keys.down;
      if (keys.down) line(keys, keys);
    } else if (event.key === "Escape" || event.key === "Backspace") {
      wipe();
      told();
    } else return;
    event.preventDefault();
  });

  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    context.globalCompositeOperation = "source-in"; // the ink takes the colour of the other theme
    context.fillStyle = getComputedStyle(canvas).color;
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.globalCompositeOperation = "source-over";
  });

  const clear = button("Wipe", () => { wipe(); told(); canvas.focus(); });
  const file = fileChoice(spec, (image) => set(outside(image, spec)));
  const element = make("div", { className: "draw" },
    canvas,
    make("div", { className: "beside" }, make("figure", {}, seen, make("figcaption", {}, "what it sees")), clear, file.element));
  dropsInto(canvas, file.take);
  return { element, value, set };
}

function clamp(at, most) {
  return Math.max(0, Math.min(most, at));
}

// A picture from a file: one of the size of the network is taken as it is; another is made like a drawing.
function outside(image, spec) {
  const values = read(image, spec), [, high, wide] = spec.shape;
  if (image.width === wide && image.height === high) return values;
  const edge = [];
  for (let x = 0; x < wide; x++) edge.push(values[x], values[(high - 1) * wide + x]);
  const ground = (edge.sort((a, b) => a - b)[edge.length >> 1] - spec.low) / (spec.high - spec.low || 1);
  const ink = values.map((each) => { const share = (each - spec.low) / (spec.high - spec.low || 1); return ground > 0.5 ? 1 - share : share; });
  const made = spec.centre ? centred(ink, wide, high, wide, high) : ink;
  return made.map((each) => inRange(spec.bright ? 1 - each : each, spec));
}
