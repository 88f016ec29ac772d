"""Still pictures of a page: the same to the eye, none without words."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from dlcourse.errors import CourseError
from dlcourse.site import pictures


def png(pixels):
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def output(pixels, **metadata):
    data = {"image/png": base64.b64encode(png(pixels)).decode(), "text/plain": ""}
    return {"data": data, "metadata": {"image/png": metadata}}


FLAT = np.full((40, 60, 4), (200, 100, 0, 128), np.uint8)
GREY = np.arange(64, dtype=np.uint8).reshape(8, 8)
NOISE = np.random.default_rng(3).integers(0, 256, (50, 50, 3), dtype=np.uint8)


def read(picture):
    with Image.open(io.BytesIO(picture)) as read:
        return np.asarray(read.convert("RGBA"))


@pytest.mark.parametrize("pixels", [FLAT, GREY, NOISE], ids=["flat", "grey", "noise"])
def test_the_smallest_form_is_the_same_to_the_eye(pixels):
    before = png(pixels)
    picture, ending, _ = pictures.smallest(before)
    assert len(picture) <= len(before)
    assert (picture == before) == (ending == "png")
    difference = np.abs(read(picture).astype(int) - read(before))
    assert difference.max() <= pictures.STEP // 2
    assert (difference.max() == 0) == (pixels is FLAT)  # its alpha has a meaning: it stays


def test_areas_and_soft_changes_keep_their_pixels_and_rims_are_rounded():
    drawn = np.full((40, 60, 3), 251, np.uint8)
    drawn[:, :20] = (0, 113, 177)
    drawn[:, 20] = (122, 181, 213)  # the rim
    drawn[:, 30:] = np.arange(30)[None, :, None] * 3 + 160  # a soft change
    drawn[:, 29:31] = 253
    made = pictures.rounded(drawn)
    for columns in (slice(0, 19), slice(22, 28), slice(33, 60)):
        assert np.array_equal(made[:, columns], drawn[:, columns])
    assert made[5, 20].tolist() == [120, 184, 216]


def test_photographs_are_told_from_drawings():
    noise = np.random.default_rng(5).normal(0, 4, (80, 120))
    grey = np.clip(128 + 60 * np.sin(np.arange(120) / 9) + noise, 0, 255).astype(np.uint8)
    assert pictures.is_photograph(np.repeat(grey[:, :, None], 3, axis=2))
    assert not pictures.is_photograph(np.repeat(np.where(grey > 128, 255, 0).astype(np.uint8)[:, :, None], 3, axis=2))
    assert not pictures.is_photograph(FLAT[:, :, :3])


def test_a_picture_is_written_and_shown_with_its_size_and_words(tmp_path):
    shown = pictures.stored(output(FLAT, alt='A "flat" <field>', width=60, height=40), tmp_path, "05/a")
    assert 'alt="A &quot;flat&quot; &lt;field&gt;"' in shown
    assert 'width="60" height="40"' in shown
    (path,) = (tmp_path / "pictures" / "05").iterdir()
    assert f'src="pictures/05/{path.name}"' in shown


def test_words_may_stand_in_the_plain_text_alone():
    without = output(FLAT)
    without["data"]["text/plain"] = ["Figure: A flat ", "field."]
    assert pictures.words(without) == "A flat field."


def test_a_picture_without_words_is_refused(tmp_path):
    with pytest.raises(CourseError, match="05/a has no alternative text"):
        pictures.stored(output(FLAT), tmp_path, "05/a")
