// Which tone a colour has on the present paper. Pictures are designed for white paper; on dark paper each role of the
// palette (plots/style.py) has its own tone, and any other colour keeps its hue and changes sides.

const isDark = () => document.body.dataset.jpThemeLight === "false";

const light = (colour) => colour;

function darkTones(table) {
  const known = new Map(Object.entries(table));
  const cache = new Map();
  const make = (colour, kind) => {
    const [opaque, alpha] = [colour.slice(0, 7), colour.slice(7)];
    const written = kind === "text" && (opaque === "#ffffff" || opaque === "#000000"); // on cells of an image
    if (written) return colour;
    return (known.get(opaque) ?? turned(opaque)) + alpha;
  };
  return (colour, kind) => {
    const key = colour + kind;
    if (!cache.has(key)) cache.set(key, make(colour, kind));
    return cache.get(key);
  };
}

// Light greys become dark ones and the other way round; a colour becomes as light as it was dark.
function turned(colour) {
  const [red, green, blue] = [1, 3, 5].map((place) => parseInt(colour.slice(place, place + 2), 16) / 255);
  const [high, low] = [Math.max(red, green, blue), Math.min(red, green, blue)];
  const lightness = (high + low) / 2;
  const target = 0.07 + 0.88 * (1 - lightness);
  const room = (value) => Math.min(value, 1 - value) || 1e-6;
  return (
    "#" +
    [red, green, blue]
      .map((part) => target + ((part - lightness) * room(target)) / room(lightness))
      .map((part) => Math.round(255 * Math.min(1, Math.max(0, part))).toString(16).padStart(2, "0"))
      .join("")
  );
}

// Calls `repaint` when the page changes its theme; returns what ends that.
function watchTheme(repaint) {
  const watcher = new MutationObserver(repaint);
  watcher.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  return () => watcher.disconnect();
}
