// Points in the picture that a pointer or keys move. `points` are fractions of the picture, y downwards: right at any
// size on the screen.

const HIT = { mouse: 15, pen: 18, touch: 26 }; // CSS pixels around a point that still count as touching it
const ANSWER_TIME = 400; // milliseconds after which a pointer message is sent without waiting for the answer
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

function makePoints({ canvas, ring }, isLocked, change) {
  let points = [];
  let chosen = -1;
  let held = null; // { dx, dy } while a point is dragged
  let wanted = null; // newest position not yet sent
  let waiting = 0; // wishes of any kind that the kernel has not fulfilled
  let sentAt = 0;

  const enabled = () => points.length > 0 && !isLocked();
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
  function flush(now = performance.now()) {
    if (!wanted || (waiting > 0 && now - sentAt < ANSWER_TIME)) return;
    sentAt = now;
    change({ type: "drag", index: chosen, x: wanted[0], y: wanted[1] });
    waiting += 1;
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
    waiting = 0; // the last position goes out at once
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
  canvas.addEventListener("keydown", (event) => {
    if (!enabled() || event.ctrlKey || event.altKey || event.metaKey) return;
    const count = points.length;
    if (event.key === "n") choose((chosen + 1) % count);
    else if (event.key === "N") choose((Math.max(chosen, 0) + count - 1) % count);
    else if (event.key === "Escape") choose(-1);
    else if (ARROWS[event.key]) {
      if (chosen < 0) choose(0);
      const [dx, dy] = ARROWS[event.key];
      change({ type: "nudge", index: chosen, dx, dy, fine: event.shiftKey });
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  canvas.addEventListener("blur", () => choose(-1));
  return (places, stillWaiting) => {
    points = places;
    waiting = stillWaiting;
    choose(Math.min(chosen, points.length - 1));
    flush();
  };
}

// What a screen reader is told about the canvas, and how points are moved by keyboard.
function describePoints({ canvas, help }, kind) {
  if (!kind) {
    canvas.setAttribute("role", "img");
    return;
  }
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-roledescription", "picture with movable points");
  help.id = newId("help");
  help.textContent = `Drag the ${kind}. By keyboard: N chooses the next one, arrow keys move it, with Shift finely; Escape lets go.`;
  help.hidden = false;
  canvas.setAttribute("aria-describedby", help.id);
}
