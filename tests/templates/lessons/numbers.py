"""Lessons with numbers: regressions, curves and tables."""

from tests.templates.lessons.lesson import lesson

lesson(
    "linear_regression",
    {"kind": "Diabetes"},
    "How far did the diabetes of 442 patients go on within a year? The ten measurements and the answer are "
    "standardized, so the weights can be compared. L-BFGS finds the least squares within some steps; choose SGD with a "
    "rate of 0.1, then of 0.6, and watch the second one fly apart.",
    data={"transforms": ({"kind": "Standardize"}, {"kind": "Standardize", "column": "progression"})},
    optimizer={"kind": "LBFGS", "line_search_fn": "strong_wolfe"},
    epochs=20,
    batch_size=1024,
)
lesson(
    "logistic_regression",
    {"kind": "Curve", "shape": "chance", "coefficients": (0.0, 4.0), "count": 2000},
    "A yes is the likelier the farther to the right: its chance is the sigmoid of 4x. Many samples near 0 cannot be "
    "told, so the accuracy stays near 0.8, but the learned weight comes near 4 and the offset near 0.",
    rate=0.05,
    epochs=30,
    batch_size=64,
)
lesson(
    "radial_basis",
    {"kind": "Curve", "noise": 0.0},
    "Watch the bumps wander to where the curve bends. With three of them it cannot follow the sine; with noise in the "
    "data and fifty of them it follows the noise too.",
    rate=0.02,
    epochs=200,
    batch_size=32,
    evaluate_every=20,
)
lesson(
    "wine",
    {"kind": "Wine"},
    "The 13 measurements have very different sizes, so they are standardized first: take the transform out and see "
    "how much slower it learns. 178 wines are few: try folds (k-fold) in place of one split.",
    data={"transforms": ({"kind": "Standardize"},)},
    rate=0.01,
    epochs=30,
    batch_size=16,
)
