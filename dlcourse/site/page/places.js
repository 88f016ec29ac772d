// Places of experiments on a page: each loads its recording when it comes into view, and is then drawn in it.

const NEAR = "600px"; // how far below the window an experiment begins to load

globalThis.dlcourseRecorded = (name, packed) => {
  document.querySelectorAll(`[data-experiment="${CSS.escape(name)}"]`).forEach((place) => begin(place, name, packed));
};

async function begin(place, name, packed) {
  if (place.dataset.begun) return;
  place.dataset.begun = "1";
  try {
    const recording = await unpacked(packed);
    const model = makeRecordedModel(name, recording);
    const inside = document.createElement("div");
    place.append(inside);
    render({ model, el: inside });
    element("p", "dlcourse-help", inside.firstElementChild, { textContent: recording.definition.note });
    [...place.children].forEach((child) => (child.hidden = child !== inside));
  } catch (error) {
    console.error(error); // the still picture stays
  }
}

function load(place) {
  const script = document.createElement("script");
  script.src = place.dataset.recording;
  document.head.append(script);
}

function watchPlaces() {
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        watcher.unobserve(target);
        load(target);
      }
    },
    { rootMargin: NEAR },
  );
  document.querySelectorAll("[data-recording]").forEach((place) => watcher.observe(place));
}

// The pictures follow what JupyterLab says of its theme; here the page says it (sphinx: data-theme, or the system).
function followTheme() {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const tell = () => {
    const said = document.documentElement.dataset.theme;
    const dark = said === "dark" || (said !== "light" && system.matches);
    document.body.dataset.jpThemeLight = String(!dark);
  };
  tell();
  new MutationObserver(tell).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  system.addEventListener("change", tell);
}

followTheme();
watchPlaces();
