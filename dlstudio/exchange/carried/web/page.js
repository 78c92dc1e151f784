"use strict";
// Page: puts inputs, answers and the certificate in their places, and asks the network whenever something changes.

const state = document.getElementById("state"), brief = document.getElementById("brief");
const spoken = make("span"), detail = make("span", { "aria-hidden": "true" });
state.replaceChildren(spoken, detail);
say("The model is being loaded…");

// What a screen reader is told again only where it is something new; the rest is for the eye.
function say(text, kind = "", rest = "") {
  if (spoken.textContent !== text) spoken.textContent = text;
  detail.textContent = rest;
  state.className = `state ${kind}`;
}

// The answer in a line, at the foot of a small screen while the bars are out of sight.
const watcher = new IntersectionObserver(([seen]) => { brief.hidden = seen.isIntersecting || !brief.textContent; }, { rootMargin: "0px 0px -140px 0px" });

async function begin() {
  const session = await opened();
  let waiting = false, busy = false, watched = false;
  const answers = MODEL.outputs.map(answerFor);
  const inputs = MODEL.inputs.map((spec) => inputFor(spec, ask));

  async function ask() {
    waiting = true;
    if (busy) return;
    busy = true;
    try {
      while (waiting) {
        await new Promise(requestAnimationFrame);
        waiting = false;
        const before = performance.now(), found = await asked(session, inputs.map((input) => input.value()));
        const last = inputs.map((input) => input.last?.()).find((each) => each !== undefined);
        answers.forEach((answer, place) => answer.show(found[place], last));
        document.documentElement.dataset.answer = JSON.stringify(found.map((each) => Array.from(each)));
        say("Ready", "good", `: it answered in ${Math.max(1, Math.round(performance.now() - before))} ms`);
        brief.textContent = document.querySelector("#outputs .headline")?.textContent ?? "";
        if (!watched) watcher.observe(document.getElementById("outputs"));
        watched = true;
      }
    } catch (problem) {
      say(`The model could not answer: ${problem.message}`, "bad");
    } finally {
      busy = false;
    }
  }

  place("inputs", MODEL.inputs, inputs);
  place("outputs", MODEL.outputs, answers);
  document.getElementById("inputs").append(choices(inputs));
  pick(inputs, 0);
  window.studio = { inputs, idle: () => !busy && !waiting };
  document.addEventListener("trouble", (event) => say(event.detail, "bad"));
  await Promise.all(inputs.map((input) => input.draw?.(session)));
  await check(session);
}

function place(section, specs, made) {
  made.forEach((each, at) => {
    const title = specs.length > 1 ? [make("h3", {}, specs[at].label)] : [];
    document.getElementById(section).append(make("div", { className: "part" }, ...title, each.element));
  });
}

function pick(inputs, row) {
  inputs.forEach((input, at) => input.set(Array.from(samples(MODEL.inputs[at].samples)[row])));
}

// Real samples of the project to begin with.
function choices(inputs) {
  const shown = MODEL.inputs.findIndex((spec) => ["draw", "picture"].includes(spec.widget));
  const made = Array.from({ length: MODEL.count }, (_, row) => {
    const press = () => pick(inputs, row);
    if (shown < 0) return button(String(row + 1), press, { "aria-label": `Sample ${row + 1}` });
    const spec = MODEL.inputs[shown], canvas = make("canvas", { "aria-hidden": "true" });
    show(canvas, samples(spec.samples)[row], spec.shape, spec.low, spec.high);
    return button(canvas, press, { className: "thumb", "aria-label": `Sample ${row + 1}` });
  });
  return make("div", { className: "samples" }, make("span", { className: "hint" }, MODEL.samples), ...made);
}

function certificate(line) {
  const lines = CERTIFICATE.outputs.map((each) => make("tr", {}, make("th", { scope: "row" }, each.name), make("td", {}, Number(each.absolute).toExponential(1)), make("td", {}, Number(each.relative).toExponential(1))));
  const head = make("tr", {}, ...["output", "largest difference", "relative"].map((text) => make("th", { scope: "col" }, text)));
  document.getElementById("certificate").replaceChildren(
    make("p", { className: "verdict" }, make("span", { className: "mark" }, CERTIFICATE.passed ? "✓" : "✗"), CERTIFICATE.passed ? " Certified: answers as the trained model does." : " Does not answer as the trained model does."),
    make("table", {}, make("thead", {}, head), make("tbody", {}, ...lines)),
    make("p", { className: "hint" }, `Asked ${CERTIFICATE.asked}, with ${CERTIFICATE.runtime}; ${CERTIFICATE.tolerance} is tolerated.`),
    line);
}

async function check(session) {
  const line = make("p", { className: "verdict", id: "check" }, "This browser is being compared…");
  certificate(line);
  const apart = await compared(session), passed = apart <= CERTIFICATE.tolerance;
  line.replaceChildren(make("span", { className: `mark ${passed ? "" : "bad"}` }, passed ? "✓" : "✗"), ` This browser, on ${MODEL.count} samples: ${apart.toExponential(1)} apart at most.`);
  document.documentElement.dataset.apart = String(apart);
  document.documentElement.dataset.check = passed ? "passed" : "failed";
}

begin().catch((problem) => {
  const old = typeof DecompressionStream === "undefined" || typeof WebAssembly === "undefined";
  say(old ? "This browser is too old to run the model: it needs one of 2023 or later." : `The model could not be loaded: ${problem.message}`, "bad");
  document.documentElement.dataset.check = "failed";
});
