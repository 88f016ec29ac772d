"""The library's source is shown as it is, and runs elsewhere under the imports that are named with it."""

import numpy as np
import pytest

from dlcourse.errors import CourseError
from dlcourse.scratch import linear_models
from dlcourse.source import Source, imports_of, show_source, source_of
from tests.exercises import examples


def undocumented(x):
    return x


class Documented:
    """A class."""

    value = 1

    def method(self):
        """Not the class's docstring."""
        return self.value


def only_a_docstring():
    """Nothing else."""


def several_lines(
    x,
):
    """One line.

    Another line.
    """

    return x  # kept


def test_source_is_shown_as_markdown_and_as_text():
    shown = show_source(undocumented)
    assert repr(shown) == "def undocumented(x):\n    return x"
    assert shown._repr_mimebundle_() == {
        "text/markdown": "```python\ndef undocumented(x):\n    return x\n```",
        "text/plain": "def undocumented(x):\n    return x",
    }


def test_docstring_can_be_left_out():
    assert source_of(several_lines, docstring=False) == "def several_lines(\n    x,\n):\n    return x  # kept"
    assert '"""One line.' in source_of(several_lines)


def test_docstring_of_a_class_is_left_out_and_those_of_its_methods_are_kept():
    text = source_of(Documented, docstring=False)
    assert text.startswith("class Documented:\n    value = 1")
    assert "Not the class's docstring." in text


def test_body_that_is_only_a_docstring_keeps_it():
    assert source_of(only_a_docstring, docstring=False) == source_of(only_a_docstring)


def test_function_without_docstring_is_shown_whole():
    assert source_of(undocumented, docstring=False) == source_of(undocumented)


def test_inner_function_loses_its_outer_indentation():
    def inner():
        return 1

    assert source_of(inner) == "def inner():\n    return 1"


def test_fence_is_longer_than_any_in_the_source():
    assert Source("s = '```'")._repr_mimebundle_()["text/markdown"].startswith("````python\n")


@pytest.mark.parametrize("thing", [3, np.sin, len, "text"])
def test_what_has_no_python_source_is_refused_in_a_sentence(thing):
    with pytest.raises(CourseError, match="there is no source for"):
        show_source(thing)


def test_imports_name_what_a_functions_source_needs():
    assert imports_of(examples.softmax) == ["import numpy as np"]
    assert imports_of(examples.make_softmax) == [
        "from tests.exercises.examples import made",
        "from tests.exercises.examples import softmax",
        "from tests.exercises.examples import softmax_cases",
        "from tests.exercises.examples import softmax_over_the_batch",
        "from tests.exercises.examples import softmax_that_overflows",
    ]


def test_source_with_its_imports_runs_elsewhere():
    names = {}
    exec("\n".join([*imports_of(examples.mean_log), source_of(examples.mean_log)]), names)
    assert names["mean_log"](np.array([np.e]), 3.0) == pytest.approx(3.0)


def test_imports_of_a_decorated_function_are_those_of_its_own_module():
    lines = imports_of(linear_models.sgd_epoch)
    assert "import numpy as np" in lines
    assert "from dlcourse.scratch.descent import check_learning_rate" in lines
