"""Lessons without a teacher: autoencoders draw what they see."""

from tests.templates.lessons.lesson import COSINE, lesson

MNIST = {"kind": "MNIST"}

lesson(
    "autoencoder",
    MNIST,
    "The loss starts near 0.23, falls at once to that of the mean digit (0.067) and then, slowly, as the code begins "
    "to tell digits apart. A linear code of the same width, which is PCA, would reach 0.017.",
    recipe="Autoencoder",
    rate=0.002,
    epochs=15,
    batch_size=32,
)
lesson(
    "linear_autoencoder",
    MNIST,
    "Principal component analysis leaves an error of 0.0175 on the digits that it has not seen, and so does this. "
    "Put a ReLU behind the code and the error grows: one bend alone only takes something away.",
    recipe="Autoencoder",
    rate=0.002,
    schedule=COSINE,
    epochs=20,
    batch_size=32,
)
lesson(
    "conv_autoencoder",
    MNIST,
    "It draws sharper digits than the fully connected one, since its code of 392 numbers is wider than that one's 32 "
    "and keeps its places. Make the code two maps and compare again.",
    recipe="Autoencoder",
    rate=0.003,
    epochs=8,
    batch_size=32,
)
lesson(
    "denoising_autoencoder",
    MNIST,
    "“noise left” is what remains of the damage: 1 would be none mended, and half is a good start. "
    "Try noise in place of the blots, or a larger share, and look at how the weights of encode change.",
    recipe="Autoencoder",
    corrupt="mask",
    corruption=0.3,
    rate=0.002,
    epochs=8,
    batch_size=32,
)
lesson(
    "sparse_autoencoder",
    MNIST,
    "The curve “sparse” is the price: how far the mean activity of the units is from one in twenty. "
    "A larger weight makes them quieter and the pictures worse.",
    recipe="Autoencoder",
    rate=0.005,
    epochs=12,
    batch_size=32,
)
lesson(
    "variational_autoencoder",
    MNIST,
    "Two terms pull at each other: “reconstruction” wants a code that says much, “prior” one that says nothing. "
    "With a larger weight for the prior all digits look like one; with none the map of codes has holes.",
    recipe="Autoencoder",
    rate=0.002,
    epochs=15,
    batch_size=32,
)
