"""What is seen before the reader has predicted gives nothing away: neither the answer nor which choices are wrong."""

import re

import numpy as np
import pytest
from matplotlib.backends.backend_agg import RendererAgg

from dlcourse.chapters import CHAPTERS, experiments_of
from dlcourse.experiments.panels import READOUT
from dlcourse.experiments.screen import Screen

EXPERIMENTS = {experiment.name: experiment for chapter in CHAPTERS for experiment in experiments_of(chapter)}
ASKING = [name for name, experiment in EXPERIMENTS.items() if experiment.prediction is not None]

# What no title, label, legend, tick or other writing may say.
GIVES_AWAY = {
    "shared_birthday": r"\b23\b",
    "coin_ascent": r"overshoot|side to side|settle|limit",
    "coin_likelihood": r"half as wide|\b0\.[12]\d\d\b|√",
    "density_interval": r"3\.9|area|= 0",
    "gaussian_fit": r"4\.27|double",
    "joint_and_conditional": r"stay|renormal|divided|0\.60",
    "linear_gaussian": r"same|alike|1\.06",
    "medical_test": r"\b9(\.\d+)? %|52\.6",
    "variance_bias": r"3\.2\b|too small|\(n − 1\) ?σ",
    "annealing": r"✓|✗|∞|0\.017|anywhere|die out",
    "eigen_directions": r"\b37\b|below 1 %",
    "line_and_outlier": r"tilt|leverage|0\.79",
    "loss_surface": r"diverge|tenth|10\^\{[4-9]\}",
    "attenuated_gradient": r"3,011|hundreds|faster",
    "decision_boundary": r"steep|wide|sure",
    "confusion": r"read as 8|often",
    "softmax_temperature": r"7\.4",
    "digit_weights": r"mean|correlation",
    "activations": r"multipl|product|million|10⁻⁶",
    "folding": r"\b256\b|doubl|twice",
    "playground": r"\b3\b|closed",
    "staircase": r"half|L h|0\.114",
    "xor_by_hand": r"(?i)\bthree\b|solved|together",
    "difference_step": r"10⁻⁸|rounding|balance|truncation",
    "fan_out": r"−2|\badd",
    "backward_stepper": r"∂f/∂x ?=|[Gg]radient of",
    "symmetry": r"all 4|are one|different",
    "learning_rate_race": r"eight|rule|same rate|dashed|0\.33",
    "training_loop": r"\badd|≈|swing|momentum|stays",
    "paint_a_kernel": r"(?i)bright|sharp|stronger|softer",
    "slide_the_window": r"\b12\b|(?i:edge|strip)",
    "output_size": r"(?i)none|never|no pixel|error",
    "growing_field": r"141|√|ways|0\.0[1-9]|twelfth",
    "build_a_network": r"(?i)four ?(fold|times)|192 × 192|151 M",
    "feature_maps": r"(?i)orange|largest|\b1\.76\b",
    "occlude": r"(?i)paper|nothing|changes|falls",
    "unrolled_name": r"exactly 0|term of step|Backward",
    "gradient_over_time": r"10⁻[4-9]|10⁻¹|millionth|vanish",
    "truncation_window": r"\b9\d\b|\b87\b|shared|guess",
    "delay_race": r"(?i)guess|never|start at|10⁻",
    "reading_gates": r"(?i)fewer|\b5[67](\.\d)? %|0\.64",
    "gates_by_hand": r"eighth|\b12(\.\d)? %|0\.12",
    "bottleneck": r"(?i)\bsmall|better|\b0\.0\d\d\d",
    "latent_map": r"(?i)stroke|empty|between",
    "noise_level": r"(?i)larger|mean ink|practised less",
    "draw_a_digit": r"(?i)\b(58|81|85)\b|block|best|right",
    "freeze_and_tune": r"(?i)worse|wreck|guess|\b(58|73)\b",
    "which_layers": r"(?i)best|worse|fall|general|specific",
    "polynomial_fit": r"0\.077|0\.095|rise|meet|100",
    "folds_and_leakage": r"\b(89|90)\b|leak|optimis",
    "penalty_balls": r"(?i)\b56\b|wedge|half|never|corner",
    "conditioning": r"\b44\b|\b19(\.0)?\b|√|whiten|ρ",
    "batch_noise": r"(?i)propor|0\.0038|tr Σ|ε/B",
    "race": r"\b(60|62|110)\b|turned|(?i:best)",
    "plane": r"(?i)area|det|σ|same|mirror",
    "quadratic_form": r"(?i)saddle|definite|bowl|valley|dome|falls",
    "tangent": r"(?i)h²|h³|hundredth|thousandth|slope",
    "dropout_rate": r"(?i)harm|worse|too few|\b83\b|0\.60",
    "signals": r"(?i)grow|explod|thousand|1\.47|π",
    "memory": r"\b441\b|93 ?%|(?i:master|half|less)",
    "which_axis": r"\(2, 4\)|\(2, 1, 4\)|\(3,\)|\bgoes\b|remove|was \d",
}


def locked_screen(name):
    """The screen as it is before the prediction."""
    experiment = EXPERIMENTS[name]
    screen = Screen(experiment.picture, experiment.size, experiment.compute(**experiment.parameters()))
    screen.show(locked_values(name), numbers=False)
    return screen


def locked_values(name):
    experiment = EXPERIMENTS[name]
    return experiment.compute(**experiment.parameters(**experiment.locked))


def writing(screen, monkeypatch):
    """All that is written in the picture, as the renderer is told it."""
    written = []
    draw = RendererAgg.draw_text
    draw_mathematics = RendererAgg.draw_mathtext

    def overhear(self, gc, x, y, text, *more, **named):
        written.append(text)
        return draw(self, gc, x, y, text, *more, **named)

    def overhear_mathematics(self, gc, x, y, text, *more, **named):
        written.append(text)
        return draw_mathematics(self, gc, x, y, text, *more, **named)

    monkeypatch.setattr(RendererAgg, "draw_text", overhear)
    monkeypatch.setattr(RendererAgg, "draw_mathtext", overhear_mathematics)
    screen.pixels()
    return written


def test_every_question_was_looked_at():
    assert sorted(ASKING) == sorted(GIVES_AWAY)


@pytest.mark.parametrize("name", ASKING)
def test_nothing_that_is_written_gives_the_answer_away(name, monkeypatch):
    seen = [EXPERIMENTS[name].title, *writing(locked_screen(name), monkeypatch)]
    assert len(seen) > 5
    assert not [text for text in seen if re.search(GIVES_AWAY[name], text)]


@pytest.mark.parametrize("name", ASKING)
def test_no_line_of_numbers_is_seen(name):
    screen = locked_screen(name)
    lines = [artist for artist in screen.picture.moving if artist.get_gid() == READOUT]
    assert not any(line.get_visible() for line in lines)
    screen.show(locked_values(name))
    assert all(line.get_visible() for line in lines)


# --- by question


def test_birthday_curves_end_below_one_half():
    picture = locked_screen("shared_birthday").picture
    assert 0 < picture.any_pair.get_ydata().max() < 0.5
    assert picture.yours.get_xdata().max() == picture.any_pair.get_xdata().max() < 23


def test_scale_of_densities_does_not_say_how_high_one_can_be():
    assert locked_screen("density_interval").picture.axes["density"].get_ylim()[1] < 2


def test_only_one_sigma_is_drawn():
    visible = [curve.get_visible() for curve in locked_screen("linear_gaussian").picture.curves]
    assert visible == [False, True, False]


def test_a_test_that_tells_nothing_is_shown():
    values = locked_values("medical_test")
    assert values["posterior_positive"] == values["prior"] == values["posterior_negative"]


def test_averages_are_shown_for_one_size_and_without_theory():
    picture = locked_screen("variance_bias").picture
    assert len(picture.mle_averages.get_xdata()) == len(picture.unbiased_averages.get_xdata()) == 1
    assert not picture.theory.get_visible()


def test_schedules_have_taken_one_step():
    values = locked_values("annealing")
    assert values["shown"].tolist() == [1]
    assert np.ptp(values["rates"]) == 0


def test_each_number_of_steps_among_the_choices_can_be_set():
    steps = next(control for control in EXPERIMENTS["eigen_directions"].controls if control.name == "steps")
    assert steps.maximum >= 160


def test_scale_of_losses_does_not_say_that_they_grow():
    assert locked_screen("loss_surface").picture.axes["loss"].get_ylim()[1] <= 100


def test_neither_loss_has_a_mistake_to_correct():
    values = locked_values("attenuated_gradient")
    assert values["log_left"] == values["squared_left"] == 0


def test_no_digit_has_been_learned():
    counts = locked_values("confusion")["counts"]
    assert counts[:, 1:].sum() == 0
    assert locked_values("digit_weights")["largest"] == 0


def test_networks_are_as_small_as_can_be():
    assert locked_values("activations")["layers"] == locked_values("folding")["layers"] == 1
    assert locked_values("playground")["sizes"].tolist() == [2, 1]
    assert locked_values("staircase")["steps"] == 1


def test_four_points_stand_at_four_places():
    assert len(np.unique(locked_values("xor_by_hand")["hidden"], axis=0)) == 4


def test_no_smaller_step_was_tried():
    picture = locked_screen("difference_step").picture
    assert [len(curve.get_xdata()) for curve in picture.curves] == [1, 1]
    assert not any(len(star.get_xdata()) for star in picture.bests)


@pytest.mark.parametrize("name", ["fan_out", "backward_stepper"])
def test_no_gradient_stands_in_the_graph(name):
    picture = locked_screen(name).picture
    assert not any(text.get_text() for text in picture.gradients.values())
    assert not any(badge.get_text() for badge in picture.badges)


def test_units_have_not_moved():
    values = locked_values("symmetry")
    assert values["step"] == 0
    assert values["paths"].shape[0] == 1


def test_the_photograph_is_as_it_was():
    values = locked_values("paint_a_kernel")
    np.testing.assert_allclose(values["result"], values["photograph"], atol=1e-6)


def test_no_window_has_been_read():
    picture = locked_screen("slide_the_window").picture
    assert not any(text.get_text() for text in (*picture.output.texts, *picture.sums))


def test_every_pixel_is_read():
    assert locked_values("output_size")["counts"].all()


def test_one_layer_sees_all_of_its_pixels_alike():
    values = locked_values("growing_field")
    assert values["field"] == 3
    np.testing.assert_array_equal(values["expected"], 1)


def test_the_image_has_its_first_size():
    assert locked_values("build_a_network")["size"] == 96


def test_no_sum_behind_a_unit_is_told():
    picture = locked_screen("feature_maps").picture
    assert not any(line.get_visible() for line in picture.moving if line.get_gid() == READOUT)


def test_the_square_lies_on_the_digit_and_no_map_is_drawn():
    values = locked_values("occlude")
    assert values["ink"] > 0.5
    assert values["drops"].size == 0


def test_forget_gates_can_be_pulled_up_to_1():
    assert locked_values("gates_by_hand")["highest"] == 1


def test_the_network_reads_as_it_was_trained_to():
    values = locked_values("reading_gates")
    assert len(values["read"]) == 1
    assert values["accuracy"] > 0.75


def test_no_term_of_a_gradient_is_written():
    picture = locked_screen("unrolled_name").picture
    assert not any(
        text.get_text() for tiles in (picture.terms, picture.gradients, picture.sums) for text in tiles.texts
    )


def test_the_gradient_is_as_long_forty_steps_back_as_at_the_end():
    values = locked_values("gradient_over_time")
    np.testing.assert_allclose([values["low"], values["middle"], values["high"]], 0, atol=1e-9)


def test_one_distance_is_shown_at_which_all_is_learnt():
    picture = locked_screen("truncation_window").picture
    assert [curve.get_ydata().tolist() for curve in picture.curves] == [[100]] * 3


def test_no_network_has_been_trained_for_the_race():
    values = locked_values("delay_race")
    assert values["updates"] == 0
    assert values["shares"].max() < 0.5


def test_no_errors_by_width_are_drawn():
    assert locked_values("bottleneck")["errors"].size == 0


def test_the_probe_lies_beside_a_digit():
    values = locked_values("latent_map")
    assert values["distance"] < 0.05


def test_no_network_that_has_practised_noise_is_shown():
    values = locked_values("noise_level")
    assert values["errors"].size == 0
    assert values["factor"] == 1
    assert EXPERIMENTS["noise_level"].locked["network"] == "plain"


def test_no_run_of_tuning_is_shown():
    values = locked_values("freeze_and_tune")
    assert values["stored"].size == values["live"].size == 0
    np.testing.assert_array_equal(values["now"], values["before"])


def test_only_networks_without_copied_layers_are_shown():
    assert locked_values("which_layers")["shares"].shape[1] == 1


def test_nothing_is_drawn_and_nothing_is_near_it():
    values = locked_values("draw_a_digit")
    assert not values["image"].any()
    assert values["features_names"] == values["pixels_names"] == ""


def test_no_axis_has_been_summed_over():
    values = locked_values("which_axis")
    assert values["result"].shape == (2, 3, 4)
    assert sum(values["lit"]) == 1


def test_ten_examples_are_fitted_and_no_more():
    values = locked_values("polynomial_fit")
    assert len(values["x"]) == 10
    assert values["against"] != "examples"


def test_features_are_chosen_within_the_training_part():
    values = locked_values("folds_and_leakage")
    assert not values["leaks"].any()
    assert values["estimates"].mean() < 0.55


def test_the_ball_that_is_shown_is_the_round_one_and_no_weight_is_0():
    values = locked_values("penalty_balls")
    assert len(values["ball"]) > 4
    assert len(values["regions"]) == 0
    assert (values["path"] != 0).all()


def test_the_plane_has_not_been_moved():
    np.testing.assert_array_equal(locked_values("plane")["matrix"], np.eye(2))


def test_the_form_has_other_eigenvalues_than_the_one_that_is_asked_about():
    assert locked_values("quadratic_form")["kind"] == "positive definite"


def test_errors_are_shown_at_one_distance():
    values = locked_values("tangent")
    assert values["all_errors"].size == values["terms"].size == 0
    assert values["distance"] == 0.1


def test_inputs_are_as_measured_and_only_their_condition_number_is_marked():
    assert locked_values("conditioning")["condition"] > 90


def test_no_other_batch_size_is_shown():
    values = locked_values("batch_noise")
    sizes = ("1", "16", "64", "all")
    assert not any(values[f"curve_{size}"].size for size in sizes)


def test_nobody_has_started():
    values = locked_values("race")
    assert values["paths"].shape == (6, 1, 2)
    assert values["needed"].size == 0


def test_nothing_is_normalized():
    values = locked_values("signals")
    assert 0.1 < values["gradients"][0] / values["gradients"][-2] < 10


def test_only_wide_networks_are_shown_with_dropout():
    values = locked_values("dropout_rate")
    assert values["by_rate"][1, 0] > values["by_rate"][1, 5]


def test_no_memory_in_mixed_precision_is_shown():
    values = locked_values("memory")
    assert values["kinds"][0] == values["kinds"][1] == 4 * values["weights"]
