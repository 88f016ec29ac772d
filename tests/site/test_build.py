"""The page is built whole or not at all: complete, without a broken link, in place of an earlier one only."""

import re
import xml.etree.ElementTree as ElementTree
import zipfile

import pytest

from dlcourse.errors import CourseError
from dlcourse.site import build as building
from tests.profiles import NIGHTLY
from tests.site.pages import Page, broken_links, build_page

REPOSITORY = "https://github.com/NAME/dlcourse"
CHAPTERS = () if NIGHTLY else ("00", "02")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return build_page(tmp_path_factory.mktemp("site") / "page", CHAPTERS, REPOSITORY, moving=False)


@pytest.fixture(scope="module")
def book(built, tmp_path_factory):
    folder = tmp_path_factory.mktemp("book")
    with zipfile.ZipFile(built.folder / building.BOOK) as archive:
        archive.extractall(folder)
    return folder


def chapters(folder):
    return sorted(path for path in folder.glob("[0-9][0-9]_*.html"))


def test_sphinx_has_nothing_to_say(built):
    assert built.warnings == ()


def test_no_link_is_broken(built):
    assert broken_links(built.folder) == []


def test_nothing_is_left_beside_the_page(built):
    assert [path.name for path in built.folder.parent.iterdir()] == [built.folder.name]


def test_every_picture_on_every_page_has_words_and_its_size(built):
    pictures = [picture for path in chapters(built.folder) for picture in Page(path).pictures]
    assert len(pictures) > 10
    for picture in pictures:
        assert picture["alt"].strip(), picture["src"]
        assert int(picture["width"]) > 0


def test_pages_load_nothing_from_elsewhere(built):
    for path in built.folder.glob("*.html"):
        loaded = re.findall(r'<(?:script|link|img|iframe)\b[^>]*?(?:src|href)="(\w+:[^"]+)"', Page(path).text)
        assert loaded == [], path.name


def test_each_chapter_can_be_taken_along_opened_elsewhere_and_complained_of(built):
    for path in chapters(built.folder):
        text = Page(path).text
        notebook = built.folder / "notebooks" / f"{path.stem}.ipynb"
        assert notebook.stat().st_size < 150_000, "it holds outputs"
        assert f"dlcourse @ git+{REPOSITORY}@main" in notebook.read_text(encoding="utf-8")
        assert "dlcourse @ git+" not in text
        for words in ("Download the notebook", "Open in Colab", "Open in Binder", "Something is wrong on this page"):
            assert text.count(words) == 1, words


def test_the_first_page_lists_what_is_taught(built):
    text = Page(built.folder / "index.html").text
    for path in chapters(built.folder):
        assert f'href="{path.name}"' in text
    assert text.count("What you learn in chapter") == len(chapters(built.folder))


def test_the_glossary_leads_to_sections(built):
    page = Page(built.folder / "glossary.html")
    assert any(re.fullmatch(r"02_linear_algebra_and_calculus\.html#\w.*", address) for address in page.addresses)


def test_words_of_a_chapter_are_in_the_search(built):
    index = (built.folder / "searchindex.js").read_text(encoding="utf-8")
    assert '"birthday"' in index or "birthdai" in index


def test_the_book_is_well_formed_and_whole(built, book):
    pages = sorted(book.glob("*.xhtml"))
    assert {path.stem for path in chapters(built.folder)} <= {path.stem for path in pages}
    for path in pages:
        text = path.read_text(encoding="utf-8")
        ElementTree.fromstring(re.sub(r"<!DOCTYPE[^>]*>", "", text).replace("&nbsp;", "\u00a0"))
        for picture in Page(path).pictures:
            assert (book / picture["src"]).exists()
            assert picture["src"] in (book / "content.opf").read_text(encoding="utf-8")


def test_the_book_has_formulas_and_no_scripts(book):
    text = "".join(path.read_text(encoding="utf-8") for path in book.glob("[0-9]*.xhtml"))
    assert text.count("<math ") > 100
    assert "dlcourse-site-exercise" in text
    assert "<form" not in text
    assert not (book / "_static" / "mathjax").exists()


def test_another_folder_is_never_overwritten(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(CourseError, match="holds something else"):
        build_page(tmp_path, ("00",))
    with pytest.raises(CourseError, match="is a file"):
        build_page(tmp_path / "thesis.txt", ("00",))
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_what_fails_leaves_the_earlier_page(tmp_path, monkeypatch):
    out = tmp_path / "page"
    out.mkdir()
    for name in (building.MARK, "index.html"):
        (out / name).write_text("earlier")

    def fails(*_):
        raise CourseError("no")

    monkeypatch.setattr(building, "_sphinx", fails)
    with pytest.raises(CourseError, match="no"):
        build_page(out, ("00",), moving=False)
    assert (out / "index.html").read_text() == "earlier"
    assert [path.name for path in tmp_path.iterdir()] == ["page"]


def test_what_is_missing_is_named_with_the_command_that_brings_it(tmp_path, monkeypatch):
    monkeypatch.setattr(building, "NEEDED", ("sphinx", "no_such_package"))
    with pytest.raises(CourseError, match=r"needs no_such_package: `python -m pip install .*site"):
        build_page(tmp_path / "page", ("00",))
