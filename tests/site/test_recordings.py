"""Recordings made before are kept while what they were made from is the same."""

import pytest

from dlcourse.chapters import experiments_of
from dlcourse.errors import CourseError
from dlcourse.site import recording, recordings, sources
from tests.experiments.tiny_experiment import TINY

SHOWN = {"tiny": TINY}


@pytest.fixture
def recorded(monkeypatch):
    """How often something is recorded; the digest of what it is made from can be set."""
    told = {"times": 0, "sources": "one"}

    def record(experiment):
        told["times"] += 1
        return f"dlcourseRecorded({experiment.name!r}, {told['times']});\n"

    monkeypatch.setattr(recording, "record", record)
    monkeypatch.setattr(sources, "digest", lambda _module: told["sources"])
    return told


def write(static, kept, shown=SHOWN, processes=1):
    recordings.write(shown, static, kept, processes, lambda _what, _total, items: items)
    paths = [static.parent / recordings.address(each).replace("_static", static.name) for each in shown.values()]
    return [path.read_text() for path in paths]


def test_an_unchanged_recording_is_not_made_again(recorded, tmp_path):
    kept = tmp_path / "kept"
    first = write(tmp_path / "static", kept)
    assert write(tmp_path / "again", kept) == first == ["dlcourseRecorded('tiny', 1);\n"]
    assert recorded["times"] == 1


def test_a_recording_is_made_again_when_its_sources_change_and_takes_the_place_of_the_other(recorded, tmp_path):
    kept = tmp_path / "kept"
    write(tmp_path / "static", kept)
    recorded["sources"] = "two"
    assert write(tmp_path / "again", kept) == ["dlcourseRecorded('tiny', 2);\n"]
    assert [path.name for path in kept.rglob("*") if path.is_file()] == ["tiny.two.js"]


def test_without_a_folder_nothing_is_kept(recorded, tmp_path):
    write(tmp_path / "static", None)
    write(tmp_path / "again", None)
    assert recorded["times"] == 2


def test_several_processes_record_the_same(tmp_path):
    small = ("which_layers", "latent_map")
    chapters = ("20_autoencoders", "21_transfer_learning")
    shown = {each.name: each for chapter in chapters for each in experiments_of(chapter) if each.name in small}
    assert write(tmp_path / "two", None, shown, 2) == [recording.record(each) for each in shown.values()]


def test_the_digest_is_of_what_an_experiment_imports(tmp_path, monkeypatch):
    one, other = (
        experiments_of(chapter)[0].compute.__module__ for chapter in ("03_probability_and_mle", "13_convolution")
    )
    assert sources.digest(one) != sources.digest(other)
    names = sources._closure(one)
    assert {one, "numpy", "dlcourse.experiments.definition"} <= names
    assert not any(name.startswith("dlcourse.chapters.convolution") for name in names)
    before = {name: sources.digest(name) for name in (one, other)}
    changed = tmp_path / "changed.py"
    changed.write_text("# another text")
    real = sources.file_of
    monkeypatch.setattr(sources, "file_of", lambda name: changed if name == one else real(name))
    assert sources.digest(one) != before[one]
    assert sources.digest(other) == before[other]


def test_a_change_of_the_recorder_or_of_a_package_changes_every_digest(monkeypatch):
    (one, *_) = (each.compute.__module__ for each in experiments_of("03_probability_and_mle"))
    before = sources.digest(one)
    monkeypatch.setattr(sources.metadata, "version", lambda _name: "99")
    assert sources.digest(one) != before
    assert {"dlcourse.site.states", "dlcourse.site.packing"} <= sources._closure(sources.RECORDER)


def test_an_experiment_that_cannot_be_recorded_is_said_in_words(monkeypatch, tmp_path):
    def record(_experiment):
        raise ValueError("tiny: 4 states take 500,000 bytes, more than 400,000.")

    monkeypatch.setattr(recording, "record", record)
    with pytest.raises(CourseError, match="500,000 bytes"):
        write(tmp_path / "static", None)
