"""Lessons with real handwritten digits."""

from tests.templates.lessons.lesson import COSINE, lesson

MNIST = {"kind": "MNIST"}

lesson(
    "mlp",
    MNIST,
    "It learns from 4,000 real digits in some seconds and reads more than nine in ten of 500 others. "
    "Try more hidden neurons, or take the ReLU out: without it two layers can do no more than one.",
    rate=0.002,
    epochs=5,
    batch_size=16,
)
lesson(
    "lenet5",
    MNIST,
    "Ten rounds through 4,000 real digits take ten seconds or so, and 98 of 100 others are read, 95 after three. "
    "Half of the digits are put aside by a pixel each time: take that augmentation out and it reads 96. "
    "Look at the maps of conv1: edges in six directions.",
    data={"augment": ({"kind": "Shift", "across": 1, "down": 1, "p": 0.5},)},
    rate=0.003,
    schedule=COSINE,
    epochs=10,
    batch_size=16,
)
lesson(
    "transfer",
    {"kind": "MNIST", "digits": (0, 1, 2, 3, 4)},
    "First train it on the digits 0 to 4; then choose 5 to 9 and name that run as the start. With a thousand of them "
    "it reads 95 of 100 after about half as many steps as from nothing, and with conv1 and conv2 frozen after two "
    "thirds.",
    data={"augment": ({"kind": "Affine"},)},
    rate=0.002,
    epochs=8,
    batch_size=16,
)
lesson(
    "inception",
    MNIST,
    "Its 7,899 weights come near what LeNet-5 does with eight times as many. "
    "Take one branch out of the module and see how little it needs the others.",
    rate=0.005,
    schedule=COSINE,
    epochs=6,
    batch_size=32,
)
lesson(
    "small_vgg",
    MNIST,
    "Watch the digits shrink from 28 to 7 pixels while the channels grow. "
    "Batch normalization after each convolution, or a lower rate, makes the first epoch steadier.",
    rate=0.002,
    epochs=4,
    batch_size=32,
)
lesson(
    "vision_transformer",
    MNIST,
    "After eight rounds it reads nine digits in ten, where LeNet-5 needs one round for that. "
    "Take the positions out: it still learns, but no longer knows what is above and what below.",
    rate=0.002,
    schedule=COSINE,
    epochs=8,
    batch_size=32,
)
lesson(
    "siamese",
    {"kind": "DigitPairs", "count": 40000},
    "It learns from 32,000 pairs, half of them of the same digit; no picture of a pair that it is judged by was ever "
    "seen. At first it says “a half” to everything; look at the weights of “weigh”, nearly all of which turn negative: "
    "what differs speaks against it.",
    rate=0.003,
    schedule=COSINE,
    epochs=4,
    batch_size=64,
)
lesson(
    "triplet",
    MNIST,
    "In each batch every digit is shown the farthest of its own kind and the nearest of another. "
    "“verification” is how often a pair of one digit lies nearer than a pair of two; “active” says how many triplets "
    "still teach anything. Try random partners in place of hard ones: soon most of them teach nothing.",
    recipe="MetricLearning",
    epochs=5,
    batch_size=64,
    mining="random",
    normalize=True,
)
lesson(
    "sliding_window",
    {"kind": "CrookedDigits", "side": 44, "turn": 0.0},
    "Each digit stands somewhere in a picture of 44 × 44, and only its name is told. The most certain window of the 25 "
    "answers, so in the end the map of fc3 also shows where the digit is, though nobody ever said so.",
    rate=0.002,
    epochs=6,
    batch_size=32,
)
lesson(
    "spatial_transformer",
    {"kind": "CrookedDigits", "side": 40, "turn": 60.0},
    "The digits are turned by up to 60° and put anywhere in a picture of 40 × 40. Nobody tells the network how; look "
    "at what comes out of “upright” after some epochs, and take the stn out to see what it was worth.",
    rate=0.002,
    schedule=COSINE,
    epochs=8,
    batch_size=32,
)
