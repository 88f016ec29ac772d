"""What is recorded of an experiment, read back as the page reads it."""

import base64
import gzip
import itertools
import json
import math

import numpy as np
import pytest

from dlcourse.experiments import state
from dlcourse.experiments.marks import Message
from dlcourse.experiments.screen import Screen
from dlcourse.site.packing import COLUMNS
from dlcourse.site.recording import PHONE, record
from tests.experiments.tiny_experiment import QUESTION, TINY, variant


def compute(height, count, curve, filled, points):
    return TINY.compute(height, 14 if count == 13 else count, curve, filled, points)  # 13 raises there


FINE = variant(compute=compute)


class Names:
    """Things that are named by 0, the next one, or by their number and 1."""

    def __init__(self, things):
        self.things, self.next = things, 0

    def __getitem__(self, name):
        number = name - 1 if name else self.next
        self.next += name == 0
        return self.things[number]


def read_back(text):
    """The recording that a script holds: its marks have their numbers and pixels in place of where they stand."""
    opening = "dlcourseRecorded("
    assert text.startswith(opening)
    assert text.endswith(");\n")
    name, packed = json.loads(f"[{text[len(opening) : -3]}]")
    whole = gzip.decompress(base64.b64decode(packed))
    length = int.from_bytes(whole[:4], "little")
    content = json.loads(whole[4 : 4 + length])
    count = sum(size for _, sizes in content["arrays"] for size in sizes)
    end = 4 + length + 2 * count
    low, high = np.frombuffer(whole[4 + length : end], np.uint8).reshape(2, -1).astype(np.uint16)
    numbers = iter((low | high << 8).astype(np.uint16))
    arrays = {}
    for columns, sizes in content["arrays"]:
        found = []
        for size in sizes:
            differences = np.array([next(numbers) for _ in range(size)], np.uint16).reshape(columns, -1)
            found.append(np.cumsum(differences, axis=1, dtype=np.uint16).T.ravel().view(np.int16).tolist())
        arrays[columns] = Names(found)
    ends = np.cumsum([0, *content["pieces"]]) + end
    pieces = Names([whole[start:stop] for start, stop in itertools.pairwise(ends)])
    assert ends[-1] == len(whole)
    for layout in content["layouts"]:
        layout["marks"] = [mark_of(each, content["looks"], arrays, pieces) for each in layout["marks"]]
        layout["frames"] = list(frames_of(layout))
    return name, content


def mark_of(values, looks, arrays, pieces):
    look, *values = values
    attributes, names = looks[look]
    mark = dict(attributes)
    outline = lambda found: [arrays[2][found[0]], *([found[1:]] if found[1:] else [])]  # noqa: E731
    for name, value in zip(names, values, strict=True):
        if name == "outlines":
            mark[name] = [outline(each) for each in value]
        elif name in ("shape", "clip_outline"):
            mark[name] = outline(value)
        elif name == "at":
            mark[name] = arrays[COLUMNS[mark["kind"]]][value]
        else:
            mark[name] = pieces[value] if name in ("pixels", "colours") else value
    return mark


def frames_of(layout):
    marks, parts, artists, order = Names(layout["marks"]), {}, {}, []
    for changed_parts, changed_artists, *new_order in layout["frames"]:
        parts |= {part: [marks[each] for each in names] for part, *names in changed_parts}
        artists |= {artist: [marks[each] for each in names] for artist, *names in changed_artists}
        order = new_order[0] if new_order else order
        yield dict(parts), {artist: artists[artist] for artist in order}


@pytest.fixture(scope="module")
def recorded():
    return read_back(record(FINE, states=40))


def live(marks):
    """Marks as the live widget would send them, with their numbers and pixels in place of where they stand."""
    message = Message()
    written = json.loads(json.dumps(message.written(marks)))
    numbers, pixels = message.buffers()
    block = np.frombuffer(numbers, "<i2")
    outline = lambda found: [block[found[0] : sum(found[:2])].tolist(), *found[2:]]  # noqa: E731
    for mark in written:
        for name in ("shape", "clip_outline"):
            if name in mark:
                mark[name] = outline(mark[name])
        if "outlines" in mark:
            mark["outlines"] = [outline(each) for each in mark["outlines"]]
        if "at" in mark:
            mark["at"] = block[mark["at"][0] : sum(mark["at"])].tolist()
        for name in ("pixels", "colours"):
            if name in mark:
                mark[name] = pixels[mark[name][0] : sum(mark[name])]
    return written


def with_outlines(marks, glyphs):
    """Letters have other numbers in each recording: marks with their letters' outlines in place of these."""
    for mark in marks:
        if mark["kind"] == "glyphs":
            places = [mark["at"][start : start + 4] for start in range(0, len(mark["at"]), 4)]
            mark = {**mark, "at": [[glyphs[str(number)], *rest] for number, *rest in places]}
        yield mark


@pytest.mark.parametrize("layout", [0, 1])
def test_every_state_looks_as_the_live_widget_draws_it(recorded, layout):
    _, content = recorded
    screen = Screen(FINE.picture, FINE.size, FINE.compute(**state.defaults(FINE.controls)))
    screen.fit((content["definition"]["size"][0], PHONE)[layout], math.inf, 2.0)
    look = content["layouts"][layout]
    assert look["scene"]["size"] == list(screen.css_size)
    moving = [control for control in content["stops"] if control in ("height", "count")]
    for number in (0, 7, len(content["states"]) - 1):
        places, caption, text = content["states"][number]
        parameters = state.read("tiny", FINE.controls, text)
        values = FINE.compute(**parameters)
        for control, place in zip(content["stops"], places, strict=True):
            if control in moving:
                assert content["stops"][control][place][1] == parameters[control]
        assert caption == FINE.told(parameters, values)
        screen.show(values)
        screen.redraw_all()  # all of it
        written = screen.write()
        glyphs = {str(number): outline for number, outline in json.loads(json.dumps(written.glyphs)).items()}
        recorded_parts, recorded_artists = look["frames"][number]
        assert list(recorded_artists) == list(written.marks)
        for mine, fresh in ((recorded_parts, written.background), (recorded_artists, written.marks)):
            for part, marks in fresh.items():
                assert list(with_outlines(mine[part], content["glyphs"])) == list(with_outlines(live(marks), glyphs))


def test_the_page_asks_first_and_knows_what_to_say_to_each_answer(recorded):
    _, content = recorded
    outcomes = content["definition"]["prediction"]["outcomes"]
    assert len(outcomes) == len(QUESTION.choices) + 1
    assert "You predicted it" in outcomes[QUESTION.answer]
    assert "Not what you predicted" in outcomes[0]
    assert "The answer" in outcomes[-1]
    for layout in content["layouts"]:
        assert len(layout["frames"]) == len(content["states"]) + 1  # the last is what is seen before the answer


def test_controls_of_the_page_have_the_recorded_stops_alone(recorded):
    name, content = recorded
    definition = content["definition"]
    assert name == "/tiny"  # it belongs to no chapter
    controls = {control["name"]: control for control in definition["controls"]}
    assert list(controls) == ["height", "count", "curve", "filled"]
    assert controls["count"]["texts"] == [text for text, _ in content["stops"]["count"]]
    assert definition["draggable"] == ""
    assert "observations" in definition["note"]


def test_the_same_experiment_gives_the_same_script():
    assert record(FINE, states=24) == record(FINE, states=24)


def test_fewer_states_are_kept_where_the_script_would_be_too_large():
    many, few = record(FINE, states=120), record(FINE, states=120, largest=9_000)
    assert len(few.encode()) <= 9_000 < len(many.encode())
    with pytest.raises(ValueError, match=r"tiny: .* states take .* bytes, more than 1,000"):
        record(FINE, states=200, largest=1000)
