// Formulas between dollar signs, set by whatever the page has for it: JupyterLab's typesetter, or MathJax itself.

// Sets the formulas in `element` once it is on the page. Where nothing can set them, they stay as they are written.
function typeset(model, element) {
  whenOnPage(element, () => {
    const lab = model.widget_manager?.rendermime?.latexTypesetter;
    if (lab) lab.typeset(element);
    else globalThis.MathJax?.typesetPromise?.([element]);
  });
}

// A formula is scaled to the letters around it, which have a size only on the page.
function whenOnPage(element, act) {
  if (element.isConnected) return act();
  const observer = new ResizeObserver(() => {
    if (!element.isConnected) return;
    observer.disconnect();
    act();
  });
  observer.observe(element);
}
