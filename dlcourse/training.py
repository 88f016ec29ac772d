"""Training: one loop for the networks of this course and for those of PyTorch, with checkpoints and early stopping."""

import math
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from dlcourse import checkpoints, settings
from dlcourse.errors import CourseError
from dlcourse.history import DivergenceError, History, diverged
from dlcourse.validation import check_count

__all__ = ["DivergenceError", "History", "fit"]

Step = Callable[[Any, Any], float]
Batches = Callable[[], Iterable[Any]]
Validate = Callable[[], Mapping[str, float]]


def fit(
    step: Step,
    batches: Batches,
    *,
    epochs: int,
    validate: Validate | None = None,
    patience: int | None = None,
    parts: Iterable[Any] = (),
    checkpoint: str | Path | None = None,
    progress: bool = True,
) -> History:
    """Trains for ``epochs`` passes through the data, and returns the losses after each: a History of epochs.

    ``step(inputs, labels)`` updates the network once and returns the mean loss of its mini-batch; ``batches()`` gives
    an epoch's mini-batches, each with ``inputs`` and ``labels``, or a pair of both. The mean over an epoch's examples
    is recorded as "training". ``validate()``, called after each epoch, returns what else to record, by name.

    ``parts``: all that changes in training: network, optimizer, and the generators that shuffle and drop. ``patience``:
    stop after so many epochs without a "validation" below all before, and put the parts back to the epoch where it was
    lowest. ``checkpoint``: the path of a .safetensors file, written after each epoch. Where the file exists, training
    goes on after the epochs in it, with the same numbers as if it had never stopped; ``epochs`` counts those too. An
    interrupt (KeyboardInterrupt) passes through, and loses no finished epoch.

    Raises DivergenceError when a loss is not finite or has grown a million times over; CourseError when the checkpoint
    is damaged, belongs to another training, or cannot be written; TypeError or ValueError for what does not fit.
    """
    check_count(epochs, "epochs")
    run = _Run(list(parts), patience, None if checkpoint is None else Path(checkpoint))
    run.begin(progress)
    with _progress_bar(epochs, len(run.history), progress) as bar:
        while len(run.history) < epochs and not run.is_over():
            try:
                training = _one_epoch(step, batches, run.history)
                run.record({"training": training}, validate)
            except KeyboardInterrupt:
                print(run.interrupted(epochs))
                raise
            except DivergenceError as error:
                run.explain(error)
                raise
            bar.set_postfix({name: f"{values[-1]:.3g}" for name, values in run.history.losses.items()}, refresh=False)
            bar.update()
    run.put_best_back()
    return run.history


def _one_epoch(step: Step, batches: Batches, history: History) -> float:
    """One step a mini-batch; the mean loss over the examples, each as it was before the step that it took part in."""
    if not callable(batches):
        raise TypeError(
            "batches: expected a function that gives the mini-batches of one epoch, such as "
            f"lambda: datasets.batches(part, 64, generator), received {type(batches).__name__}."
        )
    total, examples, first = 0.0, 0, history.losses.get("training", [])[:1]
    for batch in batches():
        inputs, labels = (batch.inputs, batch.labels) if hasattr(batch, "inputs") else batch
        loss = _number(step(inputs, labels))
        first = first or [loss]
        if diverged([*first, loss]):
            raise DivergenceError(len(history) + 1, None, history)
        total, examples = total + loss * len(labels), examples + len(labels)
    if not examples:
        raise ValueError(
            f"batches: in epoch {len(history) + 1} there was no mini-batch. It is called once an epoch, and has to "
            "begin anew each time: lambda: datasets.batches(part, 64, generator)."
        )
    return total / examples


def _number(loss: Any) -> float:
    """What a step returned, as a float. Raises TypeError when it is not one number."""
    try:
        return float(loss)
    except (TypeError, ValueError, RuntimeError) as error:
        raise TypeError(
            f"step: expected the mean loss of the mini-batch, one number, received {type(loss).__name__}. Does the "
            "function end with `return loss.item()`?"
        ) from error


@dataclass
class _Run:
    """What ``fit`` keeps from epoch to epoch."""

    parts: list[Any]
    patience: int | None
    checkpoint: Path | None
    history: History = field(default_factory=lambda: History(unit="epoch"))
    best: list[Any] | None = None  # the parts' states where the validation loss was lowest

    def begin(self, progress: bool) -> None:
        """Checks what was given, and takes the state from the checkpoint where there is one."""
        if self.patience is not None:
            check_count(self.patience, "patience")
            if not self.parts:
                raise ValueError("patience: the best state is put back, so parts has to hold the network.")
        checkpoints.states_of(self.parts)
        if self.checkpoint is None:
            return
        if not self.parts:
            raise ValueError("checkpoint: it keeps the parts, so parts has to hold the network and the optimizer.")
        checkpoints.check_writable(self.checkpoint)
        if self.checkpoint.exists():
            self._resume(self.checkpoint)
            if progress:
                print(f"{self.checkpoint.name} holds {_epochs(len(self.history))}: training goes on after them.")

    def _resume(self, path: Path) -> None:
        content, before = checkpoints.load(path), checkpoints.states_of(self.parts)
        try:
            if content["kinds"] != self._kinds():
                raise ValueError(f"it was written with {_listed(content['kinds'])}, here are {_listed(self._kinds())}")
            if self.patience is not None and content["best"] is None:
                raise ValueError("it was written without patience, so its best state is not known")
            checkpoints.put_back(self.parts, content["parts"])
        except Exception as error:  # what a network says of a foreign state is an error of any kind
            checkpoints.put_back(self.parts, before)
            raise CourseError(
                f"The checkpoint {path} belongs to another training: {checkpoints.reason(error)}. Nothing was taken "
                "from it. Give this training another path, or delete the file to begin anew."
            ) from error
        self.history.losses.update(content["losses"])
        self.best = content["best"] if self.patience is not None else None

    def record(self, losses: Mapping[str, float], validate: Validate | None) -> None:
        """Ends an epoch: notes its losses, keeps the best state and writes the checkpoint."""
        measured = dict(validate()) if validate is not None else {}
        if "training" in measured:
            raise ValueError('validate: "training" is the name of the loss that fit itself records: take another.')
        if self.patience is not None and "validation" not in measured:
            raise ValueError('patience: it looks at the loss "validation", so validate() has to return one.')
        if not math.isfinite(measured.get("validation", 0.0)):
            raise DivergenceError(len(self.history) + 1, None, self.history)
        self.history.record(**losses, **measured)
        try:
            self._keep()
        except KeyboardInterrupt:  # this epoch is finished, and is kept too
            self._keep()
            raise

    def _keep(self) -> None:
        if self.patience is not None and self._since_best() == 0:
            self.best = checkpoints.states_of(self.parts)
        if self.checkpoint is not None:
            self._save(self.checkpoint)

    def _save(self, path: Path) -> None:
        states = checkpoints.states_of(self.parts)
        content = {"kinds": self._kinds(), "losses": self.history.losses, "parts": states, "best": self.best}
        checkpoints.save(path, content)

    def _kinds(self) -> list[str]:
        return [type(part).__name__ for part in self.parts]

    def _since_best(self) -> int:
        """Epochs since the lowest validation loss; of equal ones the first counts."""
        validation = self.history.losses["validation"]
        return len(validation) - 1 - int(np.argmin(validation))

    def is_over(self) -> bool:
        """Whether patience is at its end."""
        return self.patience is not None and len(self.history) > 0 and self._since_best() >= self.patience

    def put_best_back(self) -> None:
        """Where there is a patience, the parts become what they were where the validation loss was lowest."""
        if self.best is not None:
            checkpoints.put_back(self.parts, self.best)

    def interrupted(self, epochs: int) -> str:
        """What to say at an interrupt."""
        text = f"Interrupted in epoch {len(self.history) + 1} of {epochs}."
        if self.checkpoint is None:
            return f"{text} The network keeps what it has learnt so far; a checkpoint would keep every finished epoch."
        if not self.checkpoint.exists():
            return f"{text} No epoch was finished, so there is no checkpoint yet."
        return (
            f"{text} {self.checkpoint.name} holds {_epochs(len(self.history))}: call fit again in the same way, and it "
            "goes on after them."
        )

    def explain(self, error: DivergenceError) -> None:
        """Adds to the error that the checkpoint would bring the old learning rate back."""
        if self.checkpoint is not None and self.checkpoint.exists():
            error.add_note(
                f"{self.checkpoint} holds the epochs before. Delete it before you train with another learning rate."
            )


def _epochs(count: int) -> str:
    return "1 finished epoch" if count == 1 else f"{count} finished epochs"


def _listed(kinds: Sequence[str]) -> str:
    return ", ".join(kinds)


def _progress_bar(epochs: int, done: int, progress: bool) -> Any:
    """A bar that vanishes when training ends; silent while nbgrader grades."""
    from tqdm.auto import tqdm

    silent = not progress or settings.grading()
    return tqdm(total=epochs, initial=done, unit="epoch", leave=False, disable=silent, file=sys.stderr)
