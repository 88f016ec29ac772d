"""The first page: what the course is, and the map of its chapters with what each teaches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from dlcourse.site import links

TITLE = "Deep learning, rebuilt"
WELCOME = """\
An interactive deep-learning course. You predict, move a slider, and see; you write a function, and the course says \
what is wrong with it and why. Every number in the text is computed.

On these pages experiments move and questions are answered without anything to install. To write functions of your own \
and have them checked, run the chapters in JupyterLab: with the course installed, `dlcourse open` starts it, and \
`dlcourse open 5` opens chapter 5.
"""
TIMES = """\
"Core" is the time that everybody needs for a chapter, with its experiments and exercises; the sections "Going deeper" \
at its end can wait. The numbers are those of the whole plan, so there are gaps: the missing chapters are being written.
"""


class Described(Protocol):
    """What a chapter says of itself."""

    @property
    def stem(self) -> str:
        """The name of its notebook."""

    @property
    def number(self) -> str:
        """Its number, such as "05"."""

    @property
    def title(self) -> str:
        """Without the number."""

    @property
    def promise(self) -> str:
        """What the reader can do at its end, in a paragraph of Markdown."""

    @property
    def objectives(self) -> Sequence[str]:
        """What it teaches, each in a line of Markdown."""

    @property
    def core_minutes(self) -> int:
        """How long what everybody needs takes."""

    @property
    def deeper_minutes(self) -> int:
        """How long the sections "Going deeper" take."""


def front_page(chapters: Sequence[Described], others: Sequence[str], pages: Sequence[str], note: str = "") -> str:
    """The first page in Markdown, with the list of all pages that Sphinx needs.

    ``others``: pages that are no chapter, such as the glossary. ``note``: HTML below the welcome.
    """
    told = "\n\n".join(_chapter(chapter, pages) for chapter in chapters)
    trees = _tree("Chapters", [chapter.stem for chapter in chapters]) + _tree("Look up", others)
    return f"# {TITLE}\n\n{WELCOME}\n{note}\n\n## The chapters\n\n{TIMES}\n{told}\n\n{trees}"


def _chapter(chapter: Described, pages: Sequence[str]) -> str:
    times = f"Core {chapter.core_minutes} min"
    if chapter.deeper_minutes:
        times += f", going deeper {chapter.deeper_minutes} min"
    objectives = "\n".join(f"- {objective}" for objective in chapter.objectives)
    return (
        f"### [{int(chapter.number)}. {chapter.title}]({chapter.stem}.ipynb)\n\n"
        f"{links.between_pages(chapter.promise, pages, {})} *{times}.*\n\n"
        f"<details><summary>What you learn in chapter {int(chapter.number)}</summary>\n\n{objectives}\n\n</details>"
    )


def _tree(caption: str, pages: Sequence[str]) -> str:
    listed = "\n".join(pages)
    return f"```{{toctree}}\n:hidden:\n:caption: {caption}\n\n{listed}\n```\n\n" if pages else ""
