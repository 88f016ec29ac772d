"""A word that the reader types in a real JupyterLab: Enter shows it, and what cannot be read is told in words."""

from tests.browser.jupyter_lab import canvas_hash, open_notebook, run_all, wait_for_change, wait_for_picture
from tests.browser.sample_notebooks import write_notebook


def test_a_name_is_typed_and_another_refused_in_words(page, lab):
    room = "from dlcourse.chapters.recurrent_networks.experiments import unrolled_name"
    write_notebook(lab.folder / "word.ipynb", room, "unrolled_name(position=8)")
    open_notebook(page, lab, "word.ipynb")
    run_all(page)
    wait_for_picture(page)
    page.locator(".dlcourse-choice").first.click()
    page.locator(".dlcourse-state input:enabled").wait_for()
    field, caption = page.get_by_label("Name", exact=True), page.locator(".dlcourse-caption")

    def write(word):
        field.fill(word)
        field.press("Enter")

    before = canvas_hash(page)
    write(" Rossi ")
    before = wait_for_change(page, before)
    assert field.input_value() == "rossi"
    caption.filter(has_text="of the 5 letters of rossi").wait_for()

    write("kovačić")
    page.locator(".dlcourse-notice", has_text="'č' in 'kovačić' is none of them. Without accents: kovacic.").wait_for()
    assert canvas_hash(page) == before

    write("Nnnn")
    page.locator(".dlcourse-notice").wait_for(state="hidden")
    caption.filter(has_text="letters of nnnn").wait_for()
