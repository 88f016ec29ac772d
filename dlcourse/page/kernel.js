// Does a kernel answer behind this widget? Tells so in words, from what JupyterLab and ipywidgets make public.

const KERNEL_ENDED =
  "The kernel behind this was restarted or has ended. Run the notebook again, from its first cell down to this one.";
const CONNECTION_LOST =
  "The connection to the kernel is lost. This goes on once it is back (menu Kernel, Reconnect to Kernel).";
const ENDINGS = ["restarting", "autorestarting", "terminating", "dead"];
// ipywidgets gives this class to the element of a widget that is drawn when its comm is gone already.
const DISCONNECTED = "jupyter-widgets-disconnected";

const WATCHED = Symbol.for("dlcourse.watched");

// The process behind a kernel's message: each has a name of its own. Null for what the server says in its place.
function processOf({ header, content }) {
  if (header.msg_type === "status" && ENDINGS.includes(content.execution_state)) return null;
  return header.session;
}

// The name of the process that a notebook's kernel is at present, kept for as long as the notebook is open; it changes
// when the kernel is restarted, from wherever. JupyterLab 4.6 sends what widgets say to a thread of the kernel, a
// subshell, and takes note that this is gone only when its own page restarts the kernel: after a restart from another
// page nobody would hear the new widgets, so their threads are begun anew here.
function watchProcess(session, manager) {
  if (!session?.iopubMessage) return {};
  if (session[WATCHED]) return session[WATCHED];
  const watched = (session[WATCHED] = { process: null });
  let restartedHere = false;
  session.statusChanged.connect((_, status) => (restartedHere ||= ENDINGS.includes(status)));
  session.iopubMessage.connect((_, message) => {
    const process = processOf(message);
    if (process === null || process === watched.process) return;
    const kernel = manager.kernel;
    const way = kernel?.commsOverSubshells;
    if (watched.process !== null && !restartedHere && way) {
      kernel.commsOverSubshells = "disabled";
      setTimeout(() => (kernel.commsOverSubshells = way));
    }
    restartedHere = false;
    watched.process = process;
  });
  return watched;
}

// Calls `tell(words)` now and at each change: the empty text while a kernel answers. `model` and `el` are what anywidget
// gives to `render`. Returns a function that ends the watch. Where a front end tells nothing of its kernel, the words
// stay empty.
function watchKernel(model, el, tell) {
  const manager = model.widget_manager;
  // A notebook's session outlives its kernels and has the kernel's signals; other documents have the kernel alone.
  const session = manager?.context?.sessionContext ?? manager?.kernel;
  let process = watchProcess(session, manager).process ?? null;
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
    statusChanged: (_, status) => ENDINGS.includes(status) && kernelEnded(),
    iopubMessage(_, message) {
      const now = processOf(message);
      const another = process !== null && now !== null && now !== process;
      if (another || message.header.msg_type === "shutdown_reply") kernelEnded(); // its last words reach every page
      process ??= now;
    },
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
