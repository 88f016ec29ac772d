// An experiment without a kernel: what `render` asks of its model is answered from recorded states.

const PHONE_BELOW = 0.7; // of the designed width: a narrower page gets the layout for phones
const KEPT = "dlcourse.predictions"; // in the browser's storage: experiment -> the choice, -1 for skipped
const OTHER = 100; // how much farther a state is that differs in a menu, or in the control that was moved

// What packing.py has packed: `marks` and `frames` of each layout as marks.js wants them, and the blocks that they name.
async function unpacked(text) {
  const packed = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const recording = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const count = recording.arrays.flatMap(([, sizes]) => sizes).reduce((sum, size) => sum + size, 0);
  const middle = 4 + length + 2 * count;
  recording.blocks = [summed(bytes.subarray(4 + length, middle), recording.arrays), bytes.slice(middle)];
  const resolve = resolver(recording);
  for (const layout of recording.layouts) {
    layout.marks = layout.marks.map(([look, ...values]) => {
      const [attributes, names] = recording.looks[look];
      const own = names.map((name, place) => [name, resolve(name, attributes.kind, values[place])]);
      return { ...attributes, ...Object.fromEntries(own) };
    });
    layout.frames = wholeFrames(layout.frames);
  }
  return recording;
}

// Numbers from their differences to the one above in a column; their low bytes all stand before the high ones.
function summed(bytes, arrays) {
  const count = bytes.length / 2;
  const values = new Int16Array(count);
  let start = 0;
  for (const [columns, sizes] of arrays) {
    for (const size of sizes) {
      const rows = size / columns;
      for (let i = 0; i < size; i += 1) {
        const [row, column] = [i % rows, Math.floor(i / rows)];
        const here = start + row * columns + column;
        values[here] = (bytes[start + i] | (bytes[count + start + i] << 8)) + (row ? values[here - columns] : 0);
      }
      start += size;
    }
  }
  return values;
}

// Things that are named by 0, the next one, or by their number and 1.
function named() {
  let next = 0;
  return (name) => (name === 0 ? next++ : name - 1);
}

// The range [start, count] of the block of numbers, or of pixels, that a value of a mark names.
function resolver({ arrays, pieces }) {
  let start = 0;
  const ranges = (sizes) => sizes.map((size) => [(start += size) - size, size]);
  const kinds = new Map(arrays.map(([columns, sizes]) => [columns, { ranges: ranges(sizes), number: named() }]));
  start = 0;
  const pixels = { ranges: ranges(pieces), number: named() };
  const range = (kind, name) => kind.ranges[kind.number(name)];
  const outline = ([name, ...runs]) => (runs.length ? [...range(kinds.get(2), name), runs] : range(kinds.get(2), name));
  const columns = { glyphs: 4, lines: 5, markers: 2 };
  return (name, kind, value) => {
    if (name === "outlines") return value.map(outline);
    if (name === "shape" || name === "clip_outline") return outline(value);
    if (name === "at") return range(kinds.get(columns[kind]), value);
    if (name === "pixels" || name === "colours") return range(pixels, value);
    return value;
  };
}

// Frames with all parts and all artists, from what changes between them.
function wholeFrames(changes) {
  const number = named();
  const [parts, artists] = [new Map(), new Map()];
  let order = [];
  return changes.map(([changedParts, changedArtists, newOrder]) => {
    changedParts.forEach(([part, ...marks]) => parts.set(part, marks.map(number)));
    changedArtists.forEach(([artist, ...marks]) => artists.set(artist, marks.map(number)));
    order = newOrder ?? order;
    return { background: [...parts], marks: order.map((artist) => [artist, artists.get(artist)]) };
  });
}

function remembered() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? {};
  } catch {
    return {}; // a page that may store nothing, or something that is not ours
  }
}

function remember(name, choice) {
  const all = remembered();
  if (choice === null) delete all[name];
  else all[name] = choice;
  try {
    localStorage.setItem(KEPT, JSON.stringify(all));
  } catch {
    // then it is asked again the next time
  }
}

// The model of one experiment from its recording; `definition` as the widget has it, and what its prediction says.
function makeRecordedModel(name, { definition, stops, states, layouts, glyphs, blocks }) {
  const moving = definition.controls.filter((control) => control.name in stops).map((control) => control.name);
  const names = Object.keys(stops);
  const prediction = definition.prediction;
  const index = new Map(states.map(([places], number) => [places.join(), number]));
  let tell = () => {};
  let chosen = remembered()[name] ?? null;
  let now = 0; // the state that is shown
  let layout = null;
  let shownMarks = new Map();
  let shownParts = new Map();
  let asked = 0;
  let pictures = 0;

  const isLocked = () => Boolean(prediction) && chosen === null;

  function nearest(wanted, moved) {
    const exact = index.get(wanted.join());
    if (exact !== undefined) return exact;
    const far = (places) =>
      places.reduce((sum, place, control) => {
        const reach = Math.max(1, Math.max(...states.map(([other]) => other[control])));
        const slides = stops[names[control]].length > 0;
        const distance = slides ? Math.abs(place - wanted[control]) / reach : Number(place !== wanted[control]);
        return sum + distance * (control === moved ? OTHER : 1);
      }, 0);
    let [best, least] = [0, Infinity];
    states.forEach(([places], number) => {
      const distance = far(places);
      if (distance < least) [best, least] = [number, distance];
    });
    return best;
  }

  // Only what the page does not have yet.
  function drawingOf(frame) {
    const drawing = {};
    const marks = (ids) => ids.map((id) => layout.marks[id]);
    const changed = (known, pairs) => {
      const news = pairs.filter(([number, ids]) => known.get(number) !== ids.join());
      pairs.forEach(([number, ids]) => known.set(number, ids.join()));
      return news.map(([number, ids]) => [number, marks(ids)]);
    };
    if (!shownParts.size) Object.assign(drawing, { scene: layout.scene, glyphs });
    const background = changed(shownParts, frame.background);
    if (background.length) drawing.background = background;
    drawing.order = frame.marks.map(([artist]) => artist);
    drawing.marks = changed(shownMarks, frame.marks);
    return drawing;
  }

  function show(notice = "") {
    if (!layout) return;
    const locked = isLocked();
    const [places, caption, state] = states[now];
    const frame = layout.frames[locked ? states.length : now];
    const controls = {};
    moving.forEach((control) => {
      const place = places[names.indexOf(control)];
      const texts = stops[control];
      const kind = definition.controls.find((each) => each.name === control).kind;
      controls[control] = texts.length ? [place, texts[place][0]] : kind === "toggle" ? place === 1 : place;
    });
    pictures += 1;
    const content = {
      type: "frame", number: pictures, asked, notice, controls, points: [], sheet: [],
      state: locked ? "" : state, caption: locked ? "" : caption, drawing: drawingOf(frame),
      prediction: prediction ? told() : null,
    };
    tell(content, blocks);
  }

  function told() {
    const content = { chosen, required: true };
    if (chosen !== null) content.outcome = prediction.outcomes[chosen < 0 ? prediction.choices.length : chosen];
    return content;
  }

  function choose(choice) {
    chosen = choice;
    remember(name, choice);
    show();
  }

  function fit(room) {
    const wanted = layouts[room < PHONE_BELOW * layouts[0].scene.size[0] ? layouts.length - 1 : 0];
    if (wanted === layout) return false;
    layout = wanted;
    return true;
  }

  function go(wanted, moved) {
    now = nearest(wanted, moved);
    const back = states[now][0].some((place, control) => place !== wanted[control]);
    show(back ? "This page holds a part of all settings: another control went back. In JupyterLab each is there." : "");
  }

  function move(content) {
    const places = [...states[now][0]];
    const control = names.indexOf(content.name);
    if (content.type === "set") places[control] = Number(content.value);
    else if (content.type === "type") places[control] = stopNear(content);
    else if (content.type === "step") {
      const played = names.indexOf(definition.play.slider);
      const last = stops[definition.play.slider].length - 1;
      places[played] = content.steps === 0 ? 0 : Math.min(last, Math.max(0, places[played] + content.steps));
      return go(places, played);
    }
    return go(places, control);
  }

  // The stop nearest to a typed number; JavaScript reads decimal points only, readers also type a comma or a true minus.
  function stopNear({ name: control, text }) {
    const number = Number(text.trim().replace(",", ".").replace("−", "-"));
    if (text.trim() === "" || Number.isNaN(number)) throw new Error(`“${text}” is no number.`);
    const distances = stops[control].map(([, value]) => Math.abs(value - number));
    return distances.indexOf(Math.min(...distances));
  }

  function restore(text) {
    const found = states.findIndex(([, , state]) => state === text.trim());
    if (found < 0) throw new Error("This page has not recorded that state. In JupyterLab it can be restored.");
    now = found;
    show();
  }

  function receive(content) {
    asked = Math.max(asked, content.asked ?? 0);
    if (content.type === "painted") return;
    if (content.type === "ready" || content.type === "room") {
      const changed = fit(content.room);
      if (changed || content.type === "ready") [shownMarks, shownParts] = [new Map(), new Map()];
      if (changed || content.type === "ready") show();
    } else if (content.type === "choose") choose(content.index);
    else if (content.type === "ask again") choose(null);
    else if (content.type === "reset") [now] = [0], show();
    else if (content.type === "restore") restore(content.text);
    else move(content);
  }

  return {
    get: (what) => (what === "definition" ? JSON.stringify(definition) : undefined),
    on(event, listener) {
      if (event === "msg:custom") tell = listener;
    },
    off() {},
    send(content) {
      // Later, as from a kernel: what sends is finished first.
      queueMicrotask(() => {
        try {
          receive(content);
        } catch (error) {
          tell({ type: "notice", text: error.message, asked }, []);
        }
      });
    },
  };
}
