"""Notebooks as the page hands them on: without outputs, and with a cell that brings the course where it is missing."""

from __future__ import annotations

from typing import Any

import nbformat

INSTALLS = "install-the-course"  # the id of that cell
CELL = """\
# This notebook alone, as on Colab: brings the course where it is missing. Elsewhere nothing happens.
try:
    import dlcourse
except ModuleNotFoundError:
    %pip install --quiet "dlcourse @ git+{repository}@{branch}"\
"""


def handed_on(notebook: Any, repository: str, branch: str) -> Any:
    """The notebook without outputs, which would make it twenty times as large; it stays as it is.

    With the address of a ``repository``, it begins with a cell that installs the course from its ``branch``.
    """
    cells = [
        cell if cell["cell_type"] != "code" else {**cell, "outputs": [], "execution_count": None}
        for cell in notebook["cells"]
    ]
    if repository and any(cell["cell_type"] == "code" for cell in cells):
        source = CELL.format(repository=repository, branch=branch)
        cells.insert(0, nbformat.v4.new_code_cell(source, id=INSTALLS))
    return nbformat.from_dict({**notebook, "cells": cells})
