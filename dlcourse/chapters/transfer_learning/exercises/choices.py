"""Questions with lettered answers: what to do with a trained network in a described case."""

from dlcourse.chapters.transfer_learning import CHAPTER
from dlcourse.exercises.kinds.questions import Choice, ChoiceExercise

choose_strategy = ChoiceExercise(
    name="choose_strategy",
    chapter=CHAPTER,
    question=(
        "A museum wants to read the numbers of houses in old land registers: single characters, 28 × 28 pixels, "
        "written with pens. It has labelled 8 images of each of 15 characters, and you have the network that knows "
        "printed letters. By tomorrow it wants *one* program and an honest estimate of its accuracy. There is time to "
        "train for a few minutes. What do you do first?"
    ),
    choices={
        "a": Choice(
            "Train the same architecture from scratch on the 120 images: the network of the letters has other classes.",
            "Other classes are the head's affair, and the head is replaced. What lies below it, strokes and their "
            "junctions, is what these characters are made of too; 120 images are too few to learn it again.",
        ),
        "b": Choice(
            "Replace the head, fine-tune all layers at the rate that trained the letters, and stop when the 120 images "
            "are read without an error.",
            "A rate that suited random weights can wreck trained ones, and with 8 images of a class all of them will "
            "be read without an error whatever the network does on others. No image is left to notice it.",
        ),
        "c": Choice(
            "Compute features of all images once; fit a softmax on them. Choose its settings, and whether careful "
            "fine-tuning gains anything, by cross-validation within the 120; estimate by images that took no part.",
            "Similar images and few labels: features of a frozen network need the fewest decisions, and are computed "
            "once. Whether fine-tuning with a small rate adds something is a question for validation, not for a table. "
            "With so few images every one must serve for both, in turns; and what was used for a choice is no estimate "
            "any more.",
        ),
        "d": Choice(
            "Freeze all layers, with the head of the letters, and let the museum look up which letter each of its "
            "characters is taken for.",
            "The old head asks about letters only. Two characters that are taken for one letter can never be told "
            "apart any more, though the features below may well tell them apart. The head is what always goes.",
        ),
        "e": Choice(
            "Freeze the stem and the first two blocks and fine-tune the rest: that is best for a small similar target.",
            "It may be. But a rule of thumb is no measurement: how many layers to freeze differs from case to case, "
            "and with 8 images of a class you cannot see the difference on one small validation set. Begin with what "
            "has the fewest decisions, and let each further one prove itself.",
        ),
    },
    answer="c",
    hints=[
        "Two things are asked for, a program and an estimate. Which images may tell you how good the program is?",
        "How many of the network's weights can 120 images determine? And how similar is what they show to what the "
        "network knows?",
        "Start with the strategy that fits the fewest numbers, and let every further one be compared with it on images "
        "that it has not seen.",
    ],
)

choose_again = ChoiceExercise(
    name="choose_again",
    chapter=CHAPTER,
    question=(
        "A mill photographs the surface of its steel: 28 × 28 gray values, 9 kinds of surface, 6,000 labelled images "
        "of each, and 2,000 more of each for testing. Somebody has frozen the network of the printed letters, put a "
        "softmax on its last features, and gets fewer right answers than a small network that was trained from "
        "scratch. What do you conclude?"
    ),
    choices={
        "a": Choice(
            "Transfer does not work for such images: train from scratch.",
            "What did not work is one way of transfer: the last features, frozen. They are the ones that are most "
            "about letters. The same weights as a *start*, all of them free to move, are another way, untried.",
        ),
        "b": Choice(
            "The softmax is too weak: put a support vector machine on the same features.",
            "Both are linear in the features. If these have thrown away what tells surfaces apart, no head on top of "
            "them gets it back.",
        ),
        "c": Choice(
            "The features are about strokes, and labels are plenty. Compare earlier layers, and all layers fine-tuned "
            "from these weights, with the training from scratch, each with its own rate chosen on validation images; "
            "and keep scratch if it wins.",
            "A different target with many labels: frozen last features lose what they were never asked to keep. "
            "Earlier layers are more general, and fine-tuning may change anything; with so many labels it often ends "
            "where scratch ends, only sooner. That a start from other weights harms in the end (negative transfer) "
            "happens too, and is seen only by this comparison.",
        ),
        "d": Choice(
            "The batch statistics are wrong: let them move while the weights stay frozen, and the features will do.",
            "New statistics bring each channel back to the range that the next layer knows, which can help. But each "
            "channel still asks for the same stroke. It is worth a try, and no conclusion.",
        ),
        "e": Choice(
            "More epochs for the softmax: 54,000 labels are enough for any head.",
            "A linear head on 64 numbers has few parameters, and 54,000 labels fit it as well as it can be fitted: its "
            "error on the training images says so. What is missing is missing in the features.",
        ),
    },
    answer="c",
    hints=[
        "What is frozen here, and what was it trained to tell apart?",
        "There are at least three things that one can do with trained weights. Which have been tried?",
        "With many labels nothing forces you to freeze: compare a start from these weights with a random one.",
    ],
)
