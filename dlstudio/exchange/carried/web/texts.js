"use strict";
// Texts: cut into the symbols that the network knows, and put together again.

const WORDS = /[\p{L}\p{N}_]+(?:['’][\p{L}\p{N}_]+)*|[^\p{L}\p{N}_\s]|\n/gu;
const UNKNOWN = "<unknown>";

function pieces(text, spec) {
  if (spec.unit === "byte pairs") return bytePairs(text, spec);
  return spec.unit === "characters" ? Array.from(text) : text.match(WORDS) || [];
}

// A text as a row of the numbers of its symbols, filled up at one end, and what was not known or had no room.
function encoded(text, spec) {
  const length = spec.shape[0];
  const known = new Map(spec.symbols.map((symbol, number) => [symbol, number]));
  const found = pieces(spec.lower ? text.toLowerCase() : text, spec);
  const strange = [...new Set(found.filter((piece) => !known.has(piece)))];
  const numbers = found.map((piece) => known.get(piece) ?? known.get(UNKNOWN) ?? 0);
  const kept = numbers.slice(0, length), rest = new Array(length - kept.length).fill(spec.padding ?? 0);
  return {
    row: spec.fill === "start" ? [...rest, ...kept] : [...kept, ...rest],
    last: spec.fill === "start" ? length - 1 : Math.max(0, kept.length - 1),
    count: found.length, strange,
  };
}

function decoded(row, spec) {
  const symbols = Array.from(row).filter((number) => number !== spec.padding).map((number) => spec.symbols[number] ?? "");
  if (spec.unit === "byte pairs") {
    return new TextDecoder().decode(Uint8Array.from(symbols.join(""), (letter) => letter.charCodeAt(0)));
  }
  return symbols.join(spec.unit === "characters" ? "" : " ");
}

// A word with the space before it; in each, the earliest learnt pair is merged first.
function bytePairs(text, spec) {
  const bytes = String.fromCharCode(...new TextEncoder().encode(text));
  const rank = new Map(spec.merges.map(([one, other], number) => [one + "\n\0" + other, number]));
  const spaces = " \t\n\r\f\v";
  const words = bytes.match(new RegExp(`[${spaces}]?[^${spaces}]+|[${spaces}]+`, "g")) || [];
  return words.flatMap((word) => {
    let parts = Array.from(word);
    for (;;) {
      let best = Infinity, at = -1;
      for (let i = 0; i + 1 < parts.length; i++) {
        const found = rank.get(parts[i] + "\n\0" + parts[i + 1]) ?? Infinity;
        if (found < best) { best = found; at = i; }
      }
      if (at < 0) return parts;
      const [one, other] = [parts[at], parts[at + 1]], made = [];
      for (let i = 0; i < parts.length; i++) {
        if (parts[i] === one && parts[i + 1] === other) made.push(one + parts[++i]);
        else made.push(parts[i]);
      }
      parts = made;
    }
  });
}
