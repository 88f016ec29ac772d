import csv
import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import sklearn.datasets

from dlcourse import data_files, datasets, sequences
from dlcourse.data_sources import SOURCES
from dlcourse.errors import CourseError
from tests.limits import LONGEST

REPOSITORY = Path(datasets.__file__).resolve().parents[1]
IRIS_TEST_PART = "eb57a92ccb7147755b9482628d4dfffa56db0ebdcfa9fcecd0e1f73dd3830cae"
SIZES = {"digits": 1797, "breast_cancer": 569, "diabetes": 442, "iris": 150, "wine": 178}


def parts(splits):
    return (splits.train, splits.validation, splits.test)


@pytest.mark.parametrize("name", datasets.TABLES)
def test_every_example_lands_in_one_part(name):
    splits = datasets.load(name)
    options = {"scaled": False} if name == "diabetes" else {}
    table = getattr(sklearn.datasets, f"load_{name}")(**options)
    scale = 16 if name == "digits" else 1
    expected = np.column_stack([table.data / scale, table.target]).astype(np.float32)
    received = np.concatenate(
        [
            np.column_stack([part.inputs.reshape(len(part), -1), part.labels]).astype(np.float32)
            for part in parts(splits)
        ]
    )
    assert len(received) == SIZES[name]
    order = [np.lexsort(rows.T) for rows in (expected, received)]
    np.testing.assert_array_equal(expected[order[0]], received[order[1]])


@pytest.mark.parametrize("name", datasets.TABLES)
def test_parts_have_the_promised_sizes_types_and_shapes(name):
    splits = datasets.load(name)
    shares = [len(part) / SIZES[name] for part in parts(splits)]
    for share, low, high in zip(shares, (0.7, 0.05, 0.1), (0.8 + 0.005, 0.15, 0.2), strict=True):
        assert low - 0.005 <= share <= high
    shape = {"digits": (1, 8, 8), "breast_cancer": (30,), "diabetes": (10,), "iris": (4,), "wine": (13,)}[name]
    for part in parts(splits):
        assert part.inputs.dtype == np.float32
        assert part.inputs.shape == (len(part.labels), *shape)
        assert part.labels.dtype == (np.float32 if name == "diabetes" else np.int64)


@pytest.mark.parametrize("name", ["digits", "breast_cancer", "iris", "wine"])
def test_every_part_holds_the_classes_in_the_same_proportions(name):
    splits = datasets.load(name)
    whole = np.concatenate([part.labels for part in parts(splits)])
    for part in parts(splits):
        for label in range(len(splits.class_names)):
            expected = np.mean(whole == label) * len(part)
            assert abs(np.sum(part.labels == label) - expected) <= 1.5


@pytest.mark.parametrize("name", datasets.TABLES)
def test_labels_are_shuffled_within_a_part(name):
    labels = datasets.load(name).train.labels
    assert np.mean(np.diff(labels) == 0) < 0.6  # sorted, nearly all neighbors would be equal


def test_the_split_is_the_documented_one_every_time():
    first, second = datasets.load("iris"), datasets.load("iris")
    np.testing.assert_array_equal(first.test.inputs, second.test.inputs)
    digest = hashlib.sha256(first.test.inputs.tobytes()).hexdigest()
    assert digest == IRIS_TEST_PART


def test_another_seed_gives_another_split():
    first, second = datasets.load("iris"), datasets.load("iris", seed=1)
    assert not np.array_equal(first.test.inputs, second.test.inputs)


def test_proportions_can_be_chosen_and_are_checked():
    splits = datasets.load("iris", proportions=(0.7, 0.1, 0.2))
    assert [len(part) for part in parts(splits)] == [105, 15, 30]
    with pytest.raises(ValueError, match="sums of 1"):
        datasets.load("iris", proportions=(0.7, 0.1, 0.1))
    with pytest.raises(ValueError, match=r"0\.001 of 150 examples leaves the validation part empty"):
        datasets.load("iris", proportions=(0.8, 0.001, 0.199))


def test_digits_are_pixels_from_0_to_1():
    inputs = datasets.load("digits").train.inputs
    assert inputs.min() == 0
    assert inputs.max() == 1


def test_nothing_is_standardized():
    assert datasets.load("breast_cancer").train.inputs.max() > 1000
    age = datasets.load("diabetes").train.inputs[:, 0]
    assert age.min() >= 19
    assert age.max() <= 79


@pytest.mark.parametrize("name", datasets.TABLES)
def test_names_units_source_and_licence_are_given(name):
    splits = datasets.load(name)
    features = splits.train.inputs.shape[1]
    assert len(splits.feature_names) == (0 if name == "digits" else features)
    assert len(set(splits.feature_names)) == len(splits.feature_names)
    assert set(splits.units) <= set(splits.feature_names)
    assert all(type(text) is str for text in (*splits.feature_names, *splits.class_names))
    assert len(splits.class_names) == (0 if name == "diabetes" else splits.train.labels.max() + 1)
    assert splits.source
    assert splits.licence
    assert splits.label_name


def test_class_names_belong_to_their_labels():
    splits = datasets.load("breast_cancer")
    assert splits.class_names == ("malignant", "benign")
    everyone = np.concatenate([part.labels for part in parts(splits)])
    assert [int(np.sum(everyone == label)) for label in (0, 1)] == [212, 357]  # the published counts


def test_a_data_set_describes_itself_in_a_line():
    assert repr(datasets.load("iris")) == (
        "Splits(iris: 120 for training, 15 for validation, 15 for testing; each input (4,); 3 classes)"
    )


def test_photographs_are_channels_first_in_0_to_1():
    photographs = datasets.load("photographs")
    original = sklearn.datasets.load_sample_image("china.jpg")
    assert photographs.images.shape == (2, 3, 427, 640)
    assert photographs.images.dtype == np.float32
    assert photographs.names == ("china", "flower")
    np.testing.assert_allclose(photographs.images[0, 2] * 255, original[:, :, 2], atol=1e-3)


def test_michelsons_measurements_have_their_published_moments():
    measurements = datasets.load("michelson")
    assert measurements.values.dtype == np.float64
    assert measurements.unit == "km/s"
    assert np.mean(measurements.values) == pytest.approx(299_852.4, abs=1e-9)
    assert np.std(measurements.values, ddof=1) == pytest.approx(79.01, abs=0.005)
    np.testing.assert_array_equal(measurements.run, np.repeat([1, 2, 3, 4, 5], 20))
    means = [measurements.values[measurements.run == run].mean() - 299_000 for run in range(1, 6)]
    np.testing.assert_allclose(means, [909.0, 856.0, 845.0, 820.5, 831.5])  # the means of R's morley


def test_kerrichs_coin_has_its_published_counts():
    coin = datasets.load("kerrich")
    assert coin.flips.dtype == coin.heads.dtype == np.int64
    heads = dict(zip(coin.flips.tolist(), coin.heads.tolist(), strict=True))
    assert (heads[10], heads[100], heads[1000], heads[10_000]) == (4, 44, 502, 5067)
    tails = np.diff(coin.flips) - np.diff(coin.heads)
    assert np.all(np.diff(coin.heads) >= 0)
    assert np.all(tails >= 0)


def test_the_names_are_those_of_the_table_each_in_one_part():
    names = datasets.load("names")
    with (REPOSITORY / "data" / "names.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["name"]: row["language"] for row in csv.DictReader(file)}
    found = {
        names.text(part, row): names.class_names[label]
        for part in parts(names)
        for row, label in enumerate(part.labels)
    }
    assert len(found) == sum(map(len, parts(names))) == 4799  # no name stands in two parts, or twice
    shared = {name: "|".join(languages) for name, languages in names.shared.items()}
    assert len(shared) == 114
    assert found | shared == rows


def test_names_are_padded_tokens_of_one_documented_alphabet():
    names = datasets.load("names")
    assert [len(part) for part in parts(names)] == [3358, 482, 959]
    assert "".join(names.alphabet.characters) == " '-abcdefghijklmnopqrstuvwxyzßàáäåçèéêëíîñòóôöùúüćčđšž"
    for part in parts(names):
        assert part.inputs.dtype == part.labels.dtype == np.int64
        assert part.inputs.shape == (len(part), 16)
        assert sequences.lengths_of(part.inputs).min() >= 2
    assert max(sequences.lengths_of(part.inputs).max() for part in parts(names)) == 16
    assert repr(names) == (
        "Names(3358 for training, 482 for validation, 959 for testing; at most 16 characters; 10 languages)"
    )


def test_every_part_holds_the_ten_languages_in_the_same_proportions():
    names = datasets.load("names")
    assert names.class_names == tuple(sorted(names.class_names))
    counts = np.array([np.bincount(part.labels, minlength=10) for part in parts(names)])
    whole = counts.sum(axis=0)
    smaller = {"English": 472, "Finnish": 372, "Swedish": 455}
    assert dict(zip(names.class_names, whole.tolist(), strict=True)) == dict.fromkeys(names.class_names, 500) | smaller
    assert np.all(np.abs(counts - np.outer((0.7, 0.1, 0.2), whole)) <= 1)
    assert whole.max() / whole.sum() < 0.105


def test_the_script_that_makes_the_names_writes_nothing_else():
    script = (REPOSITORY / "data" / "make_names.py").read_text(encoding="utf-8")
    (written,) = re.findall(r'^FILE_SHA256 = "(\w{64})"$', script, re.MULTILINE)
    (version,) = re.findall(r'^VERSION = "(.*)"$', script, re.MULTILINE)
    assert written == data_files.checksums(REPOSITORY / "data")["names.csv"]
    assert f"Faker {version} " in SOURCES["names"].source


def test_names_follow_seed_and_proportions():
    first, again, other = datasets.load("names"), datasets.load("names"), datasets.load("names", seed=1)
    np.testing.assert_array_equal(first.test.inputs, again.test.inputs)
    assert first.text(first.train, 0) == "vachon"
    assert not np.array_equal(first.test.inputs, other.test.inputs)
    halves = datasets.load("names", proportions=(0.5, 0.0, 0.5))
    assert len(halves.validation) == 0
    assert abs(len(halves.train) - len(halves.test)) <= 10
    with pytest.raises(TypeError, match="there is no option examples"):
        datasets.load("names", examples=100)


def test_the_sunspot_numbers_are_the_published_ones():
    sunspots = datasets.load("sunspots")
    assert sunspots.years.tolist() == list(range(1700, 2009))
    assert (sunspots.years.dtype, sunspots.values.dtype) == (np.int64, np.float64)
    at = dict(zip(sunspots.years.tolist(), sunspots.values.tolist(), strict=True))
    assert (at[1700], at[1810], at[1957], at[2008]) == (5.0, 0.0, 190.2, 2.9)
    assert max(at.values()) == 190.2
    assert np.mean(sunspots.values) == pytest.approx(49.75, abs=0.005)
    assert (repr(sunspots), len(sunspots)) == ("Series(sunspots: sunspot number, mean of the year, 1700 to 2008)", 309)
    assert sunspots.source
    assert sunspots.licence == "public domain"


def test_an_unknown_name_lists_the_known_ones_and_the_nearest():
    with pytest.raises(CourseError, match=r'no data set \'Digit\'\. Did you mean "digits"\? Known names: digits, '):
        datasets.load("Digit")
    with pytest.raises(CourseError, match=r"no data set 'qqq'\. Known names"):
        datasets.load("qqq")


def test_without_scikit_learn_the_error_says_what_to_install(tmp_path):
    (tmp_path / "sklearn").mkdir()
    (tmp_path / "sklearn" / "__init__.py").write_text("raise ImportError('broken on purpose')")
    code = "from dlcourse import datasets; datasets.load('iris')"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=LONGEST
    )
    assert "CourseError: This data set comes with scikit-learn, which cannot be imported" in done.stderr


def test_importing_the_module_does_not_import_scikit_learn():
    code = "import sys, dlcourse.datasets; print('sklearn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=LONGEST, check=True)
    assert done.stdout.strip() == "False"


def make_part(count):
    return datasets.Part(np.arange(count * 2, dtype=np.float32).reshape(count, 2), np.arange(count))


def test_batches_hold_each_example_once_beside_its_label():
    part = make_part(10)
    batches = list(datasets.batches(part, 4, np.random.default_rng(0)))
    assert [len(batch) for batch in batches] == [4, 4, 2]
    labels = np.concatenate([batch.labels for batch in batches])
    assert sorted(labels) == list(range(10))
    assert list(labels) != list(range(10))
    for batch in batches:
        np.testing.assert_array_equal(batch.inputs, part.inputs[batch.labels])


def test_batches_follow_the_generator_that_is_passed():
    part = make_part(10)
    generator = np.random.default_rng(0)
    first, second = (np.concatenate([b.labels for b in datasets.batches(part, 5, generator)]) for _ in range(2))
    again = np.concatenate([b.labels for b in datasets.batches(part, 5, np.random.default_rng(0))])
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(first, again)


def test_batches_without_a_generator_keep_the_order():
    labels = [list(batch.labels) for batch in datasets.batches(make_part(5), 2)]
    assert labels == [[0, 1], [2, 3], [4]]


def test_the_last_batch_can_be_dropped():
    assert [len(batch) for batch in datasets.batches(make_part(5), 2, drop_last=True)] == [2, 2]
    assert [len(batch) for batch in datasets.batches(make_part(4), 2, drop_last=True)] == [2, 2]


def test_changing_a_batch_leaves_the_data_set_alone():
    part = make_part(4)
    for batch in datasets.batches(part, 4):
        batch.inputs[:] = -1
    assert part.inputs.min() == 0


def test_wrong_batch_arguments_are_refused_at_the_call():
    with pytest.raises(ValueError, match="batch_size"):
        datasets.batches(make_part(4), 0)
    with pytest.raises(TypeError, match="generator: expected a random generator"):
        datasets.batches(make_part(4), 2, 42)


def test_a_part_refuses_inputs_and_labels_of_different_length():
    with pytest.raises(ValueError, match="inputs has 3, labels has 2"):
        datasets.Part(np.zeros((3, 1)), np.zeros(2))


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course's folder of its own, its data written by the committed script."""
    (tmp_path / "notebooks").mkdir()
    script = REPOSITORY / "data" / "make_data.py"
    subprocess.run([sys.executable, script, tmp_path / "data"], check=True, timeout=LONGEST)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_files_in_data_are_what_the_script_writes(course):
    written = {path.name: path.read_bytes() for path in (course / "data").iterdir()}
    stored = {path.name: path.read_bytes() for path in (REPOSITORY / "data").iterdir() if path.is_file()}
    assert {name for name in stored if name != "README.md" and not name.endswith(".py")} == set(written)
    assert {name: stored[name] for name in written} == written


def test_an_altered_file_is_not_read(course):
    path = course / "data" / "michelson_1879.csv"
    path.write_bytes(path.read_bytes().replace(b"850", b"851", 1))
    with pytest.raises(CourseError, match=r"data/michelson_1879\.csv is altered: `python data/make_data.py`"):
        datasets.load("michelson")


def test_a_missing_file_is_said_so(course):
    (course / "data" / "michelson_1879.csv").unlink()
    with pytest.raises(CourseError, match=r"data/michelson_1879\.csv is missing: `python data/make_data.py`"):
        datasets.load("michelson")


@pytest.mark.parametrize("content", ["garbage", ""])
def test_a_damaged_list_of_checksums_is_said_so(course, content):
    (course / "data" / "checksums.sha256").write_text(content)
    with pytest.raises(CourseError, match=r"python data/make_data\.py"):
        datasets.load("michelson")


def test_the_readme_states_size_and_checksum_of_every_file():
    text = (REPOSITORY / "data" / "README.md").read_text(encoding="utf-8")
    for name, digest in data_files.checksums(REPOSITORY / "data").items():
        size = (REPOSITORY / "data" / name).stat().st_size
        assert f"| {size} | `{digest}` |" in re.search(rf"^\| `{name}` .*$", text, re.MULTILINE)[0]


def test_the_readme_states_source_and_licence_of_every_data_set():
    rows = (REPOSITORY / "data" / "README.md").read_text(encoding="utf-8").splitlines()
    for name, known in SOURCES.items():
        (row,) = [row for row in rows if re.match(rf"\| `{name}(_\d{{4}}\.csv|\.csv|_10k\.npz)?` ", row)]
        assert f"| {known.source} | {known.licence} |" in row
    assert set(SOURCES) == set(datasets.NAMES)
