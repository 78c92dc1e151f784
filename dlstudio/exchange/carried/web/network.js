"use strict";
// Network: the model in this browser, asked one thing at a time; of what waits, only the newest counts.

function bytes(text) {
  const letters = atob(text), made = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) made[i] = letters.charCodeAt(i);
  return made;
}

function unpacked(text) {
  return new Response(new Blob([bytes(text)]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

async function opened() {
  ort.env.wasm.numThreads = 1; // threads need a server that sends special headers
  ort.env.wasm.wasmBinary = await unpacked(RUNTIME.program);
  const module = new Blob([await unpacked(RUNTIME.module)], { type: "text/javascript" });
  ort.env.wasm.wasmPaths = { mjs: URL.createObjectURL(module) };
  return ort.InferenceSession.create(bytes(MODEL.onnx), { executionProviders: ["wasm"], logSeverityLevel: 3 });
}

function tensor(values, spec) {
  const shape = [1, ...spec.shape];
  if (spec.dtype === "int") return new ort.Tensor("int64", BigInt64Array.from(Array.from(values, (each) => BigInt(Math.round(each)))), shape);
  if (spec.dtype === "bool") return new ort.Tensor("bool", Uint8Array.from(values), shape);
  return new ort.Tensor("float32", Float32Array.from(values), shape);
}

async function asked(session, values) {
  const feed = {};
  MODEL.inputs.forEach((spec, place) => { if (session.inputNames.includes(spec.name)) feed[spec.name] = tensor(values[place], spec); });
  const found = await session.run(feed);
  return MODEL.outputs.map((spec) => Float64Array.from(found[spec.name].data, Number));
}

// The numbers of a column of the samples, one sample after another.
function samples(kept) {
  const raw = bytes(kept.data).buffer;
  const all = kept.dtype === "int" ? new Int32Array(raw) : kept.dtype === "bool" ? new Uint8Array(raw) : new Float32Array(raw);
  const each = all.length / MODEL.count;
  return Array.from({ length: MODEL.count }, (_, place) => all.subarray(place * each, (place + 1) * each));
}

// How far this browser's answers are from those of the trained model, on the samples that the page carries.
async function compared(session) {
  const given = MODEL.inputs.map((spec) => samples(spec.samples)), wanted = MODEL.outputs.map((spec) => samples(spec.expected));
  const apart = MODEL.outputs.map(() => 0), largest = MODEL.outputs.map(() => 1);
  for (let row = 0; row < MODEL.count; row++) {
    const found = await asked(session, given.map((column) => column[row]));
    found.forEach((values, output) => values.forEach((value, place) => {
      const expected = wanted[output][row][place];
      if (value !== expected) apart[output] = Math.max(apart[output], Number.isNaN(value - expected) ? Infinity : Math.abs(value - expected));
      if (Number.isFinite(expected)) largest[output] = Math.max(largest[output], Math.abs(expected));
    }));
  }
  return Math.max(...apart.map((each, output) => each / largest[output]));
}
