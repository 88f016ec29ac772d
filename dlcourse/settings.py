"""Where the course and the reader's own files lie, and the few switches that a lecturer can set.

Environment variables: ``DLCOURSE_HOME`` (the reader's own folder), ``DLCOURSE_PREDICTIONS=off`` (experiments unlock
without a prediction), ``NBGRADER_EXECUTION=autograde`` (set by nbgrader while it grades).
A whole class is served by a file ``course.toml`` beside ``data/``, or beside the notebooks that a wheel has brought:

    [course]
    predictions = false
"""

import os
import tomllib
from pathlib import Path

from dlcourse import installation
from dlcourse.errors import CourseError


def home() -> Path:
    """The reader's own folder, made when it is first asked for: progress and downloaded data sets lie there.

    It is ``DLCOURSE_HOME`` where that is set, else the operating system's folder for a user's data.
    Raises CourseError when the folder cannot be made.
    """
    chosen = os.environ.get("DLCOURSE_HOME", "").strip()
    if chosen:
        folder = Path(chosen).expanduser()
    else:
        try:
            import platformdirs
        except ImportError as error:
            raise CourseError(f"The package platformdirs is missing or broken. {installation.advice()}.") from error
        folder = Path(platformdirs.user_data_dir("dlcourse", appauthor=False))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CourseError(
            f"The folder {folder} for your progress and downloads cannot be made ({error.strerror}). "
            "Set the environment variable DLCOURSE_HOME to a folder that you may write to, and restart the kernel."
        ) from error
    return folder


def course_root() -> Path:
    """The folder that holds ``notebooks/`` and ``data/``: searched upward from here, then in and around the package.

    A folder counts when its ``data/`` holds ``checksums.sha256``, so that another project's folders are not mistaken
    for the course's. Raises CourseError when there is none.
    """
    here, package = _working_directory(), Path(__file__).resolve().parent
    for start in filter(None, (here, package / "course", package)):
        for folder in (start, *start.parents):
            if (folder / "notebooks").is_dir() and (folder / "data" / "checksums.sha256").is_file():
                return folder
    raise CourseError(
        "The course's folder was not found: neither here nor around the installed package is there a folder with "
        "notebooks/ and data/checksums.sha256. Open the notebook inside a complete copy of the course; "
        f"if data/ was deleted, `{installation.repair()}` brings it back, or a new copy of the course."
    )


def data_folder() -> Path:
    """The folder ``data/`` for the notebook at work: the one beside a chapter handed out alone, else the course's.

    A teacher hands a chapter out in a folder of its own, with the course's data. Raises CourseError when there is none.
    """
    here = _working_directory()
    if here is not None and (here / "data" / "checksums.sha256").is_file() and any(here.glob("[0-9][0-9]_*.ipynb")):
        return here / "data"
    return course_root() / "data"


def switches() -> Path:
    """Where the lecturer's file ``course.toml`` lies, if there is one: beside ``data/`` or ``notebooks/``.

    With an installed wheel, whose notebooks lie where the reader has chosen, in the working directory. Raises
    CourseError when there is no data.
    """
    folder, here = data_folder().parent, _working_directory()
    return (here if here is not None and folder == installation.packaged() else folder) / "course.toml"


def predictions_required() -> bool:
    """True when experiments ask for a prediction before their controls unlock: the default.

    False when ``DLCOURSE_PREDICTIONS`` is ``off``, or when ``course.toml`` says ``predictions = false``;
    ``DLCOURSE_PREDICTIONS=on`` overrules the file. Raises CourseError when either cannot be understood.
    """
    switch = os.environ.get("DLCOURSE_PREDICTIONS", "").strip().lower()
    if switch in ("on", "off"):
        return switch == "on"
    if switch:
        raise CourseError(f"DLCOURSE_PREDICTIONS is either on or off, but it is set to {switch!r}.")
    required = _course_table().get("predictions", True)
    if not isinstance(required, bool):
        raise CourseError(f"In course.toml, predictions is either true or false (no quotes), but it is {required!r}.")
    return required


def grading() -> bool:
    """True while nbgrader grades a submission: checks are then silent, use other seeds, and return points."""
    return os.environ.get("NBGRADER_EXECUTION") == "autograde"


def _working_directory() -> Path | None:
    """The working directory, or None when it has been deleted under us."""
    try:
        return Path.cwd()
    except OSError:
        return None


def _course_table() -> dict[str, object]:
    """The ``[course]`` table of ``course.toml``; empty when there is no file, or no course's folder."""
    try:
        path = switches()
    except CourseError:
        return {}
    if not path.is_file():
        return {}
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8")).get("course", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise CourseError(
            f"course.toml in the course's folder cannot be read: {error}. Correct it or delete it."
        ) from error
    if not isinstance(table, dict):
        raise CourseError("In course.toml, [course] is a table: a line `[course]`, and below it `predictions = false`.")
    return table
