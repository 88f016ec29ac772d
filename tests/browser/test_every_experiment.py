"""Every experiment of every chapter in a real JupyterLab: it fits a laptop's screen, moves, and everyone can use it."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from dlcourse.chapters import CHAPTERS, experiments_of, room_of
from tests.browser.jupyter_lab import canvas_hash, open_notebook, run_all, watched_page
from tests.browser.sample_notebooks import write_notebook
from tests.profiles import by_day

LAPTOP = {"width": 1366, "height": 768}
ROOM = 647  # CSS pixels that JupyterLab leaves for a notebook on such a screen
OURS = ".dlcourse-experiment, .dlcourse-verdict-view, .dlcourse-words, .dlcourse-stored"
THEMES = ("JupyterLab Light", "JupyterLab Dark")


@pytest.fixture(scope="module", params=CHAPTERS)
def chapter(request, browser, lab):
    """A page with all experiments of one chapter, each in a cell of its own and answered."""
    lab.set("@jupyterlab/notebook-extension/tracker", windowingMode="none")
    experiments = experiments_of(request.param)
    room = f"from {room_of(request.param)}.experiments import *"
    name = f"all-of-{request.param}.ipynb"
    write_notebook(lab.folder / name, room, *(f"{experiment.name}()" for experiment in experiments))
    with watched_page(browser, viewport=LAPTOP) as page:
        open_notebook(page, lab, name)
        run_all(page)
        page.wait_for_function(
            "(n) => [...document.querySelectorAll('.dlcourse-canvas')].filter((c) => c.width !== 300).length === n",
            arg=len(experiments),
        )
        page.experiments = experiments
        yield page
    lab.set("@jupyterlab/notebook-extension/tracker")


def parts(page):
    return [page.locator(".dlcourse-experiment").nth(number) for number in range(len(page.experiments))]


def check_accessible(page, themes):
    """No rule of axe-core is broken by what the course puts on the page."""
    for theme in themes:
        page.evaluate("(theme) => jupyterapp.commands.execute('apputils:change-theme', { theme })", theme)
        page.wait_for_function(
            "(light) => document.body.dataset.jpThemeLight === String(light)", arg=theme == THEMES[0]
        )
        page.evaluate("document.fonts.ready")
        found = Axe().run(page, context=OURS).response["violations"]
        assert not [(rule["id"], theme, node["html"][:200]) for rule in found for node in rule["nodes"]]
    page.evaluate("(theme) => jupyterapp.commands.execute('apputils:change-theme', { theme })", THEMES[0])


def test_1_everyone_can_answer(chapter):
    check_accessible(chapter, by_day(THEMES[:1], THEMES))


def test_1_words_name_the_controls_beside_them(chapter):
    """No two parts of a page with several experiments share an id: a click on a word would act elsewhere."""
    ids = chapter.evaluate("[...document.querySelectorAll('.dlcourse-experiment [id]')].map(({ id }) => id)")
    assert len(set(ids)) == len(ids)


def test_2_title_controls_and_picture_fit_a_laptops_screen(chapter):
    page, tall = chapter, {}
    for experiment, part in zip(page.experiments, parts(page), strict=True):
        part.locator(".dlcourse-choice").last.click()
        part.locator(".dlcourse-state input:enabled").wait_for()
        top = part.locator(".dlcourse-title").bounding_box()["y"]
        canvas = part.locator(".dlcourse-canvas").bounding_box()
        height = canvas["y"] + canvas["height"] - top
        if height > ROOM:
            tall[experiment.name] = round(height)
    assert not tall


def test_3_everyone_can_use_what_is_unlocked(chapter):
    check_accessible(chapter, by_day(THEMES[1:], THEMES))


def settled(page, part, number):
    """The pixels' hash, once the kernel has answered everything that was asked of it."""
    page.wait_for_function("(part) => part.dataset.waiting === '0'", arg=part.element_handle())
    return canvas_hash(page, number)


def test_4_sliders_go_to_both_ends_and_move_the_picture(chapter):
    """By day the first of each experiment."""
    page = chapter
    for number, (experiment, part) in enumerate(zip(page.experiments, parts(page), strict=True)):
        for slider in by_day(part.locator("input[type=range]").all()[:1], part.locator("input[type=range]").all()):
            name = f"{experiment.name}: {slider.get_attribute('aria-valuetext')}"
            slider.press("Home")
            low = settled(page, part, number)
            slider.press("End")
            assert slider.input_value() == slider.get_attribute("max"), name
            assert settled(page, part, number) != low, name
            assert part.locator(".dlcourse-notice").is_hidden(), name
            part.get_by_role("button", name="Reset").click()
            settled(page, part, number)
