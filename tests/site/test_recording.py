"""What is recorded of an experiment, read back as the page reads it."""

import base64
import gzip
import json
import math

import numpy as np
import pytest

from dlcourse.experiments import state
from dlcourse.experiments.marks import Message
from dlcourse.experiments.screen import Screen
from dlcourse.site.recording import PHONE, record
from tests.experiments.tiny_experiment import QUESTION, TINY, variant


def compute(height, count, curve, filled, points):
    return TINY.compute(height, 14 if count == 13 else count, curve, filled, points)  # 13 raises there


FINE = variant(compute=compute)


def read_back(text):
    opening = "dlcourseRecorded("
    assert text.startswith(opening)
    assert text.endswith(");\n")
    name, definition, packed = json.loads(f"[{text[len(opening) : -3]}]")
    whole = gzip.decompress(base64.b64decode(packed))
    length = int.from_bytes(whole[:4], "little")
    content = json.loads(whole[4 : 4 + length])
    end = 4 + length + content["numbers"]
    low, high = np.frombuffer(whole[4 + length : end], np.uint8).reshape(2, -1).astype(np.uint16)
    differences = (low | high << 8).astype(np.uint16)
    numbers = np.empty_like(differences)
    numbers[::2], numbers[1::2] = (np.cumsum(differences[k::2], dtype=np.uint16) for k in range(2))
    return name, definition, content, numbers.view(np.int16), whole[end:]


@pytest.fixture(scope="module")
def recorded():
    return read_back(record(FINE, states=40))


def without_places(mark, numbers, pixels):
    """A mark with its numbers and pixels in place of where they stand."""
    mark = dict(mark)
    outline = lambda found: [numbers[found[0] : found[0] + found[1]].tolist(), *found[2:]]  # noqa: E731
    if mark["kind"] == "markers":
        mark["shape"] = outline(mark["shape"])
    if "outlines" in mark:
        mark["outlines"] = [outline(each) for each in mark["outlines"]]
    if "at" in mark:
        mark["at"] = outline(mark["at"])
    for key in ("pixels", "colours"):
        if key in mark:
            mark[key] = pixels[mark[key][0] : sum(mark[key])]
    return mark


@pytest.mark.parametrize("layout", [0, 1])
def test_every_state_looks_as_the_live_widget_draws_it(recorded, layout):
    _, definition, content, numbers, pixels = recorded
    screen = Screen(FINE.picture, FINE.size, FINE.compute(**state.defaults(FINE.controls)))
    screen.fit((definition["size"][0], PHONE)[layout], math.inf, 2.0)
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
        message = Message()
        fresh = {artist: message.written(marks) for artist, marks in written.marks.items()}
        block = np.frombuffer(message.buffers()[0], "<i2")
        frame = look["frames"][number]
        assert [artist for artist, _ in frame["marks"]] == list(fresh)
        for artist, ids in frame["marks"]:
            mine = [without_places(look["marks"][id_], numbers, pixels) for id_ in ids]
            live = [without_places(mark, block, message.buffers()[1]) for mark in json.loads(json.dumps(fresh[artist]))]
            if mine and mine[0]["kind"] == "glyphs":  # letters have other numbers in each recording
                assert [len(each["at"][0]) for each in mine] == [len(each["at"][0]) for each in live]
            else:
                assert mine == live


def test_the_page_asks_first_and_knows_what_to_say_to_each_answer(recorded):
    _, definition, content, _, _ = recorded
    outcomes = definition["prediction"]["outcomes"]
    assert len(outcomes) == len(QUESTION.choices) + 1
    assert "You predicted it" in outcomes[QUESTION.answer]
    assert "Not what you predicted" in outcomes[0]
    assert "The answer" in outcomes[-1]
    for layout in content["layouts"]:
        assert len(layout["frames"]) == len(content["states"]) + 1  # the last is what is seen before the answer


def test_controls_of_the_page_have_the_recorded_stops_alone(recorded):
    name, definition, content, _, _ = recorded
    assert name == "/tiny"  # it belongs to no chapter
    controls = {control["name"]: control for control in definition["controls"]}
    assert list(controls) == ["height", "count", "curve", "filled"]
    assert controls["count"]["texts"] == [text for text, _ in content["stops"]["count"]]
    assert definition["draggable"] == ""
    assert "observations" in definition["note"]


def test_the_same_experiment_gives_the_same_script():
    assert record(FINE, states=24) == record(FINE, states=24)


def test_fewer_states_are_kept_where_the_script_would_be_too_large():
    many, few = record(FINE, states=120), record(FINE, states=120, largest=14_000)
    assert len(few.encode()) <= 14_000 < len(many.encode())
    with pytest.raises(ValueError, match=r"tiny: .* states take .* bytes, more than 1,000"):
        record(FINE, states=200, largest=1000)
