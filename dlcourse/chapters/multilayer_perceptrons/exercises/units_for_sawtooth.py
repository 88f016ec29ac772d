"""Question: how many units one hidden layer needs for a zigzag."""

from dlcourse.exercises.kinds.questions import NumberExercise, WrongNumber

LAYERS = 10

units_for_sawtooth = NumberExercise(
    name="units_for_sawtooth",
    chapter="09_multilayer_perceptrons",
    task=(
        "The sawtooth of ten layers with two ReLU units each consists of 2¹⁰ = 1024 straight pieces on [0, 1]. In a "
        "network with a single hidden layer, each ReLU unit bends the output at one place at most. How many hidden "
        "units does such a network need at least to have 1024 pieces on [0, 1]?"
    ),
    answer=2**LAYERS - 1,
    tolerance=0.1,
    mistakes=[
        WrongNumber(
            "as_many_as_pieces",
            2**LAYERS,
            "1024 is the number of pieces. Between 1024 pieces there are fewer bends than that: how many bends make 2 "
            "pieces? (To hit the sawtooth exactly, and not only its number of pieces, one layer does need 1024.)",
        ),
        WrongNumber(
            "units_of_the_deep_network",
            2 * LAYERS,
            "20 units are what the deep network has. Its later layers bend what is folded already; in a single layer "
            "each unit bends one place only.",
        ),
        WrongNumber(
            "two_for_each_piece",
            2 * 2**LAYERS,
            "2048 would be two units for each piece. Two are needed to fold once, in one layer of the deep network; "
            "here count the bends.",
        ),
        WrongNumber(
            "pieces_plus_one",
            2**LAYERS + 1,
            "1025 is the number of ends of the pieces, 0 and 1 among them. Only where two pieces meet does a bend "
            "have to be made.",
        ),
        WrongNumber(
            "half_of_the_pieces",
            2 ** (LAYERS - 1),
            "512 is the number of teeth. Each has a bend at its tip, and there are bends in the valleys between the "
            "teeth as well.",
        ),
        WrongNumber(
            "tips_or_valleys",
            2 ** (LAYERS - 1) - 1,
            "511 is the number of valleys between the 512 teeth. The tips are bends as well.",
        ),
        WrongNumber(
            "layers", LAYERS, "10 is the number of layers of the deep network. Here a single layer has to do it all."
        ),
    ],
    hints=[
        "Without any bend a line is one piece. How many pieces are there with one bend, and with two?",
        "n bends make n + 1 pieces, and n units make at most n bends.",
        "So n + 1 has to be at least 2¹⁰.",
    ],
    explanation=(
        "n units bend at n places at most, which makes n + 1 pieces: at least 2¹⁰ − 1 = 1023 units are needed, "
        "fifty times the 20 units of the deep network, and each further layer of two units doubles the number."
    ),
)
