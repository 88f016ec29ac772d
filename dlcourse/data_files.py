"""The small files in ``data/``: where they lie, and whether they are still what the course was written with."""

import hashlib
from pathlib import Path

from dlcourse import installation, settings
from dlcourse.errors import CourseError

CHECKSUMS = "checksums.sha256"
REMEDY = "python data/make_data.py"  # works also in a copy of the course that is no git repository
# What make_data.py cannot write: what came by the network, and weights that other processors round otherwise.
MADE_ONCE = (
    "delay_runs.npz",
    "digit_autoencoders.safetensors",
    "digit_network.npz",
    "dropout_runs.npz",
    "glyph_autoencoder.safetensors",
    "glyph_resnet.safetensors",
    "mnist_10k.npz",
    "name_network.npz",
    "names.csv",
    "pretraining_runs.npz",
    "transfer_runs.npz",
)
REMEDIES = {name: f"git checkout -- data/{name}" for name in MADE_ONCE}


def remedy(name: str) -> str:
    """The command that brings ``data/<name>`` back."""
    return installation.repair(REMEDIES.get(name, REMEDY))


def sha256(path: Path) -> str:
    """The SHA-256 sum of a file, in hexadecimal, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def checksums(folder: Path) -> dict[str, str]:
    """The list ``checksums.sha256`` of a folder: file name -> SHA-256. Raises CourseError when it cannot be read."""
    path = folder / CHECKSUMS
    sums = {}
    try:
        for line in path.read_text(encoding="ascii").splitlines():
            digest, name = line.split(maxsplit=1)
            sums[name] = digest
    except (OSError, ValueError) as error:
        raise CourseError(f"data/{CHECKSUMS} is missing or damaged: `{remedy(CHECKSUMS)}` brings it back.") from error
    return sums


def damaged(folder: Path) -> dict[str, str]:
    """What is wrong with the files of a data folder: name -> ``"missing"`` or ``"altered"``; empty if nothing."""
    states = {name: _state(folder / name, expected) for name, expected in checksums(folder).items()}
    return {name: state for name, state in states.items() if state}


def find(name: str) -> Path:
    """The path of ``data/<name>``, its checksum verified. Raises CourseError, with what to do, when it is not well."""
    folder = settings.data_folder()
    sums = checksums(folder)
    if name not in sums:
        raise CourseError(f"data/{CHECKSUMS} does not list {name}: `{remedy(CHECKSUMS)}` brings it back.")
    if state := _state(folder / name, sums[name]):
        raise CourseError(f"data/{name} is {state}: `{remedy(name)}` {installation.place()} brings it back.")
    return folder / name


def _state(path: Path, expected: str) -> str:
    """What is wrong with a file that has to have that SHA-256 sum: ``"missing"`` or ``"altered"``, or nothing."""
    if not path.is_file():
        return "missing"
    return "" if sha256(path) == expected else "altered"
