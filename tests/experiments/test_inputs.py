"""Controls as the page has them: positions of sliders, what they read, and what is typed beside them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcourse.chapters import CHAPTERS, experiments_of
from dlcourse.errors import CourseError
from dlcourse.experiments import inputs
from dlcourse.experiments.entry import read_number
from dlcourse.experiments.experiment import Entry, Menu, Slider, Toggle
from tests.experiments.tiny_experiment import TINY, Browser

RATE = Slider("rate", "Rate", 1e-4, 50.0, step=0.25, value=0.01, logarithmic=True)
SLIDERS = [
    control
    for chapter in CHAPTERS
    for experiment in experiments_of(chapter)
    for control in experiment.controls
    if isinstance(control, Slider)
]


def assert_a_sound_slider(slider):
    values, texts = inputs.settings(slider), inputs.specification(slider)["texts"]
    assert (values[0], values[-1]) == (slider.check(slider.minimum), slider.check(slider.maximum))
    assert all(low < high for low, high in pairwise(values))
    assert len(texts) == len(values)
    for place, (value, text) in enumerate(zip(values, texts, strict=True)):
        assert inputs.value_of(slider, place) == value
        assert inputs.shown(slider, value) == [place, text]
        small = 0 < abs(value) < 1e-4
        assert set(text) <= set("0123456789. ×⁰¹²³⁴⁵⁶⁷⁸⁹⁻" if small else "0123456789.−"), text
        assert read_number("Number", text) == pytest.approx(value, rel=5e-3, abs=0)
        assert "−" not in text or value < 0


@pytest.mark.parametrize("slider", SLIDERS, ids=lambda slider: slider.name)
def test_every_slider_reaches_both_ends_and_reads_in_plain_decimals(slider):
    assert_a_sound_slider(slider)


@given(st.floats(-300, 300), st.integers(1, 300), st.sampled_from([0.02, 0.1, 0.25, 0.7, 1.0]), st.booleans())
def test_any_slider_reaches_both_ends(low, steps, step, logarithmic):
    """Its last step may be a shorter one."""
    low = round(abs(low) / 100 + 0.001, 3) if logarithmic else round(low, 1)
    high = min(low * 10 ** (steps * step / 30), 1e6) if logarithmic else round(low + (steps - 0.5) * step, 3)
    if float(f"{low:.3g}") < float(f"{high:.3g}"):
        assert_a_sound_slider(Slider("a", "A", low, high, step=step, value=low, logarithmic=logarithmic))


def test_a_last_step_that_is_the_end_but_for_rounding_is_one_position():
    """Found by the test above: its last power of ten missed the end by the last digit."""
    end = 0.001 * 10 ** (90 * 0.02 / 30)
    slider = Slider("a", "A", 0.001, end, step=0.02, value=0.001, logarithmic=True)
    assert len(inputs.settings(slider)) == 4
    assert_a_sound_slider(slider)


def test_a_logarithmic_slider_reads_the_value_not_the_exponent():
    assert inputs.specification(RATE)["texts"][:5] == ["0.0001", "0.000178", "0.000316", "0.000562", "0.001"]
    assert inputs.shown(RATE, 0.01) == [8, "0.01"]
    assert inputs.shown(RATE, 50.0) == [23, "50"]


def test_large_and_negative_numbers_are_plain():
    million = Slider("n", "N", 1.0, 1e7, step=1.0, value=1.0, logarithmic=True)
    assert inputs.specification(million)["texts"][-2:] == ["1000000", "10000000"]
    whole = Slider("n", "N", -20, 100000, step=20, value=0)
    assert inputs.specification(whole)["texts"][0] == "−20"
    assert inputs.specification(whole)["texts"][-1] == "100000"
    assert inputs.written(Slider("n", "N", -1.0, 1.0, step=0.05, value=0.0), -0.5) == "−0.50"


def test_a_value_between_two_positions_stands_at_the_nearer_one_and_reads_as_it_is():
    slider = Slider("a", "A", 0.0, 1.0, step=0.25, value=0.0)
    assert inputs.shown(slider, 0.3) == [1, "0.30"]
    assert inputs.shown(slider, 0.401) == [2, "0.401"]
    assert inputs.shown(RATE, 0.01234) == [8, "0.01234"]


def test_each_control_is_described_with_its_name():
    specifications = [inputs.specification(control) for control in TINY.controls]
    assert [look["label"] for look in specifications[:4]] == ["Height", "Count", "Curve", "Larger points"]
    assert [look["kind"] for look in specifications] == ["slider", "slider", "menu", "toggle", "points"]
    assert specifications[0]["unit"] == "m"
    assert specifications[2]["options"] == ["Sine", "Cosine"]
    entry = inputs.specification(Entry("guess", "Guess", unit="m"))
    assert entry == {"name": "guess", "label": "Guess", "kind": "entry", "unit": "m", "placeholder": "?"}
    assert inputs.draggable(TINY.controls) == "observations"
    assert inputs.draggable(TINY.controls[:4]) == ""


def test_menus_send_the_place_of_an_option_and_boxes_whether_they_are_ticked():
    menu = Menu("curve", "Curve", {"sine": "Sine", "cosine": "Cosine"})
    assert [inputs.value_of(menu, place) for place in (0, 1)] == ["sine", "cosine"]
    assert inputs.shown(menu, "cosine") == 1
    for control, sent in ((menu, 2), (menu, -1), (RATE, -1), (RATE, 24)):
        with pytest.raises(IndexError):
            inputs.value_of(control, sent)
    assert inputs.value_of(Toggle("filled", "Filled"), True) is True


@pytest.mark.parametrize(
    ("typed", "value"), [("0.25", 0.25), ("1/4", 0.25), (" .4 ", 0.4), ("0.333333333", 0.333333), ("1", 1.0)]
)
def test_a_number_typed_beside_a_slider_is_taken_as_it_is_even_between_positions(typed, value):
    assert inputs.typed_value(Slider("a", "A", 0.1, 1.0, step=0.1, value=0.5), typed) == value


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("0,5", r"Share is a number such as .* '0,5' is not. Decimals stand behind a point: 0.5."),
        ("10 000", r"Write thousands without a gap: 10000."),
        ("10,000", r"Write thousands without a gap: 10000."),
        ("50 %", r"Write the number alone, without a sign for per cent."),
        ("1.5", r"Share lies between 0.1 and 1, but 1.5 does not."),
        ("-1/2", r"Share lies between 0.1 and 1, but −0.5 does not."),
        ("", r"is a number such as"),
        ("much", r"is a number such as"),
    ],
)
def test_what_is_no_number_or_out_of_range_is_explained(typed, words):
    with pytest.raises(CourseError, match=words):
        inputs.typed_value(Slider("a", "Share", 0.1, 1.0, step=0.1, value=0.5), typed)


def test_a_whole_number_is_asked_for_where_one_is_due():
    slider = Slider("n", "Count", 1, 20, step=1, value=3)
    assert inputs.typed_value(slider, "8/2") == 4
    assert isinstance(inputs.typed_value(slider, "4.0"), int)
    with pytest.raises(CourseError, match=r"Count is a whole number, but 2\.5 is not\."):
        inputs.typed_value(slider, "5/2")


def test_typing_on_the_page_sets_the_slider_and_a_wrong_number_is_said_and_changes_nothing():
    browser = Browser()
    browser.open()
    browser.do("type", name="height", text="1/4")
    assert browser.frames[-1]["controls"]["height"] == [1, "0.25"]
    assert browser.live.parameters["height"] == 0.25
    browser.do("type", name="height", text="0,5")
    assert "Decimals stand behind a point: 0.5." in browser.notice
    assert browser.messages[-1]["asked"] == browser.asked
    assert browser.live.parameters["height"] == 0.25
