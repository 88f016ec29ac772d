"""Which pixels travel, and how: changed rectangles, compression under the limit, round trips."""

from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dlcourse.experiments import frames
from dlcourse.experiments.link import FAST, FIRST_PATIENCE, IN_FLIGHT, LOST_AFTER, SAMPLES, SLOW, Link


def random_frame(height, width, seed=0):
    return np.random.default_rng(seed).integers(0, 2**32, size=(height, width), dtype=np.uint32)


def apply(before, after, rectangles):
    """What a browser that shows ``before`` shows after painting ``rectangles`` of ``after``."""
    shown, data, offset = before.copy(), frames.raw(after, rectangles), 0
    for left, top, width, height in rectangles:
        block = np.frombuffer(data, np.uint32, width * height, offset)
        shown[top : top + height, left : left + width] = block.reshape(height, width)
        offset += 4 * width * height
    assert offset == len(data)
    return shown


@given(st.integers(1, 150), st.integers(1, 150), st.integers(0, 2**20), st.integers(0, 12))
def test_painting_the_changed_rectangles_gives_the_new_frame(height, width, seed, changes):
    before = random_frame(height, width, seed)
    after = before.copy()
    generator = np.random.default_rng(seed)
    for _ in range(changes):
        row, column = generator.integers(height), generator.integers(width)
        after[row : row + generator.integers(40), column : column + generator.integers(40)] ^= 1
    rectangles = frames.changed_rectangles(before, after)
    assert np.array_equal(apply(before, after, rectangles), after)
    covered = np.zeros(before.shape, int)
    for left, top, w, h in rectangles:
        assert w > 0
        assert h > 0
        covered[top : top + h, left : left + w] += 1
    assert covered.max(initial=0) <= 1


def test_nothing_changed_sends_nothing_and_a_dot_sends_one_tile():
    before = random_frame(200, 300)
    after = before.copy()
    assert frames.changed_rectangles(before, after) == []
    after[70, 100] ^= 1
    assert frames.changed_rectangles(before, after) == [(96, 64, frames.TILE, frames.TILE)]


def test_a_new_size_sends_the_whole_frame():
    assert frames.changed_rectangles(random_frame(10, 10), random_frame(20, 30)) == [(0, 0, 30, 20)]
    assert frames.changed_rectangles(None, random_frame(20, 30)) == [(0, 0, 30, 20)]


def test_a_plain_picture_is_compressed_without_loss():
    pixels = np.full((300, 800, 4), 255, np.uint8)
    pixels[100:120, 50:700, :3] = (0, 114, 178)
    data, kind = frames.compressed(pixels, (40, 90, 600, 100))
    assert kind == "image/png"
    assert len(data) < 5000
    assert np.array_equal(np.asarray(Image.open(BytesIO(data))), pixels[90:190, 40:640, :3])


@pytest.mark.parametrize("shape", [(400, 900, 4), (800, 1800, 4)])
def test_even_noise_is_compressed_under_the_limit(shape):
    noise = np.random.default_rng(0).integers(0, 256, size=shape, dtype=np.uint8)
    data, kind = frames.compressed(noise, (0, 0, shape[1], shape[0]))
    assert kind == "image/webp"
    assert len(data) <= frames.LIMIT


def trips(link, seconds, count, now=0.0):
    """``count`` frames, one after the other, each painted after ``seconds``."""
    for _ in range(count):
        number = link.send(now, compressed=link.compress)
        now += seconds
        link.acknowledge(number, now)
    return now


def test_no_more_than_two_frames_are_under_way():
    link = Link()
    numbers = [link.send(0.0, compressed=False) for _ in range(IN_FLIGHT)]
    assert not link.is_open(0.1)
    link.acknowledge(numbers[0], 0.2)
    assert link.is_open(0.2)


def test_frames_that_are_never_answered_are_given_up():
    link = Link()
    for _ in range(IN_FLIGHT):
        link.send(0.0, compressed=False)
    assert not link.is_open(LOST_AFTER - 0.01)
    assert link.is_open(LOST_AFTER)
    assert link.compress  # they may be stuck on a slow link


def test_a_page_that_opens_starts_with_an_empty_link():
    link = Link()
    for _ in range(IN_FLIGHT):
        link.send(0.0, compressed=False)
    link.restart()
    assert link.is_open(0.0)
    assert not link.compress


def test_a_slow_link_compresses_and_a_fast_one_goes_back_to_raw():
    link = Link()
    trips(link, SLOW - 0.05, 20)
    assert not link.compress
    trips(link, SLOW + 0.05, SAMPLES)
    assert link.compress
    trips(link, FAST + 0.02, 50)
    assert link.compress
    trips(link, FAST - 0.02, FIRST_PATIENCE)
    assert not link.compress


def test_one_slow_frame_changes_nothing():
    link = Link()
    trips(link, 0.03, 5)
    trips(link, 1.0, 1)
    trips(link, 0.03, 5)
    assert not link.compress
    assert link.round_trip == pytest.approx(0.03)


def test_a_link_that_is_slow_for_raw_frames_only_is_tried_less_and_less_often():
    link, raw_frames = Link(), 0
    for _ in range(500):
        raw_frames += not link.compress
        trips(link, 0.03 if link.compress else 0.6, 1)
    assert raw_frames <= 6 * SAMPLES


def test_strange_answers_are_ignored():
    link = Link()
    link.acknowledge(99, 1.0)
    number = link.send(0.0, compressed=False)
    link.acknowledge(number, 0.1)
    link.acknowledge(number, 0.9)
    assert link.round_trip == pytest.approx(0.1)
