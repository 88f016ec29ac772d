"""What a stored output may hold: nothing of the machine or the person, nothing that needs a kernel."""

import re
import socket

from tests.notebook_rules.notebook import texts

PATH = re.compile(r"(?<![\w.])(?:/(?:home|root|work|tmp|Users|usr|opt|mnt)\b|[A-Z]:\\)")
ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]+")
STORED_TYPES = {"image/png", "text/plain", "text/html", "text/markdown"}
WIDGET_STATE = "application/vnd.jupyter.widget"


def no_paths(notebook):
    return [
        f"{cell} shows the path `{match[0]}`: print what the reader needs to know, not where it lies here."
        for cell in notebook.code_cells
        for text in texts(cell)
        if (match := PATH.search(text))
    ]


def no_host_name(notebook, host=None):
    host = host or socket.gethostname()
    if len(host) < 5 or host == "localhost":  # too short to tell from a word
        return []
    return [
        f"{cell} shows this machine's name: take it out of the output."
        for cell in notebook.code_cells
        if any(re.search(rf"\b{re.escape(host)}\b", text) for text in texts(cell))
    ]


def no_addresses(notebook):
    return [
        f"{cell} shows an object by its address in memory: show a value, or give its class a __repr__."
        for cell in notebook.code_cells
        if any(ADDRESS.search(text) for text in texts(cell))
    ]


def no_errors(notebook):
    problems = []
    for cell in notebook.code_cells:
        if any(output["output_type"] == "error" for output in cell.outputs):
            problems.append(f"{cell} ends in an error: mend it, or catch it and print what it says.")
        elif any("Traceback (most recent call last)" in text for text in texts(cell)):
            problems.append(f"{cell} shows a raw traceback: show the sentence that matters.")
    return problems


def no_stderr(notebook):
    return [
        f"{cell} stores what it wrote to stderr: remove the warning's cause and run `dlcourse execute`."
        for cell in notebook.code_cells
        if any(output.get("name") == "stderr" for output in cell.outputs)
    ]


def stored_types(notebook):
    problems = []
    for cell in notebook.code_cells:
        kinds = {kind for output in cell.outputs for kind in output.get("data", {})}
        for kind in sorted(kinds - STORED_TYPES):
            why = "shows `model not found` when reopened" if WIDGET_STATE in kind else "is not shown everywhere"
            problems.append(f"{cell} stores {kind}, which {why}: run `dlcourse execute`, or show it as a picture.")
    if "widgets" in notebook.content["metadata"]:
        problems.append("the notebook stores the state of widgets: run `dlcourse normalize`.")
    return problems


RULES = [no_paths, no_host_name, no_addresses, no_errors, no_stderr, stored_types]
