"""Code on the page is shorter than Pygments writes it, and looks the same."""

import html
import re

import pytest
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from pygments.styles import get_style_by_name
from pygments.token import STANDARD_TYPES, Text

from dlcourse.site import sphinx_settings
from dlcourse.site.plain_code import WITHOUT_COLOUR, formatter

CODE = '@cached\ndef f(x: int) -> str:\n    """Words < other words."""\n    return f"{x + 1}"  # the end\n'
SPAN = re.compile(r"</?span[^>]*>")


def test_the_text_is_the_same_and_colours_stay():
    plain, full = (highlight(CODE, PythonLexer(), each()) for each in (formatter(), HtmlFormatter))
    assert html.unescape(SPAN.sub("", plain)) == html.unescape(SPAN.sub("", full))
    assert len(plain) < 0.75 * len(full)
    for name in set(re.findall(r'<span class="(\w+)">', full)) - set(WITHOUT_COLOUR):
        assert plain.count(f'class="{name}"') == full.count(f'class="{name}"'), name
    assert not re.search(rf'class="({"|".join(WITHOUT_COLOUR)})"', plain)


@pytest.mark.parametrize("setting", ["pygments_style", "pygments_dark_style"])
def test_what_is_left_out_has_the_colour_of_the_text(setting, tmp_path):
    style = get_style_by_name(sphinx_settings.page(tmp_path, tmp_path)[setting])
    for token, name in STANDARD_TYPES.items():
        if name in WITHOUT_COLOUR:
            assert style.style_for_token(token) == style.style_for_token(Text), token
