// Does a kernel answer behind this widget? Tells so in words, from what JupyterLab and ipywidgets make public.

const KERNEL_ENDED =
  "The kernel behind this was restarted or has ended. Run the notebook again, from its first cell down to this one.";
const CONNECTION_LOST =
  "The connection to the kernel is lost. This goes on once it is back (menu Kernel, Reconnect to Kernel).";
const ENDINGS = ["restarting", "autorestarting", "terminating", "dead"];
// ipywidgets gives this class to the element of a widget that is drawn when its comm is gone already.
const DISCONNECTED = "jupyter-widgets-disconnected";

const WATCHED = Symbol.for("dlcourse.watched");

// JupyterLab 4.6 sends what widgets say to a thread of the kernel, a subshell. It takes note that the thread is gone only
// when this page itself restarts the kernel: after a restart from another page nobody would hear the new widgets. Once
// for each notebook, for as long as it is open.
function renewSubshells(session, manager) {
  if (!session?.statusChanged || session[WATCHED]) return;
  session[WATCHED] = true;
  let before = "";
  session.statusChanged.connect((_, status) => {
    const kernel = manager.kernel;
    const way = kernel?.commsOverSubshells;
    if (status === "starting" && !ENDINGS.includes(before) && way) {
      kernel.commsOverSubshells = "disabled";
      setTimeout(() => (kernel.commsOverSubshells = way));
    }
    before = status;
  });
}

// Calls `tell(words)` now and at each change: the empty text while a kernel answers. `model` and `el` are what anywidget
// gives to `render`. Returns a function that ends the watch. Where a front end tells nothing of its kernel, the words
// stay empty.
function watchKernel(model, el, tell) {
  const manager = model.widget_manager;
  // A notebook's session outlives its kernels and has the kernel's signals; other documents have the kernel alone.
  const session = manager?.context?.sessionContext ?? manager?.kernel;
  renewSubshells(session, manager);
  let ended = el.classList.contains(DISCONNECTED);
  let told = null;

  function look() {
    if (manager?.isDisposed) return; // the notebook was closed
    const lost = (manager?.kernel?.connectionStatus ?? "connected") !== "connected";
    const words = ended && session ? KERNEL_ENDED : lost ? CONNECTION_LOST : "";
    if (words !== told) tell((told = words));
  }

  // A comm never comes back: a new run makes a new widget.
  function end() {
    ended = true;
    look();
  }

  // ipywidgets itself takes note of a restart that the reader asks for, not of a kernel that crashed or was shut down.
  function kernelEnded() {
    if (!ended) manager.disconnect?.();
    end();
  }

  const slots = {
    // It starts although this page did not restart it: another page or program did.
    statusChanged: (_, status) => [...ENDINGS, "starting"].includes(status) && kernelEnded(),
    kernelChanged: (_, { oldValue }) => oldValue && kernelEnded(),
    connectionStatusChanged: look,
  };
  for (const [name, slot] of Object.entries(slots)) session?.[name]?.connect(slot);
  model.on("comm_live_update", end);
  look();
  return () => {
    for (const [name, slot] of Object.entries(slots)) session?.[name]?.disconnect(slot);
    model.off("comm_live_update", end);
  };
}
