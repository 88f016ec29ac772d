"""Settings that every test and every notebook under test shares: no reader's files, one thread, kernels that fail fast.

Hypothesis draws the same cases at every run, so that a change is judged by the change alone; the profile "nightly"
draws new ones, and thirty times as many.

nbval executes each notebook of ``notebooks/`` and compares its outputs. Two things are done for it here. Each of its
kernels gets an empty home of its own, so that no test's progress shows up in a notebook's course map. And a kernel
that dies is noticed within a second: nbval itself waits for the whole time limit of the cell.
"""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from queue import Empty

import nbval.kernel
import pytest
from hypothesis import HealthCheck, settings
from jupyter_client.manager import KernelManager

from dlcourse.workshop.execute import kernel_environment

HOMES = tempfile.mkdtemp(prefix="dlcourse-tests-")
atexit.register(shutil.rmtree, HOMES, ignore_errors=True)
os.environ.update(kernel_environment(tempfile.mkdtemp(dir=HOMES)))
os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
# A lecturer's or a grader's settings are not what the tests are about; those that need them set them.
for name in ("DLCOURSE_PREDICTIONS", "NBGRADER_EXECUTION"):
    os.environ.pop(name, None)

SECONDS_BETWEEN_LOOKS = 0.5


def pytest_collection_modifyitems(config, items):
    """By day the tests marked ``nightly`` are left out; the last line of the run says how many."""
    if settings.get_current_profile_name() != "nightly":
        left_out = [item for item in items if item.get_closest_marker("nightly")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("nightly")]


def pytest_runtest_setup(item):
    """What a test draws from PyTorch's own generator does not depend on the tests before it."""
    if torch := sys.modules.get("torch"):
        torch.manual_seed(0)


# No deadline, no complaint about slow data: how long a case takes depends on what else the machine does.
ANY_SPEED = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("ci", max_examples=100, derandomize=True, **ANY_SPEED)
settings.register_profile("nightly", max_examples=3000, print_blob=True, **ANY_SPEED)
settings.load_profile("ci")


def _start_kernel(startup_timeout=300, kernel_name="python3", stderr=None, **options):
    """Start a kernel for one notebook, with a home of its own; return its manager and its client, as nbval expects."""
    if stderr is not None:
        stderr.close()  # nbval opens /dev/null and never closes it, which Python warns of
    manager = KernelManager(kernel_name=kernel_name, kernel_spec_manager=nbval.kernel.NbvalKernelspecManager())
    environment = kernel_environment(tempfile.mkdtemp(dir=HOMES))
    manager.start_kernel(env=environment, stderr=subprocess.DEVNULL, **options)
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=startup_timeout)
    except RuntimeError:
        client.stop_channels()
        manager.shutdown_kernel()
        raise
    return manager, client


def _await_reply(self, msg_id, timeout=None):
    """Wait for the reply to one cell; raise Empty at the time limit, and at once when the kernel has died."""
    deadline = None if timeout is None else time.monotonic() + timeout
    while True:
        wait = SECONDS_BETWEEN_LOOKS if deadline is None else min(SECONDS_BETWEEN_LOOKS, deadline - time.monotonic())
        if wait <= 0:
            raise Empty
        try:
            message = self.get_message(stream="shell", timeout=wait)
        except Empty:
            if not self.is_alive():
                self.kc.stop_channels()
                raise RuntimeError("the kernel died in this cell; the cells below it cannot run") from None
            continue
        if message["parent_header"].get("msg_id") == msg_id:
            return


nbval.kernel.start_new_kernel = _start_kernel
nbval.kernel.RunningKernel.await_reply = _await_reply


@pytest.fixture(scope="session")
def course_root():
    """The folder of the course: README.md, notebooks/, dlcourse/."""
    return Path(__file__).resolve().parent
