"""What Sphinx is told: the settings of the page and of the EPUB, and the files that every page loads."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from typing import Any

from dlcourse import __version__
from dlcourse.errors import CourseError
from dlcourse.site import exercise_places, scripts

PAGE = Path(__file__).parent / "page"
MATHJAX = "sphinx-mathjax-offline"  # the module, too: MathJax 3 as a package of Python
MATHJAX_FILES = ("tex-chtml-full.js", "output/chtml/fonts/woff-v2")


def common(static: Path) -> dict[str, Any]:
    """The settings that the page and the EPUB share."""
    return {
        "project": "dlcourse",
        "author": "the authors of dlcourse",
        "copyright": "the authors of dlcourse. Text and figures: CC BY 4.0, code: MIT",
        "version": __version__,
        "release": __version__,
        "language": "en",
        "extensions": ["myst_nb", "dlcourse.site.plain_code"],
        "nb_execution_mode": "off",
        "nb_ipywidgets_js": {},
        "nb_merge_streams": True,
        "nb_render_markdown_format": "myst",
        "nb_code_prompt_show": "Show the cell that checks the installation",
        "nb_code_prompt_hide": "Hide the cell that checks the installation",
        "myst_enable_extensions": ["dollarmath", "amsmath"],
        "myst_heading_anchors": 6,
        "myst_heading_slug_func": "dlcourse.site.links.anchor",
        "html_static_path": [str(static)],
        "html_copy_source": False,
        "html_show_sphinx": False,
        "html_use_index": False,
        "html_last_updated_fmt": None,
    }


def page(static: Path, extra: Path) -> dict[str, Any]:
    """The settings of the page; what lies in ``extra`` is put beside it."""
    return common(static) | {
        "html_theme": "furo",
        "html_title": "dlcourse",
        "html_extra_path": [str(extra)],
        "html_css_files": ["site.css", "experiments.css", "exercises.css"],
        "html_js_files": ["site.js", ("experiments.js", {"defer": "defer"}), ("exercises.js", {"defer": "defer"})],
        "html_theme_options": {"navigation_with_keys": False},
        "mathjax_path": "mathjax/tex-chtml-full.js",
        # No menu: it would load what is not here.
        "mathjax3_config": {
            "options": {"enableMenu": False},
            "tex": {"inlineMath": [["\\(", "\\)"], ["$", "$"]], "displayMath": [["\\[", "\\]"], ["$$", "$$"]]},
        },
        "pygments_style": "a11y-high-contrast-light",
        "pygments_dark_style": "a11y-high-contrast-dark",
    }


def book(static: Path, extra: Path) -> dict[str, Any]:
    """The settings of the EPUB."""
    settings = common(static)
    return settings | {
        "extensions": [*settings["extensions"], "dlcourse.site.mathml"],
        "html_math_renderer": "mathml",
        "html_extra_path": [str(extra)],
        "epub_css_files": ["book.css"],
        "epub_basename": "dlcourse",
        "epub_title": "dlcourse",
        "epub_show_urls": "no",
        "epub_use_index": False,
        "epub_exclude_files": ["search.html", "_static/mathjax"],
        "suppress_warnings": ["epub.unknown_project_files", "epub.duplicated_toc_entry"],
    }


def write_static_files(static: Path) -> None:
    """Writes into ``static`` what every page loads: scripts, styles, MathJax with its fonts."""
    static.mkdir(parents=True, exist_ok=True)
    for name in ("site.css", "site.js"):
        shutil.copy(PAGE / name, static / name)
    (static / "experiments.js").write_text(scripts.experiments_script(), encoding="utf-8")
    (static / "experiments.css").write_text(scripts.experiments_style(), encoding="utf-8")
    (static / "exercises.js").write_text(exercise_places.exercises_script(), encoding="utf-8")
    (static / "exercises.css").write_text(exercise_places.exercises_style(), encoding="utf-8")
    for name in MATHJAX_FILES:
        source, target = _mathjax() / name, static / "mathjax" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)


def _mathjax() -> Path:
    """The folder that holds MathJax."""
    found = importlib.util.find_spec(MATHJAX)
    folder = Path(found.origin).parent / "static" / "mathjax" if found and found.origin else Path()
    if not (folder / MATHJAX_FILES[0]).is_file():
        raise CourseError(f"MathJax is not in the package {MATHJAX}: is it another version than 0.0.2?")
    return folder
