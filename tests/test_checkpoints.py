"""Checkpoints: what is written comes back to the last bit, and what is damaged, foreign or not writable is told."""

import errno
import os
import pickle
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import save_file

from dlcourse import checkpoints
from dlcourse.errors import CourseError

CONTENT = {
    "table": np.arange(6.0).reshape(2, 3),
    "columns first": np.asfortranarray(np.arange(6.0, dtype=np.float32).reshape(2, 3)),
    "one number": np.array(2.5, dtype=np.float32),
    "nothing": np.zeros((0, 3)),
    "whole": np.arange(3, dtype=np.uint64),
    "listed": [1, 2.5, None, True, "text", [], (1, 2)],
    "by number": {0: {"mean": np.ones(2)}, 1: {}},
    "special": [float("inf"), 0.1, 2**127],
}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "kept.safetensors"


def same(one, other):
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and one.shape == other.shape and np.array_equal(one, other)
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return type(one) is type(other) and len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and one == other


def test_what_is_saved_comes_back(path):
    checkpoints.save(path, CONTENT)
    assert same(CONTENT, checkpoints.load(path))


def test_arrays_of_one_name_are_kept_apart(path):
    content = {"a": {"b": np.zeros(1)}, "a.b": np.ones(1), 0: np.array([2.0]), "0": np.array([3.0])}
    checkpoints.save(path, content)
    assert same(content, checkpoints.load(path))


def test_the_file_is_one_that_others_read_by_readable_names(path):
    checkpoints.save(path, {"parts": [{"0.weight": np.ones((2, 3))}]})
    with safe_open(path, framework="np") as file:
        assert list(file.keys()) == ["parts.0.0.weight"]


@pytest.mark.parametrize("bit_generator", [np.random.PCG64, np.random.MT19937, np.random.Philox, np.random.SFC64])
def test_a_generator_goes_on_where_it_was(path, bit_generator):
    generator = np.random.Generator(bit_generator(3))
    generator.integers(0, 9, 3, dtype=np.int32)  # half a number of 64 bits is kept for the next draw
    checkpoints.save(path, checkpoints.states_of([generator]))
    expected = generator.integers(0, 9, 5, dtype=np.int32)
    fresh = np.random.Generator(bit_generator(4))
    checkpoints.put_back([fresh], checkpoints.load(path))
    np.testing.assert_array_equal(fresh.integers(0, 9, 5, dtype=np.int32), expected)


def test_a_state_is_a_copy():
    class Counter:
        def __init__(self):
            self.numbers = np.zeros(2)

        def state_dict(self):
            return {"numbers": self.numbers}

        def load_state_dict(self, state):
            self.numbers = state["numbers"]

    counter = Counter()
    (state,) = checkpoints.states_of([counter])
    counter.numbers += 1
    assert state["numbers"].tolist() == [0, 0]
    checkpoints.put_back([counter], [state])
    counter.numbers += 1
    assert state["numbers"].tolist() == [0, 0]


def test_content_that_no_checkpoint_holds_is_refused_before_anything_is_written(path):
    with pytest.raises(TypeError, match=r"but parts.schedule is a function"):
        checkpoints.save(path, {"parts": {"schedule": lambda step: 0.1}})
    assert list(path.parent.iterdir()) == []


# --- damage


def test_a_file_cut_short_anywhere_is_told(path):
    checkpoints.save(path, CONTENT)
    whole = path.read_bytes()
    for length in [*range(0, len(whole), 101), len(whole) - 1]:
        path.write_bytes(whole[:length])
        with pytest.raises(CourseError, match=r"is damaged or cut short .* Delete it to begin anew"):
            checkpoints.load(path)


def test_a_changed_byte_anywhere_is_told(path):
    checkpoints.save(path, CONTENT)
    whole = bytearray(path.read_bytes())
    for place in range(0, len(whole), 13):
        damaged = whole.copy()
        damaged[place] ^= 1
        path.write_bytes(damaged)
        with pytest.raises(CourseError, match=r"damaged or cut short|no checkpoint of a training"):
            checkpoints.load(path)


def test_a_pickle_is_never_run(path, tmp_path):
    class Attack:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "done"),)

    path.write_bytes(pickle.dumps(Attack()))
    with pytest.raises(CourseError, match="damaged or cut short"):
        checkpoints.load(path)
    assert not (tmp_path / "done").exists()


def test_no_module_of_the_loop_names_pickle():
    for name in ("checkpoints", "training", "files"):
        text = (Path(checkpoints.__file__).parent / f"{name}.py").read_text(encoding="utf-8")
        assert "pickle" not in text
        assert "torch.load" not in text


def test_arrays_of_somebody_else_are_no_checkpoint(path):
    save_file({"weight": np.ones(3)}, path)
    with pytest.raises(CourseError, match="holds arrays, but is no checkpoint of a training"):
        checkpoints.load(path)


def test_a_folder_of_that_name_is_told(path):
    path.mkdir()
    with pytest.raises(CourseError):
        checkpoints.load(path)


# --- folders that cannot be written to


def test_a_read_only_folder_is_told_before_the_training():
    folder = Path("/proc/self")  # not even a superuser makes files there
    if not folder.exists():
        pytest.skip("there is no such folder on this system")
    for use in (checkpoints.check_writable, lambda path: checkpoints.save(path, CONTENT)):
        with pytest.raises(CourseError, match=r"kept.safetensors cannot be written .* a folder that you may write to"):
            use(folder / "kept.safetensors")


def test_a_missing_folder_is_made(tmp_path):
    path = tmp_path / "new" / "kept.safetensors"
    checkpoints.check_writable(path)
    checkpoints.save(path, CONTENT)
    assert same(CONTENT, checkpoints.load(path))


@pytest.mark.skipif(sys.platform == "win32", reason="the limit on a file's size is one of Unix")
def test_a_full_disk_leaves_the_old_checkpoint_whole_and_nothing_beside_it(path):
    import resource

    checkpoints.save(path, CONTENT)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(CourseError, match=os.strerror(errno.EFBIG)):
            checkpoints.save(path, {"table": np.ones(1000)})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert same(CONTENT, checkpoints.load(path))
    assert list(path.parent.iterdir()) == [path]
