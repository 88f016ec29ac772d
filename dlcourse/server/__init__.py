"""What the course adds to a Jupyter server: notebooks are saved so that they show the same when opened again.

The package's installation puts the files of ``environment/`` into the Python environment, where every server that
runs in it looks: one that ``dlcourse open`` starts, a plain ``jupyter lab``, and a hub's server for one person.
"""

from typing import Any

from dlcourse.server import saving


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    """Where a Jupyter server finds the extension that ``environment/etc/jupyter/`` switches on."""
    return [{"module": "dlcourse.server"}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Add the course's step to what happens before each save; a hook that somebody else configured runs too."""
    register = getattr(server.contents_manager, "register_pre_save_hook", None)
    if register is None:
        server.log.warning("dlcourse: this server's files cannot be looked after when they are saved.")
        return
    register(saving.keep_pictures_and_words)
