"""What a chapter has, and in which order."""

import ast
import re
import statistics

from dlcourse.errors import CourseError
from dlcourse.workshop.chapters import DEEPER, minutes_of, read_chapter
from tests.notebook_rules.notebook import START

FIRST_CODE_CELL = """try:
    from dlcourse import chapter
except ModuleNotFoundError:
    raise SystemExit("dlcourse is not installed in this kernel. In the course's folder run: python -m pip install -c constraints.txt -e .") from None
chapter.begin("{stem}")"""  # noqa: E501  (as it stands in the notebooks)

LONGEST_CODE_CELL = 25
LONGEST_MEDIAN = 8
LARGEST_FILE = 3_000_000
LONGEST_CORE = 75  # minutes, as minutes_of counts them
LONGER_CORES = {"10_backpropagation": 90}
LONGEST_RUN = 60  # seconds on the measuring machine
LONGER_RUNS = {
    "14_cnn_architectures": 120,  # seven networks, two data sets and four kinds of depth, three seeds each
    "16_lstm_and_gru": 120,  # four cells, two tasks at growing gaps, readers and writers of names, three seeds each
    "21_transfer_learning": 120,  # one network from two starts, tuned and new, three draws each, and its features
}

# The verbs that an objective may begin with. Something that can be observed: not "understand", "know", "learn".
VERBS = frozenset(
    re.findall(
        r"\w+",
        """
    add apply build calculate change check choose classify combine compare compute construct convert count create
    debug decide derive describe design detect diagnose distinguish draw estimate evaluate explain express find fit
    follow implement initialize interpret judge load maximize measure minimize move name normalize open optimize plot
    predict prove quantify read recognize relate run sample say select separate set show simulate sketch solve spot
    state tell train transform tune turn use visualize work write
    """,
    )
)

SECTIONS = {
    "Where people go wrong": r"where people go wrong",
    "From scratch to PyTorch": r"from scratch to pytorch",
    "Summary": r"summary",
    "References": r"references",
}


def opening(notebook):
    """The text before the first code cell."""
    parts = []
    for cell in notebook.cells:
        if cell.is_code:
            break
        parts.append(cell.source)
    return "\n\n".join(parts)


def title_and_promise(notebook):
    if not notebook.cells or not notebook.cells[0].is_prose or not notebook.cells[0].source.startswith("# "):
        return ["cell 1 is not a Markdown cell that begins with `# Title`: begin the notebook with one."]
    chapter = read_chapter(notebook.path)
    if len(chapter.promise.split()) < 5:
        return ["cell 1 has no promise: under the title write one sentence on what the reader will be able to do."]
    return []


def objectives(notebook):
    try:
        found = read_chapter(notebook.path).objectives
    except CourseError as error:
        return [str(error)]
    problems = []
    if not 3 <= len(found) <= 6:
        problems.append(
            f"{len(found)} objectives before the first code cell, but a chapter has 3 to 6: "
            "a list below a line with `able to` or `Objectives`."
        )
    for objective in found:
        word = re.sub(r"[^a-z]", "", objective.split()[0].lower())
        if word not in VERBS:
            problems.append(
                f"the objective `{objective}` does not begin with a verb of the list VERBS in {__name__}: "
                "say what the reader will do (and add the verb if it names something that can be observed)."
            )
    return problems


def first_code_cell(notebook):
    expected = FIRST_CODE_CELL.format(stem=notebook.stem)
    if not notebook.code_cells:
        return ["there is no code cell."]
    first = notebook.code_cells[0]
    if ast.dump(first.tree) != ast.dump(ast.parse(expected)):  # however it is broken into lines
        return [f"{first}: the first code cell is not the guarded one. It must be:\n{expected}"]
    return []


def times_and_prerequisites(notebook):
    text = opening(notebook)
    problems = []
    if not re.search(r"need first|prerequisite", text, re.IGNORECASE):
        problems.append("the opening does not say what the reader needs first: write `You need first: ...`.")
    core, deeper = minutes_of(notebook.content["cells"])
    for name, counted in (("Core path", core), ("Going deeper", deeper)):
        stated = re.search(name + r":\W*(?:about )?(\d+) minutes", text)
        if counted and not stated:
            problems.append(f"the opening does not state the time: write `{name}: {rounded(counted)} minutes`.")
        elif stated and int(stated[1]) != rounded(counted):
            problems.append(f"the opening states {stated[1]} minutes ({name}), counted are {rounded(counted)}.")
    running = re.search(r"running[^.\n]*?(\d+)\s*s", text, re.IGNORECASE)
    if not running:
        problems.append("the opening does not state the running time in seconds: write `Running time: about 20 s`.")
    elif notebook.running_seconds is None:
        problems.append("the running time was never measured: run `dlcourse execute`.")
    elif notebook.running_seconds > 1.5 * int(running[1]):  # the machine may have been busy
        problems.append(
            f"the opening states a running time of {running[1]} s, but {notebook.running_seconds} s were measured."
        )
    return problems


def rounded(minutes):
    """To the next 5 minutes."""
    return -5 * (-minutes // 5)


def core_fits_a_week(notebook):
    core, _ = minutes_of(notebook.content["cells"])
    limit = LONGER_CORES.get(notebook.stem, LONGEST_CORE)
    if core > limit:
        return [f"the core takes {core} minutes, the limit is {limit}: cut, or move to sections `{DEEPER}...`."]
    return []


def deeper_sections_follow_the_core(notebook):
    headings = [cell for cell in notebook.prose_cells if cell.source.startswith("## ")]
    is_deeper = [heading.source.startswith(DEEPER) for heading in headings]
    if True not in is_deeper:
        return []
    return [
        f"{heading} stands below a section `{DEEPER}...`: move it above, what goes deeper comes after the core."
        for heading, deeper in list(zip(headings, is_deeper, strict=True))[is_deeper.index(True) :]
        if not deeper and heading.source.strip("# \n").splitlines()[0] != "References"
    ]


def runs_quickly(notebook):
    limit = 15 if notebook.stem == START else LONGER_RUNS.get(notebook.stem, LONGEST_RUN)
    if (notebook.running_seconds or 0) > limit:
        return [f"it runs for {notebook.running_seconds} s on the measuring machine; the limit is {limit} s."]
    return []


def cell_lengths(notebook):
    lengths = {cell: len(cell.source.splitlines()) for cell in notebook.code_cells}
    problems = [
        f"{cell} has {length} lines, the limit is {LONGEST_CODE_CELL}: split it, or move code into the package."
        for cell, length in lengths.items()
        if length > LONGEST_CODE_CELL
    ]
    median = statistics.median(lengths.values()) if lengths else 0
    if median > LONGEST_MEDIAN:
        problems.append(f"the median code cell has {median:g} lines, the limit is {LONGEST_MEDIAN}: shorten cells.")
    return problems


def prose_between_code(notebook):
    problems, run = [], 0
    for cell in notebook.cells:
        run = run + 1 if cell.is_code else 0
        if run == 3:
            problems.append(f"{cell} is the third code cell in a row: write before it what it is for.")
    return problems


def sections(notebook):
    headings = [
        line.strip("#* :.")
        for cell in notebook.prose_cells
        for line in cell.source.splitlines()
        if re.match(r"#{2,6} |\*\*[^*]+\*\*\s*$", line)
    ]
    return [
        f"there is no section `{name}`: add a heading with this name."
        for name, pattern in SECTIONS.items()
        if not any(re.search(pattern, heading, re.IGNORECASE) for heading in headings)
    ]


def references_in_full(notebook):
    text = "\n".join(cell.source for cell in notebook.prose_cells)
    after = re.split(r"^(?:#+ |\*\*)References\b.*$", text, flags=re.IGNORECASE | re.MULTILINE)
    if len(after) > 1 and re.search(r"\b(1[6-9]|20)\d\d\b", after[-1]):
        return []
    return ["under `References` no work is named with its year: give authors, year, title, venue."]


def file_size(notebook):
    size = notebook.path.stat().st_size
    if size >= LARGEST_FILE:
        return [f"the file has {size / 1e6:.1f} MB, the limit is 3 MB: smaller or fewer pictures."]
    return []


RULES = [
    title_and_promise,
    objectives,
    first_code_cell,
    times_and_prerequisites,
    core_fits_a_week,
    deeper_sections_follow_the_core,
    runs_quickly,
    cell_lengths,
    prose_between_code,
]
EVERY_FILE_RULES = [file_size]
CHAPTER_RULES = [sections, references_in_full]
