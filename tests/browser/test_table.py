"""A table of numbers in a real JupyterLab: taken from its menu, typed, dragged, moved by keys; mistakes are told."""

import pytest

from tests.browser.jupyter_lab import canvas_hash, open_notebook, run_all, wait_for_change, wait_for_picture
from tests.browser.sample_notebooks import write_notebook

NUMBERS = ".dlcourse-cells .dlcourse-number"


@pytest.fixture
def kernel(page, lab):
    """The experiment of chapter 13, answered."""
    room = "from dlcourse.chapters.convolution.experiments import paint_a_kernel"
    write_notebook(lab.folder / "kernel.ipynb", room, "paint_a_kernel()")
    open_notebook(page, lab, "kernel.ipynb")
    run_all(page)
    wait_for_picture(page)
    page.locator(".dlcourse-choice").first.click()
    page.locator(".dlcourse-state input:enabled").wait_for()
    return page


def numbers(page):
    page.wait_for_function("() => document.querySelector('.dlcourse-experiment').dataset.waiting === '0'")
    return [float(field.input_value().replace("−", "-")) for field in page.locator(NUMBERS).all()]


def test_a_kernel_is_chosen_typed_dragged_and_moved_by_keys(kernel):
    page = kernel
    menu, before = page.locator(".dlcourse-control select").first, canvas_hash(page)
    assert numbers(page) == [0, -1, 0, -1, 5, -1, 0, -1, 0]
    menu.select_option("Identity")
    wait_for_change(page, before)
    assert numbers(page) == [0, 0, 0, 0, 1, 0, 0, 0, 0]

    first, last = page.locator(NUMBERS).first, page.locator(NUMBERS).last
    first.click()
    page.keyboard.type("1/4")
    page.keyboard.press("Enter")
    assert numbers(page)[0] == 0.25
    assert menu.locator("option:checked").inner_text() == "Your own"

    before, box = canvas_hash(page), last.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 45, y, steps=9)
    page.mouse.up()
    wait_for_change(page, before)
    assert numbers(page)[8] == -1.5

    last.click()
    for key in ("ArrowUp", "ArrowUp", "Shift+ArrowUp"):
        page.keyboard.press(key)
        numbers(page)
    assert numbers(page)[8] == -0.3

    page.keyboard.press("Control+a")
    page.keyboard.type("0,5")
    page.keyboard.press("Enter")
    page.locator(".dlcourse-notice", has_text="Decimals stand behind a point: 0.5.").wait_for()
    assert last.get_attribute("aria-invalid") == "true"
    page.get_by_role("button", name="Reset").click()
    assert numbers(page) == [0, -1, 0, -1, 5, -1, 0, -1, 0]
