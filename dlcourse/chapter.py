"""The first line of every notebook: is everything there that a chapter needs?"""

from importlib import import_module
from pathlib import Path
from types import ModuleType

from dlcourse import hiding, installation, settings
from dlcourse.errors import CourseError

# The chapters that are about PyTorch or run on it. The others use it in one or two sections, and import it there.
NEED_TORCH = ("11_pytorch", "14_cnn_architectures", "21_transfer_learning")


def begin(name: str) -> None:
    """Check in a blink what the chapter ``name`` needs (``"03_probability_and_mle"``), and set how arrays are printed.

    Prints nothing and returns None when all is well. Raises CourseError, in one sentence that says what to do, when
    NumPy, matplotlib or ipywidgets 8 is missing or broken, when PyTorch is missing and the chapter needs it, when a
    file beside the notebook hides a package, or when the course's folder or its data is not found.
    """
    if not isinstance(name, str):
        raise CourseError(
            f'chapter.begin expects the notebook\'s name, such as "03_probability_and_mle", not {name!r}.'
        )
    _refuse(hiding.hiding_packages(Path()))
    numpy = _load("numpy", name)
    _load("matplotlib", name)
    _check_widgets(_load("ipywidgets", name), name)
    _check_torch(name)
    settings.data_folder()
    numpy.set_printoptions(precision=3, suppress=True, linewidth=100)


def _load(package: str, name: str) -> ModuleType:
    try:
        return import_module(package)
    except Exception as error:  # a broken installation raises far more than ImportError
        _refuse(hiding.involved(hiding.hiding_python(Path()), error))
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        raise CourseError(
            f"Chapter {name} needs {package}, which cannot be imported ({reason}). {installation.advice()}."
        ) from error


def _refuse(hiding_files: list[Path]) -> None:
    if hiding_files:
        raise CourseError(f"{hiding.explain(hiding_files[0])}. Give it another name and restart the kernel.") from None


def _check_widgets(ipywidgets: ModuleType, name: str) -> None:
    version = str(getattr(ipywidgets, "__version__", "unknown"))
    if version.split(".")[0] != "8":
        raise CourseError(
            f"Chapter {name} needs ipywidgets 8, and this kernel has {version}: its sliders would not move. "
            f"{installation.advice()}."
        )


def has_torch() -> bool:
    """Whether PyTorch is installed; it is not loaded for that."""
    from importlib.util import find_spec

    try:
        return find_spec("torch") is not None
    except ValueError:  # something else has put a stand-in into its place
        return True


def _check_torch(name: str) -> None:
    if name in NEED_TORCH and not has_torch():
        raise CourseError(
            f"Chapter {name} needs PyTorch, which is not installed: `{installation.add('torch')}` "
            f"{installation.place()} brings it; then restart the kernel. The chapters without PyTorch run as they are: "
            "all but " + ", ".join(NEED_TORCH) + "."
        )
