// An experiment on the page: builds its parts, sends what the reader does, and shows what the kernel answers.

const IDLE = 600; // milliseconds without a picture before its words are read out
const BUSY = 300; // milliseconds of work before the page says that it is under way
const ASK_AGAIN = 2500; // milliseconds without a first picture: ask once more, in case the question came too early
const FOLDED = 66; // CSS pixels of an answered prediction and the gaps, and of a rim
const RESIZED = 150; // milliseconds that a new width has to last

function build(outside, { title, size: [width, height] }) {
  const el = element("div", "dlcourse-experiment", outside);
  el.style.maxWidth = `${width}px`;
  const heading = element("h3", "dlcourse-title", el, { textContent: title });
  const asked = element("div", "", el);
  const controls = element("div", "dlcourse-controls", el);
  const stage = element("div", "dlcourse-stage", el);
  stage.style.aspectRatio = `${width} / ${height}`;
  const canvas = element("canvas", "dlcourse-canvas", stage);
  const ring = element("div", "dlcourse-ring", stage, { hidden: true });
  const busy = element("div", "dlcourse-busy", stage, { hidden: true, textContent: "Computing …" });
  busy.setAttribute("role", "status");
  const notice = element("p", "dlcourse-notice", el, { hidden: true });
  notice.setAttribute("role", "alert");
  const caption = element("p", "dlcourse-caption", el);
  const live = element("p", "dlcourse-live", el);
  live.setAttribute("aria-live", "polite");
  const help = element("p", "dlcourse-help", el, { hidden: true });
  const toolbar = element("div", "dlcourse-toolbar", el);
  return { el, heading, asked, controls, stage, canvas, ring, busy, notice, caption, live, help, toolbar };
}

function makeToolbar(parent, change) {
  const reset = element("button", "dlcourse-button", parent, { type: "button", textContent: "Reset" });
  const label = element("label", "dlcourse-state", parent);
  element("span", "", label, { textContent: "State" });
  const state = element("input", "", label, { type: "text", spellcheck: false, autocomplete: "off" });
  state.title = "Copy this text to share what you see. Paste another one and press Enter to restore it.";
  const copy = element("button", "dlcourse-button", parent, { type: "button", textContent: "Copy" });
  let shown = "";
  reset.addEventListener("click", () => change({ type: "reset" }));
  state.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter") change({ type: "restore", text: state.value });
  });
  copy.addEventListener("click", async () => {
    state.select();
    try {
      await navigator.clipboard.writeText(state.value);
    } catch {
      document.execCommand("copy"); // pages without https have no clipboard
    }
    copy.textContent = "Copied";
    setTimeout(() => (copy.textContent = "Copy"), 1500);
  });
  return {
    show(text) {
      if (document.activeElement !== state || state.value === shown) state.value = text;
      shown = text;
    },
    lock: (locked) => [reset, state, copy].forEach((part) => (part.disabled = locked)),
  };
}

// The stored words stand beside a stored picture; here the live experiment says the same.
function hideStoredWords(el) {
  const before = el.closest(".jp-OutputArea-child")?.previousElementSibling;
  if (before?.querySelector(".dlcourse-stored")) before.style.display = "none";
}

// How much of the screen a picture may take, in CSS pixels, with its title and controls above it.
function roomFor({ el, heading, controls }) {
  const page = el.closest(".jp-WindowedPanel-outer, .jp-Notebook")?.clientHeight || window.innerHeight;
  return { room: Math.round(el.clientWidth), height: page - heading.offsetHeight - controls.offsetHeight - FOLDED };
}

function render({ model, el: outside }) {
  const definition = JSON.parse(model.get("definition"));
  const parts = build(outside, definition);
  const { el, canvas, stage, notice, caption, live, busy } = parts;
  const drawing = new Drawing();
  const tones = { light: makeTones("light", {}), dark: makeTones("dark", definition.tones) };
  let asked = 0; // wishes sent so far
  let locked = true;
  let gone = ""; // the sentence that says that nobody answers
  let pictures = 0;
  let idle = 0;
  let slow = 0;
  let room = 0;
  let lastTyped = "";

  const send = (content) => {
    try {
      model.send(content);
    } catch {
      // a notebook opened without a kernel
    }
  };
  function change(content) {
    asked += 1;
    el.dataset.waiting = "1";
    lastTyped = content.type === "type" || content.typed ? content.name : "";
    if (content.type === "reset" || content.type === "restore") player?.pause();
    send({ ...content, asked });
    clearTimeout(slow);
    slow = setTimeout(() => (busy.hidden = false), BUSY);
  }
  function answered(number) {
    if (number < asked) return;
    el.dataset.waiting = "0"; // nothing that was asked of the kernel is open
    clearTimeout(slow);
    busy.hidden = true;
  }
  const tell = (text) => {
    notice.textContent = gone || text;
    notice.hidden = !notice.textContent;
  };
  const lock = () => {
    const off = locked || Boolean(gone);
    controls.lock(off);
    player?.lock(off);
    toolbar.lock(off);
    ink?.lock(off);
    prediction?.lock(Boolean(gone));
    el.classList.toggle("dlcourse-off", off);
  };
  const controls = makeControls(parts.controls, definition, change);
  const play = definition.play;
  const last = play && definition.controls.find(({ name }) => name === play.slider).texts.length - 1;
  const player = play && makePlayer(controls.row(play.slider), play, last, change);
  const toolbar = makeToolbar(parts.toolbar, change);
  const prediction =
    definition.prediction &&
    makePrediction(parts.asked, definition.prediction, model, change, () => controls.first()?.focus());
  const follow = makePoints(parts, () => locked || Boolean(gone), change);
  describePoints(parts, definition.draggable);

  const tonesNow = () => (isDark() ? tones.dark : tones.light);
  const sheet = definition.controls.find(({ kind }) => kind === "drawing");
  const inkTone = (colour) => tonesNow()(colour, "line");
  const ink = sheet && makeInk(parts, sheet, () => locked || Boolean(gone), inkTone, change);

  const paint = () => drawing.paint(canvas, tonesNow());
  function showCaption(text) {
    if (caption.textContent === text) return;
    caption.textContent = text;
    canvas.setAttribute("aria-label", text || definition.title);
    const height = caption.offsetHeight; // it keeps its height, so that nothing below it jumps
    if (height > (parseFloat(caption.style.minHeight) || 0)) caption.style.minHeight = `${height}px`;
  }
  function picture(content, buffers) {
    drawing.apply(content.drawing, buffers);
    const { scene } = content.drawing;
    if (scene) stage.style.aspectRatio = `${scene.size[0]} / ${scene.size[1]}`;
    if (scene) stage.style.maxWidth = `${scene.size[0]}px`;
    paint();
    send({ type: "painted", number: content.number });
    pictures += 1;
    const waiting = Math.max(0, asked - content.asked);
    answered(content.asked);
    if (content.prediction) {
      locked = content.prediction.required && content.prediction.chosen === null;
      lock();
      prediction.told(content.prediction);
    } else if (locked) {
      locked = false;
      lock();
    }
    if (waiting === 0) controls.show(content.controls); // else the reader is further on than the kernel
    follow(content.points, waiting);
    ink?.follow(content.sheet, waiting);
    toolbar.show(content.state);
    showCaption(content.caption);
    tell(content.notice);
    if (play) player.shown(content.controls[play.slider][0], waiting);
    clearTimeout(idle);
    idle = setTimeout(() => (live.textContent = caption.textContent), IDLE);
  }
  function receive(content, buffers) {
    if (content.type === "frame") picture(content, buffers);
    else if (content.type === "notice") {
      answered(content.asked);
      tell(content.text);
      ink?.refuse();
      if (lastTyped) controls.refuse(lastTyped);
    }
  }
  const scale = () => window.devicePixelRatio || 1;
  const tellRoom = (type) => {
    const space = roomFor(parts);
    room = space.room;
    send({ type, ...space, room: room || definition.size[0], scale: scale() });
  };
  const ready = () => {
    hideStoredWords(el);
    tellRoom("ready");
  };
  let resized = 0;
  const watcher = new ResizeObserver(() => {
    const now = Math.round(el.clientWidth);
    if (!now || now === room) return;
    clearTimeout(resized);
    resized = setTimeout(() => {
      caption.style.minHeight = "";
      tellRoom("room");
    }, pictures ? RESIZED : 0);
  });
  const unwatchTheme = watchTheme(() => {
    if (!pictures) return;
    paint();
    ink?.paint();
  });
  const unwatchKernel = watchKernel(model, outside, (words) => {
    gone = words;
    tell("");
    lock();
    if (gone) answered(asked);
  });

  canvas.setAttribute("aria-label", definition.title);
  lock();
  model.on("msg:custom", receive);
  // The size is known once the widget is on the page.
  const attached = requestAnimationFrame(() => {
    ready();
    watcher.observe(el);
  });
  const again = setTimeout(() => pictures === 0 && ready(), ASK_AGAIN);
  return () => {
    model.off("msg:custom", receive);
    watcher.disconnect();
    unwatchTheme();
    unwatchKernel();
    cancelAnimationFrame(attached);
    [idle, slow, again, resized].forEach(clearTimeout);
  };
}

export default { render };
