// Paints pictures that come as numbers. What the messages hold is written down in marks.py.

const UNIT = 8; // positions for one device pixel
const GLYPH_UNIT = 800; // numbers for the size of a font, or for the side of a hatch's tile
const WIDTH_UNIT = 100; // numbers for one device pixel of a line's width
const VERTICES = { 1: 1, 2: 1, 3: 2, 4: 3, 79: 1 }; // of one step of an outline, by its code

function trace(path, at, count, runs) {
  if (!runs) {
    for (let i = 0; i < count; i += 2) i === 0 ? path.moveTo(at(0), at(1)) : path.lineTo(at(i), at(i + 1));
    return path;
  }
  let i = 0;
  for (let run = 0; run < runs.length; run += 2) {
    const code = runs[run];
    for (let left = runs[run + 1]; left > 0; left -= VERTICES[code]) {
      if (code === 1) path.moveTo(at(i), at(i + 1));
      else if (code === 2) path.lineTo(at(i), at(i + 1));
      else if (code === 3) path.quadraticCurveTo(at(i), at(i + 1), at(i + 2), at(i + 3));
      else if (code === 4) path.bezierCurveTo(at(i), at(i + 1), at(i + 2), at(i + 3), at(i + 4), at(i + 5));
      else path.closePath();
      i += 2 * VERTICES[code];
    }
  }
  return path;
}

// The colours of each kind of mark in the present theme: `tone(colour, kind)`.
function paintStroke(context, path, stroke, tone) {
  if (!stroke) return;
  const [colour, width, cap, join, dashes, offset] = stroke;
  context.strokeStyle = tone(colour, "line");
  context.lineWidth = width;
  context.lineCap = cap === "projecting" ? "square" : cap;
  context.lineJoin = join;
  context.miterLimit = 4;
  context.setLineDash(dashes ?? []);
  context.lineDashOffset = offset ?? 0;
  context.stroke(path);
}

function clipTo(context, mark) {
  if (mark.clip) {
    const [left, top, right, bottom] = mark.clip;
    context.beginPath();
    context.rect(left, top, right - left, bottom - top);
    context.clip();
  }
  if (mark.clipPath) context.clip(mark.clipPath);
}

const PAINT = {
  path(context, mark, tone, drawing) {
    for (const path of mark.paths) {
      if (mark.fill) {
        context.fillStyle = tone(mark.fill, "face");
        context.fill(path);
      }
      if (mark.hatch) {
        context.fillStyle = hatchPattern(context, mark.hatch, tone, drawing);
        context.fill(path);
      }
      paintStroke(context, path, mark.stroke, tone);
    }
  },
  lines(context, mark, tone) {
    context.lineCap = mark.cap === "projecting" ? "square" : mark.cap;
    for (let i = 0; i < mark.points.length; i += 5) {
      const [x0, y0, x1, y1, width] = mark.points.subarray(i, i + 5);
      context.strokeStyle = tone(mark.shades[i / 5], "line");
      context.lineWidth = width / WIDTH_UNIT;
      context.beginPath();
      context.moveTo(x0 / UNIT, y0 / UNIT);
      context.lineTo(x1 / UNIT, y1 / UNIT);
      context.stroke();
    }
  },
  markers(context, mark, tone) {
    for (let i = 0; i < mark.points.length; i += 2) {
      const [x, y] = [mark.points[i] / UNIT, mark.points[i + 1] / UNIT];
      context.translate(x, y);
      if (mark.fill) {
        context.fillStyle = tone(mark.fill, "face");
        context.fill(mark.path);
      }
      paintStroke(context, mark.path, mark.stroke, tone);
      context.translate(-x, -y);
    }
  },
  glyphs(context, mark, tone, drawing) {
    context.fillStyle = tone(mark.fill, "text");
    context.translate(mark.origin[0] / UNIT, mark.origin[1] / UNIT);
    if (mark.angle) context.rotate((-mark.angle * Math.PI) / 180);
    for (let i = 0; i < mark.points.length; i += 4) {
      const [number, relative, x, y] = mark.points.subarray(i, i + 4);
      const size = ((mark.size / UNIT) * relative) / 1000 / GLYPH_UNIT;
      context.save();
      context.transform(size, 0, 0, -size, x / UNIT, -y / UNIT);
      context.fill(drawing.glyphs.get(number));
      context.restore();
    }
  },
  image(context, mark, tone) {
    const [left, top, right, bottom] = mark.box.map(nearest);
    const picture = pictureOf(mark, tone);
    if (!mark.smooth) return context.drawImage(picture, left, top);
    const [columns, rows] = mark.shape;
    context.imageSmoothingEnabled = true;
    context.drawImage(picture, 0.5, 0.5, columns - 1, rows - 1, left, top, right - left, bottom - top);
  },
};

function hatchPattern(context, [number, size, colour, width], tone, drawing) {
  const tile = new OffscreenCanvas(size, size);
  const inside = tile.getContext("2d");
  const path = new Path2D();
  path.addPath(drawing.glyphs.get(number), new DOMMatrix([size / GLYPH_UNIT, 0, 0, -size / GLYPH_UNIT, 0, size]));
  inside.fillStyle = inside.strokeStyle = tone(colour, "line");
  inside.lineWidth = width;
  inside.fill(path);
  inside.stroke(path);
  return context.createPattern(tile, "repeat");
}

const nearest = (place) => Math.floor(place + 0.5);

// An image in the tones of a theme, each theme's made once: its cells where they are smoothed, else its pixels.
function pictureOf(mark, tone) {
  mark.pictures ??= {};
  return (mark.pictures[tone.theme] ??= paintCells(mark, tone));
}

function paintCells({ shape: [columns, rows], box: [left, top, right, bottom], cells, table, smooth, photograph }, tone) {
  const own = photograph ? (table ?? cells).slice() : toned(table ?? cells, tone);
  const words = new Uint32Array(own.buffer, own.byteOffset, own.length / 4);
  const colour = table ? (i) => words[cells[i]] : (i) => words[i];
  const across = smooth ? [...Array(columns).keys()] : placesOf(left, right, columns);
  const along = smooth ? [...Array(rows).keys()] : placesOf(top, bottom, rows);
  const canvas = new OffscreenCanvas(Math.max(across.length, 1), Math.max(along.length, 1));
  const data = new ImageData(canvas.width, canvas.height);
  const pixels = new Uint32Array(data.data.buffer);
  along.forEach((row, y) => across.forEach((column, x) => (pixels[y * across.length + x] = colour(row * columns + column))));
  canvas.getContext("2d").putImageData(data, 0, 0);
  return canvas;
}

// For each pixel from `low` to `high` the cell that it shows: a cell begins at the pixel nearest to its edge.
function placesOf(low, high, count) {
  const places = [];
  for (let cell = 0; cell < count; cell += 1) {
    const ends = nearest(low + ((cell + 1) * (high - low)) / count) - nearest(low);
    while (places.length < ends) places.push(cell);
  }
  return places;
}

// Red, green, blue and alpha of some colours, one after the other, in the tones of a theme.
function toned(colours, tone) {
  const copy = colours.slice();
  if (tone.theme === "light") return copy;
  for (let i = 0; i < copy.length; i += 4) copy.set(tone.parts([copy[i], copy[i + 1], copy[i + 2]]), i);
  return copy;
}

// A drawing: takes messages with `apply`, and paints itself on a canvas with `paint`.
class Drawing {
  constructor() {
    this.begin({ size: [0, 0], pixels: [0, 0] });
  }

  begin({ size, pixels }) {
    this.size = size;
    this.pixels = pixels;
    this.glyphs = new Map();
    this.background = new Map();
    this.marks = new Map();
    this.order = [];
    this.kept = null; // the background as it was last painted, and in which tones
  }

  apply(message, [numbers, pixels]) {
    const values = numbers instanceof Int16Array ? numbers : new Int16Array(bytesOf(numbers).slice().buffer);
    const bytes = bytesOf(pixels);
    if (message.scene) this.begin(message.scene);
    for (const [number, [runs, corners]] of Object.entries(message.glyphs ?? {})) {
      this.glyphs.set(Number(number), trace(new Path2D(), (i) => corners[i], corners.length, runs));
    }
    for (const [part, marks] of message.background ?? []) {
      this.background.set(part, marks.map((mark) => prepare(mark, values, bytes)));
      this.kept = null;
    }
    if (message.order) this.order = message.order;
    for (const [number, marks] of message.marks ?? []) {
      this.marks.set(number, marks.map((mark) => prepare(mark, values, bytes)));
    }
  }

  paint(canvas, tone) {
    const [width, height] = this.pixels;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    if (this.kept?.tone !== tone) this.kept = { tone, canvas: this.paintBackground(width, height, tone) };
    const context = canvas.getContext("2d", { alpha: false });
    context.drawImage(this.kept.canvas, 0, 0);
    for (const number of this.order) this.paintMarks(context, this.marks.get(number) ?? [], tone);
  }

  paintBackground(width, height, tone) {
    const canvas = new OffscreenCanvas(Math.max(width, 1), Math.max(height, 1));
    const context = canvas.getContext("2d");
    for (const part of [...this.background.keys()].sort((a, b) => a - b)) {
      this.paintMarks(context, this.background.get(part), tone);
    }
    return canvas;
  }

  paintMarks(context, marks, tone) {
    for (const mark of marks) {
      context.save();
      clipTo(context, mark);
      PAINT[mark.kind](context, mark, tone, this);
      context.restore();
    }
  }
}

// Colours (red, green, blue, alpha, one after the other) as "#rrggbbaa", or "#rrggbb" where they are opaque.
function shadesOf(table) {
  const digits = (byte) => byte.toString(16).padStart(2, "0");
  const shades = [];
  for (let i = 0; i < table.length; i += 4) {
    const parts = [...table.subarray(i, i + (table[i + 3] === 255 ? 3 : 4))];
    shades.push("#" + parts.map(digits).join(""));
  }
  return shades;
}

function bytesOf(block) {
  if (!block) return new Uint8Array();
  return block instanceof ArrayBuffer ? new Uint8Array(block) : new Uint8Array(block.buffer, block.byteOffset, block.byteLength);
}

function prepare(mark, values, bytes) {
  const outline = ([start, count, runs]) => trace(new Path2D(), (i) => values[start + i] / UNIT, count, runs);
  if (mark.outlines) mark.paths = mark.outlines.map(outline);
  if (mark.shape && mark.kind === "markers") mark.path = outline(mark.shape);
  if (mark.at) mark.points = values.subarray(mark.at[0], mark.at[0] + mark.at[1]);
  if (mark.clip_outline) mark.clipPath = outline(mark.clip_outline);
  const block = ([start, length]) => bytes.subarray(start, start + length);
  if (mark.pixels) mark.cells = block(mark.pixels);
  if (mark.colours) mark.table = block(mark.colours);
  if (mark.kind === "lines") mark.shades = shadesOf(mark.table);
  return mark;
}
