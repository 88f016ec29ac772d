// The browser's side of an experiment: paints frames into one canvas, answers each, and sends pointer and keys back.
// Positions go over the wire as fractions of the picture (0 to 1, y downwards): right at any size on the screen.

const HIT = { mouse: 15, pen: 18, touch: 26 }; // CSS pixels around a point that still count as touching it
const IDLE = 600; // milliseconds without a frame before the picture is kept and read out
const ANSWER_TIME = 400; // milliseconds after which a pointer message is sent without waiting for the answer
const ASK_AGAIN = 2500; // milliseconds without a first frame: ask once more, in case the question came too early
const NO_KERNEL = 5000; // milliseconds without any frame: nobody is going to answer soon

function element(tag, className, parent, properties = {}) {
  const made = document.createElement(tag);
  made.className = className;
  Object.assign(made, properties);
  parent.append(made);
  return made;
}

function build(el) {
  el.classList.add("dlcourse-experiment-canvas");
  el.setAttribute("data-lm-suppress-shortcuts", "true"); // keys in here are not JupyterLab's
  const stage = element("div", "dlcourse-stage", el);
  const canvas = element("canvas", "dlcourse-canvas", stage);
  const ring = element("div", "dlcourse-ring", stage, { hidden: true });
  const notice = element("p", "dlcourse-notice", el, { hidden: true });
  notice.setAttribute("role", "alert");
  const caption = element("p", "dlcourse-caption", el);
  const live = element("p", "dlcourse-live", el);
  live.setAttribute("aria-live", "polite");
  const help = element("p", "dlcourse-help", el, { hidden: true });
  const toolbar = element("div", "dlcourse-toolbar", el);
  const reset = element("button", "dlcourse-button", toolbar, { type: "button", textContent: "Reset" });
  const label = element("label", "dlcourse-state", toolbar);
  element("span", "", label, { textContent: "State" });
  const state = element("input", "", label, { type: "text", spellcheck: false, autocomplete: "off" });
  state.title = "Copy this text to share what you see. Paste another one and press Enter to restore it.";
  const copy = element("button", "dlcourse-button", toolbar, { type: "button", textContent: "Copy" });
  return { stage, canvas, ring, notice, caption, live, help, reset, state, copy };
}

// Paints frames in the order in which they came; raw ones at once, images when they are decoded.
function painter(canvas, painted) {
  const context = canvas.getContext("2d", { alpha: false });
  let waiting = 0;
  let chain = Promise.resolve();

  function resize([width, height]) {
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
  }

  function paintRaw(frame, data) {
    resize(frame.size);
    let offset = data.byteOffset;
    for (const [left, top, width, height] of frame.rectangles) {
      const pixels = new Uint8ClampedArray(data.buffer, offset, 4 * width * height);
      context.putImageData(new ImageData(pixels, width, height), left, top);
      offset += 4 * width * height;
    }
    painted(frame);
  }

  async function paintImage(frame, data) {
    const bitmap = await createImageBitmap(new Blob([data], { type: frame.encoding }));
    resize(frame.size);
    context.drawImage(bitmap, ...frame.rectangles[0]);
    bitmap.close();
    painted(frame);
  }

  return (frame, data) => {
    if (frame.encoding === "raw" && waiting === 0) return paintRaw(frame, data);
    waiting += 1;
    const paint = frame.encoding === "raw" ? paintRaw : paintImage;
    chain = chain
      .then(() => paint(frame, data))
      .catch((error) => console.error("dlcourse: a frame could not be painted", error))
      .finally(() => (waiting -= 1));
  };
}

// Pointer and keys on draggable points. `points` are fractions of the picture.
function dragging({ canvas, ring }, model, send) {
  let points = [];
  let chosen = -1;
  let held = null; // { pointer, dx, dy } while a point is dragged
  let wanted = null; // newest position not yet sent
  let asked = 0;
  let sentAt = 0;
  let answered = 0;

  const enabled = () => points.length > 0 && !model.get("locked");
  const box = () => canvas.getBoundingClientRect();
  const where = (event) => [(event.clientX - box().left) / box().width, (event.clientY - box().top) / box().height];

  function hit(event) {
    const { width, height } = box();
    const [x, y] = where(event);
    const distances = points.map((p) => Math.hypot((p[0] - x) * width, (p[1] - y) * height));
    const nearest = distances.indexOf(Math.min(...distances));
    return distances[nearest] <= (HIT[event.pointerType] ?? 15) ? nearest : -1;
  }

  function choose(index) {
    chosen = index;
    ring.hidden = !(enabled() && points[index]);
    if (ring.hidden) return;
    ring.style.left = `${100 * points[index][0]}%`;
    ring.style.top = `${100 * points[index][1]}%`;
  }

  function flush() {
    if (!wanted) return;
    const now = performance.now();
    if (answered < asked && now - sentAt < ANSWER_TIME) return;
    asked += 1;
    sentAt = now;
    send({ type: "drag", index: chosen, x: wanted[0], y: wanted[1], asked });
    wanted = null;
  }

  canvas.addEventListener("pointerdown", (event) => {
    const index = enabled() && event.button === 0 ? hit(event) : -1;
    if (index < 0) return;
    const [x, y] = where(event);
    held = { dx: points[index][0] - x, dy: points[index][1] - y };
    canvas.setPointerCapture(event.pointerId);
    canvas.classList.add("dlcourse-dragging");
    choose(index);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!held) {
      canvas.classList.toggle("dlcourse-over", enabled() && hit(event) >= 0);
      return;
    }
    const [x, y] = where(event);
    wanted = [x + held.dx, y + held.dy];
    flush();
  });
  const release = () => {
    held = null;
    canvas.classList.remove("dlcourse-dragging");
    asked = answered; // the last position goes out at once
    flush();
  };
  canvas.addEventListener("pointerup", release);
  canvas.addEventListener("pointercancel", release);
  // A finger on a point drags it; anywhere else it scrolls the page.
  canvas.addEventListener(
    "touchstart",
    (event) => {
      const { clientX, clientY } = event.touches[0];
      if (enabled() && hit({ clientX, clientY, pointerType: "touch" }) >= 0) event.preventDefault();
    },
    { passive: false },
  );
  const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  canvas.addEventListener("keydown", (event) => {
    if (!enabled() || event.ctrlKey || event.altKey || event.metaKey) return;
    const count = points.length;
    if (event.key === "n") choose((chosen + 1) % count);
    else if (event.key === "N") choose((Math.max(chosen, 0) + count - 1) % count);
    else if (event.key === "Escape") choose(-1);
    else if (arrows[event.key]) {
      if (chosen < 0) choose(0);
      const [dx, dy] = arrows[event.key];
      send({ type: "nudge", index: chosen, dx, dy, fine: event.shiftKey });
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  canvas.addEventListener("blur", () => choose(-1));

  return (frame) => {
    points = frame.points ?? [];
    answered = Math.max(answered, frame.asked ?? 0);
    choose(Math.min(chosen, points.length - 1));
    flush();
  };
}

function toolbar(parts, model, send) {
  const { reset, state, copy } = parts;
  const pause = () => reset.dispatchEvent(new CustomEvent("dlcourse-pause", { bubbles: true })); // what plays
  reset.addEventListener("click", () => {
    pause();
    send({ type: "reset" });
  });
  state.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key !== "Enter") return;
    pause();
    send({ type: "restore", text: state.value });
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
  const lock = () => {
    for (const part of [reset, state, copy]) part.disabled = model.get("locked");
  };
  lock();
  return lock;
}

function describeTo(parts, model) {
  const { canvas, help } = parts;
  const kind = model.get("draggable");
  if (!kind) {
    canvas.setAttribute("role", "img");
    return;
  }
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-roledescription", "picture with movable points");
  help.id = `dlcourse-help-${Math.random().toString(36).slice(2)}`;
  help.textContent = `Drag the ${kind}. By keyboard: N chooses the next one, arrow keys move it, with Shift finely; Escape lets go.`;
  help.hidden = false;
  canvas.setAttribute("aria-describedby", help.id);
}

// A saved notebook that was run must show its pictures when it is opened again, before any cell runs. JupyterLab only
// does so when it saves the widgets' state; otherwise it writes "model not found". It has no public call for that, so
// this turns on its own setting ("Save Widget State Automatically") for this page, where the setting is to be found.
function keepState(model) {
  const settings = model.widget_manager?._settings;
  if (settings && "saveState" in settings) settings.saveState = true;
}

function render({ model, el }) {
  keepState(model);
  const parts = build(el);
  const { canvas, stage, notice, caption, live, state } = parts;
  const send = (content) => {
    try {
      model.send(content);
    } catch {
      // a notebook opened without a kernel
    }
  };
  stage.style.maxWidth = `${model.get("width")}px`;
  stage.style.aspectRatio = `${model.get("width")} / ${model.get("height")}`;
  describeTo(parts, model);
  const lock = toolbar(parts, model, send);
  const follow = dragging(parts, model, send);
  let frames = 0;
  let idle = 0;

  function tell(text) {
    notice.textContent = text;
    notice.hidden = !text;
  }
  function show(text, stateText) {
    if (caption.textContent !== text) caption.textContent = text;
    canvas.setAttribute("aria-label", text);
    if (document.activeElement !== state || state.value === shownState) state.value = stateText;
    shownState = stateText;
  }
  // When nothing has moved for a moment: read the caption out, and keep the picture for a notebook without kernel.
  function settle() {
    live.textContent = caption.textContent;
    canvas.toBlob((blob) => {
      const reader = new FileReader();
      reader.onload = () => model.set({ still: reader.result, caption: caption.textContent, state_text: shownState });
      if (blob) reader.readAsDataURL(blob);
    });
  }
  const shown = () => el.dispatchEvent(new CustomEvent("dlcourse-shown", { bubbles: true })); // for what plays
  const paint = painter(canvas, (frame) => {
    send({ type: "painted", number: frame.number });
    frames += 1;
    follow(frame);
    show(frame.caption, frame.state);
    tell(frame.notice);
    clearTimeout(idle);
    idle = setTimeout(settle, IDLE);
    shown();
  });
  function receive(content, buffers) {
    if (content.type === "frame") paint(content, buffers[0]);
    else if (content.type === "notice") {
      tell(content.text);
      shown();
    }
  }

  let shownState = model.get("state_text");
  show(model.get("caption"), shownState);
  const picture = new Image();
  picture.onload = () => {
    if (frames > 0) return;
    canvas.width = picture.naturalWidth;
    canvas.height = picture.naturalHeight;
    canvas.getContext("2d").drawImage(picture, 0, 0);
  };
  picture.src = model.get("still");
  model.on("msg:custom", receive);
  model.on("change:locked", lock);
  const ask = () => frames === 0 && send({ type: "ready", scale: window.devicePixelRatio || 1 });
  ask();
  const again = setTimeout(ask, ASK_AGAIN);
  const nobody = setTimeout(() => {
    if (frames === 0) tell("This is the last picture. Run the cell to make it move.");
  }, NO_KERNEL);

  return () => {
    model.off("msg:custom", receive);
    model.off("change:locked", lock);
    clearTimeout(idle);
    clearTimeout(again);
    clearTimeout(nobody);
  };
}

export default { render };
