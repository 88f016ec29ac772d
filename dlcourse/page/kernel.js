function watchKernel(model, tell) { tell(""); return () => {}; }
