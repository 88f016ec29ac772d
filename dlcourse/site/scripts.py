"""The JavaScript and CSS of the page: what draws experiments in JupyterLab, as scripts that any page can load."""

from pathlib import Path

from dlcourse.experiments import widget
from dlcourse.page import assets

HERE = Path(__file__).parent / "page"


def experiments_script() -> str:
    """Everything that experiments need, as one classic script, which a page opened as a file may load too."""
    text = assets.joined(*widget.SCRIPTS, HERE / "recorded.js", HERE / "places.js")
    return f"(() => {{\n{text.replace('export default { render };', '')}\n}})();\n"


def experiments_style() -> str:
    """How experiments look."""
    return assets.style(*widget.STYLES)
