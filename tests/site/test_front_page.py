"""The first page has the map: each chapter with its times and what it teaches."""

from dataclasses import dataclass

from dlcourse.site.front_page import front_page


@dataclass(frozen=True)
class Chapter:
    stem: str
    number: str
    title: str
    promise: str
    objectives: tuple[str, ...]
    core_minutes: int
    deeper_minutes: int


FIRST = Chapter("02_algebra", "02", "Algebra", "You can, after [x](03_y.ipynb).", ("Add $a$.", "Subtract."), 60, 0)
SECOND = Chapter("13_nets", "13", "Nets", "You see.", ("Fold.",), 50, 10)


def test_each_chapter_is_told_and_listed():
    text = front_page([FIRST, SECOND], ["glossary"], ["02_algebra", "13_nets", "glossary"])
    assert "### [2. Algebra](02_algebra.ipynb)\n\nYou can, after x. *Core 60 min.*" in text
    assert "*Core 50 min, going deeper 10 min.*" in text
    assert "- Add $a$.\n- Subtract." in text
    assert ":caption: Chapters\n\n02_algebra\n13_nets\n" in text
    assert ":caption: Look up\n\nglossary\n" in text
