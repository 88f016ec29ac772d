"""Bring a notebook into the one form in which it is stored, so that a diff shows only what an author changed.

Running an unchanged notebook twice gives two files that differ in some two hundred lines: widget ids, time stamps,
memory addresses, the messages of libraries. None of them says anything to a reader. ``normalize`` removes them and
leaves the source of every cell as it is. It never invents an execution count: that a notebook ran from top to bottom
is something only ``dlcourse execute`` can say.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat

from dlcourse.errors import CourseError
from dlcourse.files import write_atomically

KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE_INFO = {"file_extension": ".py", "mimetype": "text/x-python", "name": "python", "pygments_lexer": "ipython3"}
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"

# Written by editors, about the editor's window or the last run and not about the notebook.
VOLATILE_NOTEBOOK_METADATA = {"widgets", "signature", "orig_nbformat", "papermill", "vscode", "interpreter", "toc"}
VOLATILE_CELL_METADATA = {"execution", "ExecuteTime", "papermill", "collapsed", "scrolled", "trusted", "vscode"}
# Dropped when empty: JupyterLab writes them when somebody opens a cell's property inspector.
EMPTY_CELL_METADATA = {"tags", "slideshow", "jupyter"}

# `<function f at 0x7f3a2c1b>`; short numbers such as 0xff are somebody's content.
ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{8,16}\b")
STABLE_ADDRESS = "at 0x0"

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Who wrote the file, with which version, and when: nothing of it is in the picture.
PNG_METADATA_CHUNKS = {b"tEXt", b"zTXt", b"iTXt", b"tIME", b"eXIf"}


def read(path: Path) -> Any:
    """Read a notebook of format 4, giving ids to cells that have none; raise ``CourseError`` when it is no notebook."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["nbformat"] != 4:
            raise CourseError(
                f"{path} has notebook format {content['nbformat']}; open and save it in JupyterLab first."
            )
        _give_ids(content["cells"])
        content["nbformat_minor"] = max(5, content["nbformat_minor"])  # the first whose cells have ids
        notebook = nbformat.v4.reads(json.dumps(content))
        nbformat.validate(notebook)
    except FileNotFoundError:
        raise CourseError(f"There is no notebook {path}.") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, nbformat.ValidationError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise CourseError(f"{path} is not a notebook that can be read: {reason}.") from error
    return notebook


def normalize(notebook: Any) -> Any:
    """Change ``notebook`` in place to its stored form and return it: the same content always gives the same text."""
    metadata = notebook.setdefault("metadata", nbformat.NotebookNode())
    for key in VOLATILE_NOTEBOOK_METADATA & set(metadata):
        del metadata[key]
    metadata["kernelspec"] = nbformat.from_dict(KERNELSPEC)
    metadata["language_info"] = nbformat.from_dict(LANGUAGE_INFO)
    _give_ids(notebook["cells"])
    for cell in notebook["cells"]:
        _normalize_cell_metadata(cell["metadata"])
        if cell["cell_type"] == "code":
            cell["outputs"] = list(_normalized_outputs(cell))
    return notebook


def dumps(notebook: Any) -> str:
    """Return the text of a notebook as JupyterLab writes it: sorted keys, an indent of one, a newline at the end."""
    return str(nbformat.writes(notebook, version=nbformat.NO_CONVERT)).rstrip("\n") + "\n"


def store(notebook: Any, path: Path) -> bool:
    """Write a notebook's text to ``path`` in one step and say whether the file changed."""
    text = dumps(notebook).encode("utf-8")
    if path.exists() and path.read_bytes() == text:
        return False
    write_atomically(path, text)
    return True


def normalized_text(path: Path) -> tuple[str, str]:
    """Return the text of the notebook at ``path`` as it is stored, and as it should be."""
    notebook = read(path)
    return path.read_text(encoding="utf-8"), dumps(normalize(notebook))


def strip_png_metadata(data: bytes) -> bytes:
    """Return a PNG file without its text, time and EXIF chunks; the pixels stay byte for byte.

    What is not a complete PNG file is returned as it came.
    """
    if not data.startswith(PNG_SIGNATURE):
        return data
    kept = [PNG_SIGNATURE]
    position = len(PNG_SIGNATURE)
    while position + 12 <= len(data):
        (length,) = struct.unpack(">I", data[position : position + 4])
        end = position + 12 + length
        if end > len(data):
            return data
        if data[position + 4 : position + 8] not in PNG_METADATA_CHUNKS:
            kept.append(data[position:end])
        position = end
    return b"".join(kept)


def _give_ids(cells: list[Any]) -> None:
    """Keep each cell's id; derive a missing or repeated one from the cell's source."""
    taken: set[str] = set()
    for cell in cells:
        identifier = cell.get("id")
        if not identifier or identifier in taken:
            digest = hashlib.sha256(f"{cell['cell_type']}\n{''.join(cell['source'])}".encode()).hexdigest()[:8]
            identifier, copies = digest, 1
            while identifier in taken:
                copies += 1
                identifier = f"{digest}-{copies}"
        cell["id"] = identifier
        taken.add(identifier)


def _normalize_cell_metadata(metadata: Any) -> None:
    for key in VOLATILE_CELL_METADATA & set(metadata):
        del metadata[key]
    if isinstance(metadata.get("jupyter"), dict):
        metadata["jupyter"].pop("outputs_hidden", None)
    if isinstance(metadata.get("slideshow"), dict) and not metadata["slideshow"].get("slide_type"):
        metadata["slideshow"].pop("slide_type", None)
    if metadata.get("editable") is True:
        del metadata["editable"]
    for key in EMPTY_CELL_METADATA & set(metadata):
        if not metadata[key]:
            del metadata[key]


def _normalized_outputs(cell: Any) -> Iterator[Any]:
    printed: Any = None
    for output in cell["outputs"]:
        kind = output["output_type"]
        if kind == "stream":
            if output["name"] != "stdout":
                continue
            if printed is not None:  # one print is one message or many: that is the socket's affair
                printed["text"] += output["text"]
                printed["text"] = _without_addresses(printed["text"])
                continue
            output["text"] = _without_addresses(output["text"])
            printed = output
            yield output
            continue
        printed = None
        if kind == "error":
            output["evalue"] = _without_addresses(output["evalue"])
            output["traceback"] = [f"{output['ename']}: {output['evalue']}"]
            yield output
            continue
        if kind == "execute_result":
            output["execution_count"] = cell["execution_count"]
        _normalize_bundle(output)
        if output["data"]:
            yield output


def _normalize_bundle(output: Any) -> None:
    data, metadata = output["data"], output.setdefault("metadata", nbformat.NotebookNode())
    data.pop(WIDGET_VIEW, None)
    for media_type in [name for name in metadata if "/" in name and name not in data]:
        del metadata[media_type]
    for media_type, content in data.items():
        if isinstance(content, list):
            content = "".join(content)
        if media_type == "image/png":
            content = _stable_png(content)
        elif isinstance(content, str):
            content = _without_addresses(content)
        data[media_type] = content


def _stable_png(encoded: str) -> str:
    try:
        data = base64.b64decode("".join(encoded.split()), validate=True)
    except ValueError:
        return encoded
    return base64.b64encode(strip_png_metadata(data)).decode("ascii")


def _without_addresses(text: str) -> str:
    return ADDRESS.sub(STABLE_ADDRESS, text)
