// A verdict on the page: its box, buttons that ask the kernel for a hint or the solution, and what these have given.

const BUSY_AFTER = 300; // milliseconds without an answer until it is said that the kernel is still at work
const BUSY = "The kernel is still busy: this comes when it has finished.";

function added(parent, tag, properties = {}) {
  const made = Object.assign(document.createElement(tag), properties);
  parent.append(made);
  return made;
}

// What stands at present in the notebook's cell of this id; undefined where the front end shows no such cell.
function sourceOf(model, id) {
  const cells = model.widget_manager?.context?.model?.cells;
  const cell = id && cells ? Array.from(cells).find((each) => each.id === id) : undefined;
  return cell?.sharedModel?.getSource?.();
}

function wasChanged(model) {
  const { id, source } = model.get("answer_cell");
  const now = sourceOf(model, id);
  return now !== undefined && now.trimEnd() !== source.trimEnd();
}

// Buttons that send their number; `free(words)` unlocks them when the words are empty.
function buttons(model, row, waiting) {
  const made = model.get("labels").map((label, press) => {
    const button = added(row, "button", { type: "button", className: "dlcourse-button", textContent: label });
    // Keys on a button are not the notebook's, which asks the element that has the focus before those above it.
    button.setAttribute("data-lm-suppress-shortcuts", "true");
    button.addEventListener("click", () => {
      waiting.start();
      model.send({ press });
    });
    return button;
  });
  return (words) => made.forEach((button) => (button.disabled = words !== ""));
}

// Says that the kernel is busy, when it has not answered for a while.
function patience(note) {
  let timer;
  return {
    start() {
      clearTimeout(timer);
      timer = setTimeout(() => (note.textContent ||= BUSY), BUSY_AFTER);
    },
    end() {
      clearTimeout(timer);
      if (note.textContent === BUSY) note.textContent = "";
    },
  };
}

function render({ model, el }) {
  el.classList.add("dlcourse-verdict-view");
  const box = added(el, "div", { className: "jp-RenderedHTMLCommon" });
  box.innerHTML = model.get(wasChanged(model) ? "changed" : "box");
  const row = added(el, "div", { className: "dlcourse-verdict-buttons" });
  const note = added(el, "p", { className: "dlcourse-verdict-note" });
  note.setAttribute("role", "status");
  const help = added(el, "div", { className: "jp-RenderedHTMLCommon" });
  help.setAttribute("aria-live", "polite");

  // Only what is new is added, so that formulas stay set and the focus stays where it is.
  function showHelp() {
    for (const part of model.get("help").slice(help.children.length)) {
      typeset(model, added(help, "div", { className: "dlcourse-verdict-help", innerHTML: part }));
    }
  }

  const waiting = patience(note);
  const free = buttons(model, row, waiting);
  model.on("change:help", showHelp);
  model.on("msg:custom", () => waiting.end());
  showHelp();
  if (!model.get("labels").length) return undefined;
  return watchKernel(model, el, (words) => {
    waiting.end();
    note.textContent = words;
    free(words);
  });
}

export default { render };
