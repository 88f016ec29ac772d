"""Pages built for tests, and what a test reads in them."""

import os
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from dlcourse import settings
from dlcourse.workshop.chapters import chapter_paths, read_chapter

NEEDED = "Sphinx and what belongs to it: install the extra `site`"


def notebooks():
    return settings.course_root() / "notebooks"


def build_page(out, numbers=(), repository="", **options):
    """Builds the page of the chapters with these numbers, or of all; skips the test where Sphinx is missing.

    The environment variable DLCOURSE_RECORDINGS may name a folder of recordings, so that not all are made anew.
    """
    for module in ("sphinx", "myst_nb", "furo", "latex2mathml", "sphinx-mathjax-offline"):
        pytest.importorskip(module, reason=NEEDED)
    from dlcourse.site.build import Course, build

    paths = [path for path in chapter_paths(notebooks()) if not numbers or path.stem[:2] in numbers]
    course = Course(notebooks(), [read_chapter(path) for path in paths], ["glossary"], repository)
    kept = os.environ.get("DLCOURSE_RECORDINGS")
    options.setdefault("kept", Path(kept) if kept else None)
    return build(course, out, progress=lambda _what, _total, items: items, **options)


class Page(HTMLParser):
    """What a page holds: ids, addresses, and its pictures' attributes."""

    ADDRESSES = ("href", "src", "data-recording")

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids, self.addresses, self.pictures = set(), [], []
        self.text = path.read_text(encoding="utf-8")
        self.feed(self.text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.ids.add(found.get("id"))
        self.addresses += [found[name] for name in self.ADDRESSES if found.get(name)]
        if tag == "img":
            self.pictures.append(found)


def broken_links(folder):
    """The addresses on the pages in ``folder`` that lead to no file there, or to no place in one."""
    pages = {path.name: Page(path) for path in folder.glob("*.html")}
    broken = []
    for name, page in pages.items():
        for address in page.addresses:
            if re.match(r"[a-z]+:", address):
                continue
            path, _, place = address.partition("#")
            path = unquote(path.partition("?")[0]) or name
            if not (folder / path).exists() or (place and path in pages and unquote(place) not in pages[path].ids):
                broken.append(f"{name}: {address}")
    return broken
