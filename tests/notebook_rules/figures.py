"""Every picture is also there in words, with its numbers."""

import re

from dlcourse.plots import words_as_html
from tests.notebook_rules.notebook import text_of
from tests.notebook_rules.prose import LINK

SHORTEST = 40


def alternative_texts(notebook):
    problems = []
    for cell in notebook.code_cells:
        shown = [text_of(output.get("data", {}).get("text/html", "")) for output in cell.outputs]
        for output in cell.outputs:
            if "image/png" not in output.get("data", {}):
                continue
            alternative = output.get("metadata", {}).get("image/png", {}).get("alt", "")
            plain = " ".join(text_of(output["data"].get("text/plain", "")).split())
            experiment = "experiment" in cell.tags  # whose words may be a question, and have no number
            if len(alternative) < SHORTEST or not (experiment or re.search(r"\d", alternative)):
                problems.append(
                    f"{cell}: its picture's alternative text `{alternative}` is shorter than {SHORTEST} characters or "
                    "has no number: end the cell with plots.show(ax) and describe the figure with computed values."
                )
            elif " ".join(alternative.split()) not in plain:
                problems.append(
                    f"{cell}: the alternative text is not in its text/plain too, so nbval cannot compare it."
                )
            elif not any(
                "dlcourse-stored" in words if experiment else words_as_html(alternative) == words for words in shown
            ):
                problems.append(
                    f"{cell}: the alternative text is not shown below the picture, where readers find it: "
                    "end the cell with plots.show(ax) and run `dlcourse execute`."
                )
    for cell in notebook.prose_cells:
        for mark, words, target in LINK.findall(cell.source):
            if mark and len(words) < SHORTEST:
                problems.append(f"{cell}: the picture {target} has no alternative text of {SHORTEST} characters.")
    return problems


RULES = [alternative_texts]
