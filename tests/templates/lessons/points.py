"""Lessons with points of the plane and truth tables."""

from tests.templates.lessons.lesson import COSINE, lesson

SPIRALS = {"kind": "Points", "pattern": "spirals", "noise": 0.02}

lesson(
    "perceptron",
    {"kind": "TruthTable", "gate": "and"},
    "Each mistake moves the line; after a few corrections AND is right for ever. Choose or, nand, then xor: there the "
    "weights come back to where they were, and the run says that it is cycling.",
    recipe="PerceptronRule",
    epochs=20,
    batch_size=4,
)
lesson(
    "xor",
    {"kind": "TruthTable", "gate": "xor"},
    "The four rows are all there is, so training and validation see the same. Another seed may take longer or stop "
    "half-way; with two hidden neurons that happens often.",
    rate=0.05,
    epochs=300,
    batch_size=4,
    evaluate_every=50,
)
lesson(
    "deep_feed_forward",
    SPIRALS,
    "For the first rounds nothing seems to happen, then the border begins to curl. "
    "Try one hidden layer of 16, then of 64, and see which of the two misses the inner turns.",
    rate=0.005,
    epochs=150,
    batch_size=64,
    evaluate_every=10,
)
lesson(
    "depths",
    SPIRALS,
    "In the panel Layers the gradients of the twenty layers lie orders of magnitude below the others. "
    "Put a skip around each of them, as “Twenty layers, residual” does, and the twenty part the spirals too.",
    rate=0.005,
    epochs=150,
    batch_size=64,
    evaluate_every=10,
)
lesson(
    "plain20",
    SPIRALS,
    "The accuracy stays near one half however long you wait. Ask the doctor: the gradient of the first layers is a "
    "millionth of that of the last ones. Put ReLU in place of the sigmoids, or open the residual twin.",
    rate=0.01,
    schedule=COSINE,
    epochs=100,
    batch_size=64,
    evaluate_every=10,
)
lesson(
    "residual20",
    SPIRALS,
    "The same data, rate and depth as the plain twin, and all points are right within seconds. "
    "Look at the sizes of the gradients, layer by layer: they are all alike.",
    rate=0.01,
    schedule=COSINE,
    epochs=100,
    batch_size=64,
    evaluate_every=10,
)
lesson(
    "softmax_regression",
    {"kind": "Points", "pattern": "gaussians", "classes": 3, "count": 600},
    "Three straight borders meet in one point. Give the clouds more noise, and look how wide the region becomes where "
    "the shares are near one third each.",
    rate=0.05,
    epochs=30,
    batch_size=32,
)
lesson(
    "gan",
    {"kind": "Points", "pattern": "gaussians", "classes": 8, "noise": 0.0, "count": 4000},
    "Eight clouds stand in a ring. The critic's share of right answers starts high and falls towards one half, where "
    "it can only guess. When the made points gather in a few clouds, that is mode collapse: a slower critic, or "
    "“least squares”, helps.",
    recipe="Gan",
    optimizer={"kind": "Adam", "lr": 0.001, "betas": (0.5, 0.99)},
    epochs=120,
    batch_size=128,
    evaluate_every=20,
)
