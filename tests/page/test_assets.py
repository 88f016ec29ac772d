"""Scripts and styles are joined into texts that anywidget does not take for files."""

import pytest

from dlcourse.page.assets import script, style


def test_files_are_joined_in_their_order(tmp_path):
    for name, text in (("first.js", "const a = 1;"), ("last.js", "export default { a };")):
        (tmp_path / name).write_text(text)
    assert script(tmp_path / "first.js", tmp_path / "last.js") == "const a = 1;\nexport default { a };"
    assert script("kernel.js", tmp_path / "last.js").startswith("// Does a kernel answer")


def test_script_without_a_widget_is_refused():
    with pytest.raises(ValueError, match=r"kernel\.js"):
        script("kernel.js")


def test_styles_are_joined(tmp_path):
    (tmp_path / "one.css").write_text("p {}")
    assert style(tmp_path / "one.css", tmp_path / "one.css") == "p {}\np {}"
