"""Notebooks as tabs of one JupyterLab page, driven by JupyterLab's own commands: cheaper than a page for each."""

from playwright.sync_api import Page

from tests.browser.jupyter_lab import JupyterLab

PANEL = "const panel = jupyterapp.shell.currentWidget; const kernel = panel?.sessionContext?.session?.kernel;"


def open_lab(page: Page, lab: JupyterLab) -> None:
    """JupyterLab without a notebook."""
    page.goto(lab.address("lab/workspaces/empty") + "&reset")
    page.wait_for_function("globalThis.jupyterapp?.started")
    page.evaluate("jupyterapp.restored")


def on_tab(page: Page, script: str, argument: object = None) -> object:
    """Evaluates JavaScript with ``panel``, the tab in front, ``kernel``, its kernel, and ``argument``."""
    return page.evaluate(f"async (argument) => {{ {PANEL} {script} }}", argument)


def open_tab(page: Page, name: str, kernel: str | None = None) -> None:
    """Opens a notebook in front, with a kernel of its own or with the running one that has this id."""
    script = """async ([path, id]) => {
        const options = id ? { path, kernel: { id } } : { path };
        const panel = await jupyterapp.commands.execute("docmanager:open", options);
        await panel.context.ready;
        await panel.sessionContext.ready;
        await panel.revealed;
    }"""
    page.evaluate(script, [name, kernel])


def close_tab(page: Page) -> None:
    """Closes the tab in front; its kernel goes on."""
    on_tab(page, "panel.dispose();")


def run_all_cells(page: Page) -> None:
    """Runs every cell of the tab in front, and waits for the end."""
    on_tab(page, "await jupyterapp.commands.execute('notebook:run-all-cells');")


def run_cell(page: Page, number: int) -> None:
    """Runs cell ``number`` (of all cells, from 0) of the tab in front, and waits for its end."""
    script = "panel.content.activeCellIndex = argument; await jupyterapp.commands.execute('notebook:run-cell');"
    on_tab(page, script, number)


def run_code(page: Page, code: str) -> None:
    """Runs ``code`` in the kernel of the tab in front, beside its cells, and waits for the end."""
    on_tab(page, "await kernel.requestExecute({ code: argument }).done;", code)


def edit(page: Page, text: str) -> None:
    """Writes ``text`` into the first cell."""
    on_tab(page, "panel.content.model.cells.get(0).sharedModel.setSource(argument);", text)


def save(page: Page) -> None:
    """Saves the tab in front, as Ctrl+S does, and waits for the server's answer."""
    on_tab(page, "await jupyterapp.commands.execute('docmanager:save');")


def wait_until_saved(page: Page) -> None:
    """Waits until JupyterLab has saved the tab in front by itself."""
    page.wait_for_function(f"() => {{ {PANEL} return !panel.context.model.dirty; }}")


def restart_kernel(page: Page) -> None:
    """Kernel > Restart, confirmed as a reader does."""
    page.evaluate("globalThis.restarted = jupyterapp.commands.execute('kernelmenu:restart'), null")
    page.locator(".jp-Dialog .jp-mod-accept").click()
    page.evaluate("globalThis.restarted.then(() => null)")


def kill_kernel(page: Page) -> None:
    """The kernel dies, as for want of memory; JupyterLab starts another and tells the reader."""
    on_tab(page, "kernel.requestExecute({ code: 'import os; os._exit(1)' });")
    page.locator(".jp-Dialog", has_text="appears to have died").locator(".jp-mod-accept").click()


def outputs(page: Page) -> list[dict[str, object]]:
    """What each output of the tab in front shows: its text, and its picture's width in pixels and alternative text."""
    script = """
        await Promise.all([...panel.node.querySelectorAll("img")].map((image) => image.decode()));
        return [...panel.node.querySelectorAll(".jp-OutputArea-output")].map((output) => ({
            text: output.textContent,
            alt: output.querySelector("img")?.alt ?? "",
            width: output.querySelector("img")?.getBoundingClientRect().width ?? 0,
        }));
    """
    return on_tab(page, script)
