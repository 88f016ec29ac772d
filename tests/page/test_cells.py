"""What a cell has shown in earlier runs is freed when it runs again, and only that."""

import os

import pytest
from jupyter_client.manager import start_new_kernel

from tests.limits import LONGEST

SETUP = """
import gc
import ipywidgets
from dlcourse.page.cells import close_earlier

class Shown(ipywidgets.DOMWidget):
    pass

def show():
    shown = Shown()
    close_earlier(shown)
    return shown

def alive():
    gc.collect()
    return sum(isinstance(each, Shown) for each in gc.get_objects())

def open_comms():
    return len(get_ipython().kernel.comm_manager.comms)
"""


@pytest.fixture(scope="module")
def run(request):
    """Runs code as the cell of an id, as JupyterLab does, and gives the text of its result."""
    manager, client = start_new_kernel(env={**os.environ}, cwd=str(request.config.rootpath))

    def run_as(cell, code):
        content = {"code": code, "silent": False, "store_history": True, "stop_on_error": True}
        metadata = {} if cell is None else {"cellId": cell}
        message = client.session.msg("execute_request", content, metadata=metadata)
        client.shell_channel.send(message)
        text = ""
        while True:
            reply = client.get_iopub_msg(timeout=LONGEST)
            if reply["parent_header"].get("msg_id") != message["header"]["msg_id"]:
                continue
            assert reply["msg_type"] != "error", reply["content"]
            if reply["msg_type"] == "execute_result":
                text = reply["content"]["data"]["text/plain"]
            if reply["content"].get("execution_state") == "idle":
                return text

    run_as("setup", SETUP)
    yield run_as
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def comms(run):
    return int(run("count", "open_comms()"))


def test_second_run_closes_what_the_first_has_shown(run):
    before = comms(run)
    run("a", "show(); show(); None")
    once = comms(run)
    assert once > before
    for _ in range(8):
        run("a", "show(); show(); None")
    assert comms(run) == once
    # Parts of the kernel hold the message that they were busy with last, so the newest may live a little longer.
    assert int(run("count", "alive()")) < 6


def test_what_other_cells_have_shown_stays(run):
    run("b", "show(); None")
    before = comms(run)
    run("c", "show(); None")
    assert comms(run) > before


def test_front_end_that_names_no_cell_keeps_all(run):
    before = comms(run)
    for _ in range(2):
        run(None, "show(); None")
    assert comms(run) > before
