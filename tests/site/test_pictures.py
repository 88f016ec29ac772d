"""Still pictures of a page: not a pixel is changed, none is without words."""

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


@pytest.mark.parametrize("pixels", [FLAT, GREY, NOISE], ids=["flat", "grey", "noise"])
def test_the_smallest_form_has_the_same_pixels(pixels):
    before = png(pixels)
    picture, ending = pictures.smallest(before)
    assert len(picture) <= len(before)
    assert (picture == before) == (ending == "png")
    with Image.open(io.BytesIO(picture)) as read:
        again = read.convert("RGBA")
    assert np.array_equal(np.asarray(again), np.asarray(Image.fromarray(pixels).convert("RGBA")))


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
