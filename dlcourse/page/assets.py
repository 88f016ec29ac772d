"""JavaScript and CSS from files, as the texts that an anywidget takes.

Always a text, never a Path: of a Path anywidget keeps every widget that was ever shown alive, in case the file changes.
"""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent


def script(*files: str | Path) -> str:
    """Return files of plain JavaScript joined into one ES module, for ``_esm``.

    A plain name is a file of this folder, such as "kernel.js"; another folder's file is given by its path. All names of
    a file are seen by those after it, so nothing is imported or exported but the widget: the last file's
    ``export default``. Raises ValueError where that is missing.
    """
    text = joined(*files)
    if "export default" not in text:
        raise ValueError(f"The last of {', '.join(map(str, files))} needs the widget's `export default`.")
    return text


def style(*files: str | Path) -> str:
    """Return files of CSS joined into one text, for ``_css``; names and paths as for `script`."""
    return joined(*files)


def joined(*files: str | Path) -> str:
    """Return files as one text; names and paths as for `script`."""
    return "\n".join((HERE / file).read_text(encoding="utf-8") for file in files)
