"""The rules that every notebook of the course keeps (CONTRIBUTING.md says why), each a function that lists problems.

A rule takes a ``Notebook`` and returns one sentence for each place where it is broken: which cell, and what to do.
``EVERY_FILE_RULES`` hold for every notebook, ``RULES`` for those with a number, and ``CHAPTER_RULES`` for these without
00_start_here, which teaches no subject.
"""

from tests.notebook_rules import code, execution, exercises, experiments, figures, milestones, outputs, prose, structure
from tests.notebook_rules.notebook import Notebook, read

EVERY_FILE_RULES = [
    *structure.EVERY_FILE_RULES,
    *prose.RULES,
    *code.RULES,
    *execution.RULES,
    *outputs.RULES,
    *figures.RULES,
]
RULES = [
    *structure.RULES,
    *experiments.RULES,
    *exercises.RULES,
    *milestones.RULES,
]
CHAPTER_RULES = [*structure.CHAPTER_RULES, *experiments.CHAPTER_RULES, *exercises.CHAPTER_RULES]

ALL_RULES = [*EVERY_FILE_RULES, *RULES, *CHAPTER_RULES]

__all__ = ["ALL_RULES", "CHAPTER_RULES", "EVERY_FILE_RULES", "RULES", "Notebook", "read"]
