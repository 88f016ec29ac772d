// Pictures in outputs get the alternative text that is stored beside them, which JupyterLab itself ignores.
//
// JupyterLab loads this file as a prebuilt extension. It is short enough to be written by hand in the form that a
// bundler would give it: `init` receives the packages that JupyterLab shares, `get` gives the extension's one module.

(() => {
  const TYPE = "image/png";
  let shared;

  // A package that JupyterLab shares, in the only version that there is of it.
  const load = async (name) => (await Object.values(shared[name])[0].get())();

  // What draws pictures now goes on drawing them; afterwards the text is added.
  function createRenderer(factory, options) {
    const renderer = factory.createRenderer(options);
    const render = renderer.renderModel.bind(renderer);
    renderer.renderModel = async (model) => {
      await render(model);
      const text = model.metadata[TYPE]?.alt;
      const image = renderer.node.querySelector("img");
      if (text && image) image.alt = text;
    };
    return renderer;
  }

  function activate(_app, registry) {
    const factory = registry.getFactory(TYPE);
    const withText = { ...factory, mimeTypes: [TYPE], createRenderer: (options) => createRenderer(factory, options) };
    registry.addFactory(withText, registry.getRank(TYPE));
  }

  async function plugin() {
    const { IRenderMimeRegistry } = await load("@jupyterlab/rendermime");
    const description = "Pictures in outputs get the alternative text that is stored beside them.";
    return { id: "dlcourse:alternative-texts", description, autoStart: true, requires: [IRenderMimeRegistry], activate };
  }

  globalThis._JUPYTERLAB ??= {};
  globalThis._JUPYTERLAB.dlcourse = {
    init: (scope) => {
      shared = scope;
    },
    get: async (module) => {
      if (module !== "./extension") throw new Error(`dlcourse has no module ${module}.`);
      const made = await plugin();
      return () => made;
    },
  };
})();
