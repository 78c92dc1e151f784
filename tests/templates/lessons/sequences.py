"""Lessons with letters, words and texts."""

from tests.templates.lessons.lesson import COSINE, lesson

MOOD = {"kind": "Sentences", "task": "mood", "length": 20, "count": 2000}

lesson(
    "char_rnn",
    {"kind": "Phrase", "phrase": "hello"},
    "Four letters in, four letters out, and all four right within a hundred steps. "
    "Write another word as the phrase; make the two layers as wide as it has different letters.",
    recipe="Language",
    rate=0.05,
    epochs=100,
    batch_size=1,
    evaluate_every=10,
)
lesson(
    "lstm_classifier",
    MOOD,
    "The sentences are small reviews: “the plot was not good but the music was lovely” ends well. For some epochs it "
    "only counts good words; then it finds out what “not” does, and that “but” makes all before it forgotten.",
    rate=0.005,
    epochs=8,
    batch_size=32,
)
lesson(
    "gru_classifier",
    MOOD,
    "The reviews of the LSTM classifier, with the same rate and as many epochs. Lay the two curves over each other: "
    "with a quarter less to train it is as quick to find out.",
    rate=0.005,
    epochs=8,
    batch_size=32,
)
lesson(
    "bidirectional_tagger",
    {"kind": "Sentences", "task": "tags", "length": 20, "count": 1500},
    "In “the old man the boat” man is a verb and old a noun; in “the old man sees the boat” they are not. Every word "
    "comes out right here. Make the LSTM read in one direction only, and just these words stay guesses.",
    rate=0.005,
    epochs=6,
    batch_size=32,
)
lesson(
    "lstm_by_hand",
    {"kind": "Sequences", "task": "agreement", "length": 6, "symbols": 4, "count": 4000},
    "Is the last letter the first one again? The cell must keep one letter over four others. For a while it is right "
    "half of the time, then it finds out; look at how the forget gate opens.",
    rate=0.01,
    epochs=20,
    batch_size=32,
)
lesson(
    "sequence_to_sequence",
    {"kind": "Sequences", "task": "reverse", "length": 8, "symbols": 8, "count": 12000, "teacher": True},
    "It writes eight letters backwards, each after it was told the ones before. Try twelve or sixteen: two states hold "
    "less and less of them; then open the twin with attention.",
    rate=0.005,
    schedule=COSINE,
    epochs=10,
    batch_size=64,
)
lesson(
    "attention",
    {"kind": "Sequences", "task": "reverse", "length": 8, "symbols": 8, "count": 4000, "teacher": True},
    "Eight letters backwards are right within a few epochs, since each step may look at the letter that it needs. Let "
    "the attention give its weights (need weights) and see the line that runs from one corner to the other.",
    rate=0.005,
    epochs=8,
    batch_size=64,
)
lesson(
    "language_model",
    {"kind": "Alice", "length": 100},
    "It reads Alice in Wonderland letter by letter, in chunks of 25: the state goes on from one to the next, the "
    "gradient does not. The perplexity starts at 65, which is blind guessing, and falls below 8: as if it had to "
    "choose among 8 letters each time. Longer training brings whole words, then quotation marks that close.",
    recipe="Language",
    rate=0.005,
    epochs=6,
    batch_size=16,
)
lesson(
    "gpt",
    {"kind": "Alice", "length": 64},
    "The text is Alice in Wonderland, in 64 different letters and one sign for unknown ones. A few epochs bring it to "
    "letters that follow one another; real words take some minutes, or a graphics card.",
    recipe="Language",
    rate=0.001,
    epochs=4,
    batch_size=16,
)
