"""Decode downloaded data sets from their files: never a path taken from an archive, never code from a pickle."""

import gzip
import io
import pickle
import struct
import tarfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from dlcourse.errors import CourseError

LARGEST_MEMBER = 40_000_000  # bytes; a batch of CIFAR-10 has 31 million
LARGEST_IDX = 50_000_000  # bytes; the training images of Fashion-MNIST have 47 million


def read_idx(path: Path) -> np.ndarray:
    """The array in a gzipped IDX file (the format of MNIST): uint8, shape as its header says.

    Raises CourseError when the file is not such a file, is cut short, holds more than it says, or is beyond 50 MB.
    """
    try:
        with gzip.open(path) as file:
            content = file.read(LARGEST_IDX + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise _damaged(path, f"it is not a whole gzip file ({error})") from error
    if len(content) < 4 or content[:3] != b"\x00\x00\x08" or not 1 <= content[3] <= 4:
        raise _damaged(path, "it does not begin as an IDX file of bytes")
    axes = content[3]
    if len(content) < 4 + 4 * axes:
        raise _damaged(path, "its header is cut short")
    shape = struct.unpack(f">{axes}I", content[4 : 4 + 4 * axes])
    body = np.frombuffer(content, dtype=np.uint8, offset=4 + 4 * axes)
    expected = 1
    for size in shape:
        expected *= size  # Python's integers do not overflow, whatever the header says
    if len(body) != expected:
        raise _damaged(path, f"its header says {expected} values, and it holds {len(body)}")
    return body.reshape(shape)


def read_cifar_batches(path: Path, members: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Images (n, 3, 32, 32) uint8 and labels (n,) int64 from the named members of the tar archive of CIFAR-10.

    Members are read in memory: nothing is extracted to disk. Raises CourseError when one is missing or damaged.
    """
    images, labels = [], []
    try:
        with tarfile.open(path, "r:gz") as archive:
            for name in members:
                batch_images, batch_labels = _cifar_batch(_member(archive, name), path)
                images.append(batch_images)
                labels.append(batch_labels)
    except (OSError, EOFError, zlib.error, tarfile.TarError) as error:
        raise _damaged(path, f"it is not a whole tar archive ({error})") from error
    except KeyError as error:
        raise _damaged(path, f"it lacks {error.args[0]}") from error
    return np.concatenate(images), np.concatenate(labels)


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    """The bytes of a regular file in the archive. Raises KeyError when there is none of that name and a sane size."""
    file = archive.extractfile(name) if archive.getmember(name).isreg() else None
    if file is None or archive.getmember(name).size > LARGEST_MEMBER:
        raise KeyError(f"a regular file {name} of at most {LARGEST_MEMBER} bytes")
    return file.read()


def _cifar_batch(content: bytes, path: Path) -> tuple[np.ndarray, np.ndarray]:
    try:
        batch = _ArraysOnly(io.BytesIO(content), encoding="bytes").load()
        pixels, labels = batch[b"data"], np.asarray(batch[b"labels"])
    except Exception as error:  # a damaged pickle raises almost anything
        raise _damaged(path, f"a batch cannot be decoded ({error})") from error
    whole = isinstance(pixels, np.ndarray) and pixels.dtype == np.uint8 and pixels.ndim == 2 and pixels.shape[1] == 3072
    if not whole or labels.shape != (len(pixels),) or labels.dtype.kind != "i":
        raise _damaged(path, "a batch does not hold rows of 3072 bytes with one label each")
    if labels.size and not 0 <= labels.min() <= labels.max() <= 9:
        raise _damaged(path, "a label is not between 0 and 9")
    return pixels.reshape(-1, 3, 32, 32), labels.astype(np.int64)


class _ArraysOnly(pickle.Unpickler):
    """Reads dicts, lists, numbers, strings and NumPy arrays; refuses every other name that a pickle asks for."""

    def find_class(self, module: str, name: str) -> Any:
        """The class behind the four names that the pickle of an array needs."""
        if (module, name) == ("numpy", "ndarray"):
            return np.ndarray
        if (module, name) == ("numpy", "dtype"):
            return np.dtype
        if module in ("numpy.core.multiarray", "numpy._core.multiarray") and name == "_reconstruct":
            return _empty_array
        raise pickle.UnpicklingError(f"it asks for {module}.{name}, which is not allowed")


def _empty_array(kind: type, shape: tuple[int, ...], _code: object) -> np.ndarray:
    """The empty array that an array's pickle starts from and then fills: NumPy's own ``_reconstruct``, arrays only."""
    if kind is not np.ndarray or tuple(shape) != (0,):
        raise pickle.UnpicklingError("it asks for something other than a plain array")
    return np.ndarray(shape, dtype=np.int8)


def _damaged(path: Path, reason: str) -> CourseError:
    return CourseError(f"The downloaded file {path.name} is damaged: {reason}. Delete {path} and download it again.")
