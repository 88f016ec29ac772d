"""The glossary knows every term that a chapter lists at its end, and says where it is introduced."""

import json
import re
from pathlib import Path

import pytest

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
CHAPTERS = sorted(path for path in NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))


def text_of(path):
    return "\n\n".join("".join(cell["source"]) for cell in json.loads(path.read_text(encoding="utf-8"))["cells"])


def glossary_rows():
    """The cells of each row: term, Chinese equivalent, meaning, section."""
    lines = text_of(NOTEBOOKS / "glossary.ipynb").splitlines()
    rows = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines if line.startswith("|")]
    return rows[2:]


def terms_of(path):
    """The terms of the paragraph **Terms:**, as written there."""
    found = re.search(r"\*\*Terms:\*\* (.+)", text_of(path))
    return [term.strip() for term in found[1].rstrip(".").split(",")] if found else []


def test_rows_are_complete_in_order_and_never_twice():
    rows = glossary_rows()
    names = [row[0].lower() for row in rows]
    assert names == sorted(set(names))
    assert all(len(row) == 4 and all(row) for row in rows)
    assert all(re.search(r"[\u4e00-\u9fff]", row[1]) for row in rows)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_every_term_that_a_chapter_lists_is_in_the_glossary(path):
    known = {re.sub(r"\s*\(.*\)", "", row[0]).lower() for row in glossary_rows()}
    missing = [term for term in terms_of(path) if term.lower() not in known]
    assert not missing, f"Add to notebooks/glossary.ipynb, each with its Chinese equivalent: {', '.join(missing)}"


@pytest.mark.parametrize("path", CHAPTERS[1:], ids=lambda path: path.stem)
def test_every_chapter_after_the_first_lists_its_terms(path):
    assert len(terms_of(path)) >= 5


def test_a_section_that_the_glossary_names_exists():
    for term, _, _, link in glossary_rows():
        section, name = re.fullmatch(r"\[([\d.]+|\d+, deeper)\]\((.+)\)", link).groups()
        heading = "Going deeper: " if section.endswith("deeper") else f"{re.escape(section)} "
        assert re.search(rf"^## {heading}", text_of(NOTEBOOKS / name), re.MULTILINE), f"{term}: {link}"


def test_a_term_that_stands_deeper_in_a_chapter_is_introduced_there():
    for term, _, _, link in glossary_rows():
        if ", deeper]" in link:
            name = re.search(r"\((.+)\)", link)[1]
            deeper = re.split(r"^## Going deeper: ", text_of(NOTEBOOKS / name), maxsplit=1, flags=re.MULTILINE)[1]
            plain = re.sub(r"\s*\(.*\)", "", term)
            assert re.search(rf"\*\*{re.escape(plain)}\b", deeper, re.IGNORECASE), f"{term}: {link}"
