"""The built page, opened as a file: at three widths, light and dark, by keyboard, with nothing from another host."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.jupyter_lab import canvas_hash, wait_for_change, wait_for_picture, watched_page
from tests.profiles import NIGHTLY, by_day
from tests.site.pages import build_page

WIDTHS = (400, 768, 1280)
START = "00_start_here.html"
# A page that is a file may read no other file, not even its style. A heading that is a formula counts as empty for axe,
# which does not read MathML; screen readers do.
AXE = {"preload": False, "rules": {"empty-table-header": {"enabled": False}}}


@pytest.fixture(scope="module")
def site(browser, tmp_path_factory):
    """The page with experiments: of chapter 0 by day, of the whole course by night."""
    chapters = () if NIGHTLY else ("00",)
    return build_page(tmp_path_factory.mktemp("site") / "page", chapters, book=False).folder


@pytest.fixture
def opened(site, browser):
    """Opens pages; fails the test when one asks another host for something, or for what is not there."""
    asked, missing, contexts = [], [], []

    def open_page(name, width=1280, scheme="light", **options):
        watched = watched_page(browser, viewport={"width": width, "height": 900}, color_scheme=scheme, **options)
        page = watched.__enter__()
        contexts.append(watched)
        page.on("request", lambda request: asked.append(request.url))
        page.on("requestfailed", lambda request: missing.append(request.url))
        page.goto((site / name.partition("?")[0]).as_uri() + "".join(name.partition("?")[1:]))
        page.evaluate("globalThis.MathJax?.startup?.promise?.then(() => null)")
        return page

    yield open_page
    for watched in contexts:
        watched.__exit__(None, None, None)
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert missing == []


def pages(site, width, scheme):
    others = (
        ["index.html", "glossary.html", "search.html"] if (width, scheme) in ((400, "dark"), (1280, "light")) else []
    )
    return by_day([START, *others], sorted(path.name for path in site.glob("*.html")))


def show_all(page):
    """Brings each experiment into view once, and waits until it is drawn."""
    for place in page.locator("[data-recording]").all():
        place.scroll_into_view_if_needed()
        place.locator("canvas").wait_for()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_page_is_accessible_and_fits(site, opened, width, scheme):
    for name in pages(site, width, scheme):
        page = opened(name, width, scheme)
        show_all(page)
        found = Axe().run(page, options=AXE).response["violations"]
        told = [f"{name}: {each['id']}: {each['nodes'][0]['html'][:200]}" for each in found]
        assert told == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} is wider than {width} pixels"
        assert page.locator("mjx-merror").count() == 0


def test_formulas_are_set_without_another_host(opened):
    page = opened(START)
    assert page.locator("mjx-container").count() > 5
    assert page.evaluate("document.fonts.check('1em MJXTEX-I')")


def test_an_experiment_moves_when_it_comes_into_view(opened):
    page = opened(START)
    place = page.locator("[data-recording]").first
    place.scroll_into_view_if_needed()
    wait_for_picture(page)
    assert place.locator("img").first.is_hidden()
    place.get_by_role("button", name="Skip").click()
    slider = place.get_by_role("slider").first
    before = canvas_hash(page)
    slider.focus()
    page.keyboard.press("ArrowRight")
    wait_for_change(page, before)


def test_without_javascript_there_are_pictures_words_and_the_question(opened):
    page = opened(START, java_script_enabled=False)
    place = page.locator("[data-recording]").first
    place.locator("img").scroll_into_view_if_needed()
    assert place.locator("img").is_visible()
    assert "Predict." in place.inner_text()
    assert "JupyterLab" in place.inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_still_pictures_are_as_dark_as_the_theme(opened, scheme):
    page = opened(START, scheme=scheme, java_script_enabled=False)
    looks = page.locator(".dlcourse-still:not(.dlcourse-photograph) img").evaluate_all(
        "(images) => images.map((image) => getComputedStyle(image).filter)"
    )
    assert looks
    assert {"invert" in look for look in looks} == {scheme == "dark"}


def test_a_question_is_judged_on_the_page(opened):
    page = opened(START)
    place = page.locator('[data-exercise="00_start_here/pairs_of_thirty"]')
    place.get_by_role("textbox").fill("435")
    place.get_by_role("button", name="Check").click()
    place.locator(".dlcourse-answer-verdict[data-status=passed]").wait_for()


def test_the_search_finds_a_word_of_a_chapter(opened):
    page = opened("search.html?q=birthday")
    found = page.locator("#search-results a").first
    found.wait_for()
    assert found.get_attribute("href").startswith("00_start_here.html")


def test_pictures_stay_large_enough_to_read_on_a_phone_and_scroll_by_keyboard(site, opened):
    page = opened("00_start_here.html" if not NIGHTLY else "03_probability_and_mle.html", 400)
    widths = page.locator(".dlcourse-still img").evaluate_all(
        "(images) => images.map((image) => [image.getBoundingClientRect().width, image.getAttribute('width')])"
    )
    assert all(width >= min(int(full), 540) for width, full in widths if width)
    wide = page.locator("pre, div.math").evaluate_all(
        "(boxes) => boxes.filter((box) => box.scrollWidth > box.clientWidth + 1).map((box) => box.tabIndex)"
    )
    assert set(wide) <= {0}


def test_the_reader_s_choice_of_theme_reaches_experiments(opened):
    page = opened(START, scheme="light")
    place = page.locator("[data-recording]").first
    place.scroll_into_view_if_needed()
    wait_for_picture(page)
    before = canvas_hash(page)
    toggle = page.locator("button.theme-toggle:visible")
    toggle.click()
    while page.evaluate("document.body.dataset.theme") != "dark":
        toggle.click()
    wait_for_change(page, before)
