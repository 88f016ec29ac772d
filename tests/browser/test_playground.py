"""The playground of chapter 9 in a real JupyterLab: it trains and shows it, and is looked at.

How many updates a second it shows is measured by benchmarks/playground.py.
"""

import pytest

from tests.browser.jupyter_lab import (
    DARK,
    canvas_hash,
    inside,
    open_notebook,
    run_all,
    wait_for_change,
    wait_for_picture,
    wait_until,
    wait_until_it_stands,
    watched_page,
)
from tests.browser.sample_notebooks import write_notebook
from tests.profiles import by_day

STATE = 'data="spirals", layers=2, units=16'


@pytest.fixture(scope="module")
def notebook(lab):
    name = "network_playground.ipynb"
    write_notebook(
        lab.folder / name,
        "from dlcourse.chapters.multilayer_perceptrons import experiments",
        f"experiments.playground({STATE})",
    )
    return name


@pytest.fixture(scope="module")
def experiment(browser, lab, notebook):
    with watched_page(browser) as page:
        open_notebook(page, lab, notebook)
        run_all(page)
        wait_for_picture(page)
        page.get_by_role("button", name="Skip").click()
        page.locator(".dlcourse-state input:enabled").wait_for()
        yield page


def button(page, name):
    return page.locator(".dlcourse-player").get_by_role("button", name=name)


def updates_of(page):
    return int(page.locator(".dlcourse-caption").inner_text().split(" updates.")[0].split()[-1])


def wait_for_updates(page, more_than):
    page.wait_for_function(
        "(n) => parseInt(document.querySelector('.dlcourse-caption').textContent.match(/after (\\d+) upd/)[1]) > n",
        arg=more_than,
    )


def test_it_trains_and_shows_every_fifth_update_until_it_is_paused(experiment):
    page = experiment
    page.evaluate("""() => {
        const caption = document.querySelector(".dlcourse-caption");
        const note = () => window.seen.push(parseInt(caption.textContent.match(/after (\\d+) upd/)[1]));
        window.seen = [];
        new MutationObserver(note).observe(caption, { childList: true, characterData: true, subtree: true });
    }""")
    button(page, "Play").click()
    wait_for_updates(page, 60)
    button(page, "Pause").click()
    wait_until_it_stands(page)
    assert page.evaluate("window.seen") == list(range(5, updates_of(page) + 1, 5))


def test_step_back_and_a_shared_state_lead_to_the_same_picture(experiment):
    page = experiment
    field = page.locator(".dlcourse-state input")
    field.fill(f"playground(updates=345, {STATE})")
    field.press("Enter")
    wait_for_updates(page, 344)
    wait_until_it_stands(page)
    before = canvas_hash(page)
    button(page, "Next 5").click()
    after = wait_for_change(page, before)
    wait_for_updates(page, 349)
    assert updates_of(page) == 350
    button(page, "Back to the start: Updates 0").click()
    start = wait_for_change(page, after)
    field.fill(f"playground(updates=350, {STATE})")
    field.press("Enter")
    assert wait_for_change(page, start) == after


def test_a_jump_to_the_end_and_a_rate_that_is_too_large_are_shown(experiment):
    page = experiment
    field = page.locator(".dlcourse-state input")
    for state, words in (
        ("updates=2000, layers=4, units=16, activation='gelu', data='moons', start=3", "after 2000 updates. Cross"),
        ("updates=400, layers=4, activation='linear', optimizer='sgd', learning_rate='10'", "It diverged at update 6:"),
    ):
        field.fill(f"playground({state})")
        field.press("Enter")
        page.locator(".dlcourse-caption", has_text=words).wait_for()
    assert page.locator(".dlcourse-notice").is_hidden()


@pytest.mark.parametrize("theme", by_day([DARK], ["JupyterLab Light", DARK]))
def test_it_is_readable_on_narrow_pages(browser, lab, notebook, screenshot, theme):
    lab.set_theme(theme)
    try:
        with watched_page(browser) as page:
            open_notebook(page, lab, notebook)
            run_all(page)
            wait_for_picture(page)
            page.get_by_role("feed").get_by_role("button", name="3", exact=True).click()
            page.get_by_role("button", name="What happened?").click()
            page.locator(".dlcourse-outcome", has_text="You predicted it.").wait_for()
            page.locator(".dlcourse-outcome mjx-container").first.wait_for()
            field = page.locator(".dlcourse-state input:enabled")
            field.fill(f"playground(updates=200, {STATE})")
            field.press("Enter")
            wait_for_updates(page, 199)
            for width in (1280, 700):
                page.set_viewport_size({"width": width, "height": 1300})
                for part in ("canvas", "controls", "caption", "toolbar", "prediction"):
                    wait_until(page, lambda part=part: inside(page, f".dlcourse-{part}", ".jp-Notebook"))
                screenshot(page, f"network-playground-{'dark' if theme == DARK else 'light'}-{width}")
    finally:
        lab.set_theme("JupyterLab Light")
