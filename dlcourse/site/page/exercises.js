// Questions that are answered on the page: a form, what is said of the answer, and what was passed, remembered.
//
// `WORDS` comes from Python. What is said of an answer is sealed under the SHA-256 of that answer (answer_key.py). It
// is computed here and not by the browser's `crypto.subtle`, which pages from a plain server do not get.

const KEPT = "dlcourse.answers"; // in the browser's storage: exercise -> the answer that passed, as it was given
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const SHOWN_DIGITS = 6;

// SHA-256 of bytes (FIPS 180-4).

const ROOTS = (() => {
  const primes = [];
  for (let n = 2; primes.length < 64; n += 1) if (primes.every((prime) => n % prime)) primes.push(n);
  const fraction = (x) => Math.floor((x - Math.floor(x)) * 2 ** 32) | 0;
  return { square: primes.slice(0, 8).map((p) => fraction(Math.sqrt(p))), cube: primes.map((p) => fraction(Math.cbrt(p))) };
})();

const turned = (word, by) => (word >>> by) | (word << (32 - by));

function sha256(bytes) {
  const length = ((bytes.length + 8) >> 6) * 64 + 64;
  const padded = new DataView(new ArrayBuffer(length));
  bytes.forEach((byte, at) => padded.setUint8(at, byte));
  padded.setUint8(bytes.length, 0x80);
  padded.setUint32(length - 4, 8 * bytes.length);
  const state = Int32Array.from(ROOTS.square);
  for (let at = 0; at < length; at += 64) mixIn(state, padded, at);
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((word, i) => digest.setInt32(4 * i, word));
  return new Uint8Array(digest.buffer);
}

function mixIn(state, block, at) {
  const w = new Int32Array(64);
  for (let i = 0; i < 64; i += 1) {
    if (i < 16) w[i] = block.getInt32(at + 4 * i);
    else {
      const one = turned(w[i - 15], 7) ^ turned(w[i - 15], 18) ^ (w[i - 15] >>> 3);
      const two = turned(w[i - 2], 17) ^ turned(w[i - 2], 19) ^ (w[i - 2] >>> 10);
      w[i] = w[i - 16] + one + w[i - 7] + two;
    }
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i += 1) {
    const chosen = (e & f) ^ (~e & g);
    const first = (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + chosen + ROOTS.cube[i] + w[i]) | 0;
    const second = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [a, b, c, d, e, f, g, h] = [(first + second) | 0, a, b, c, (d + first) | 0, e, f, g];
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] += word));
}

// What lies at a place of the key, such as ["choice", "b"]; undefined where nothing does.
function opened(exercise, ...place) {
  const lock = sha256(new TextEncoder().encode([exercise.name, ...place].join("\n")));
  const sealed = exercise.key.sealed[btoa(String.fromCharCode(...lock.slice(0, 9)))];
  if (sealed === undefined) return undefined;
  const bytes = Uint8Array.from(atob(sealed), (letter) => letter.charCodeAt(0));
  for (let at = 0; at < bytes.length; at += 32) {
    const stream = sha256(Uint8Array.of(...lock, at >> 13, (at >> 5) & 255));
    for (let i = at; i < Math.min(at + 32, bytes.length); i += 1) bytes[i] ^= stream[i - at];
  }
  return JSON.parse(new TextDecoder().decode(bytes));
}

// Numbers.

// The number that a text says, such as 0.25, 1e-3, −4 or 1/3; null where it says none.
function numberIn(text) {
  const parts = text.replaceAll("−", "-").split("/").map((part) => part.trim());
  if (parts.length > 2 || !parts.every((part) => DECIMAL.test(part))) return null;
  return parts.length === 2 ? Number(parts[0]) / Number(parts[1]) : Number(parts[0]);
}

// A number with six significant digits, as Python's format g writes it.
function written(value) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value < 0 ? "-inf" : "inf";
  if (value === 0) return "0";
  const [digits, exponent] = value.toExponential(SHOWN_DIGITS - 1).split("e");
  const power = Number(exponent);
  const short = (number) => (number.includes(".") ? number.replace(/\.?0+$/, "") : number);
  if (power >= -4 && power < SHOWN_DIGITS) return short(value.toFixed(SHOWN_DIGITS - 1 - power));
  return `${short(digits)}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

// What is done with a number before it is compared; a listed mistake's number is compared as it is.
const IMAGES = { sign: (v) => -v, percentage: (v) => v / 100, opposite: (v) => 1 - v, reciprocal: (v) => 1 / v };

// The zones of the key that a number lies in, as {what, target, secret}: those of listed mistakes have a number as
// `what`, and come first, in the order of the list.
function zonesAt(exercise, field, value) {
  const zones = exercise.key.grids[field].flatMap(
    (grid) => opened(exercise, "cell", field, grid, Math.floor(value / 2 ** grid) + 0) ?? [],
  );
  const near = zones.filter(([what, target, reach]) => Math.abs((IMAGES[what]?.(value) ?? value) - target) <= reach);
  const place = ({ what }) => (typeof what === "number" ? what : Number.MAX_VALUE);
  return near.map(([what, target, , secret]) => ({ what, target, secret })).sort((one, other) => place(one) - place(other));
}

// Whether a number is too large or too small, as a word.
function sideOf(exercise, field, value) {
  const [smallest, largest] = WORDS.powers;
  let power = smallest;
  while (power < largest && Math.abs(value) >= 2 ** (power + 1)) power += 1;
  const found = opened(exercise, "magnitude", field, value < 0 ? -1 : 1, power);
  return typeof found === "string" ? found : value > found ? "large" : "small";
}

// Whether `target` rounds to `value` at the last decimal that was typed.
function isRounded(value, target) {
  const [digits, exponent] = value.toExponential().split("e");
  const last = Number(exponent) - (digits.split(".")[1]?.length ?? 0);
  return value !== 0 && Math.abs(value - target) <= (Number(`1e${Math.min(last, 0)}`) / 2) * (1 + 1e-9);
}

// A key of WORDS.remarks: what is to be said of a number that is neither right nor listed.
function remarkOn(exercise, value, zones) {
  if (!Number.isFinite(value)) return "not finite";
  for (const what of Object.keys(IMAGES)) {
    const divides = what === "sign" || what === "reciprocal";
    if (zones.some((zone) => zone.what === what) && (value || !divides)) return what;
  }
  const close = zones.find((zone) => zone.what === "close");
  if (close) return isRounded(value, close.target) ? "rounded" : "close";
  return sideOf(exercise, "", value);
}

// Judges: each gets an exercise and the answer as texts, and gives {status, html}.

const JUDGES = {
  ChoiceExercise(exercise, [letter]) {
    if (!letter) return said("not attempted", "Choose an answer first.");
    const [passed, html] = opened(exercise, "choice", letter);
    return { status: passed ? "passed" : "not yet", html };
  },

  NumberExercise(exercise, [text]) {
    if (!text.trim()) return said("not attempted", "Write a number first.");
    const value = numberIn(text);
    if (value === null) return said("not yet", noNumber(text, `such as ${exercise.example}, `));
    const zones = zonesAt(exercise, "", value);
    const told = (words) => filled(words, { value: written(value), tolerance: exercise.tolerance });
    const right = zones.find((zone) => zone.what === "right");
    if (right) return said("passed", told(WORDS.right), opened(exercise, "text", right.secret));
    const away = (zone) => Math.abs(value - zone.target);
    const mistakes = zones.filter((zone) => typeof zone.what === "number");
    const nearest = mistakes.reduce((best, zone) => (best && away(best) <= away(zone) ? best : zone), null);
    if (nearest) return said("not yet", "", opened(exercise, "text", nearest.secret));
    return said("not yet", told(WORDS.remarks[remarkOn(exercise, value, zones)]));
  },

  NumbersExercise(exercise, texts) {
    const names = Object.keys(exercise.key.grids);
    if (!texts.some((text) => text.trim())) return said("not attempted", "Write your numbers first.");
    const open = names.filter((_, i) => !texts[i].trim());
    if (open.length) return said("not yet", `There is no number yet for ${listed(open)}.`);
    const wrong = texts.find((text) => numberIn(text) === null);
    if (wrong !== undefined) return said("not yet", noNumber(wrong, ""));
    return judgeNumbers(exercise, new Map(names.map((name, i) => [name, numberIn(texts[i])])));
  },
};

function judgeNumbers(exercise, values) {
  const names = [...values.keys()];
  const zones = new Map(names.map((name) => [name, zonesAt(exercise, name, values.get(name))]));
  const find = (name, what) => zones.get(name).find((zone) => zone.what === what);
  const equations = (chosen) => chosen.map((name) => `\`${name}\` = ${written(values.get(name))}`).join(", ");
  const wrong = names.filter((name) => !find(name, "right"));
  if (!wrong.length) {
    const secrets = names.map((name) => find(name, "right").secret);
    return said("passed", filled(WORDS.numbers["all right"], { listed: equations(names) }), opened(exercise, "text", ...secrets));
  }
  const right = names.filter((name) => !wrong.includes(name));
  let words = filled(WORDS.numbers["not yet"], { listed: equations(wrong) });
  if (right.length) words += ` ${filled(WORDS.numbers[right.length === 1 ? "one right" : "some right"], { listed: listed(right) })}`;

  // The mistake that gives the numbers of all `chosen` names, and of several the one that gives most of the others too.
  function mistakeBehind(chosen) {
    const all = zones.get(chosen[0]).filter((zone) => typeof zone.what === "number");
    const behind = all.filter((zone) => chosen.every((name) => find(name, zone.what)));
    const count = (zone) => names.filter((name) => find(name, zone.what)).length;
    const best = behind.reduce((found, zone) => (found && count(found) >= count(zone) ? found : zone), null);
    return best && { told: opened(exercise, "text", best.secret), sure: count(best) === names.length };
  }

  const all = mistakeBehind(wrong);
  if (all) return said("not yet", all.sure ? words : `${words} ${WORDS.numbers.guess}`, all.told);
  for (const name of wrong) {
    if (values.get(name) && find(name, "sign")) return said("not yet", `${words} ${filled(WORDS.numbers.sign, { name })}`);
    const one = mistakeBehind([name]);
    if (one) return said("not yet", `${words} ${filled(WORDS.numbers["guess from one"], { name })}`, one.told);
  }
  return said("not yet", `${words} ${WORDS.numbers.unknown}`);
}

// Words.

function noNumber(text, example) {
  return `“${text.trim()}” is no number that this page can read. Write one, ${example}with a point for decimals and without commas; 1/3 and 1e-3 will do as well.`;
}

function listed(names) {
  const quoted = names.map((name) => `\`${name}\``);
  const last = quoted.pop();
  return quoted.length ? `${quoted.join(", ")} and ${last}` : last;
}

const filled = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name]);

// What is said: plain words, in which `code` is set as code, and after them HTML out of the key.
function said(status, words, html = "<p></p>") {
  const plain = Object.assign(document.createElement("p"), { textContent: words });
  const start = plain.innerHTML.replace(/`([^`]+)`/g, "<code>$1</code>");
  return { status, html: html.replace("<p>", () => (words && html !== "<p></p>" ? `<p>${start} ` : `<p>${start}`)) };
}

// What was passed, remembered.

function remembered() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT));
    return kept && typeof kept === "object" ? kept : {};
  } catch {
    return {}; // a page that may store nothing, or something that is not ours
  }
}

function remember(name, answer) {
  const all = remembered();
  if (answer === null) delete all[name];
  else all[name] = answer;
  try {
    localStorage.setItem(KEPT, JSON.stringify(all));
  } catch {
    // then it is asked again the next time
  }
}

// The form of one exercise.

function begin(place) {
  showHintsInTurn([...place.querySelectorAll(":scope > .dlcourse-hint")]);
  makeReachable(place.querySelector(".dlcourse-solution"));
  const form = place.querySelector("form");
  if (!form) return;
  const facts = JSON.parse(place.querySelector(".dlcourse-answer-key").textContent);
  const exercise = { ...facts, name: place.dataset.exercise };
  const judged = () => JUDGES[exercise.kind](exercise, given(form));
  const verdict = place.querySelector(".dlcourse-answer-verdict");
  const [check, again] = form.querySelectorAll("button");
  check.parentElement.hidden = false;

  function setPassed(passed) {
    place.toggleAttribute("data-passed", passed);
    form.querySelector("legend").textContent = passed ? `Your answer (${WORDS.titles.passed})` : "Your answer";
    again.hidden = !passed;
  }

  function clear() {
    verdict.replaceChildren();
    delete verdict.dataset.status;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { status, html } = judged();
    verdict.dataset.status = status;
    verdict.innerHTML = `<p><strong>${WORDS.titles[status]}</strong></p>${html}`;
    typeset({}, verdict);
    if (status !== "passed") return;
    remember(exercise.name, given(form));
    setPassed(true);
  });
  form.addEventListener("input", clear); // what is said is said of the answer that stands there
  again.addEventListener("click", () => {
    remember(exercise.name, null);
    form.reset();
    clear();
    setPassed(false);
    form.querySelector("input").focus();
  });

  const kept = remembered()[exercise.name];
  if (!kept) return;
  if (give(form, kept) && judged().status === "passed") setPassed(true);
  else form.reset(); // the question has changed since
}

// The answer that stands in a form, as texts: the chosen letter, or what is written in each field.
function given(form) {
  const inputs = [...form.querySelectorAll("input")];
  if (inputs[0].type === "radio") return [inputs.find((input) => input.checked)?.value ?? ""];
  return inputs.map((input) => input.value);
}

// Puts an answer into a form; returns whether it fits there.
function give(form, answer) {
  const inputs = [...form.querySelectorAll("input")];
  if (!Array.isArray(answer) || !answer.every((part) => typeof part === "string")) return false;
  if (inputs[0].type === "radio") {
    const chosen = inputs.find((input) => input.value === answer[0]);
    if (chosen) chosen.checked = true;
    return Boolean(chosen);
  }
  if (answer.length !== inputs.length) return false;
  inputs.forEach((input, i) => (input.value = answer[i]));
  return true;
}

// The next hint is there once the one before has been opened.
function showHintsInTurn(hints) {
  hints.slice(1).forEach((hint, i) => {
    hint.hidden = true;
    hints[i].addEventListener("toggle", () => (hint.hidden = false), { once: true });
  });
}

// A solution that is too wide can be scrolled by keyboard.
function makeReachable(solution) {
  solution?.addEventListener("toggle", () => {
    const source = solution.querySelector("pre");
    if (source && source.scrollWidth > source.clientWidth) source.tabIndex = 0;
  });
}

document.querySelectorAll(".dlcourse-site-exercise[data-exercise]").forEach(begin);
