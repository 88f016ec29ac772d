// Play or pause, one step on, back to the start. The kernel moves the slider: this only asks for it, once a step.
// While playing, a step is asked for every interval, but at most two before they are shown: enough to keep kernel and
// browser busy at once, too few to queue up, so that every step is seen.

const UNDER_WAY = 2;
const UNANSWERED = 5000; // milliseconds without a picture before a step is asked for again
const ICONS = {
  play: "M3 1.5v11l9.5-5.5z",
  pause: "M3 2h3v10H3zM8 2h3v10H8z",
  back: "M2 2h2.5v10H2zM12.5 1.5v11L5 7z",
};

function button(parent, icon) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "dlcourse-button";
  if (icon) made.innerHTML = '<svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true"><path fill="currentColor"/></svg>';
  parent.append(made);
  return made;
}

function draw(made, icon, words) {
  made.querySelector("path").setAttribute("d", ICONS[icon]);
  made.setAttribute("aria-label", words);
  made.title = words;
}

function render({ model, el }) {
  el.classList.add("dlcourse-player");
  el.setAttribute("data-lm-suppress-shortcuts", "true"); // keys in here are not JupyterLab's
  const play = button(el, true);
  const step = button(el, false);
  const back = button(el, true);
  step.textContent = model.get("label");
  step.title = "One step on, and pause";
  draw(back, "back", model.get("start"));

  let playing = false;
  let timer = 0;
  let askedAt = 0;
  let underWay = 0; // steps asked for and not yet shown
  let root = null; // the experiment around this, once it is on the page

  const send = (type) => {
    try {
      model.send({ type });
    } catch {
      // a notebook opened without a kernel
    }
  };
  function show(now) {
    playing = now;
    underWay = 0;
    clearTimeout(timer);
    draw(play, playing ? "pause" : "play", playing ? "Pause" : "Play");
  }
  const pause = () => show(false);
  function ask(type) {
    askedAt = performance.now();
    underWay = Math.min(underWay + 1, UNDER_WAY);
    send(type);
    next();
  }
  function next() {
    const wait = underWay < UNDER_WAY ? askedAt + model.get("interval") - performance.now() : UNANSWERED;
    clearTimeout(timer);
    timer = setTimeout(ask, Math.max(0, wait), "step");
  }
  // A step is shown.
  function shown() {
    if (!playing) return;
    underWay = Math.max(underWay - 1, 0);
    next();
  }
  function listen() {
    if (root) return;
    root = el.closest(".dlcourse-experiment");
    root?.addEventListener("dlcourse-shown", shown);
    root?.addEventListener("dlcourse-pause", pause);
  }

  play.addEventListener("click", () => {
    listen();
    show(!playing);
    if (playing) ask("start");
  });
  step.addEventListener("click", () => {
    pause();
    send("step");
  });
  back.addEventListener("click", () => {
    pause();
    send("back");
  });
  function lock() {
    for (const part of [play, step, back]) part.disabled = model.get("disabled");
    if (model.get("disabled")) pause();
  }
  const receive = (content) => content.type === "pause" && pause();
  model.on("msg:custom", receive);
  model.on("change:disabled", lock);
  pause();
  lock();

  return () => {
    pause();
    root?.removeEventListener("dlcourse-shown", shown);
    root?.removeEventListener("dlcourse-pause", pause);
    model.off("msg:custom", receive);
    model.off("change:disabled", lock);
  };
}

export default { render };
