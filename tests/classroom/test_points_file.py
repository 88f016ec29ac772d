"""Points as files for a spreadsheet and for the imports of learning platforms, read back by the rules of each.

The rules are those of the platforms' own sources and pages: Canvas's `lib/gradebook_importer.rb`, Moodle's
`grade/import/csv` and its page "Grade import". No file was imported into a real platform.
"""

import csv
import re

import pytest

from dlcourse.classroom import points_file
from dlcourse.classroom.points import Row
from dlcourse.errors import CourseError

MOST = {"softmax": 2.0, "why": 1.0}
ANN, BEN = "ann@uni.example", "Ben, 王"
CHAPTERS = {
    "05_softmax_regression": [
        Row(ANN, {"softmax": 1.5, "why": 1.0}, MOST),
        Row(BEN, {}, MOST, note="not graded"),
    ],
    "07_optimization": [Row(ANN, {"adam": 3.0}, {"adam": 3.0}, note="2.0 h late")],
}
# What Canvas reads as something other than an assignment, and the number by which it knows an assignment.
RESERVED = re.compile(r"(Current|Final|Override) (Score|Points|Grade|Status)|^(Student|ID|Section|Integration ID)$")
KNOWN_TO_CANVAS = re.compile(r"\A(.*)\s\((\d+)\)\Z")


def table(path, encoding="utf-8"):
    with path.open(newline="", encoding=encoding) as file:
        return list(csv.reader(file))


def as_moodle_reads(path):
    """Who -> {grade item: points}; a column of points is one of numbers up to 100, or "-" for none."""
    header, *lines = table(path)
    assert [title.strip() for title in header] == header
    assert len(set(header)) == len(header)
    assert all(len(line) == len(header) and line[0] for line in lines)
    found = {line[0]: dict(zip(header[1:], line[1:], strict=True)) for line in lines}
    points = {who: {title: float(text) for title, text in row.items() if text != "-"} for who, row in found.items()}
    assert all(0 <= value <= 100 for row in points.values() for value in row.values())
    return points


def as_canvas_reads(path):
    """The points possible, and login -> {assignment: points}; every assignment is a new one."""
    header, possible, *lines = table(path)
    assert "Student" in header[0]
    assert "ID" in header[1]
    assert re.search(r"SIS\s+User\s+ID", header[2])
    assert re.search(r"SIS\s+Login\s+ID", header[3])
    assert "Section" in header[4]
    titles = header[5:]
    assert len(set(titles)) == len(titles)
    assert not any(RESERVED.search(title) or KNOWN_TO_CANVAS.match(title) for title in titles)
    assert "Points Possible" in possible[0]
    assert not any("Points Possible" in line[0] for line in lines)
    most = dict(zip(titles, map(float, possible[5:]), strict=True))
    points = {
        line[3]: {title: float(text) for title, text in zip(titles, line[5:], strict=True) if text} for line in lines
    }
    return most, points


def test_several_chapters_in_one_table_for_a_spreadsheet(tmp_path):
    points_file.write(CHAPTERS, tmp_path / "points.csv")
    assert table(tmp_path / "points.csv", "utf-8-sig") == [
        ["student", "05 softmax", "05 why", "05 total", "05 of", "05 note", "07 adam", "07 total", "07 of", "07 note"],
        [BEN, "", "", "", "3", "not graded", "", "", "", ""],
        [ANN, "1.5", "1", "2.5", "3", "", "3", "3", "3", "2.0 h late"],
    ]


def test_one_chapter_for_a_spreadsheet_names_its_exercises_alone(tmp_path):
    points_file.write({"07_optimization": CHAPTERS["07_optimization"]}, tmp_path / "points.csv")
    assert table(tmp_path / "points.csv", "utf-8-sig")[0] == ["student", "adam", "total", "of", "note"]


def test_moodle_gets_a_grade_item_an_exercise_and_no_grade_where_there_is_none(tmp_path):
    points_file.write(CHAPTERS, tmp_path / "points.csv", points_file.MOODLE)
    assert as_moodle_reads(tmp_path / "points.csv") == {
        ANN: {"05 softmax": 1.5, "05 why": 1.0, "07 adam": 3.0},
        BEN: {},
    }


def test_canvas_gets_its_columns_the_points_possible_and_an_assignment_an_exercise(tmp_path):
    points_file.write(CHAPTERS, tmp_path / "points.csv", points_file.CANVAS)
    most, points = as_canvas_reads(tmp_path / "points.csv")
    assert most == {"05 softmax": 2, "05 why": 1, "07 adam": 3}
    assert points == {ANN: {"05 softmax": 1.5, "05 why": 1.0, "07 adam": 3.0}, BEN: {}}


def test_totals_are_a_column_a_chapter(tmp_path):
    points_file.write(CHAPTERS, tmp_path / "points.csv", points_file.CANVAS, totals=True)
    most, points = as_canvas_reads(tmp_path / "points.csv")
    assert most == {"05 softmax regression": 3, "07 optimization": 3}
    assert points[ANN] == {"05 softmax regression": 2.5, "07 optimization": 3}


def test_points_lost_to_lateness_are_in_the_totals_and_nowhere_else(tmp_path):
    late = {"07_optimization": [Row(ANN, {"adam": 3.0}, {"adam": 3.0}, penalty=1.0)]}
    with pytest.raises(CourseError, match="take --totals"):
        points_file.write(late, tmp_path / "points.csv", points_file.MOODLE)
    assert not (tmp_path / "points.csv").exists()
    points_file.write(late, tmp_path / "points.csv", points_file.MOODLE, totals=True)
    assert as_moodle_reads(tmp_path / "points.csv") == {ANN: {"07 optimization": 2.0}}


def test_ids_say_who_a_folder_is_on_the_platform(tmp_path):
    (tmp_path / "ids.csv").write_text(f'folder,login\n{ANN},ann7\n"{BEN}",ben9\nnobody,nn\n', encoding="utf-8-sig")
    points_file.write(CHAPTERS, tmp_path / "points.csv", points_file.MOODLE, ids=tmp_path / "ids.csv")
    assert as_moodle_reads(tmp_path / "points.csv").keys() == {"ann7", "ben9"}
    points_file.write(CHAPTERS, tmp_path / "points.csv", points_file.CANVAS, ids=tmp_path / "ids.csv")
    assert as_canvas_reads(tmp_path / "points.csv")[1].keys() == {"ann7", "ben9"}
    assert table(tmp_path / "points.csv")[2][:5] == [BEN, "", "", "ben9", ""]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"{ANN},ann7\n", "does not say who Ben, 王 is"),
        (f'{ANN},ann7\n"{BEN}",ann7\n', "ann7 for several students"),
        (b"\xff\xfe\x00", "cannot be read"),
        (None, "cannot be read"),
    ],
)
def test_ids_that_leave_somebody_out_are_refused_in_a_sentence(tmp_path, text, words):
    if text is not None:
        (tmp_path / "ids.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(CourseError, match=words):
        points_file.write(CHAPTERS, tmp_path / "points.csv", points_file.MOODLE, ids=tmp_path / "ids.csv")
    assert not (tmp_path / "points.csv").exists()


def test_a_file_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(CourseError, match=r"points\.csv cannot be written"):
        points_file.write(CHAPTERS, tmp_path / "no folder" / "points.csv")
