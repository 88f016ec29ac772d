// The controls of an experiment: the browser's own sliders, menus, boxes and fields, each with a name and a value in
// words. `change(content)` sends one wish to the kernel; `show(values, settled)` brings them to what the kernel says.

const FOCUSABLE = ["input", "select", "button", "canvas"];
const STEP_WIDTH = 3; // CSS pixels of a drag that move a number by one step
const MANY_STEPS = 10; // of an arrow key with Shift

function element(tag, className, parent, properties = {}) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  // Keys in here are not JupyterLab's, which looks for this on the element that has the focus and then above it.
  if (FOCUSABLE.includes(tag)) made.setAttribute("data-lm-suppress-shortcuts", "true");
  Object.assign(made, properties);
  parent?.append(made);
  return made;
}

// An id that nothing else on the page has: each experiment runs this file anew, so they count together.
function newId(kind) {
  window.dlcourseIds = (window.dlcourseIds ?? 0) + 1;
  return `dlcourse-${kind}-${window.dlcourseIds}`;
}

function iconButton(parent, icon, words) {
  const made = element("button", "dlcourse-button dlcourse-icon", parent, { type: "button" });
  made.innerHTML = '<svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true"><path fill="currentColor"/></svg>';
  drawIcon(made, icon, words);
  return made;
}

function drawIcon(made, icon, words) {
  made.querySelector("path").setAttribute("d", icon);
  made.setAttribute("aria-label", words);
  made.title = words;
}

function labelled(parent, specification, kind) {
  const row = element("div", `dlcourse-control dlcourse-${kind}`, parent);
  const id = newId("control");
  const unit = specification.unit ? ` (${specification.unit})` : "";
  element("label", "dlcourse-label", row, { htmlFor: id, textContent: specification.label + unit });
  return { row, id };
}

// A field in which a number or a word is typed: Enter, or leaving it, commits; Escape takes back what was typed.
function numberField(row, specification, change, properties) {
  const field = element("input", "dlcourse-number", row, { type: "text", spellcheck: false, autocomplete: "off", ...properties });
  let written = "";
  const commit = () => {
    if (field.value === written) return;
    written = field.value;
    change({ type: "type", name: specification.name, text: field.value });
  };
  field.addEventListener("change", commit);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") commit();
    if (event.key === "Escape") field.value = written;
  });
  return {
    field,
    write(text) {
      const typing = document.activeElement === field && field.value !== written;
      written = text;
      if (typing) return; // a picture came while the reader types: Enter commits what stands there, Escape takes it back
      field.value = text;
      field.removeAttribute("aria-invalid");
    },
    refuse: () => field.setAttribute("aria-invalid", "true"),
  };
}

// A field without the focus: a drag tells steps, a click gives it the focus.
function dragSideways(field, move) {
  let from = null;
  let told = 0;
  field.addEventListener("mousedown", (event) => {
    if (document.activeElement === field) return;
    event.preventDefault();
    document.activeElement?.blur(); // what was typed elsewhere counts
  });
  field.addEventListener("pointerdown", (event) => {
    told = 0;
    from = event.button === 0 && document.activeElement !== field ? event.clientX : null;
    if (from !== null) field.setPointerCapture(event.pointerId);
  });
  field.addEventListener("pointermove", (event) => {
    if (from === null) return;
    const steps = Math.trunc((event.clientX - from) / STEP_WIDTH);
    if (steps !== told) move(steps - told);
    told = steps;
  });
  field.addEventListener("pointercancel", () => (from = null));
  field.addEventListener("pointerup", () => {
    const isClick = from !== null && told === 0;
    from = null;
    if (!isClick || document.activeElement === field) return;
    field.focus();
    field.select();
  });
}

const MAKE = {
  slider(parent, specification, change) {
    const { row, id } = labelled(parent, specification, "slider");
    const { texts } = specification;
    const slider = element("input", "", row, { type: "range", id, min: 0, max: texts.length - 1, step: 1 });
    const name = specification.unit ? `${specification.label} (${specification.unit})` : specification.label;
    const readout = numberField(row, specification, change, { title: "Type a number" });
    readout.field.setAttribute("aria-label", `${name}, typed`);
    readout.field.style.width = `${Math.min(Math.max(...texts.map((text) => text.length), 3), 14) + 2.5}ch`;
    const read = (text) => {
      readout.write(text);
      slider.setAttribute("aria-valuetext", specification.unit ? `${text} ${specification.unit}` : text);
    };
    slider.addEventListener("input", () => {
      read(texts[slider.value]);
      change({ type: "set", name: specification.name, value: Number(slider.value) });
    });
    return {
      row,
      parts: [slider, readout.field],
      refuse: readout.refuse,
      show([position, text]) {
        slider.value = position;
        read(text);
      },
    };
  },
  entry(parent, specification, change) {
    const { row, id } = labelled(parent, specification, "entry");
    const entry = numberField(row, specification, change, { id, placeholder: specification.placeholder });
    Object.assign(entry.field.style, specification.style);
    return { row, parts: [entry.field], refuse: entry.refuse, show: entry.write };
  },
  menu(parent, specification, change) {
    const { row, id } = labelled(parent, specification, "menu");
    const menu = element("select", "", row, { id });
    for (const option of specification.options) element("option", "", menu, { textContent: option });
    menu.addEventListener("change", () => change({ type: "set", name: specification.name, value: menu.selectedIndex }));
    return { row, parts: [menu], show: (place) => (menu.selectedIndex = place) };
  },
  // Numbers in rows and columns. One that has not the focus is dragged sideways; the arrow keys move one that has it.
  table(parent, specification, change) {
    const { row, id } = labelled(parent, specification, "table");
    const { name, label, options, shape: [rows, columns] } = specification;
    const menu = element("select", "", row, { id });
    for (const option of options) element("option", "", menu, { textContent: option });
    element("option", "", menu, { textContent: "Your own", disabled: true });
    menu.addEventListener("change", () => change({ type: "set", name, value: menu.selectedIndex }));
    const grid = element("div", "dlcourse-cells", row);
    grid.style.gridTemplateColumns = `repeat(${columns}, auto)`;
    const waiting = new Map(); // steps that were not sent yet, by the number's place
    let typed = 0;
    let sentAt = -Infinity;
    function flush(now = performance.now()) {
      if (now - sentAt < ANSWER_TIME) return;
      for (const [index, steps] of waiting) {
        sentAt = now;
        change({ type: "set", name, value: [index, steps] });
      }
      waiting.clear();
    }
    function move(index, steps) {
      waiting.set(index, (waiting.get(index) ?? 0) + steps);
      flush();
    }
    const fields = Array.from({ length: rows * columns }, (_, index) => {
      const commit = ({ text }) => change({ type: "set", name, value: [(typed = index), text], typed: true });
      const made = numberField(grid, specification, commit, { title: "Type a number, drag sideways, or use the arrow keys" });
      made.field.setAttribute("aria-label", `${label}, row ${1 + Math.floor(index / columns)}, column ${1 + (index % columns)}`);
      made.field.addEventListener("keydown", (event) => {
        const way = { ArrowUp: 1, ArrowDown: -1 }[event.key];
        if (!way) return;
        event.preventDefault();
        move(index, way * (event.shiftKey ? MANY_STEPS : 1));
      });
      dragSideways(made.field, (steps) => move(index, steps));
      return made;
    });
    return {
      row,
      parts: [menu, ...fields.map(({ field }) => field)],
      refuse: () => fields[typed].refuse(),
      show([place, texts]) {
        menu.selectedIndex = place;
        texts.forEach((text, index) => fields[index].write(text));
        sentAt = -Infinity;
        flush();
      },
    };
  },
  // What is drawn on a sheet in the picture (ink.js): ready drawings, and what takes lines back.
  drawing(parent, specification, change) {
    const { row, id } = labelled(parent, specification, "drawing");
    const { name, options } = specification;
    const menu = element("select", "", row, { id });
    for (const option of options) element("option", "", menu, { textContent: option });
    const own = element("option", "", menu, { disabled: true });
    menu.addEventListener("change", () => change({ type: "set", name, value: menu.selectedIndex }));
    const button = (value, textContent, title) => {
      const made = element("button", "dlcourse-button", row, { type: "button", textContent, title });
      made.addEventListener("click", () => change({ type: "set", name, value }));
      return made;
    };
    const undo = button("undo", "Undo", "Take back the last stroke");
    const clear = button("clear", "Clear", "Take back all strokes");
    return {
      row,
      parts: [menu, undo, clear],
      show([place, strokes]) {
        own.textContent = strokes > 0 ? "Your own" : "Nothing yet";
        menu.selectedIndex = place;
      },
    };
  },
  toggle(parent, specification, change) {
    const row = element("div", "dlcourse-control dlcourse-toggle", parent);
    const label = element("label", "dlcourse-label", row);
    const box = element("input", "", label, { type: "checkbox" });
    label.append(specification.label);
    box.addEventListener("change", () => change({ type: "set", name: specification.name, value: box.checked }));
    return { row, parts: [box], show: (ticked) => (box.checked = ticked) };
  },
};

function makeControls(parent, definition, change) {
  const made = new Map();
  for (const specification of definition.controls) {
    const make = MAKE[specification.kind]; // points lie in the picture
    if (make) made.set(specification.name, make(parent, specification, change));
  }
  return {
    row: (name) => made.get(name).row,
    first: () => [...made.values()][0]?.parts[0],
    show(values) {
      for (const [name, value] of Object.entries(values)) made.get(name).show(value);
    },
    refuse: (name) => made.get(name)?.refuse?.(),
    lock(locked) {
      for (const { parts } of made.values()) for (const part of parts) part.disabled = locked;
    },
  };
}
