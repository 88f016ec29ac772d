"""The little Markdown that hints are written in, as HTML: what a widget shows is what a cell's output shows."""

from __future__ import annotations

import html
import re

# Code and formulas are kept as they are; the other marks are looked for between them.
KEPT = re.compile(r"(?P<code>`[^`\n]+`)|(?P<formula>\$\$.+?\$\$|\$[^$\n]+\$)", re.DOTALL)
MARKS = (
    (re.compile(r"\[([^\]\n]+)\]\((https?://[^\s)]+|[\w./#-]+)\)"), r'<a href="\2">\1</a>'),
    (re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*", re.DOTALL), r"<strong>\1</strong>"),
    (re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]+?)(?<=\S)\*(?![\w*])"), r"<em>\1</em>"),
)
# Stands for a kept piece while the marks are looked for; no text of the course holds it.
PLACE = "\x00"


def markdown_as_html(text: str) -> str:
    """Return text with `code`, **bold**, *emphasis*, [links](address) and $formulas$ as HTML; all else is escaped.

    An empty line starts a paragraph; a list's lines stay lines.
    """
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        escaped = html.escape(found.group(), quote=False)
        kept.append(f"<code>{escaped[1:-1]}</code>" if found.group("code") else escaped)
        return PLACE

    marked = html.escape(KEPT.sub(keep, text.replace(PLACE, "")))
    for pattern, replacement in MARKS:
        marked = pattern.sub(replacement, marked)
    pieces = iter(kept)
    marked = re.sub(PLACE, lambda _: next(pieces), marked)
    paragraphs = [paragraph.strip() for paragraph in re.split(r"\n\s*\n", marked)]
    return "".join(f"<p>{_with_lines(paragraph)}</p>" for paragraph in paragraphs if paragraph)


def _with_lines(paragraph: str) -> str:
    return re.sub(r"\n(?=[-*] |\d+\. )", "<br>", paragraph)
