"""Made-up tasks on sequences, for which the right answer, and the best answer without memory, are known.

Every function takes how many examples, how many steps each has and a generator, and returns a Part. The examples differ
in their content only, not in their length. Raises ValueError or TypeError for other arguments.
"""

import numpy as np

from dlcourse.data_parts import Part
from dlcourse.sequences import IGNORED
from dlcourse.validation import check_count, check_generator


def adding_problem(examples: int, length: int, generator: np.random.Generator) -> Part:
    """The sum of the two marked values of a sequence (S. Hochreiter and J. Schmidhuber, 1997, experiment 4).

    inputs (n, length, 2) float32: values drawn evenly from 0 to 1, and beside them a mark, 1 at one step of the first
    half and at one of the second, else 0 (as in M. Arjovsky, A. Shah and Y. Bengio, 2016). labels (n,) float32: the sum
    of the marked values. Who always answers the mean, 1, has the mean squared error 1/6.
    """
    count, steps = check_count(examples, "examples"), check_count(length, "length", low=2)
    check_generator(generator)
    inputs = np.zeros((count, steps, 2), np.float32)
    inputs[:, :, 0] = generator.random((count, steps))
    rows, half = np.arange(count), steps // 2
    first, second = generator.integers(0, half, count), generator.integers(half, steps, count)
    inputs[rows, first, 1] = inputs[rows, second, 1] = 1
    return Part(inputs, inputs[rows, first, 0] + inputs[rows, second, 0])


def delayed_copy(examples: int, length: int, delay: int, generator: np.random.Generator, symbols: int = 4) -> Part:
    """To say at each step which symbol came ``delay`` steps before.

    inputs (n, length) int64: symbols drawn evenly from 0 to symbols - 1; ``sequences.one_hot`` makes them what a
    network reads. labels (n, length) int64: labels[:, t] = inputs[:, t - delay], and -100, which no loss counts, at the
    first ``delay`` steps. Who guesses has the cross-entropy ln(symbols) and is right once in ``symbols`` times. The
    last ``delay`` symbols have to be kept, in their order: where ``recall`` asks for a long memory, this asks for a
    large one. Raises ValueError, too, where ``length`` is not more than ``delay``.
    """
    count, steps = check_count(examples, "examples"), check_count(length, "length")
    kinds, late = check_count(symbols, "symbols", low=2), check_count(delay, "delay", low=0)
    if steps <= late:
        raise ValueError(f"length: expected more than delay = {late} steps, received {steps}: nothing could be asked.")
    inputs = check_generator(generator).integers(0, kinds, (count, steps))
    labels = np.full_like(inputs, IGNORED)
    labels[:, late:] = inputs[:, : steps - late]
    return Part(inputs, labels)


def recall(examples: int, length: int, generator: np.random.Generator, symbols: int = 4) -> Part:
    """To say at the end which symbol came first, after ``length`` - 1 steps that say nothing about it.

    inputs (n, length) int64: at the first step a symbol drawn evenly from 0 to symbols - 1, at every later one from as
    many others, symbols to 2 symbols - 1; ``sequences.one_hot`` makes them what a network reads. labels (n,) int64: the
    first symbol. Who guesses is right once in ``symbols`` times. The latch problem of Y. Bengio, P. Simard and P.
    Frasconi (1994), with symbols.
    """
    count, steps = check_count(examples, "examples"), check_count(length, "length", low=2)
    kinds = check_count(symbols, "symbols", low=2)
    inputs = check_generator(generator).integers(kinds, 2 * kinds, (count, steps))
    inputs[:, 0] -= kinds
    return Part(inputs, inputs[:, 0].copy())


def parity(examples: int, length: int, generator: np.random.Generator, *, every_step: bool = False) -> Part:
    """Whether a sequence of zeros and ones holds an odd number of ones.

    inputs (n, length, 1) float32: zeros and ones, drawn evenly. labels (n,) int64: 1 for an odd number, else 0; with
    ``every_step`` (n, length): the same of the steps so far. To have seen all but one step helps nothing: who guesses
    is right half of the time.
    """
    count, steps = check_count(examples, "examples"), check_count(length, "length")
    bits = check_generator(generator).integers(0, 2, (count, steps))
    odd = np.cumsum(bits, axis=1) % 2
    return Part(bits[..., None].astype(np.float32), odd if every_step else odd[:, -1])
