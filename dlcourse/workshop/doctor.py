"""``dlcourse doctor``: what keeps the course from running here, in plain words, with the command that mends it."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from dlcourse import installation, settings
from dlcourse.errors import CourseError
from dlcourse.workshop import examine_machine, examine_packages
from dlcourse.workshop.finding import Finding

LABELS = {"ok": "ok", "note": "note", "problem": "PROBLEM"}


def examine() -> list[Finding]:
    """Examine Python, packages, widgets, data, memory, device and the reader's folder; the findings in that order.

    The course's folder is the one around the working directory, else the one around the package. Never raises for
    what is wrong with the installation: that is a finding.
    """
    root = _course_root()
    examinations: tuple[tuple[str, Callable[[], list[Finding]]], ...] = (
        ("Python", examine_packages.examine_python),
        ("Packages", lambda: examine_packages.examine_packages(root)),
        ("PyTorch", lambda: examine_packages.examine_torch(root)),
        ("Imports", lambda: examine_packages.examine_hiding(root)),
        ("Imports", lambda: examine_packages.examine_imports(root)),
        ("Widgets", examine_machine.examine_widgets),
        ("Data", lambda: examine_machine.examine_data(root)),
        ("Memory", examine_machine.examine_memory),
        ("Progress", examine_machine.examine_progress),
    )
    return [finding for topic, examination in examinations for finding in _guarded(topic, examination)]


def report(verbose: bool = False) -> None:
    """Print what ``examine`` finds: the same on every healthy machine; with ``verbose`` also versions and paths."""
    print(describe(examine(), verbose))


def describe(findings: Sequence[Finding], verbose: bool = False) -> str:
    """The findings as text, one a line, problems with their remedy, and a last line that says what to do."""
    lines = []
    for finding in findings:
        if finding.status == "note" and not verbose:
            continue
        lines.append(f"{LABELS[finding.status]:<8} {finding.topic}: {finding.summary}")
        if verbose and finding.detail:
            lines.append(f"{'':<9}{finding.detail}")
        if finding.remedy:
            lines.append(f"{'':<9}To mend it: {finding.remedy}")
    problems = sum(finding.status == "problem" for finding in findings)
    if problems:
        count = "One problem" if problems == 1 else f"{problems} problems"
        ending = f"{count}. Run commands {installation.place()}; then restart the kernel and ask the doctor again."
    else:
        ending = "All is well: you can begin."
    return "\n".join([*lines, ending])


def main(arguments: Sequence[str] = ()) -> int:
    """The command ``dlcourse doctor [--verbose]``; its exit status: 1 when something is wrong, else 0."""
    parser = argparse.ArgumentParser(prog="dlcourse doctor", description="Find out whether the course can run here.")
    parser.add_argument("--verbose", action="store_true", help="also versions, paths, sizes and notes")
    options = parser.parse_args(arguments)
    findings = examine()
    print(describe(findings, options.verbose))
    return int(any(finding.status == "problem" for finding in findings))


def _guarded(topic: str, examination: Callable[[], list[Finding]]) -> list[Finding]:
    """The findings of one examination; when it fails itself (so broken is the installation), that is the finding."""
    try:
        return examination()
    except Exception as error:
        reason = (str(error).splitlines() or [""])[0]
        summary = f"cannot be examined ({type(error).__name__}: {reason})."
        return [Finding(topic, "problem", summary, remedy=installation.command())]


def _course_root() -> Path | None:
    try:
        return settings.course_root()
    except CourseError:
        return None
