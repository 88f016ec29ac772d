"""A question with lettered answers: what it means that a deeper plain network is worse on its training data."""

from dlcourse.exercises.kinds.questions import Choice, ChoiceExercise

CHAPTER = "14_cnn_architectures"

deeper_and_worse = ChoiceExercise(
    name="deeper_and_worse",
    chapter=CHAPTER,
    question=(
        "He and others (2016, figure 1) trained two plain convolutional networks on CIFAR-10, both with batch "
        "normalization: one of 20 layers and one of 56. In the end the deeper one had the larger error, on the test "
        "images *and on the training images*. What follows?"
    ),
    choices={
        "a": Choice(
            "It overfits: 56 layers have too many parameters for 50,000 images.",
            "A network that overfits is good on its training images and bad on others. This one is worse on the "
            "training images too, so that is not what went wrong.",
        ),
        "b": Choice(
            "It cannot represent what 20 layers can: information is lost on the way through so many.",
            "It can: let 20 of its layers do what the shallow network does, and let the others pass on what they get "
            "(a kernel with a single 1 in its middle does; ReLU leaves what is not negative). So weights with the "
            "lower error exist.",
        ),
        "c": Choice(
            "Weights exist that are at least as good as those of 20 layers, and training did not find them.",
            "The deeper network contains the shallower one: its further layers would have to pass on what they get. "
            "That it is worse on the very images that it was trained on is a failure of training. A residual block "
            "makes passing on the easy case: with its weights at 0 it is x itself, and only what differs from that has "
            "to be learnt.",
        ),
        "d": Choice(
            "Its gradients vanish on the way back, so the first layers do not learn at all.",
            "The two errors do not show that. The authors looked (section 4.1): in their plain networks, with batch "
            "normalization, neither the values on the way forward nor the gradients on the way back vanish. The deep "
            "network does learn, only worse. Whether gradients vanish is a thing to be measured, layer by layer.",
        ),
    },
    answer="c",
    hints=[
        "Which of the two errors says how well a network generalizes, and which how well it was fitted?",
        "Suppose you are given the trained network of 20 layers. How would you set the weights of 56 layers so that "
        "they compute the same?",
        "You can. So what is missing is not parameters, and not too few images.",
    ],
)
