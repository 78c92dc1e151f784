"use strict";
// Pictures: as the project reads them from files, so that the page sees what the training saw.

// Pillow's bilinear filter: each new pixel a weighted mean of all those under it. Bytes are rounded after each pass,
// as Pillow does; other numbers are not.
function resized(plane, wide, high, newWide, newHigh, box = [0, 0, wide, high], bytes = false) {
  const across = pass(plane, wide, high, newWide, box[0], box[2], bytes);
  const turned = transposed(across, newWide, high);
  return transposed(pass(turned, high, newWide, newHigh, box[1], box[3], bytes), newHigh, newWide);
}

function pass(plane, wide, high, newWide, from, to, bytes) {
  const made = new Float32Array(newWide * high);
  const scale = (to - from) / newWide, spread = Math.max(1, scale);
  for (let x = 0; x < newWide; x++) {
    const middle = from + (x + 0.5) * scale;
    const first = Math.max(0, Math.trunc(middle - spread + 0.5)), last = Math.min(wide, Math.trunc(middle + spread + 0.5));
    const weights = [];
    for (let at = first; at < last; at++) weights.push(Math.max(0, 1 - Math.abs((at - middle + 0.5) / spread)));
    const sum = weights.reduce((one, other) => one + other, 0) || 1;
    for (let y = 0; y < high; y++) {
      let value = 0;
      for (let i = 0; i < weights.length; i++) value += plane[y * wide + first + i] * weights[i];
      value /= sum;
      made[y * newWide + x] = bytes ? Math.min(255, Math.max(0, Math.floor(value + 0.5))) : value;
    }
  }
  return made;
}

function transposed(plane, wide, high) {
  const made = new Float32Array(plane.length);
  for (let y = 0; y < high; y++) for (let x = 0; x < wide; x++) made[x * high + y] = plane[y * wide + x];
  return made;
}

// The bytes of a picture in as many channels as the network takes.
function planes(pixels, channels) {
  const count = pixels.length / 4;
  const made = Array.from({ length: channels }, () => new Float32Array(count));
  for (let i = 0; i < count; i++) {
    const [r, g, b] = [pixels[4 * i], pixels[4 * i + 1], pixels[4 * i + 2]];
    if (channels === 1) made[0][i] = (19595 * r + 38470 * g + 7471 * b + 0x8000) >> 16;
    else { made[0][i] = r; made[1][i] = g; made[2][i] = b; }
  }
  return made;
}

// The bytes of one channel in the size of the network: stretched, cropped or padded as the project says.
function fitted(plane, wide, high, newWide, newHigh, fit) {
  if (wide === newWide && high === newHigh) return plane;
  const [here, there] = [wide / high, newWide / newHigh];
  if (fit === "crop") {
    const cutWide = here >= there ? there * high : wide, cutHigh = here >= there ? high : wide / there;
    const left = (wide - cutWide) / 2, top = (high - cutHigh) / 2;
    return resized(plane, wide, high, newWide, newHigh, [left, top, left + cutWide, top + cutHigh], true);
  }
  if (fit !== "pad") return resized(plane, wide, high, newWide, newHigh, undefined, true);
  const inWide = here >= there ? newWide : Math.round((wide / high) * newHigh);
  const inHigh = here >= there ? Math.round((high / wide) * newWide) : newHigh;
  const small = resized(plane, wide, high, inWide, inHigh, undefined, true);
  const left = Math.round((newWide - inWide) / 2), top = Math.round((newHigh - inHigh) / 2);
  const made = new Float32Array(newWide * newHigh);
  for (let y = 0; y < inHigh; y++) made.set(small.subarray(y * inWide, (y + 1) * inWide), (y + top) * newWide + left);
  return made;
}

// A picture as numbers: channels, rows, columns.
function read(image, spec) {
  const [channels, high, wide] = spec.shape;
  const canvas = make("canvas", { width: image.width, height: image.height });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0);
  const pixels = context.getImageData(0, 0, image.width, image.height).data;
  const made = new Float32Array(channels * high * wide);
  planes(pixels, channels).forEach((plane, channel) => {
    const small = fitted(plane, image.width, image.height, wide, high, spec.fit);
    for (let i = 0; i < small.length; i++) made[channel * high * wide + i] = inRange(small[i] / 255, spec);
  });
  return made;
}

function inRange(share, spec) {
  return spec.low + share * (spec.high - spec.low);
}

// Numbers as a picture on a canvas of their size.
function show(canvas, values, shape, low, high) {
  const [channels, rows, columns] = shape;
  canvas.width = columns;
  canvas.height = rows;
  const image = new ImageData(columns, rows), count = rows * columns, span = high - low || 1;
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < 3; c++) {
      const value = values[channels === 3 ? c * count + i : i];
      image.data[4 * i + c] = 255 * Math.min(1, Math.max(0, (value - low) / span));
    }
    image.data[4 * i + 3] = 255;
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
}

function range(values) {
  let low = Infinity, high = -Infinity;
  for (const value of values) { low = Math.min(low, value); high = Math.max(high, value); }
  return [low, high];
}
