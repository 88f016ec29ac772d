"""How nbgrader handles this course: the settings that a class's ``nbgrader_config.py`` takes from here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbgrader import preprocessors

from dlcourse.classroom.execution import ExecuteSubmission
from dlcourse.classroom.restoring import RestoreCells
from dlcourse.classroom.seed import seed_of

EXPERIMENT = "experiment"  # the tag of cells that show an experiment


def apply(config: Any, folder: Path) -> None:
    """Set in nbgrader's ``config`` what the course needs; ``folder`` is the class's.

    - The notebooks hold stubs already, so nothing is cut out of them (nbgrader's own ``ClearSolutions`` would empty
      every solution cell that has no marked region). Outputs stay: still pictures of the experiments and figures make
      the chapter readable before it is run.
    - Check cells are put back as they were handed out, also when they were deleted.
    - Cells that only show an experiment are not run: there is nothing to grade in them.
    - Answers are judged under a seed of the class's own, which stays in its folder.
    - A kernel that cannot be stopped, or that dies, costs the rest of that submission and nothing else.
    """
    config.CourseDirectory.root = str(folder.resolve())
    config.CourseDirectory.course_id = "dlcourse"
    _set_preprocessors(config)
    config.ExecuteSubmission.seed = seed_of(folder)
    config.Execute.skip_cells_with_tag = EXPERIMENT
    config.Execute.iopub_timeout = 10
    config.Execute.store_widget_state = False
    config.Execute.shutdown_kernel = "immediate"
    config.Execute.extra_arguments = [
        "--IPKernelApp.log_level=CRITICAL",  # else each kernel warns of its socket
        "--IPKernelApp.exec_lines=get_ipython().ask_exit = lambda: None",  # exit() ends the kernel a moment later
    ]


def _set_preprocessors(config: Any) -> None:
    config.GenerateAssignment.preprocessors = [
        preprocessors.LockCells,
        preprocessors.CheckCellMetadata,
        preprocessors.ComputeChecksums,
        preprocessors.SaveCells,
    ]
    config.Autograde.sanitize_preprocessors = [
        preprocessors.ClearOutput,
        preprocessors.DeduplicateIds,
        preprocessors.OverwriteKernelspec,
        RestoreCells,
        preprocessors.OverwriteCells,
        preprocessors.CheckCellMetadata,
    ]
    config.Autograde.autograde_preprocessors = [
        ExecuteSubmission,
        preprocessors.LimitOutput,
        preprocessors.SaveAutoGrades,
        preprocessors.AssignLatePenalties,
        preprocessors.CheckCellMetadata,
    ]
