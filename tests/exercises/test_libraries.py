"""A check loads PyTorch before the time limit starts, when it is needed, and only then."""

import functools
import subprocess
import sys
import textwrap

import pytest

from dlcourse.exercises.running.names_used import names_used
from tests.limits import LONGEST

PROGRAM = """
    import sys
    import numpy as np
    from tests.exercises.examples import make_mean_log, mean_log

    def answer(values, scale):
        {answer}
        return mean_log(values, scale)

    assert "torch" not in sys.modules
    verdict = make_mean_log(seconds=1.0).check(answer)
    print(verdict.text())
    print("loaded" if "torch" in sys.modules else "not loaded")
    {after}
"""


def run(answer, after="pass"):
    program = textwrap.dedent(PROGRAM).format(answer=answer, after=after)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=LONGEST, check=True)
    return done.stdout


def test_import_of_torch_in_the_readers_function_does_not_count_as_its_time():
    pytest.importorskip("torch")
    said = run("import torch; values = torch.tensor(values).numpy()", after="import torch; print(torch.ones(2).sum())")
    assert "✓ Passed" in said
    assert "tensor(2.)" in said


def test_torch_is_not_loaded_for_a_function_that_does_not_mention_it():
    assert run("values = np.asarray(values)").endswith("not loaded\n")


def outer(values):
    def inner():
        import torch.nn.functional

        return torch.nn

    return inner


def caller(values):
    return outer(values)


def recursive(values):
    return recursive(values)


def test_names_are_found_in_inner_functions_and_in_functions_that_are_called():
    assert {"torch", "functional"} <= names_used(outer)
    assert "torch" in names_used(caller)
    assert "torch" in names_used(lambda values: caller(values))


def test_names_of_what_is_not_a_plain_function_are_none():
    assert names_used(len) == names_used(functools.partial(outer, 1)) == set()


def test_function_that_calls_itself_is_looked_at_once():
    assert names_used(recursive) == {"recursive"}
