"""Exercise: the penalty of a sparse autoencoder, and its gradient."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.chapters.autoencoders import CHAPTER
from dlcourse.exercises.kinds.exercise import Case, Exercise
from dlcourse.exercises.mutation import mutated
from dlcourse.scratch import reconstruction


def _cases(generator: np.random.Generator) -> Sequence[Case]:
    def case(n: int, k: int, rho: float, label: str, dtype: Any = np.float64, edge: bool = False) -> Case:
        return Case((generator.uniform(0.02, 0.98, size=(n, k)).astype(dtype), rho), label, edge=edge)

    return [
        Case((np.array([[0.25, 0.1], [0.75, 0.2], [0.5, 0.3]]), 0.2), "3 examples, 2 units"),
        case(5, 3, 0.05, "5 examples, 3 units"),
        case(4, 4, 0.1, "as many examples as units"),
        case(8, 2, 0.6, "ρ above a half"),
        case(6, 4, 0.1, "dtype float32", np.float32),
        Case((np.full((3, 2), 0.5), 0.5), "units that are as active as they should be", edge=True),
        case(1, 3, 0.1, "one example", edge=True),
    ]


kl_sparsity = Exercise(
    reconstruction.kl_sparsity,
    chapter=CHAPTER,
    task=(
        "`activations` (n, k) are what k sigmoid units gave for n examples, and ρ̂ⱼ is the mean of unit j over the "
        "examples. Return the penalty Ω = Σⱼ [ρ ln(ρ / ρ̂ⱼ) + (1 − ρ) ln((1 − ρ) / (1 − ρ̂ⱼ))], one number, and its "
        "gradient by every single activation, an array (n, k)."
    ),
    cases=_cases,
    points=3,
    hints=[
        "First the k means, then k divergences. Which axis counts the examples?",
        "Take the derivative of one divergence by its ρ̂ first. ln(ρ / ρ̂) = ln ρ − ln ρ̂: what is the derivative of the "
        "second part, times ρ? The other half goes alike, with a sign.",
        "One activation zᵢⱼ has a part in ρ̂ⱼ alone, and ρ̂ⱼ is a mean over n examples: ∂ρ̂ⱼ/∂zᵢⱼ = 1/n. So all examples "
        "of a unit have one and the same derivative.",
        "`slope = (-rho / mean + (1 - rho) / (1 - mean)) / n`, (k,), and it is repeated in each of the n rows.",
    ],
    fields={
        "at": "On “{case}” you return {received} where {expected} is right. ",
        "n": lambda activations, rho: str(len(activations)),
    },
)


def _with(*replacements: tuple[str, str]) -> Callable[..., Any]:
    return mutated(reconstruction.kl_sparsity, *replacements)


DIVERGENCE = "rho * np.log(rho / mean) + (1 - rho) * np.log((1 - rho) / (1 - mean))"
SLOPE = "(-rho / mean + (1 - rho) / (1 - mean)) / len(z)"

kl_sparsity.add_mistake(
    "share_of_an_example_left_out",
    _with((SLOPE, "-rho / mean + (1 - rho) / (1 - mean)")),
    "{at}That is the derivative by the mean ρ̂ⱼ. One activation is only one of {n} that make the mean: divide by {n}.",
)
kl_sparsity.add_mistake(
    "sign_of_the_gradient",
    _with((SLOPE, "(rho / mean - (1 - rho) / (1 - mean)) / len(z)")),
    "{at}Your gradient has the opposite sign. A unit that is more active than ρ has to have a positive one: more "
    "activity makes the penalty larger.",
)
kl_sparsity.add_mistake(
    "sign_of_the_second_half",
    _with((SLOPE, "(-rho / mean - (1 - rho) / (1 - mean)) / len(z)")),
    "{at}Both halves of your gradient have a minus. In ln(1 − ρ̂) the inner derivative is −1 too: the second half is "
    "+(1 − ρ) / (1 − ρ̂).",
)
kl_sparsity.add_mistake(
    "slope_at_each_activation",
    _with((SLOPE, "(-rho / z + (1 - rho) / (1 - z)) / len(z)"), ("np.tile(slope, (len(z), 1))", "slope")),
    "The penalty is right. {at}You put each activation into the derivative in place of the mean: ρ̂ⱼ belongs there, so "
    "that all examples of a unit get the same number.",
)
kl_sparsity.add_mistake(
    "through_the_sigmoid",
    _with(("np.tile(slope, (len(z), 1))", "slope * z * (1 - z)")),
    "The penalty is right. {at}You multiply by the sigmoid's slope, z (1 − z). That is the next step of "
    "backpropagation; asked for is the gradient by the activations themselves.",
)
kl_sparsity.add_mistake(
    "means_over_the_units",
    _with(("z.mean(axis=0)", "z.mean(axis=1)"), ("/ len(z)\n", "/ z.shape[1]\n"), ("(len(z), 1)", "(z.shape[1], 1)"),
          ("np.tile(slope, (z.shape[1], 1))", "np.tile(slope, (z.shape[1], 1)).T")),
    "{at}You take the mean of each *example* over its units. ρ̂ⱼ is the mean of a unit over the examples, axis 0.",
)  # fmt: skip
kl_sparsity.add_mistake(
    "one_mean_of_all",
    _with(("z.mean(axis=0)", "np.full(z.shape[1], z.mean())")),
    "{at}You take one mean of all activations. One unit that is always on and one that never is would make up for each "
    "other; each unit has a mean of its own.",
)
kl_sparsity.add_mistake(
    "divergence_the_other_way",
    _with((DIVERGENCE, "mean * np.log(mean / rho) + (1 - mean) * np.log((1 - mean) / (1 - rho))"),
          (SLOPE, "(np.log(mean / rho) - np.log((1 - mean) / (1 - rho))) / len(z)")),
    "{at}That is KL(ρ̂ ‖ ρ). The divergence is not symmetric: here ρ stands in front, and weighs the logarithms.",
)  # fmt: skip
kl_sparsity.add_mistake(
    "activity_alone",
    _with((DIVERGENCE, "rho * np.log(rho / mean)"), (SLOPE, "-rho / mean / len(z)")),
    "{at}The second half is missing, (1 − ρ) ln((1 − ρ) / (1 − ρ̂)). The first alone is the lower, the *more* a unit is "
    "on.",
)
kl_sparsity.add_mistake(
    "mean_over_the_units",
    _with(("divergence.sum()", "divergence.mean()"), (SLOPE, f"{SLOPE} / z.shape[1]")),
    "{at}You take the mean over the units. Here their divergences are added up.",
)
kl_sparsity.add_mistake(
    "entropy_of_rho_left_out",
    _with((DIVERGENCE, "-rho * np.log(mean) - (1 - rho) * np.log(1 - mean)")),
    "Your gradient is right. {at}The terms with ln ρ and ln(1 − ρ) are missing: they do not depend on the activations, "
    "and without them the penalty is not 0 where it should be.",
)
kl_sparsity.add_mistake(
    "each_activation_by_itself",
    _with((SLOPE + "\n", f"{SLOPE}\n    divergence = rho * np.log(rho / z) + (1 - rho) * np.log((1 - rho) / (1 - z))\n"
                         "    slope = -rho / z + (1 - rho) / (1 - z)\n"), ("np.tile(slope, (len(z), 1))", "slope")),
    "{at}You ask every single activation to be near ρ. A sparse unit may be fully on for a few examples; it is its "
    "*mean* that is to be ρ.",
)  # fmt: skip
