"""A question with lettered answers: what four networks are, from what goes through them."""

from dlcourse.chapters.training_deep_networks import CHAPTER
from dlcourse.exercises.kinds.questions import Choice, ChoiceExercise

# Of the networks in tests/chapters/training_deep_networks/test_exercises.py.
TABLE = """
| layer | 1 | 7 | 13 | 19 |
|---|---|---|---|---|
| **P**: size of a | 0.7 | 0.8 | 0.8 | 0.8 |
| P: size of δ | 6·10⁻¹ | 6·10⁻² | 1·10⁻² | 1·10⁻³ |
| **Q**: size of a | 0.5 | 0.5 | 0.5 | 0.5 |
| Q: size of δ | 1·10⁻¹⁵ | 9·10⁻¹² | 5·10⁻⁸ | 3·10⁻⁴ |
| **R**: size of a | 3·10⁻² | 8·10⁻¹⁰ | 1·10⁻¹⁷ | 4·10⁻²⁵ |
| R: size of δ | 1·10⁻²⁷ | 4·10⁻²⁰ | 2·10⁻¹² | 5·10⁻⁵ |
| **S**: size of a | 0.5 | 0.5 | 0.2 | 0.2 |
| S: size of δ | 6·10⁻⁴ | 7·10⁻⁴ | 1·10⁻³ | 9·10⁻⁴ |
"""

diagnose_signals = ChoiceExercise(
    name="diagnose_signals",
    chapter=CHAPTER,
    question=(
        "Four networks of 20 layers, 64 units each, before the first step, on the same digits. Size is the root mean "
        "square, of the activations a and of δ, the gradient of the loss with respect to z. One network has tanh and "
        "weights of standard deviation 3/√n, one sigmoid and Glorot's start, one ReLU and weights of 0.01, one ReLU "
        f"and He's start. Which is which?\n{TABLE}"
    ),
    choices={
        "a": Choice(
            "P: sigmoid, Glorot. Q: tanh, 3/√n. R: ReLU, 0.01. S: ReLU, He.",
            "R and S are right. But what happens to δ at a sigmoid? It is multiplied by σ' ≤ 1/4 at every layer, and "
            "Glorot's weights do not make that good. That cannot give P's δ, which *grows* on its way back, from "
            "layer 19 to layer 1.",
        ),
        "b": Choice(
            "P: tanh, 3/√n. Q: sigmoid, Glorot. R: ReLU, 0.01. S: ReLU, He.",
            "P's units are near ±1, and yet δ grows on the way back: where tanh is not flat, weights of 3/√n multiply "
            "by more than the flat places take away. Saturated units alone do not say that gradients vanish. Q's "
            "activations look healthy at every layer, and hardly any gradient arrives: σ' ≤ 1/4. Looking at "
            "activations alone would have missed both.",
        ),
        "c": Choice(
            "P: ReLU, He. Q: sigmoid, Glorot. R: ReLU, 0.01. S: tanh, 3/√n.",
            "He's start keeps sizes for ReLU, of a and of δ, up to chance: no factor of 400 between layer 19 and layer "
            "1, as P's δ has. And tanh with weights of 3/√n is pushed towards ±1 at every layer: sizes of 0.2 are far "
            "too small for it.",
        ),
        "d": Choice(
            "P: tanh, 3/√n. Q: ReLU, 0.01. R: sigmoid, Glorot. S: ReLU, He.",
            "P and S are right. A sigmoid cannot give activations of 10⁻²⁵: σ(0) = 1/2. Weights of 0.01 multiply by "
            "0.01 · √(64/2) = 0.06 at each layer, for a on the way forward and for δ on the way back.",
        ),
        "e": Choice(
            "P: ReLU, He. Q: tanh, 3/√n. R: ReLU, 0.01. S: sigmoid, Glorot.",
            "Only R is right. The activations of a sigmoid are near σ(0) = 1/2 at every layer; of tanh with large "
            "weights near ±1. Which rows have these sizes, and do not change from layer to layer?",
        ),
    },
    answer="b",
    hints=[
        "Read a from left to right and δ from right to left: that is the way they go. By what factor do they change "
        "from layer to layer?",
        "Which sizes can activations have at all? Of a sigmoid whose input is near 0, of a tanh whose input is large?",
        "Going back through a layer, δ is multiplied by weights and by the slope of the activation. How large is the "
        "slope of a sigmoid at most?",
    ],
)
