"""``dlcourse site``: the course as a web page. What builds it is loaded when it runs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from dlcourse import settings
from dlcourse.errors import CourseError
from dlcourse.workshop.chapters import chapter_paths, read_chapter
from dlcourse.workshop.places import find_notebook

OUT = Path("site")
GLOSSARY = "glossary"
MB = 1_000_000
LARGEST = 20 * MB  # of the whole page, without the EPUB
RECORDINGS = "recordings"  # the folder in which they are kept, in the reader's own


def add_site_command(commands: Any) -> None:
    """Add the command to the parser of ``dlcourse``."""
    command = commands.add_parser("site", help="build the course as a web page whose experiments move")
    command.description = (
        "Build the course as a web page into a folder: it needs no kernel, no server and no other host. "
        "Recording the experiments takes some minutes. Recordings are kept in the course's folder of yours (where your "
        "progress lies): an experiment whose code and data have not changed is not recorded again."
    )
    command.add_argument("--out", type=Path, default=OUT, metavar="FOLDER", help=f"default: {OUT}")
    command.add_argument("--chapters", nargs="+", default=[], metavar="CHAPTER", help="such as 05 16 (default: all)")
    command.add_argument("--no-experiments", action="store_true", help="still pictures instead of experiments")
    command.add_argument("--fresh", action="store_true", help="record each experiment anew, and keep no recording")
    command.add_argument(
        "--processes", type=int, default=1, metavar="NUMBER", help="how many record at a time (default: 1)"
    )
    command.add_argument("--no-book", action="store_true", help="without the EPUB")
    command.add_argument(
        "--repository",
        default="",
        metavar="ADDRESS",
        help="where the source lies, such as https://github.com/NAME/dlcourse: for Colab, Binder, reports of errors",
    )
    command.add_argument("--branch", default="main", help="of the repository (default: main)")
    command.add_argument(
        "--published",
        default="gh-pages",
        metavar="BRANCH",
        help="the branch that holds the built page: Colab opens its notebooks (default: gh-pages)",
    )
    command.add_argument("--quiet", action="store_true", help="no progress bar")
    command.set_defaults(run=build_site)


def build_site(options: argparse.Namespace) -> int:
    """Build the page and say what came of it; 1 where Sphinx warns of something."""
    from dlcourse.site.build import Course, build

    folder = settings.course_root() / "notebooks"
    paths = sorted({find_notebook(name, folder) for name in options.chapters}) or chapter_paths(folder)
    chapters = [read_chapter(path) for path in paths if path.stem != GLOSSARY]
    course = Course(folder, chapters, [GLOSSARY], _checked(options.repository), options.branch, options.published)

    def progress(what: str, total: int, items: Iterable[Any]) -> Iterable[Any]:
        from tqdm import tqdm

        return tqdm(items, desc=what, total=total, disable=options.quiet)

    built = build(
        course,
        options.out,
        moving=not options.no_experiments,
        book=not options.no_book,
        kept=None if options.fresh else settings.home() / RECORDINGS,
        processes=max(1, options.processes),
        progress=progress,
    )
    for warning in built.warnings:
        print(f"dlcourse: {warning}", file=sys.stderr)
    besides = f", the EPUB besides {built.book / MB:.1f} MB" if built.book else ""
    index = built.folder / "index.html"
    print(f"{index}: {built.size / MB:.1f} MB{besides}, in {built.seconds:.0f} s. Open it in a browser.")
    too_large = built.size > LARGEST
    if too_large:
        print(f"dlcourse: that is more than the {LARGEST / MB:.0f} MB that a page may take.", file=sys.stderr)
    return int(bool(built.warnings) or too_large)


def _checked(repository: str) -> str:
    if repository and not repository.startswith("https://"):
        raise CourseError(f"--repository is an address such as https://github.com/NAME/dlcourse, not {repository!r}.")
    return repository.removesuffix(".git").rstrip("/")
