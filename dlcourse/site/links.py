"""Links of the page: from notebook to notebook, to their sections, and to where a notebook can be run."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import quote

NOTEBOOK_LINK = re.compile(r"\[(?P<text>(?:[^\[\]]|\[[^\]]*\])*)\]\((?P<stem>\w+)\.ipynb(?P<anchor>#[^)\s]*)?\)")
NOTEBOOK_ADDRESS = re.compile(r'<a href="(?P<stem>\w+)\.ipynb(?P<anchor>#[^"]*)?">(?P<text>.*?)</a>', re.DOTALL)
HEADING = re.compile(r"^#{1,6}\s+(?P<title>.+?)\s*$", re.MULTILINE)
NUMBER = re.compile(r"\d+(?:\.\d+)*")
FORM = "something-is-wrong-on-this-page.yml"  # in .github/ISSUE_TEMPLATE/

Sections = Mapping[str, Mapping[str, str]]  # stem -> number of a section, such as "2.10" -> its anchor


def anchor(title: str) -> str:
    """What a link to a heading ends with, as in JupyterLab: its words, joined by hyphens."""
    return title.replace(" ", "-")


def sections(cells: list[Any]) -> dict[str, str]:
    """The numbered sections of a notebook, such as "2.10", and their anchors."""
    titles = [
        found["title"]
        for cell in cells
        if cell["cell_type"] == "markdown"
        for found in HEADING.finditer("".join(cell["source"]))
    ]
    return {number[0]: anchor(title) for title in titles if (number := NUMBER.match(title))}


def between_pages(text: str, pages: Collection[str], known: Sections) -> str:
    """Markdown whose links to notebooks lead to pages: one named by a section's number to that section.

    What is not among the ``pages`` (stems of notebooks) is named without a link.
    """

    def linked(found: re.Match[str]) -> str:
        if found["stem"] not in pages:
            return found["text"]
        section = known.get(found["stem"], {}).get(found["text"], "")
        place = found["anchor"] or (f"#{section}" if section else "")
        return f"[{found['text']}](<{found['stem']}.ipynb{place}>)"

    return NOTEBOOK_LINK.sub(linked, text)


def between_pages_in_html(text: str, pages: Collection[str]) -> str:
    """HTML whose links to notebooks lead to pages; what is not among the ``pages`` is named without a link."""

    def linked(found: re.Match[str]) -> str:
        return f'<a href="{found["stem"]}.html">{found["text"]}</a>' if found["stem"] in pages else found["text"]

    return NOTEBOOK_ADDRESS.sub(linked, text)


def runners(repository: str, branch: str, published: str, stem: str) -> list[tuple[str, str]]:
    """Where the notebook ``stem`` can be opened, as names and addresses; none without a repository.

    Colab opens notebooks of GitHub alone: those of the ``published`` page, which install the course. Binder opens those
    of GitHub and GitLab in an environment that has it.
    """
    host, _, path = repository.removeprefix("https://").strip("/").partition("/")
    file = f"notebooks/{stem}.ipynb"
    found = []
    if host == "github.com":
        found.append(("Open in Colab", f"https://colab.research.google.com/github/{path}/blob/{published}/{file}"))
    if host in ("github.com", "gitlab.com"):
        service = f"gh/{path}" if host == "github.com" else f"gl/{quote(path, safe='')}"
        found.append(("Open in Binder", f"https://mybinder.org/v2/{service}/{branch}?labpath={quote(file)}"))
    return found


def problem_report(repository: str, title: str) -> str:
    """The address of a form that says what is wrong on the page ``title``; empty without a repository."""
    if not repository:
        return ""
    if repository.removeprefix("https://").startswith("gitlab."):
        return f"{repository.rstrip('/')}/-/issues/new?issue[title]={quote(f'[page] {title}')}"
    return f"{repository.rstrip('/')}/issues/new?template={FORM}&page={quote(title)}"


def as_html(name: str, address: str, attributes: str = "") -> str:
    """A link in HTML."""
    return f'<a href="{html.escape(address)}"{attributes}>{html.escape(name)}</a>'
