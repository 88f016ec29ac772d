"""The reader's commands on notebooks: ``dlcourse open`` and ``dlcourse update``."""

from __future__ import annotations

import argparse
import sys

from dlcourse import settings
from dlcourse.errors import CourseError
from dlcourse.workshop import places, reader_folder


def open_chapter(options: argparse.Namespace) -> int:
    """Start JupyterLab at a chapter: in the course's folder, or in the reader's, copied there if it is not yet."""
    from dlcourse.workshop import jupyter_lab

    folder = places.notebooks_folder(options.folder)
    own = folder.resolve() != (settings.course_root() / "notebooks").resolve()
    root = (folder if own else settings.course_root()).resolve()
    notebook = places.find_notebook(options.chapter, folder)
    if not notebook.is_relative_to(root):
        whose = f"your folder {root}" if own else "the course's folder"
        raise CourseError(f"{notebook.name} lies outside {whose}. Open it with: jupyter lab {notebook.name}")
    return jupyter_lab.start(root, notebook, not options.no_browser, options.port)


def update(options: argparse.Namespace) -> int:
    """Bring new versions of the notebooks into the reader's folder, and say what was done."""
    from dlcourse.workshop import updating

    folder = reader_folder.choose(options.folder)
    if options.folder is None and not places.is_installed() and not reader_folder.is_around_here(folder):
        raise CourseError(
            f"The notebooks in {settings.course_root()} are the course's own: new versions come there with `git pull`. "
            "For copies that lie elsewhere: dlcourse update --folder FOLDER."
        )
    done, backups = updating.update(folder)
    for each in done:
        if each.problem or each.changed:
            print(f"{each.name}: {each.words}.", file=sys.stderr if each.problem else sys.stdout)
    changed, left = sum(each.changed for each in done), sum(each.problem for each in done)
    same = len(done) - changed - left
    print(f"{folder}: {changed} brought up to date, {same} up to date before, {left} left as they are.")
    if backups is not None:
        print(f"As they were before: {backups}. Where JupyterLab has one of them open, choose File, Reload from Disk.")
    return int(any(each.problem for each in done))
