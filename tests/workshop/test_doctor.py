"""Every illness is real: altered files, packages that break, old versions that Python finds first."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dlcourse import settings
from dlcourse.workshop import doctor, examine_machine, examine_packages
from dlcourse.workshop.finding import Finding
from tests.limits import LONGEST

REPOSITORY = Path(settings.__file__).resolve().parents[1]
HEALTHY = """\
ok       Python: new enough for the course.
ok       Packages: all that the course needs are here.
ok       Imports: every package can be imported.
ok       Device: the processor is enough for every chapter.
ok       Widgets: they fit together, and JupyterLab can show them.
ok       Data: the files are what the course was written with.
ok       Memory: enough for every chapter.
ok       Progress: your own folder can be written to.
All is well: you can begin.
"""


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A copy of the course's folder that a test may damage; the working directory."""
    root = tmp_path / "course"
    shutil.copytree(REPOSITORY / "data", root / "data")
    (root / "notebooks").mkdir()
    for name in ("pyproject.toml", "constraints.txt"):
        shutil.copy(REPOSITORY / name, root)
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def quick_course(course):
    """The same, with the packages that take a second each to import left out of what is required."""
    path = course / "pyproject.toml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    slow = ('"torch', '"jupyterlab>', '"scikit-learn', '"matplotlib')
    path.write_text("".join(line for line in lines if not line.strip().startswith(slow)), encoding="utf-8")
    return course


@pytest.fixture
def first_on_path(tmp_path):
    """A folder whose packages Python finds before those installed."""
    folder = tmp_path / "first"
    folder.mkdir()
    return folder


def run_doctor(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
    code = "import sys; from dlcourse.workshop import doctor; sys.exit(doctor.main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )


def write_module(folder: Path, name: str, text: str) -> None:
    (folder / name).mkdir(parents=True)
    (folder / name / "__init__.py").write_text(text)


def write_distribution(folder: Path, name: str, version: str) -> None:
    """The record that pip leaves of an installed package."""
    record = folder / f"{name}-{version}.dist-info"
    record.mkdir(parents=True)
    (record / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")


def problems(findings: list[Finding]) -> list[str]:
    return [f"{finding.topic}: {finding.summary}" for finding in findings if finding.status == "problem"]


def test_a_healthy_machine_reads_the_same_text_and_exits_with_0(course):
    done = run_doctor(course)
    assert done.stdout == HEALTHY
    assert done.stderr == ""
    assert done.returncode == 0


def test_verbose_adds_versions_and_paths(quick_course):
    done = run_doctor(quick_course, "--verbose")
    assert done.returncode == 0
    assert sys.executable in done.stdout
    assert f"verified in {quick_course / 'data'}" in done.stdout
    assert "ipywidgets 8." in done.stdout
    assert all(line in done.stdout.splitlines() for line in HEALTHY.splitlines())


def test_several_problems_are_all_said_with_their_remedies_and_exit_with_1(quick_course, first_on_path):
    write_module(first_on_path, "PIL", "raise ImportError('libgomp is missing\\nmore')")
    (quick_course / "data" / "michelson_1879.csv").write_text("run\n")
    done = run_doctor(quick_course, PYTHONPATH=str(first_on_path))
    assert done.returncode == 1
    assert (
        "PROBLEM  Imports: pillow is installed but cannot be imported (ImportError: libgomp is missing).\n"
        "         To mend it: python -m pip install --force-reinstall --no-deps -c constraints.txt pillow\n"
    ) in done.stdout
    assert (
        "PROBLEM  Data: data/michelson_1879.csv is altered.\n         To mend it: python data/make_data.py\n"
        in done.stdout
    )
    assert done.stdout.splitlines()[-1].startswith("2 problems. ")


def test_an_old_python_is_a_problem():
    assert problems(examine_packages.examine_python((3, 10, 4))) == [
        "Python: the course needs Python 3.11 or newer, and this is 3.10.4."
    ]
    assert problems(examine_packages.examine_python((3, 11, 0))) == []


def test_the_oldest_python_is_the_one_of_pyproject():
    text = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    assert f'requires-python = ">={".".join(map(str, examine_packages.OLDEST_PYTHON))}"' in text


def test_another_version_than_the_constraints_is_a_note_shown_on_request(course):
    path = course / "constraints.txt"
    path.write_text(path.read_text().replace("numpy==", "numpy==1.99."))
    findings = examine_packages.examine_packages(course)
    assert problems(findings) == []
    (note,) = [finding for finding in findings if finding.status == "note"]
    assert note.summary.startswith("numpy is ")
    assert "the stored outputs were made with 1.99." in note.summary
    assert "1.99" not in doctor.describe(findings)
    assert "1.99" in doctor.describe(findings, verbose=True)


def test_the_build_label_of_torch_is_no_difference(course):
    findings = examine_packages.examine_packages(course)
    assert [finding for finding in findings if finding.status == "note" and "torch" in finding.summary] == []


def test_a_version_outside_pyprojects_range_is_a_problem(course):
    path = course / "pyproject.toml"
    path.write_text(path.read_text().replace('"numpy>=2.0"', '"numpy>=99"'))
    (problem,) = problems(examine_packages.examine_packages(course))
    assert problem.startswith("Packages: numpy ")
    assert problem.endswith("is installed, and the course needs numpy>=99.")


def test_a_package_that_is_not_installed_is_a_problem(course):
    path = course / "pyproject.toml"
    path.write_text(path.read_text().replace('"numpy>=2.0"', '"dlcourse-no-such-package>=2.0"'))
    findings = examine_packages.examine_packages(course)
    assert problems(findings) == ["Packages: dlcourse-no-such-package is not installed."]
    assert findings[0].remedy == "python -m pip install -c constraints.txt -e ."


def test_without_the_courses_folder_the_installed_packages_own_ranges_are_used():
    assert [finding.status for finding in examine_packages.examine_packages(None)] == ["ok"]


def test_an_old_ipywidgets_that_python_finds_first_is_a_problem(quick_course, first_on_path):
    write_distribution(first_on_path, "ipywidgets", "7.8.5")
    done = run_doctor(quick_course, PYTHONPATH=str(first_on_path))
    assert done.returncode == 1
    assert "PROBLEM  Packages: ipywidgets 7.8.5 is installed, and the course needs ipywidgets<9,>=8.1." in done.stdout


def test_widgets_packages_that_do_not_fit_together_are_a_problem(quick_course, first_on_path):
    write_distribution(first_on_path, "jupyterlab_widgets", "1.1.11")
    done = run_doctor(quick_course, PYTHONPATH=str(first_on_path))
    assert done.returncode == 1
    assert "needs jupyterlab_widgets~=3.0" in done.stdout
    assert "and 1.1.11 is installed: sliders would not appear." in done.stdout


def test_a_crash_while_importing_is_reported_and_kills_nothing(quick_course, first_on_path):
    write_module(first_on_path, "anywidget", "import os; os.abort()")
    done = run_doctor(quick_course, PYTHONPATH=str(first_on_path))
    assert done.returncode == 1
    assert "anywidget is installed but cannot be imported (Python stopped with exit status -6)." in done.stdout
    assert done.stdout.count("cannot be imported") == 1


@pytest.mark.parametrize("folder", ["", "notebooks"])
def test_a_file_that_hides_a_package_is_named_as_the_cause(quick_course, folder):
    path = quick_course / folder / "numpy.py"
    path.write_text("print('mine')")
    done = run_doctor(quick_course)
    assert done.returncode == 1
    assert (
        "PROBLEM  Imports: numpy.py beside the notebook hides the package numpy.\n"
        f'         To mend it: give another name to "{path}"\n'
    ) in done.stdout
    assert "pip install" not in done.stdout
    assert done.stdout.splitlines()[-1].startswith("One problem. ")


def test_a_file_that_hides_a_module_of_python_is_a_problem(quick_course):
    (quick_course / "notebooks" / "random.py").touch()
    (quick_course / "notebooks" / "my_random.py").touch()
    assert problems(examine_packages.examine_hiding(quick_course)) == [
        "Imports: random.py beside the notebook hides Python's own module random."
    ]


def test_an_import_that_never_ends_is_reported(quick_course, first_on_path, monkeypatch):
    write_module(first_on_path, "tqdm", "while True: pass")
    monkeypatch.setenv("PYTHONPATH", str(first_on_path))
    monkeypatch.setattr(examine_packages, "PATIENCE", 5)
    monkeypatch.setattr(examine_packages, "required", lambda root: ["tqdm>=4"])
    findings = examine_packages.examine_imports(quick_course)
    assert problems(findings) == ["Imports: tqdm is installed but cannot be imported (it took more than 5 seconds)."]


@pytest.mark.parametrize("package", ["packaging", "jupyter_core", "platformdirs", "numpy"])
def test_a_broken_package_that_the_doctor_itself_needs_does_not_stop_it(quick_course, first_on_path, package):
    write_module(first_on_path, package, "raise ImportError('broken on purpose')")
    environment = {"PYTHONPATH": str(first_on_path), "DLCOURSE_HOME": "", "XDG_DATA_HOME": str(first_on_path / "data")}
    done = run_doctor(quick_course, **environment)
    assert done.returncode == 1
    assert done.stderr == ""
    assert "PROBLEM" in done.stdout
    assert "broken on purpose" in done.stdout
    assert "ok       Data" in done.stdout


@pytest.fixture
def jupyter(tmp_path, monkeypatch):
    """Folders of Jupyter's own that come first: data and configuration."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter-data"))
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "jupyter-config"))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    return tmp_path


def test_healthy_widgets_are_well(jupyter):
    assert [finding.status for finding in examine_machine.examine_widgets()] == ["ok"]


def test_an_older_copy_of_an_extension_in_the_readers_folder_is_a_problem(jupyter):
    folder = jupyter / "jupyter-data" / "labextensions" / "@jupyter-widgets" / "jupyterlab-manager"
    folder.mkdir(parents=True)
    (folder / "package.json").write_text(json.dumps({"version": "3.1.0"}))
    (finding,) = examine_machine.examine_widgets()
    assert finding.status == "problem"
    assert f"JupyterLab loads @jupyter-widgets/jupyterlab-manager 3.1.0 from {folder}" in finding.summary
    assert finding.remedy == f'delete the folder "{folder}"'


@pytest.mark.parametrize("disabled", [["anywidget"], {"anywidget": True}])
def test_an_extension_that_is_switched_off_is_a_problem(jupyter, disabled):
    folder = jupyter / "jupyter-config" / "labconfig"
    folder.mkdir(parents=True)
    (folder / "page_config.json").write_text(json.dumps({"disabledExtensions": disabled}))
    (finding,) = examine_machine.examine_widgets()
    assert finding.summary == "the JupyterLab extension anywidget is switched off."
    assert finding.remedy == "jupyter labextension enable anywidget"


def switch(jupyter, extensions):
    folder = jupyter / "jupyter-config"
    folder.mkdir(parents=True)
    (folder / "jupyter_server_config.json").write_text(json.dumps({"ServerApp": {"jpserver_extensions": extensions}}))


def test_a_server_extension_that_is_switched_off_is_a_problem(jupyter):
    switch(jupyter, {"dlcourse.server": False})
    (finding,) = examine_machine.examine_widgets()
    assert finding.summary == (
        "the Jupyter server extension dlcourse.server is switched off: a saved notebook would lose its pictures."
    )
    assert finding.remedy == "jupyter server extension enable dlcourse.server"


def test_a_server_extension_that_is_not_installed_is_a_problem(tmp_path):
    """As after an update of the course's folder, without installing anew."""
    (finding,) = examine_machine._examine_saving([tmp_path])
    assert finding.summary.startswith("the Jupyter server extension dlcourse.server is not installed")
    assert finding.remedy == "python -m pip install -c constraints.txt -e ."


def test_another_server_extension_that_is_switched_off_is_no_matter(jupyter):
    switch(jupyter, {"jupyter_lsp": False})
    assert [finding.status for finding in examine_machine.examine_widgets()] == ["ok"]


@pytest.mark.parametrize("text", ['{"disabledExtensions": {"anywidget": false}}', "not json", "[]"])
def test_a_page_config_that_disables_nothing_is_well(jupyter, text):
    folder = jupyter / "jupyter-config" / "labconfig"
    folder.mkdir(parents=True)
    (folder / "page_config.json").write_text(text)
    assert [finding.status for finding in examine_machine.examine_widgets()] == ["ok"]


def test_an_extension_that_is_not_installed_is_a_problem(tmp_path):
    (finding,) = examine_machine._examine_extension("anywidget", "anywidget", [tmp_path])
    assert finding.summary.startswith("JupyterLab lacks the extension anywidget")
    assert finding.remedy.endswith("anywidget")


def test_damaged_data_is_a_problem_with_its_remedy(course):
    (course / "data" / "michelson_1879.csv").unlink()
    (finding,) = examine_machine.examine_data(course)
    assert (finding.summary, finding.remedy) == ("data/michelson_1879.csv is missing.", "python data/make_data.py")
    subprocess.run([sys.executable, *finding.remedy.split()[1:]], cwd=course, check=True, timeout=LONGEST)
    assert problems(examine_machine.examine_data(course)) == []


def test_a_damaged_list_of_checksums_is_a_problem(course):
    (course / "data" / "checksums.sha256").write_bytes(b"\xff\xfe")
    assert "checksums.sha256 is missing or damaged" in problems(examine_machine.examine_data(course))[0]


def test_no_course_folder_is_a_problem():
    assert "was not found" in problems(examine_machine.examine_data(None))[0]


def test_too_little_memory_is_a_problem():
    (problem,) = problems(examine_machine.examine_memory(needed=10**15))
    assert problem.endswith("GB are free, and the course wants 1000000.0 GB.")


def test_the_limit_of_a_container_counts(tmp_path):
    (tmp_path / "memory.max").write_text("800000000\n")
    (tmp_path / "memory.current").write_text("700000000\n")
    (tmp_path / "memory.stat").write_text("anon 1\ninactive_file 50000000\n")
    assert examine_machine.free_memory(tmp_path) == 150_000_000


def test_a_container_without_a_limit_has_the_machines_memory(tmp_path):
    (tmp_path / "memory.max").write_text("max\n")
    (tmp_path / "memory.current").write_text("700000000\n")
    assert examine_machine.free_memory(tmp_path) > 150_000_000


def test_a_home_that_cannot_be_made_is_a_problem(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path / "file" / "home"))
    assert "cannot be made" in problems(examine_machine.examine_progress())[0]


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a folder in which nobody can write, such as /proc")
def test_a_home_that_cannot_be_written_to_is_a_problem(monkeypatch):
    monkeypatch.setenv("DLCOURSE_HOME", "/proc/self")
    (finding,) = examine_machine.examine_progress()
    assert finding.summary.startswith("your progress cannot be written to /proc/self")
    assert "DLCOURSE_HOME" in finding.remedy


def test_the_doctor_leaves_nothing_in_the_readers_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("DLCOURSE_HOME", str(tmp_path))
    examine_machine.examine_progress()
    assert list(tmp_path.iterdir()) == []


def test_report_prints_the_findings(course, capsys):
    assert doctor.report() is None
    assert capsys.readouterr().out == HEALTHY
