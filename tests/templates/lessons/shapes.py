"""Lessons with made-up pictures and films of circles, squares and triangles."""

from tests.templates.lessons.lesson import COSINE, lesson

lesson(
    "localiser",
    {"kind": "Shapes", "task": "box", "count": 2000},
    "Two curves, one for what it is and one for where it is. Weigh the box by 50 in place of 5 and see what the kinds "
    "lose.",
    rate=0.003,
    schedule=COSINE,
    epochs=10,
    batch_size=32,
)
lesson(
    "grid_detector",
    {"kind": "Shapes", "task": "grid", "size": 64, "count": 2000},
    "One to three shapes stand in each picture, and 64 fields look for them. At first all say “nothing here”; then "
    "“certainty” rises at the middles, and the sizes follow. Of neighbours that see the same shape the surest counts; "
    "so nineteen in twenty are found, and nearly all of the others lie under another one.",
    rate=0.003,
    schedule=COSINE,
    epochs=24,
    batch_size=16,
)
lesson(
    "small_unet",
    {"kind": "Shapes", "task": "mask", "size": 32, "count": 1500},
    "Most pixels show nothing, so an accuracy of 0.85 means little: the last hundredths are the edges. "
    "Cut the wires that go across and see them blur.",
    rate=0.005,
    schedule=COSINE,
    epochs=8,
    batch_size=16,
)
lesson(
    "frame_tagger",
    {"kind": "Shapes", "task": "frames", "size": 16, "count": 3000},
    "In every film one shape stands still or moves, turns and comes back, and for each frame it must be said how it "
    "moved since the one before. Without memory only one in five is right.",
    rate=0.003,
    epochs=8,
    batch_size=32,
)
lesson(
    "captioner",
    {"kind": "Shapes", "task": "caption", "count": 2500},
    "In training it is given the right words so far; “a”, colour, kind and the end sign are all it has to say. "
    "The colour is learnt at once, the kind takes longer.",
    rate=0.003,
    schedule=COSINE,
    epochs=10,
    batch_size=32,
)
