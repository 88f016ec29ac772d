"""The reader's function runs in a process of its own: what it finds there, what comes back, and how it ends."""

import ctypes
import importlib
import itertools
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from dlcourse.chapters.backpropagation.exercises.abstract_graphs import Node, chain, graph
from dlcourse.exercises.kinds.exercise import Case
from dlcourse.exercises.running import worker_process
from dlcourse.exercises.running.worker_process import run_in_worker
from dlcourse.scratch.autograd import Tensor
from tests.exercises.examples import make_mean_log, mean_log
from tests.limits import LONGEST

ROOT = Path(__file__).resolve().parents[2]
PATIENT = make_mean_log(seconds=LONGEST)
limits_memory = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the system tells no address space")


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path / "home"))


def results(function, *arguments, effect=None):
    """What a function gives in the worker for each of the calls with one argument."""
    session = run_in_worker(function, effect, [Case((each,), "a case") for each in arguments], LONGEST)
    assert not session.not_sent, session.not_sent
    return [each.value if each.failure is None else each.failure for each in session.results]


def message_for(function, exercise=PATIENT):
    verdict = exercise.check(function)
    assert verdict.status == "not yet"
    return verdict.message


# The process


def test_the_process_is_another_one_and_is_kept():
    first, second = results(lambda _: os.getpid(), 1, 2)
    assert first == second == results(lambda _: os.getpid(), 3)[0]
    assert first != os.getpid()


def loops_in_the_second_case(values, scale):
    while len(values) == 4:
        pass
    return mean_log(values, scale)


def leaves_the_process(values, scale):
    if len(values) == 4:
        os._exit(3)
    return mean_log(values, scale)


def crashes(values, scale):
    if len(values) == 4:
        ctypes.string_at(0)
    return mean_log(values, scale)


def is_killed(values, scale):
    if len(values) == 4:
        os.kill(os.getpid(), signal.SIGKILL)
    return mean_log(values, scale)


unix = pytest.mark.skipif(sys.platform == "win32", reason="the signals of Unix")


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (leaves_the_process, "exit code 3"),
        pytest.param(crashes, f"signal {int(signal.SIGSEGV)}", marks=unix),
        pytest.param(is_killed, "signal 9", marks=unix),
    ],
)
def test_a_function_that_ends_python_is_told_so_with_its_case_and_the_next_check_works(function, said):
    message = message_for(function)
    assert f"Your function ended Python itself ({said}) in case 2, “4 values”." in message
    assert PATIENT.check(mean_log).passed


def test_a_function_that_is_stopped_ends_with_its_process_and_the_next_check_works():
    (before,) = results(lambda _: os.getpid(), 1)
    assert "still running in case 2, “4 values”" in message_for(loops_in_the_second_case, make_mean_log(seconds=1.0))
    assert is_gone(before)
    assert PATIENT.check(mean_log).passed


def test_what_was_printed_before_it_was_stopped_is_told():
    def answer(values, scale):
        print("here")
        return loops_in_the_second_case(values, scale)

    text = make_mean_log(seconds=1.0).check(answer).text()
    assert "Your function also printed: here / here" in text


def test_a_thread_that_is_left_running_does_not_go_on_beside_the_next_check(tmp_path):
    left = tmp_path / "pid"

    def answer(values, scale):
        left.write_text(str(os.getpid()))
        threading.Thread(target=time.sleep, args=(LONGEST,), daemon=True).start()
        return mean_log(values, scale)

    assert PATIENT.check(answer).passed
    assert PATIENT.check(mean_log).passed
    assert is_gone(int(left.read_text()))


@limits_memory
@pytest.mark.parametrize("hungry", [lambda: np.ones(10**11), lambda: [0] * 10**11], ids=["array", "list"])
def test_memory_is_limited_and_the_verdict_says_so(hungry):
    assert "Your function needs too much memory" in message_for(lambda values, scale: hungry())
    assert PATIENT.check(mean_log).passed


@pytest.fixture
def interruptible():
    """As a kernel is while a cell runs; what was started in the background ignores interrupts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@unix
def test_an_interrupt_of_the_notebook_stops_the_check_and_the_process(tmp_path, interruptible):
    started = tmp_path / "pid"

    def answer(values, scale):
        started.write_text(str(os.getpid()))
        while True:
            pass

    def interrupt():
        deadline = time.monotonic() + LONGEST
        while not (started.exists() and started.read_text()) and time.monotonic() < deadline:
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    message = message_for(answer)
    thread.join()
    assert "was interrupted (KeyboardInterrupt)" in message
    assert is_gone(int(started.read_text()))
    assert PATIENT.check(mean_log).passed


def is_gone(process):
    """Whether a process has ended, or ends soon. A machine may keep the entry of one whose parent has ended."""
    deadline = time.monotonic() + LONGEST
    while time.monotonic() < deadline:
        try:
            if psutil.Process(process).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.05)
    return False


PROGRAM = """
import os, sys
from pathlib import Path
from tests.exercises.examples import make_mean_log

print("main", flush=True)

def answer(values, scale):
    Path(sys.argv[1]).write_text(str(os.getpid()))
    while {loops}:
        pass
    return 0.0

verdict = make_mean_log(seconds={seconds}).examine(answer)
print(verdict.status)
"""


def start(tmp_path, **changes):
    """A script that checks a function which writes down its process; the script, and the file."""
    script, started = tmp_path / "script.py", tmp_path / "pid"
    script.write_text(textwrap.dedent(PROGRAM).format(**{"loops": False, "seconds": LONGEST, **changes}))
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(script), str(started)]
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ), started


def test_at_the_end_of_a_program_its_worker_is_gone_and_the_program_was_run_once(tmp_path):
    program, started = start(tmp_path)
    assert program.communicate(timeout=LONGEST) == ("main\nnot yet\n", "")
    assert is_gone(int(started.read_text()))


def test_a_loop_ends_with_the_kernel_that_is_killed(tmp_path):
    program, started = start(tmp_path, loops=True)
    deadline = time.monotonic() + LONGEST
    while not (started.exists() and started.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    worker = int(started.read_text())
    assert psutil.pid_exists(worker)
    program.kill()
    program.communicate(timeout=LONGEST)
    assert is_gone(worker)


# What the function finds there


def test_the_folder_and_the_modules_beside_the_notebook_are_found_there(tmp_path, monkeypatch):
    (tmp_path / "numbers.txt").write_text("17")
    monkeypatch.chdir(tmp_path)
    assert results(lambda _: int(Path("numbers.txt").read_text()), 1) == [17]


def test_edits_of_the_reader_s_own_module_are_seen(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    names = {}
    for value in (1, 2):
        (tmp_path / "own_helpers.py").write_text(f"def helper():\n    return {value}\n")
        sys.modules.pop("own_helpers", None)
        exec(
            "import own_helpers\nfrom own_helpers import helper\ndef f(_): return own_helpers.helper(), helper()", names
        )
        assert results(names["f"], 1) == [(value, value)]
        exec("def g(_):\n    import own_helpers\n    return own_helpers.helper()", names)
        assert results(names["g"], 1) == [value]
    del sys.modules["own_helpers"]


def test_a_recursion_limit_of_the_notebook_holds_there(monkeypatch):
    def down(depth):
        return depth and down(depth - 1)

    before = sys.getrecursionlimit()
    assert results(down, 2 * before)[0].kind == "RecursionError"
    try:
        sys.setrecursionlimit(4 * before)
        assert results(down, 2 * before) == [0]
    finally:
        sys.setrecursionlimit(before)


def test_numpy_s_name_in_the_notebook_is_told_though_the_function_does_not_mention_it():
    names = {"np": np}
    exec("def answer(values, scale):\n    return numpy.log(values).mean()", names)
    assert "NumPy is imported as `np` here: write `np` for `numpy`." in message_for(names["answer"])


@pytest.mark.parametrize("mentioned", [True, False])
def test_a_library_that_the_notebook_has_loaded_is_loaded_before_the_time_starts(mentioned):
    def with_import(loaded):
        from xml.dom import pulldom

        return pulldom.__name__ in loaded

    def without(loaded):
        return "xml.dom.pulldom" in loaded

    importlib.import_module("xml.dom.pulldom")
    loaded = with_import if mentioned else without
    # A new process, in which no test before has loaded it.
    worker_process._end()
    (found,) = results(lambda _: loaded(set(sys.modules)), 1)
    assert found == mentioned


# What cannot be sent


def test_a_variable_that_cannot_be_sent_is_named():
    lock = threading.Lock()

    def answer(values, scale):
        with lock:
            return mean_log(values, scale)

    message = message_for(answer)
    assert "uses the variable `lock`, which is a lock." in message
    assert "Expected is a function that needs nothing but its parameters." in message


def test_a_variable_of_a_helper_that_cannot_be_sent_is_named():
    rows = (row for row in range(3))

    def helper():
        return next(rows)

    assert "uses the variable `rows`, which is a generator." in message_for(lambda values, scale: helper())


class Unloadable:
    def __reduce__(self):
        return int, ("no number",)


def test_what_cannot_be_loaded_there_is_told():
    thing = Unloadable()
    message = message_for(lambda values, scale: thing)
    assert "what it needs could not be loaded (ValueError: invalid literal for int()" in message


def test_a_result_that_cannot_be_sent_is_told_in_the_same_words():
    def inside_a_tuple(values, scale):
        return (0.0, threading.Lock())

    assert "is a generator; expected is a number" in message_for(lambda values, scale: (v for v in values))
    assert "is a _thread lock; expected is a number" in message_for(lambda values, scale: threading.Lock())
    assert "is a tuple of 2; expected is a number" in message_for(inside_a_tuple)
    assert "is a tests Unloadable; expected is a number" in message_for(lambda values, scale: Unloadable())


# What comes back


def test_nodes_of_the_argument_come_back_as_themselves():
    root = graph({"x": "", "y": "", "q": "xy", "f": "qx"})
    (found,) = results(lambda node: [node, *node.parents, {"again": (node.parents[0],)}, Node("new")], root)
    assert found[0] is root
    assert found[1] is root.parents[0]
    assert found[2] is root.parents[1]
    assert found[3]["again"][0] is root.parents[0]
    assert found[4].name == "new"


def test_a_long_chain_comes_back_node_by_node():
    root = chain(3000)

    def all_nodes(node):
        found = [node]
        while found[-1].parents:
            found.append(found[-1].parents[0])
            found[-1].seen = True
        return found

    (found,) = results(all_nodes, root)
    assert found[0] is root
    assert all(one.parents[0] is other for one, other in itertools.pairwise(found))
    assert not hasattr(found[1], "seen")


def test_an_array_that_was_written_into_comes_back_as_it_is_now():
    def doubled(values):
        values *= 2
        return values

    values = np.ones(3)
    (found,) = results(doubled, values)
    assert found.tolist() == [2.0, 2.0, 2.0]
    assert values.tolist() == [1.0, 1.0, 1.0]


def test_a_tensor_comes_back_with_its_graph():
    tensor = Tensor([1.0, 2.0], requires_grad=True)
    (product,) = results(lambda t: t * t, tensor)
    product.backward(np.ones(2))
    assert product.parents == ()
    assert product.data.tolist() == [1.0, 4.0]


def test_a_tensor_of_pytorch_inside_a_graph_comes_back():
    torch = pytest.importorskip("torch")
    (found,) = results(lambda values: torch.tensor(values, requires_grad=True) * 2, [1.0, 2.0])
    assert found.detach().tolist() == [2.0, 4.0]


def test_the_effect_is_taken_of_what_the_arguments_became():
    def filled(values):
        values.append(3)

    assert results(filled, [1], [2], effect=lambda values: lambda: list(values)) == [[1, 3], [2, 3]]


def test_a_function_under_a_decorator_of_numpy_is_sent():
    @np.errstate(divide="ignore")
    def logarithms(values):
        return np.log(values)

    (found,) = results(logarithms, np.array([0.0, 1.0]))
    assert found.tolist() == [-np.inf, 0.0]
