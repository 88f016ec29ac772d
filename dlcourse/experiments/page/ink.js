// A sheet in the picture that the reader draws on. Ink appears under the pen at once: a line is painted here as it
// grows. The kernel is told of it meanwhile, and answers with pictures that have it; then it is no longer painted here.

const LAST = 99; // the largest x and y of a point
const ASIDE = 0.4; // units that a line may lie aside of where the pen went: fewer points, the same look
const NEXT = 0.4; // units that a pen has to go for another point
const PEN_STEP = 5; // units of an arrow key, 1 with Shift

function makeInk({ stage, help, live }, { name, label, pen, colour }, isLocked, tone, change) {
  const across = LAST + pen; // units: the sheet has a rim of half a line around its points
  const sheet = element("canvas", "dlcourse-ink", stage, { tabIndex: 0 });
  const ring = element("div", "dlcourse-ring", stage, { hidden: true });
  let corners = null; // where the points (0, 0) and (99, 99) lie, in fractions of the picture
  let lines = []; // those that are not yet in the kernel's picture
  let line = null; // the one that is being drawn
  let pointer = null; // the pointer that draws it; null where keys do
  let told = false; // whether the kernel has heard of it
  let unsent = false; // whether it has grown since then
  let waiting = 0; // wishes of any kind that the kernel has not fulfilled
  let sentAt = 0;
  let tip = [50, 50]; // where the arrow keys have the pen

  function paint() {
    const { width, height } = sheet.getBoundingClientRect();
    const scale = window.devicePixelRatio || 1;
    const size = { width: Math.round(width * scale), height: Math.round(height * scale) };
    if (sheet.width !== size.width || sheet.height !== size.height) Object.assign(sheet, size);
    const context = sheet.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, sheet.width, sheet.height);
    context.setTransform(sheet.width / across, 0, 0, sheet.height / across, 0, 0);
    context.translate(pen / 2, pen / 2);
    Object.assign(context, { lineWidth: pen, lineCap: "round", lineJoin: "round", strokeStyle: tone(colour) });
    for (const [first, ...others] of lines) {
      context.beginPath();
      context.moveTo(...first);
      for (const point of others.length ? others : [[first[0] + 0.1, first[1]]]) context.lineTo(...point);
      context.stroke();
    }
  }
  function flush(now = performance.now()) {
    if (!unsent || (waiting > 0 && now - sentAt < ANSWER_TIME)) return;
    sentAt = now;
    unsent = false;
    change({ type: "set", name, value: [told, ...thinned(lines.at(-1)).flat()] });
    told = true;
    waiting += 1;
  }
  function begin(point) {
    line = [point];
    lines.push(line);
    told = false;
    unsent = true;
    paint();
    flush();
  }
  function goTo(point) {
    const [x, y] = line.at(-1);
    if (Math.hypot(point[0] - x, point[1] - y) < NEXT) return;
    line.push(point);
    unsent = true;
  }
  function lift() {
    const shown = !unsent && waiting === 0; // the kernel has shown all of the line: no picture follows
    line = pointer = null;
    if (shown) lines = [];
    waiting = 0; // the end of the line goes out at once
    paint();
    flush();
    ring.classList.remove("dlcourse-down");
  }
  const at = ({ clientX, clientY }) => {
    const box = sheet.getBoundingClientRect();
    const place = (share) => Math.min(LAST, Math.max(0, share * across - pen / 2));
    return [place((clientX - box.left) / box.width), place((clientY - box.top) / box.height)];
  };

  sheet.addEventListener("pointerdown", (event) => {
    if (isLocked() || event.button !== 0 || pointer !== null) return;
    if (line) lift();
    ring.hidden = true;
    pointer = event.pointerId;
    sheet.setPointerCapture(pointer);
    begin(at(event));
  });
  sheet.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pointer || !line) return;
    const all = event.getCoalescedEvents?.() ?? [];
    for (const each of all.length ? all : [event]) goTo(at(each));
    paint();
    flush();
  });
  for (const end of ["pointerup", "pointercancel"]) {
    sheet.addEventListener(end, (event) => event.pointerId === pointer && (line ? lift() : (pointer = null)));
  }
  sheet.addEventListener("contextmenu", (event) => line && event.preventDefault()); // a long touch is a line, too

  function showTip() {
    const place = (k) => corners[k] + (tip[k] / LAST) * (corners[k + 2] - corners[k]);
    ring.style.left = `${100 * place(0)}%`;
    ring.style.top = `${100 * place(1)}%`;
    ring.hidden = false;
    ring.classList.toggle("dlcourse-down", Boolean(line));
    live.textContent = `Pen ${line ? "down" : "up"}, x ${tip[0]}, y ${tip[1]}`;
  }
  function press({ key, shiftKey, ctrlKey, metaKey, altKey }) {
    const takesBack = key === "Backspace" || ((ctrlKey || metaKey) && key === "z");
    if (takesBack || key === "Delete") {
      if (line) lift(); // what is drawn next is another line
      change({ type: "set", name, value: takesBack ? "undo" : "clear" });
      return true;
    }
    if (ctrlKey || metaKey || altKey) return false;
    if (ARROWS[key]) {
      const [x, up] = ARROWS[key];
      const step = shiftKey ? 1 : PEN_STEP;
      tip = [tip[0] + step * x, tip[1] - step * up].map((place) => Math.min(LAST, Math.max(0, place)));
      if (line) goTo(tip);
      paint();
      flush();
    } else if (key === " ") line ? lift() : begin(tip);
    else if (key === "Escape" && line) lift();
    else return false;
    showTip();
    return true;
  }
  sheet.addEventListener("keydown", (event) => {
    if (isLocked() || !corners || pointer !== null || event.key === "Tab" || !press(event)) return;
    event.preventDefault();
    event.stopPropagation();
  });
  sheet.addEventListener("blur", () => {
    if (line && pointer === null) lift();
    ring.hidden = true;
  });

  describeInk(sheet, help, label);
  return {
    paint,
    lock: (locked) => (sheet.tabIndex = locked ? -1 : 0),
    // A picture came: where the sheet lies in it, and how many wishes are still open.
    follow(places, stillWaiting) {
      corners = places;
      const [left, top, right, bottom] = places;
      const [x, y] = [(right - left) / LAST, (bottom - top) / LAST];
      Object.assign(sheet.style, {
        left: `${100 * (left - (x * pen) / 2)}%`,
        top: `${100 * (top - (y * pen) / 2)}%`,
        width: `${100 * x * across}%`,
        height: `${100 * y * across}%`,
      });
      waiting = stillWaiting;
      if (!line && !unsent && waiting === 0) lines = [];
      paint();
      flush();
    },
    // The kernel has no room for the line: what it has of it stands in its picture.
    refuse() {
      lines = [];
      line = null;
      unsent = false;
      waiting = 0;
      ring.classList.remove("dlcourse-down");
      paint();
    },
  };
}

function describeInk(sheet, help, label) {
  sheet.setAttribute("role", "application");
  sheet.setAttribute("aria-roledescription", "sheet to draw on");
  sheet.setAttribute("aria-label", label);
  help.id ||= newId("help");
  const words =
    "Draw on the sheet with the mouse, a finger or a pen. By keyboard: arrow keys move the pen, with Shift finely; " +
    "Space sets it down and lifts it; Backspace takes back the last stroke, Delete all of them.";
  help.textContent = [help.textContent, words].filter(Boolean).join(" ");
  help.hidden = false;
  sheet.setAttribute("aria-describedby", help.id);
}

// The corners of a line, in whole numbers, that lead along its points with at most ASIDE between (Ramer 1972; Douglas
// and Peucker 1973).
function thinned(points) {
  const kept = new Set([0, points.length - 1]);
  const open = [[0, points.length - 1]];
  while (open.length) {
    const [from, to] = open.pop();
    let [farthest, distance] = [-1, ASIDE];
    for (let k = from + 1; k < to; k += 1) {
      const aside = distanceTo(points[k], points[from], points[to]);
      if (aside > distance) [farthest, distance] = [k, aside];
    }
    if (farthest < 0) continue;
    kept.add(farthest);
    open.push([from, farthest], [farthest, to]);
  }
  const corners = [...kept].sort((a, b) => a - b).map((k) => points[k].map(Math.round));
  return corners.filter(([x, y], k) => k === 0 || x !== corners[k - 1][0] || y !== corners[k - 1][1]);
}

function distanceTo([x, y], [left, top], [right, bottom]) {
  const [dx, dy] = [right - left, bottom - top];
  const along = ((x - left) * dx + (y - top) * dy) / (dx * dx + dy * dy || 1);
  const share = Math.min(1, Math.max(0, along));
  return Math.hypot(x - left - share * dx, y - top - share * dy);
}
