"use strict";
// Elements: small words for making what stands on the page. Texts go in as texts only, never as markup.

function make(tag, given = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name in made && !name.includes("-")) made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...inside);
  return made;
}

function button(text, press, given = {}) {
  return make("button", { type: "button", onclick: press, ...given }, text);
}

function size(shape) {
  return shape.reduce((one, other) => one * other, 1);
}

// A number as people write it: four digits that matter.
function written(number) {
  if (!Number.isFinite(number)) return String(number);
  if (Number.isInteger(number) && Math.abs(number) < 1e9) return String(number);
  const large = Math.abs(number);
  if (large !== 0 && (large < 1e-3 || large >= 1e6)) return number.toExponential(2);
  return String(Number(number.toPrecision(4)));
}

function percent(share) {
  return (100 * share).toFixed(share > 0 && share < 0.001 ? 2 : 1) + "%";
}

// Room for the longest of some labels, in letters.
function labelRoom(list, labels) {
  const longest = Math.max(...labels.map((label) => label.length));
  list.style.setProperty("--label", `${Math.min(9, 0.62 * longest + 0.6)}em`);
  return list;
}

const COLORS = ["#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#b3a100", "#999999"];
