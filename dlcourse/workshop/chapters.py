"""What a chapter says of itself: its title, promise, objectives, and how long it takes, read from its notebook."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlcourse.errors import CourseError

OBJECTIVES = re.compile(r"objectives|able to", re.IGNORECASE)
LIST_ITEM = re.compile(r"^\s{0,3}(?:[-*+]|\d+[.)])\s+(?P<text>.+)$")
DEEPER = "## Going deeper: "
WORDS_A_MINUTE, MINUTES_AN_EXPERIMENT, MINUTES_AN_EXERCISE = 200, 3, 6
NUMBER_IN_TITLE = re.compile(r"^(?:chapter\s+)?\d+\s*[.:·–—-]?\s+", re.IGNORECASE)


@dataclass(frozen=True)
class Chapter:
    """A chapter as its notebook describes it."""

    stem: str  # "03_probability_and_mle"
    title: str  # without its number
    promise: str  # the first paragraph under the title; empty when there is none
    objectives: tuple[str, ...]
    core_minutes: int  # for what everybody needs, its experiments and exercises included
    deeper_minutes: int  # for the sections "Going deeper: ..."

    @property
    def number(self) -> str:
        """The digits before the first underscore of the notebook's name, such as "03"."""
        return self.stem.partition("_")[0]


def read_chapter(path: Path) -> Chapter:
    """Read the chapter's description from the notebook at ``path``: its text before the first code cell.

    The objectives are the items of the first list below a line that speaks of objectives or of what you will be able
    to do. Raises ``CourseError`` when the file cannot be read or has no title.
    """
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        text = _opening(notebook["cells"])
        minutes = minutes_of(notebook["cells"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CourseError(f"The notebook {path.name} cannot be read: {type(error).__name__}: {error}.") from error
    lines = text.splitlines()
    titles = [index for index, line in enumerate(lines) if line.startswith("# ")]
    if not titles:
        raise CourseError(f"The notebook {path.name} has no title: its first cell begins with a line `# Title`.")
    title = NUMBER_IN_TITLE.sub("", lines[titles[0]][2:].strip())
    promise = _first_paragraph(lines[titles[0] + 1 :])
    return Chapter(path.stem, title, promise, tuple(_objectives(lines)), *minutes)


def minutes_of(cells: list[dict[str, Any]]) -> tuple[int, int]:
    """Return how many minutes the core of a notebook takes, and its deeper sections.

    Counted are 200 words a minute, 3 minutes for an experiment and 6 for an exercise; the list of references is not.
    """
    minutes = {"core": 0.0, "deeper": 0.0, "references": 0.0}
    part = "core"
    for cell in cells:
        source = _source(cell)
        if cell["cell_type"] == "markdown" and source.startswith("## "):
            part = "deeper" if source.startswith(DEEPER) else "core"
        if cell["cell_type"] == "code":
            metadata = cell["metadata"]
            minutes[part] += MINUTES_AN_EXPERIMENT * ("experiment" in metadata.get("tags", []))
            minutes[part] += MINUTES_AN_EXERCISE * bool(metadata.get("nbgrader", {}).get("grade"))
            continue
        told, *references = re.split(r"^#+ References$", source, flags=re.MULTILINE)
        minutes[part] += len(told.split()) / WORDS_A_MINUTE
        if references:
            part = "references"
    return round(minutes["core"]), round(minutes["deeper"])


def chapter_paths(notebooks: Path) -> list[Path]:
    """Return the notebooks of the course in a folder, in order; names that begin with no number are drafts."""
    return sorted(path for path in notebooks.glob("*.ipynb") if path.name[:1].isdigit())


def _opening(cells: list[dict[str, Any]]) -> str:
    """Return the text of the Markdown cells before the first code cell that follows any text."""
    parts: list[str] = []
    for cell in cells:
        if cell["cell_type"] == "markdown":
            parts.append(_source(cell))
        elif parts and cell["cell_type"] == "code":
            break
    return "\n\n".join(parts)


def _source(cell: dict[str, Any]) -> str:
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def _first_paragraph(lines: list[str]) -> str:
    paragraph: list[str] = []
    for line in lines:
        if line.startswith("#") or (paragraph and not line.strip()):
            break
        if line.strip():
            paragraph.append(line.strip())
    return " ".join(paragraph)


def _objectives(lines: list[str]) -> list[str]:
    for index, line in enumerate(lines):
        if not OBJECTIVES.search(line) or LIST_ITEM.match(line):
            continue
        following = [position for position in range(index + 1, len(lines)) if lines[position].strip()]
        if following and LIST_ITEM.match(lines[following[0]]):
            return _list_items(lines[following[0] :])
    return []


def _list_items(lines: list[str]) -> list[str]:
    items: list[str] = []
    for line in lines:
        match = LIST_ITEM.match(line)
        if match:
            items.append(match["text"].strip())
        elif line.strip() and line[:1].isspace() and items:
            items[-1] += " " + line.strip()
        elif line.strip():
            break
    return items
