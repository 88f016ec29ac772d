"""The numbers behind the pictures of chapter 20's experiments, computed another way, and what their texts say."""

import numpy as np
import pytest

from dlcourse import data_files, datasets, settings
from dlcourse.chapters.autoencoders import digit_autoencoders as own
from dlcourse.chapters.autoencoders.experiments import bottleneck, latent_map, noise_level, shown_digits
from dlcourse.chapters.autoencoders.experiments.latent_map import image_at, neighbours, points
from dlcourse.chapters.autoencoders.experiments.latent_picture import LIMITS
from dlcourse.scratch import components as textbook
from dlcourse.scratch.reconstruction import corrupt, reconstruction_error

TRAINING, TEST, PRINTED = range(3)


@pytest.fixture(scope="module")
def mnist():
    splits = datasets.load("mnist")
    return {name: getattr(splits, name).inputs.reshape(-1, 784) for name in ("train", "validation", "test")}


def computed(experiment, **given):
    return experiment.compute(**experiment.parameters(**given))


def told(experiment, **given):
    parameters = experiment.parameters(**given)
    return experiment.told(parameters, experiment.compute(**parameters))


def width_of(k):
    return own.WIDTHS.index(k)


# --- what was kept


def test_the_file_is_small_and_listed():
    path = data_files.find(own.FILE)
    assert path.stat().st_size <= 1.25e6
    text = (settings.data_folder() / "README.md").read_text(encoding="utf-8")
    assert f"| `{own.FILE}` |" in text


def test_components_are_those_of_the_textbook(mnist):
    found, x = own.components(), mnist["train"]
    np.testing.assert_allclose(found.axes @ found.axes.T, np.eye(784), atol=1e-4)
    codes = textbook.encode(found, x)
    np.testing.assert_allclose(codes[:, :50].var(axis=0, ddof=1), found.variances[:50], rtol=1e-3)
    np.testing.assert_allclose(np.corrcoef(codes[:, :20].T), np.eye(20), atol=1e-3)
    shown = np.clip(
        textbook.decode(textbook.Components(found.mean, found.axes[:9], found.variances[:9]), codes[:, :9]), 0, 1
    )
    np.testing.assert_allclose(own.projected(x, 9), shown, atol=1e-4)


@pytest.mark.parametrize("name", own.DENOISERS)
def test_weights_of_half_precision_restore_as_well_as_those_that_were_trained(mnist, name):
    kept = own.kept()["denoisers"]["errors"][list(own.DENOISERS).index(name)]
    for kind, level in (("mask", 5), ("gaussian", 2)):
        noisy = corrupt(mnist["test"], own.LEVELS[level], np.random.default_rng([20, 0]), kind)
        found = reconstruction_error(own.restored(name, noisy), mnist["test"])
        assert found == pytest.approx(kept[own.KINDS.index(kind), 0, level, 0], rel=0.01)


def test_the_map_s_decoder_makes_of_the_kept_codes_what_the_whole_network_makes(mnist):
    found = reconstruction_error(own.decoded(own.map_points()), mnist["test"])
    assert found == pytest.approx(own.kept()["map"]["errors"][0, 1], rel=0.01)


# --- bottleneck


def test_images_and_errors_of_pca_are_those_of_the_components(mnist):
    errors = own.kept()["bottlenecks"]["errors"]["pca"][:, :, 0]
    for k in (2, 64, 1024):
        for part, name in ((TRAINING, "train"), (TEST, "test")):
            found = reconstruction_error(own.projected(mnist[name], k), mnist[name])
            assert found == pytest.approx(errors[width_of(k), part], rel=1e-3, abs=1e-9)
    values = computed(bottleneck, power=4, image=7)
    np.testing.assert_array_equal(values["image"], own.digits()[7])
    assert values["own"][1] == pytest.approx(reconstruction_error(values["pca"], values["image"]), rel=1e-5)
    assert values["here"][3] == pytest.approx(errors[4, TEST], rel=1e-5)


def test_errors_are_told_with_two_digits_and_eight_with_its_article():
    told_of = {0.05: "0.050", 0.0204: "0.020", 0.1: "0.10", 0.0067: "0.0067", 0.0: "below 10^-6"}
    assert [shown_digits.told(error) for error in told_of] == list(told_of.values())
    assert [shown_digits.named(digit) for digit in (1, 8)] == ["a 1", "an 8"]


def test_as_many_components_as_pixels_copy_everything():
    for source in ("digit", "letter"):
        values = computed(bottleneck, power=10, source=source)
        np.testing.assert_allclose(values["pca"], values["image"], atol=1e-4)
        assert values["own"][0] > 1e-4
    assert "below 10⁻⁶ for PCA" in told(bottleneck, power=10)


def errors_at(family, k, part=TEST):
    """(starts,)."""
    return own.kept()["bottlenecks"]["errors"][family][width_of(k), part]


def test_only_narrow_networks_do_better_than_pca_and_not_for_learning_by_heart():
    for k in (1, 2, 4, 8, 16, 32, 64):
        assert (errors_at("deep", k) < errors_at("pca", k)).all()
    for k in (128, 256, 512, 1024):
        assert (errors_at("deep", k) > errors_at("pca", k)).all()
        assert (errors_at("deep", k, TRAINING) > errors_at("pca", k, TRAINING)).all()


def test_errors_of_the_network_are_those_of_the_explanation():
    told_of = {(8, TEST): 0.020, (64, TEST): 0.0067, (128, TEST): 0.0062, (128, TRAINING): 0.0036}
    for (k, part), error in {**told_of, (1024, TEST): 0.0047, (1024, TRAINING): 0.0012}.items():
        assert errors_at("deep", k, part).mean() == pytest.approx(error, abs=6e-5 if error < 0.01 else 6e-4)


def test_what_the_layers_beside_the_code_give_and_cost():
    for k in (1, 2, 4, 8, 16, 32):
        assert (errors_at("deep", k) < errors_at("shallow", k)).all()
    for k in (64, 128, 256, 512, 1024):
        assert (errors_at("deep", k) > errors_at("shallow", k)).all()
    assert (errors_at("shallow", 2) > errors_at("pca", 2)).all()
    assert (errors_at("shallow", 128) < errors_at("pca", 128)).all()


def test_a_narrow_network_has_learnt_digits_and_not_letters():
    for k in (1, 2, 4, 8):
        assert (errors_at("deep", k, PRINTED) > errors_at("pca", k, PRINTED)).all()


# --- noise_level


def test_noise_is_the_textbook_s_and_grows_with_the_level():
    low, high = (computed(noise_level, level=level, digit=6) for level in (0.3, 0.7))
    clean = own.digits()[6]
    np.testing.assert_array_equal(low["clean"], clean)
    assert not (high["noisy"] != 0)[low["noisy"] == 0].any()
    assert (low["noisy"][low["noisy"] != 0] == clean[low["noisy"] != 0]).all()
    first, second = (computed(noise_level, level=level, kind="gaussian")["noisy"] for level in (0.2, 0.4))
    np.testing.assert_allclose(second - own.digits()[3], 2 * (first - own.digits()[3]), atol=1e-6)


@pytest.mark.parametrize("name", own.DENOISERS)
def test_the_factor_gives_the_mean_ink_of_the_training(mnist, name):
    generator, x = np.random.default_rng(0), mnist["train"][:2000]
    spoil = own.corruption(name, generator)
    learnt = (x if spoil is None else spoil(x)).mean()
    for kind, level in (("mask", 0.0), ("mask", 0.7), ("gaussian", 0.4)):
        given = own.brightness(name, kind, level) * corrupt(x, level, generator, kind).mean()
        assert given == pytest.approx(learnt, rel=0.03)


def test_the_network_is_given_the_scaled_digit():
    values = computed(noise_level, level=0.0, network="half", scaled=True)
    assert values["factor"] == 0.5
    np.testing.assert_allclose(values["network"], own.restored("half", values["clean"][None] / 2)[0], atol=1e-6)
    assert values["here"][3] == values["errors"][3, 0] == errors_of("half", scaled=True)[0].mean(dtype=np.float64)


def test_baselines_are_told_the_level(mnist):
    kept = own.kept()["denoisers"]
    noisy = corrupt(mnist["test"], 0.5, np.random.default_rng([20, 0]), "mask")
    found = own.projected(2 * noisy, int(kept["components"][0, 5]))
    assert reconstruction_error(found, mnist["test"]) == pytest.approx(kept["baselines"]["pca"][0, 5], rel=1e-3)
    assert reconstruction_error(noisy, mnist["test"]) == pytest.approx(kept["baselines"]["untouched"][0, 5], rel=1e-3)


def errors_of(name, kind="mask", *, scaled=False):
    """(levels, starts)."""
    kept = own.kept()["denoisers"]["errors"]
    return kept[list(own.DENOISERS).index(name), own.KINDS.index(kind), int(scaled)]


def test_what_has_practised_half_erased_digits_is_worse_on_whole_ones_for_their_brightness():
    """From every start; scaled to the ink of the training, four fifths of the harm are gone."""
    half, plain, scaled = errors_of("half"), errors_of("plain"), errors_of("half", scaled=True)
    assert (half[0] > 1.2 * half[5]).all()
    assert (half[0] > 2 * plain[0]).all()
    assert (half[0] - scaled[0] > 0.75 * (half[0] - plain[0])).all()
    assert (scaled[9] < 0.75 * half[9]).all()
    assert (np.diff(scaled, axis=0) > 0).all()
    means = half[0], half[5], plain[0], scaled[0], half[9], scaled[9]
    assert [f"{each.mean():.3f}" for each in means] == ["0.028", "0.022", "0.012", "0.015", "0.072", "0.050"]


def test_other_practice_harms_less():
    every, normal, scaled = errors_of("every"), errors_of("gaussian"), errors_of("gaussian", scaled=True)
    means = every[0], every[9], every[5], normal[0], scaled[5]
    assert [f"{each.mean():.3f}" for each in means] == ["0.017", "0.051", "0.023", "0.011", "0.021"]
    assert (normal[0] < errors_of("plain")[0]).all()
    assert (every[9] < errors_of("half")[9]).all()


def test_pca_is_a_fair_opponent():
    mask, gaussian = own.kept()["denoisers"]["baselines"]["pca"]
    assert [f"{each:.3f}" for each in (mask[5], mask[9], gaussian[9])] == ["0.022", "0.055", "0.036"]
    assert (mask[:5] < errors_of("half", scaled=True).mean(axis=1)[:5]).all()
    assert f"{errors_of('gaussian', 'gaussian')[9].mean():.3f}" == "0.032"


# --- latent_map


def test_points_of_the_plane_of_components_are_codes_in_standard_deviations(mnist):
    found = textbook.encode(own.components(), mnist["train"])[:, :2]
    expected = textbook.encode(own.components(), mnist["test"])[:, :2] / found.std(axis=0)
    np.testing.assert_allclose(points("pca"), expected, atol=2e-3)
    np.testing.assert_allclose(image_at("pca", points("pca")[:50]), own.projected(mnist["test"][:50], 2), atol=1e-4)


def test_the_nearest_digit_is_found(mnist):
    probe = np.array([[0.37, -0.21]])
    for plane in ("network", "pca"):
        values = computed(latent_map, plane=plane, probe=probe)
        distances = np.linalg.norm(values["spots"] - probe, axis=1)
        assert distances[values["nearest"]] == distances.min() == pytest.approx(values["distance"])
        np.testing.assert_array_equal(values["decoded"], image_at(plane, probe)[0])
        assert values["errors"][1] <= values["errors"][0]
        assert values["errors"][0] == pytest.approx(
            reconstruction_error(values["decoded"], values["near_image"]), rel=1e-5
        )


def test_codes_of_a_class_lie_together_more_often_than_its_components():
    stored = own.kept()["map"]["agreements"]
    assert neighbours("network")[0] == pytest.approx(stored[0], abs=0.01)
    assert stored.min() > neighbours("pca")[0] + 0.1
    assert "37.9 %" in told(latent_map, plane="pca")
    assert [f"{each:.2f}" for each in (stored.min(), stored.max(), neighbours("pca")[0])] == ["0.55", "0.60", "0.38"]


def test_the_decoder_draws_where_no_digit_lies_and_not_always_a_digit(mnist):
    """What the explanation says of the frame's empty places, 0.3 or more from every test digit."""
    x, spots = mnist["test"].astype(np.float64), points("network").astype(np.float64)
    places = np.stack(np.meshgrid(*(np.linspace(*ends, 34) for ends in LIMITS)), axis=-1).reshape(-1, 2)
    distances = np.sqrt(squares(places, spots).min(axis=1))
    empty, at_digits = image_at("network", places[distances > 0.3]), image_at("network", spots)
    assert (distances > 0.3).mean() == pytest.approx(0.47, abs=0.02)
    assert empty.max(axis=1).min() > 0.9
    gray = [((images > 0.2) & (images < 0.8)).mean() for images in (empty, at_digits)]
    np.testing.assert_allclose(gray, [0.10, 0.21], atol=0.005)
    strange = image_at("network", np.array([[-1.6, 2.6]]))
    assert squares(strange, x).min() / 784 == pytest.approx(0.070, abs=0.001)
    assert squares(at_digits, x).min(axis=1).max() / 784 < 0.055


def squares(a, b):
    """The squared distances (n, m) of rows."""
    return (a.astype(np.float64) ** 2).sum(axis=1)[:, None] + (b**2).sum(axis=1) - 2 * a @ b.T
