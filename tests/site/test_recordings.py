"""Recordings of an earlier page are kept while what they were made from is the same."""

import pytest

from dlcourse.errors import CourseError
from dlcourse.site import recording, recordings
from tests.experiments.tiny_experiment import TINY

SHOWN = {"tiny": TINY}


@pytest.fixture
def recorded(monkeypatch):
    """How often something is recorded; the digest of what it is made from can be set."""
    told = {"times": 0, "sources": "one"}

    def record(experiment):
        told["times"] += 1
        return f"dlcourseRecorded({experiment.name!r});\n"

    monkeypatch.setattr(recording, "record", record)
    monkeypatch.setattr(recordings, "_sources", lambda _chapter: told["sources"])
    return told


def write(static, earlier):
    recordings.write(SHOWN, static, earlier, lambda _what, _total, items: items)
    return (static.parent / recordings.address(TINY).replace("_static", static.name)).read_text()


def test_an_unchanged_recording_is_taken_from_the_earlier_page(recorded, tmp_path):
    earlier = tmp_path / "earlier"
    first = write(earlier / "_static", tmp_path / "none")
    again = write(tmp_path / "static", earlier)
    assert first == again
    assert first.startswith("dlcourseRecorded('")
    assert recorded["times"] == 1


def test_a_recording_is_made_again_when_its_sources_change(recorded, tmp_path):
    earlier = tmp_path / "earlier"
    write(earlier / "_static", tmp_path / "none")
    recorded["sources"] = "two"
    assert write(tmp_path / "static", earlier).endswith("two\n")
    assert recorded["times"] == 2


def test_the_digest_tells_chapters_apart():
    assert recordings._sources("05_softmax_regression") != recordings._sources("04_linear_regression")


def test_an_experiment_that_cannot_be_recorded_is_said_in_words(monkeypatch, tmp_path):
    def record(_experiment):
        raise ValueError("tiny: 4 states take 500,000 bytes, more than 400,000.")

    monkeypatch.setattr(recording, "record", record)
    with pytest.raises(CourseError, match="500,000 bytes"):
        write(tmp_path / "static", tmp_path / "none")
