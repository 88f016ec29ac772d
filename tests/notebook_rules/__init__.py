"""The rules that every notebook of the course keeps (CONTRIBUTING.md says why), each a function that lists problems.

A rule takes a ``Notebook`` and returns one sentence for each place where it is broken: which cell, and what to do.
``CHAPTER_RULES`` hold for every notebook but 00_start_here, which teaches nothing.
"""

from tests.notebook_rules import code, execution, exercises, experiments, figures, outputs, prose, structure
from tests.notebook_rules.notebook import Notebook, definitions_of, read

RULES = [
    *structure.RULES,
    *prose.RULES,
    *code.RULES,
    *execution.RULES,
    *outputs.RULES,
    *figures.RULES,
    *experiments.RULES,
    *exercises.RULES,
]
CHAPTER_RULES = [*structure.CHAPTER_RULES, *experiments.CHAPTER_RULES, *exercises.CHAPTER_RULES]

__all__ = ["CHAPTER_RULES", "RULES", "Notebook", "definitions_of", "read"]
