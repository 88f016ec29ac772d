// Which tone a colour has on the present paper. Pictures are designed for white paper. On dark paper the lightness of
// everything is turned round, images too (but photographs), so that what stood out still does; each role of the palette
// (plots/style.py) has a tone of its own there.

const PAPER = { light: [255, 255, 255], dark: [17, 17, 17] };
const LEGIBLE = 4.5; // contrast of writing with the paper (WCAG 2.2, 1.4.3)

const isDark = () => document.body.dataset.jpThemeLight === "false";
const parse = (colour) => [1, 3, 5].map((place) => parseInt(colour.slice(place, place + 2), 16));
const write = (parts) => "#" + parts.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("");
const luminance = (parts) => {
  const [red, green, blue] = parts.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
const contrast = (a, b) => {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
};
const isGrey = (parts) => Math.max(...parts) - Math.min(...parts) < 12;

// Light greys become dark ones and the other way round; a colour keeps its hue and becomes as light as it was dark.
function turned(parts) {
  const lightness = (Math.max(...parts) + Math.min(...parts)) / 2;
  const target = 17 + (1 - lightness / 255) * 224;
  const room = (value) => Math.max(Math.min(value, 255 - value), 1e-6);
  const factor = Math.min(room(target) / room(lightness), 1.5);
  return parts.map((part) => Math.min(255, Math.max(0, target + (part - lightness) * factor)));
}

// A colour of writing, moved away from the paper until it can be read. Greys may stand on the cells of an image.
function legible(parts, paper) {
  if (isGrey(parts)) return parts;
  const goal = paper === PAPER.light ? 0 : 255;
  let now = parts;
  for (let step = 1; step <= 20 && contrast(now, paper) < LEGIBLE; step += 1) {
    now = parts.map((part) => part + ((goal - part) * step) / 20);
  }
  return now;
}

// The tones of a theme: `tone(colour, kind)` for marks, `tone.parts` for the cells of an image, `tone.name`.
function makeTones(theme, table) {
  const known = new Map(Object.entries(table).map(([colour, tone]) => [colour, parse(tone)]));
  const cache = new Map();
  const parts = theme === "dark" ? turned : (colour) => colour;
  const make = (colour, kind) => {
    const own = parse(colour);
    const there = theme === "dark" ? (known.get(colour.slice(0, 7)) ?? turned(own)) : own;
    return write(kind === "text" ? legible(there, PAPER[theme]) : there) + colour.slice(7);
  };
  const tone = (colour, kind) => {
    const key = colour + kind;
    if (!cache.has(key)) cache.set(key, make(colour, kind));
    return cache.get(key);
  };
  return Object.assign(tone, { parts, theme });
}

// Calls `repaint` when the page changes its theme; returns what ends that.
function watchTheme(repaint) {
  const watcher = new MutationObserver(repaint);
  watcher.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  return () => watcher.disconnect();
}
