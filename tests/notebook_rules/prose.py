"""How the text is written."""

import re
from pathlib import Path
from urllib.parse import unquote

BANNED_WORDS = re.compile(r"\b(simply|obviously|just)\b", re.IGNORECASE)
# Not prose: code, formulas (where n! is a factorial), comments, the targets of links.
NOT_PROSE = re.compile(
    r"```.*?```|~~~.*?~~~|`[^`]*`|\$\$.*?\$\$|\$[^$]*\$|<!--.*?-->|<[^>]+>|\]\([^)]*\)|!\[", re.DOTALL
)
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)[^)]*\)")


def words_and_marks(notebook):
    problems = []
    for cell in notebook.prose_cells:
        text = NOT_PROSE.sub(" ", cell.source)
        problems += [
            f"{cell} says `{word}`: leave it out, it tells readers that they should find this easy."
            for word in BANNED_WORDS.findall(text)
        ]
        if "!" in text:
            problems.append(f"{cell} has an exclamation mark: end the sentence with a full stop.")
    return problems


def links_resolve(notebook):
    problems = []
    for cell in notebook.prose_cells:
        for _, _, target in LINK.findall(cell.source):
            address, _, fragment = target.partition("#")
            if re.match(r"[a-z]+:", address) or address.startswith("attachment:"):
                continue
            path = notebook.path.parent / unquote(address) if address else notebook.path
            if not path.exists():
                problems.append(f"{cell} links to {target}, and there is no such file: correct the link.")
            elif fragment and path.suffix == ".ipynb" and unquote(fragment) not in anchors(path):
                problems.append(f"{cell} links to {target}, and no heading there has this name: correct the link.")
    return problems


def anchors(path: Path):
    """The names by which JupyterLab and GitHub know the headings of a notebook."""
    import json

    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    text = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    headings = [heading.strip() for heading in re.findall(r"^#{1,6} (.+)$", text, re.MULTILINE)]
    return {heading.replace(" ", "-") for heading in headings}


RULES = [words_and_marks, links_resolve]
