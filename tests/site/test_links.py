"""Links between notebooks become links between pages."""

import pytest

from dlcourse.site import links

PAGES = {"02_algebra", "glossary"}
KNOWN = {"02_algebra": {"2.10": "2.10-Convexity"}}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see [algebra](02_algebra.ipynb).", "see [algebra](<02_algebra.ipynb>)."),
        ("[2.10](02_algebra.ipynb)", "[2.10](<02_algebra.ipynb#2.10-Convexity>)"),
        ("[it](02_algebra.ipynb#2.1-Shapes)", "[it](<02_algebra.ipynb#2.1-Shapes>)"),
        ("[`code` [1]](glossary.ipynb)", "[`code` [1]](<glossary.ipynb>)"),
        ("[optimization](07_optimization.ipynb#7.1-x) comes", "optimization comes"),
        ("[elsewhere](https://example.org/02_algebra.ipynb)", "[elsewhere](https://example.org/02_algebra.ipynb)"),
        (
            "[below](#Going-deeper:-whitening-is-Newton's-method)",
            "[below](#Going-deeper:-whitening-is-Newton's-method)",
        ),
    ],
)
def test_links_lead_to_pages_that_there_are(text, expected):
    assert links.between_pages(text, PAGES, KNOWN) == expected


def test_links_in_stored_html_lead_to_pages_that_there_are():
    text = '<td><a href="02_algebra.ipynb">02 Algebra</a></td><td><a href="07_optimization.ipynb">07</a></td>'
    expected = '<td><a href="02_algebra.html">02 Algebra</a></td><td>07</td>'
    assert links.between_pages_in_html(text, PAGES) == expected


def test_sections_are_known_by_their_numbers():
    cells = [
        {"cell_type": "markdown", "source": "# 2. Algebra\n\ntext\n\n## 2.10 Convexity\n### Exercise 1: sums"},
        {"cell_type": "code", "source": "# 3. a comment"},
    ]
    assert links.sections(cells) == {"2": "2.-Algebra", "2.10": "2.10-Convexity"}


def test_a_notebook_opens_where_its_repository_lies():
    github = dict(links.runners("https://github.com/me/course", "main", "gh-pages", "05_x"))
    assert github == {
        "Open in Colab": "https://colab.research.google.com/github/me/course/blob/gh-pages/notebooks/05_x.ipynb",
        "Open in Binder": "https://mybinder.org/v2/gh/me/course/main?labpath=notebooks/05_x.ipynb",
    }
    gitlab = links.runners("https://gitlab.com/me/course", "v1", "gh-pages", "05_x")
    assert gitlab == [("Open in Binder", "https://mybinder.org/v2/gl/me%2Fcourse/v1?labpath=notebooks/05_x.ipynb")]
    assert links.runners("https://git.example.org/me/course", "main", "gh-pages", "05_x") == []
    assert links.runners("", "main", "gh-pages", "05_x") == []


def test_a_report_of_an_error_names_the_page_in_the_form_that_there_is(pytestconfig):
    report = links.problem_report("https://github.com/me/course", "5. Softmax & more")
    assert report.startswith("https://github.com/me/course/issues/new?")
    assert report.endswith("&page=5.%20Softmax%20%26%20more")
    assert (pytestconfig.rootpath / ".github" / "ISSUE_TEMPLATE" / links.FORM).exists()
    assert "-/issues/new" in links.problem_report("https://gitlab.com/me/course", "5")
    assert links.problem_report("", "5") == ""
