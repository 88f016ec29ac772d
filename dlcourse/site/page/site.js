// What every page needs beside its experiments: what scrolls can be reached by keyboard, and the theme is told.

(() => {
  // A page opened as a file may load no other page, and so not show where it holds what is searched for.
  const options = typeof DOCUMENTATION_OPTIONS === "undefined" ? {} : DOCUMENTATION_OPTIONS;
  if (location.protocol === "file:") options.SHOW_SEARCH_SUMMARY = false;

  const WIDE = "pre, .dlcourse-still, .table-wrapper, div.math, .dlcourse-site-exercise";

  // Who has no mouse scrolls with the arrow keys what is in focus.
  function reachable() {
    document.querySelectorAll(WIDE).forEach((box) => {
      if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    });
  }

  // What the theme and Markdown's tables leave unsaid to a screen reader.
  function nameParts() {
    document.querySelectorAll("th").forEach((cell) => {
      if (!cell.textContent.trim()) cell.replaceWith(document.createElement("td")); // the corner of a table is no heading
    });
    if (!document.querySelector("h1")) {
      const title = Object.assign(document.createElement("h1"), { textContent: document.title.split(" - ")[0] });
      document.querySelector("article")?.prepend(title); // the page of the search has none
    }
    document.querySelectorAll(".caption[role='heading']").forEach((caption) => caption.setAttribute("aria-level", "2"));
    const toTop = document.querySelector(".back-to-top"); // it stands beside all parts of the page, and belongs to one
    if (toTop) document.querySelector("article")?.append(toTop);
    document.querySelector("aside.sidebar-drawer")?.setAttribute("aria-label", "All pages");
    document.querySelector("aside.toc-drawer")?.setAttribute("aria-label", "On this page");
  }

  // The theme writes its choice on the body; experiments read it where Sphinx's other themes write it.
  function tellTheme() {
    document.documentElement.dataset.theme = document.body.dataset.theme ?? "auto";
  }

  document.addEventListener("DOMContentLoaded", () => {
    nameParts();
    tellTheme();
    new MutationObserver(tellTheme).observe(document.body, { attributes: true, attributeFilter: ["data-theme"] });
    reachable();
    // A picture that came, a part that was opened, a formula that was set.
    for (const event of ["load", "toggle"]) document.addEventListener(event, reachable, true);
    const watcher = new ResizeObserver(reachable);
    document.querySelectorAll(WIDE).forEach((box) => watcher.observe(box));
  });
})();
