"""Question: the gradient of one weight that three steps share."""

from dlcourse.exercises.kinds.questions import NumberExercise, WrongNumber

W = 0.5
INPUTS = (1.0, 3.0, 2.0)
STATES = [4.0]
for _x in INPUTS:
    STATES.append(W * STATES[-1] + _x)
TERMS = (W**2 * STATES[0], W * STATES[1], STATES[2])  # of the first, the second and the third use

summed_gradient = NumberExercise(
    name="summed_gradient",
    chapter="15_recurrent_networks",
    task=(
        "A recurrent network with one unit and no tanh: hₜ = w hₜ₋₁ + xₜ, with w = 0.5, h₀ = 4 and the inputs x₁ = 1, "
        "x₂ = 3, x₃ = 2. The loss is the last state itself, L = h₃. What is the derivative of L with respect to w, "
        "which all three steps share?"
    ),
    answer=sum(TERMS),
    tolerance=0.01,
    mistakes=[
        WrongNumber(
            "last_use_alone",
            TERMS[2],
            "4.5 is h₂, the term of the third step alone. The first two steps used w as well, and h₂ depends on it.",
        ),
        WrongNumber(
            "first_use_alone",
            TERMS[0],
            "1 is the term of the first step alone, w² h₀, the one that came the longest way. The later steps used w "
            "too.",
        ),
        WrongNumber(
            "not_carried_back",
            sum(STATES[:3]),
            "11.5 is h₀ + h₁ + h₂: what w is multiplied by at each step, added up. What an early step changes reaches "
            "h₃ only through the later ones, and each of them multiplies it by w.",
        ),
        WrongNumber(
            "one_factor_too_many",
            W * sum(TERMS),
            "3.5 has one factor w too many in each term. The last step's term has none: h₃ = w h₂ + x₃, so ∂L/∂h₃ = 1 "
            "meets h₂ directly.",
        ),
        WrongNumber(
            "first_term_left_out",
            TERMS[1] + TERMS[2],
            "6 has the terms of the third and the second step. The first used w as well: h₁ = w h₀ + x₁, and h₀ is 4, "
            "not 0.",
        ),
        WrongNumber(
            "state_after_the_step",
            STATES[3] + W * STATES[2] + W**2 * STATES[1],
            "7.25 multiplies by the states *after* each step. In hₜ = w hₜ₋₁ + xₜ the factor beside w is the state "
            "before it.",
        ),
        WrongNumber(
            "powers_the_other_way_round",
            STATES[0] + W * STATES[1] + W**2 * STATES[2],
            "6.625 gives the powers of w to the wrong steps: it is the *first* step whose influence has passed through "
            "two more.",
        ),
        WrongNumber(
            "multiplied",
            TERMS[0] * TERMS[1] * TERMS[2],
            "6.75 is the product of the three terms. Along one way from w to L the factors are multiplied; the three "
            "ways, one through each use of w, are added.",
        ),
        WrongNumber(
            "mean",
            sum(TERMS) / 3,
            "That is the mean of the three terms. Ways from w to L are added; nothing divides by their number.",
        ),
        WrongNumber(
            "inputs_left_out",
            3 * W**2 * STATES[0],
            "3 is the derivative of w³ h₀: the inputs are missing. x₁ and x₂ are in h₁ and h₂, and w multiplies them "
            "too.",
        ),
        WrongNumber(
            "value",
            STATES[3],
            "4.25 is h₃ itself. Now its derivative: how much does h₃ change where w does, at all three places?",
        ),
    ],
    hints=[
        "Compute the states first. Then give each use of w a name of its own, w₁, w₂, w₃, and take the derivative with "
        "respect to one at a time.",
        "∂L/∂w₃ is what stands beside w₃ in h₃ = w₃ h₂ + x₃. For w₂ the way leads through h₂: what stands beside w₂, "
        "times w₃.",
        "The three are one number w, so the terms are added: h₂ + w h₁ + w² h₀.",
    ],
    explanation=(
        "The states are h₁ = 3 and h₂ = 4.5. The third use of w contributes h₂ = 4.5, the second w h₁ = 1.5, the first "
        "w² h₀ = 1: together 7. A weight that is shared gets the sum over its uses, and each step further back "
        "brings one more factor w."
    ),
)
