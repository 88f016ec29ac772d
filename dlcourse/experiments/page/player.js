// Play or pause, one step on, back to the start, beside the slider that runs. The kernel moves the slider: this only
// asks for it, once a step. While playing, a step is asked for every interval, but at most two before they are shown:
// enough to keep kernel and page busy at once, too few to queue up, so that every step is seen.

const UNDER_WAY = 2;
const UNANSWERED = 5000; // milliseconds without a picture before a step is asked for again
const ICONS = {
  play: "M3 1.5v11l9.5-5.5z",
  pause: "M3 2h3v10H3zM8 2h3v10H8z",
  back: "M2 2h2.5v10H2zM12.5 1.5v11L5 7z",
};

function makePlayer(row, { interval, label, start }, last, change) {
  const box = element("div", "dlcourse-player", null);
  row.prepend(box);
  const play = iconButton(box, ICONS.play, "Play");
  const step = element("button", "dlcourse-button", box, { type: "button", textContent: label, title: "One step on, and pause" });
  const back = iconButton(box, ICONS.back, start);
  let playing = false;
  let timer = 0;
  let askedAt = 0;
  let underWay = 0; // steps asked for and not yet shown
  let position = 0;

  function set(now) {
    playing = now;
    underWay = 0;
    clearTimeout(timer);
    drawIcon(play, playing ? ICONS.pause : ICONS.play, playing ? "Pause" : "Play");
  }
  function ask(steps) {
    askedAt = performance.now();
    underWay = Math.min(underWay + 1, UNDER_WAY);
    change({ type: "step", steps });
    wait();
  }
  function wait() {
    const left = underWay < UNDER_WAY ? askedAt + interval - performance.now() : UNANSWERED;
    clearTimeout(timer);
    timer = setTimeout(() => ask(1), Math.max(0, left));
  }
  play.addEventListener("click", () => {
    set(!playing);
    if (playing) ask(position >= last ? 0 : 1);
  });
  step.addEventListener("click", () => {
    set(false);
    if (position < last) change({ type: "step", steps: 1 });
  });
  back.addEventListener("click", () => {
    set(false);
    change({ type: "step", steps: 0 });
  });
  return {
    pause: () => set(false),
    // A picture is shown, with the slider at `now`; what was under way has come down to `waiting` wishes.
    shown(now, waiting) {
      position = now;
      if (!playing) return;
      underWay = Math.min(waiting, UNDER_WAY);
      if (position + underWay >= last) underWay === 0 ? set(false) : clearTimeout(timer);
      else wait();
    },
    lock(locked) {
      for (const part of [play, step, back]) part.disabled = locked;
      if (locked) set(false);
    },
  };
}
