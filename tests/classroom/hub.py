"""A hub with the configuration of ``deploy/``, on 127.0.0.1, and students who log in there and run a chapter."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.parse
import uuid
from pathlib import Path

import nbformat
import requests
import websocket

from tests.browser.jupyter_lab import ENVIRONMENT, free_port
from tests.limits import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "for trying out"
FOLDER = "dlcourse-notebooks"
BIN = Path(sys.executable).parent
PATH = os.pathsep.join([str(BIN), os.environ.get("PATH", "")])
# Settings of a class are not changed for the test; where its processes talk to each other is.
CONFIG = """
load_subconfig({recipe!r})
c.JupyterHub.hub_port = {hub_port}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy_port}"
c.ConfigurableHTTPProxy.command = [{proxy!r}]
c.Spawner.environment.update({environment!r})
c.Spawner.args += {args!r}
"""


def what_is_missing() -> str:
    """Why no hub can be started here; the empty text when one can."""
    if sys.platform == "win32":
        return "JupyterHub does not run on Windows."
    if importlib.util.find_spec("jupyterhub") is None:
        return 'JupyterHub is not installed here: python -m pip install -c constraints.txt -e ".[teach]" brings it.'
    if shutil.which("configurable-http-proxy", path=PATH) is None:
        return "configurable-http-proxy is not on the PATH: npm install -g configurable-http-proxy brings it."
    return ""


def wait_until(holds, what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"{what}: this did not come to hold in {PATIENCE:g} s."
        time.sleep(0.2)


class Course:
    """The course as a wheel installs it: the package with notebooks and data inside."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        leave = shutil.ignore_patterns("__pycache__", "node_modules")
        shutil.copytree(ROOT / "dlcourse", folder / "dlcourse", ignore=leave)
        self.notebooks = folder / "dlcourse" / "course" / "notebooks"
        for part in ("notebooks", "data"):
            shutil.copytree(ROOT / part, self.notebooks.parent / part, ignore=leave)
        command = folder / "bin" / "dlcourse"
        command.parent.mkdir()
        command.write_text(f'#!/bin/sh\nexec {sys.executable} -m dlcourse.workshop.cli "$@"\n')
        command.chmod(0o755)


class Hub:
    """A running hub; ``homes`` holds a folder for each student."""

    def __init__(self, folder: Path, course: Course, names: list[str], **settings: str) -> None:
        self.homes, self.log = folder / "homes", folder / "hub.log"
        self.homes.mkdir()
        self.url = f"http://127.0.0.1:{free_port()}"
        path = os.pathsep.join([str(course.folder / "bin"), PATH])
        config = CONFIG.format(
            recipe=str(ROOT / "deploy" / "jupyterhub_config.py"),
            hub_port=free_port(),
            proxy_port=free_port(),
            proxy=shutil.which("configurable-http-proxy", path=PATH),
            environment=self._of_a_server(course, path),
            args=["--allow-root"] if os.geteuid() == 0 else [],
        )
        (folder / "config.py").write_text(config)
        own = {"CLASS_URL": self.url, "CLASS_PASSWORD": PASSWORD, "CLASS_NAMES": " ".join(names)}
        own |= {"CLASS_HOMES": str(self.homes), "PATH": path, **settings}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "jupyterhub", "-f", str(folder / "config.py")],
                cwd=folder,
                env={**os.environ, **own},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        wait_until(self._answers, "the hub answers")

    def _of_a_server(self, course: Course, path: str) -> dict[str, str]:
        """What leads a student's server to this course, as an installed wheel does by itself."""
        found = {"PYTHONPATH": str(course.folder), "PATH": path, "JUPYTER_PLATFORM_DIRS": "1"}
        found["JUPYTER_CONFIG_PATH"] = str(ENVIRONMENT / "etc" / "jupyter")
        found["JUPYTER_PATH"] = os.pathsep.join([str(ENVIRONMENT / "share" / "jupyter"), _share()])
        return found

    def _answers(self) -> bool:
        if self.process.poll() is not None:
            raise RuntimeError("The hub did not start:\n" + self.words())
        try:
            return requests.get(f"{self.url}/hub/health", timeout=PATIENCE).ok
        except requests.ConnectionError:
            return False

    def words(self) -> str:
        """The end of what the hub and its servers have said."""
        return self.log.read_text(errors="replace")[-6000:]

    def stop(self) -> None:
        """End the hub; it ends its servers and its proxy."""
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        finally:
            self.process.kill()
            self.process.wait()


class Student:
    """One student in a browser: logs in by the form, starts the server, opens a notebook, runs cells, saves."""

    def __init__(self, hub: Hub, name: str) -> None:
        self.hub, self.name, self.session = hub, name, requests.Session()
        self.home = hub.homes / name
        self.log_in()

    def log_in(self) -> None:
        page = self.session.get(f"{self.hub.url}/hub/login", timeout=PATIENCE)
        data = {"username": self.name, "password": PASSWORD, "_xsrf": self._xsrf()}
        page = self.session.post(f"{self.hub.url}/hub/login", data=data, timeout=PATIENCE)
        assert page.ok, f"{self.name} cannot log in: {page.status_code} {_text(page)}"
        answer = self.on_hub("POST", f"users/{self.name}/tokens", json={"note": "a page of this student's"})
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"token {answer.json()['token']}"

    def _xsrf(self) -> str:
        return next(cookie.value for cookie in self.session.cookies if cookie.name == "_xsrf")

    def on_hub(self, method: str, path: str, **options) -> requests.Response:
        headers = {"X-XSRFToken": self._xsrf()} if self.session.cookies else {}
        url = f"{self.hub.url}/hub/api/{path}"
        answer = self.session.request(method, url, headers=headers, timeout=PATIENCE, **options)
        assert answer.ok, f"{method} {path}: {answer.status_code} {_text(answer)}"
        return answer

    def ask(self, method: str, path: str, **options) -> requests.Response:
        """A request to the student's own server, through the proxy."""
        url = f"{self.hub.url}/user/{self.name}/api/{path}"
        return self.session.request(method, url, timeout=PATIENCE, **options)

    def is_ready(self) -> bool:
        server = self.on_hub("GET", f"users/{self.name}").json()["servers"].get("")
        return bool(server and server["ready"])

    def start_server(self) -> None:
        self.on_hub("POST", f"users/{self.name}/server")
        wait_until(self.is_ready, f"{self.name}'s server is ready")

    def stop_server(self) -> None:
        self.on_hub("DELETE", f"users/{self.name}/server")
        gone = lambda: not self.on_hub("GET", f"users/{self.name}").json()["servers"]  # noqa: E731
        wait_until(gone, f"{self.name}'s server has ended")

    def notebook(self, name: str):
        """The notebook as the student's server gives it."""
        answer = self.ask("GET", f"contents/{FOLDER}/{name}.ipynb")
        assert answer.ok, f"{answer.status_code} {_text(answer)}"
        return nbformat.from_dict(answer.json()["content"])

    def save(self, name: str, notebook) -> None:
        model = {"type": "notebook", "format": "json", "content": notebook}
        answer = self.ask("PUT", f"contents/{FOLDER}/{name}.ipynb", json=model)
        assert answer.ok, f"{answer.status_code} {_text(answer)}"

    def run(self, name: str, cells: list) -> None:
        """Run these cells of the notebook in a kernel of its own; their outputs are entered."""
        model = {"path": f"{FOLDER}/{name}.ipynb", "type": "notebook", "name": name, "kernel": {"name": "python3"}}
        session = self.ask("POST", "sessions", json=model)
        assert session.ok, f"{session.status_code} {_text(session)}"
        kernel = session.json()["kernel"]["id"]
        url = f"{self.hub.url.replace('http', 'ws')}/user/{self.name}/api/kernels/{kernel}/channels"
        token = self.session.headers["Authorization"]
        channel = websocket.create_connection(url, header=[f"Authorization: {token}"], timeout=PATIENCE)
        try:
            for count, cell in enumerate(cells, start=1):
                cell.outputs, cell.execution_count = _execute(channel, cell.source), count
        finally:
            channel.close()


def _execute(channel: websocket.WebSocket, code: str) -> list:
    """The outputs of some code, once the kernel is idle again."""
    header = {
        "msg_id": uuid.uuid4().hex,
        "msg_type": "execute_request",
        "session": "a",
        "username": "",
        "version": "5.3",
    }
    content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
    channel.send(json.dumps({**message, "buffers": []}))
    outputs = []
    while True:
        data = channel.recv()
        if not isinstance(data, str):
            continue  # a widget's arrays
        answer = json.loads(data)
        if answer["parent_header"].get("msg_id") != header["msg_id"]:
            continue
        if answer["msg_type"] in ("stream", "display_data", "execute_result", "error"):
            outputs.append(nbformat.v4.output_from_msg(answer))
        if answer["msg_type"] == "status" and answer["content"]["execution_state"] == "idle":
            return outputs


def _share() -> str:
    """Where this environment keeps what Jupyter shows."""
    return str(Path(sys.prefix) / "share" / "jupyter")


def _text(answer: requests.Response) -> str:
    return re.sub(r"<[^>]+>|\s+", " ", urllib.parse.unquote(answer.text))[:500]
