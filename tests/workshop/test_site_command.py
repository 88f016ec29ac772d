"""``dlcourse site``: which chapters, which options, and what is said of the result."""

import pytest

from dlcourse.site import build as building
from dlcourse.workshop.cli import main


@pytest.fixture
def asked(monkeypatch):
    """What the command asks of the builder; what comes of it can be set."""
    told = {"size": 5_000_000, "warnings": ()}

    def build(course, out, **options):
        told.update(course=course, out=out, **options)
        assert list(options["progress"]("Counting", 2, [1, 2])) == [1, 2]
        return building.Built(out, 12.0, told["size"], 3_000_000, told["warnings"])

    monkeypatch.setattr(building, "build", build)
    return told


def test_all_chapters_are_built_with_everything(asked, capsys):
    assert main(["site", "--quiet"]) == 0
    assert len(asked["course"].chapters) > 10
    assert asked["course"].others == ["glossary"]
    assert asked["course"].repository == ""
    assert asked["moving"] is asked["book"] is True
    assert asked["kept"].name == "recordings"
    assert asked["processes"] == 1
    assert str(asked["out"]) == "site"
    assert "index.html: 5.0 MB, the EPUB besides 3.0 MB, in 12 s." in capsys.readouterr().out


def test_chapters_and_options_are_chosen(asked, tmp_path):
    options = ["--out", str(tmp_path / "x"), "--no-experiments", "--no-book", "--branch", "v1", "--quiet"]
    options += ["--published", "page", "--fresh", "--processes", "2"]
    assert main(["site", "--chapters", "5", "16", "5", "--repository", "https://github.com/me/c.git", *options]) == 0
    assert [chapter.number for chapter in asked["course"].chapters] == ["05", "16"]
    assert (asked["course"].repository, asked["course"].branch) == ("https://github.com/me/c", "v1")
    assert asked["course"].published == "page"
    assert asked["moving"] is asked["book"] is False
    assert asked["kept"] is None
    assert asked["processes"] == 2
    assert asked["out"] == tmp_path / "x"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--repository", "git@github.com:me/c.git"], "is an address such as https://"),
        (["--chapters", "77"], "There is no notebook '77'"),
    ],
)
def test_what_cannot_be_is_refused_in_words(asked, capsys, options, words):
    assert main(["site", *options]) == 1
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ({"warnings": ("05: a link is broken",)}, "05: a link is broken"),
        ({"size": 90_000_000}, "is more than the "),
    ],
)
def test_a_page_with_a_fault_is_no_success(asked, capsys, outcome, words):
    asked.update(outcome)
    assert main(["site", "--quiet"]) == 1
    assert words in capsys.readouterr().err
