"""Texts and sequences of symbols."""

from typing import Annotated

from dlstudio.catalog.sources.generated import COUNT, EVERYTHING, GENERATED, SEED
from dlstudio.catalog.sources.source import Source, source
from dlstudio.core.fields import Choice, Flag, Int, Path
from dlstudio.core.fields import Text as TextField
from dlstudio.core.frozen import Frozen, Value

BY_TIME: Frozen[str, Value] = Frozen({"kind": "ByTime"})

UNIT = Choice(
    options=("characters", "words", "byte pairs"),
    help="What a symbol is; byte pairs are frequent pieces of words, built from bytes, and can write anything",
)
LENGTH = Int(1, 65536, help="How many symbols one sample holds")
STRIDE = Int(0, 65536, help="How far the next sample starts; 0 starts it where the last one ends")
VOCABULARY = Int(2, 1_000_000, help="At most so many different words or byte pairs (at least 256); the rest is unknown")


@source(
    "Files",
    gives="your text, symbol by symbol",
    split=BY_TIME,
    synonyms="language model, characters, words, bpe, tokens, corpus, shakespeare, txt",
)
class Text(Source):
    """A plain text as windows of symbols: what goes in, and the same one symbol later, which is to be foretold.

    Validation and test come from the end of the text, so that no window of them was seen."""

    file: Annotated[str, Path(endings=(".txt", ".md"), help="A text file in UTF-8")] = ""
    unit: Annotated[str, UNIT] = "characters"
    length: Annotated[int, LENGTH] = 64
    stride: Annotated[int, STRIDE] = 0
    vocabulary: Annotated[int, VOCABULARY] = 2000


@source(
    "Bundled",
    gives="a book of 26,000 words",
    split=BY_TIME,
    synonyms="language model, characters, words, bpe, tokens, corpus, book, carroll",
)
class Alice(Source):
    """“Alice's Adventures in Wonderland” by Lewis Carroll (1865), 26,000 words, as windows of symbols."""

    unit: Annotated[str, UNIT] = "characters"
    length: Annotated[int, LENGTH] = 64
    stride: Annotated[int, STRIDE] = 0
    vocabulary: Annotated[int, VOCABULARY] = 2000


@source(
    GENERATED,
    gives="one phrase, letter by letter",
    split=EVERYTHING,
    synonyms="language model, characters, hello, word, karpathy",
)
class Phrase(Source):
    """A word or a sentence of your own as one row of letters, and the same one letter later: as small as can be."""

    phrase: Annotated[str, TextField(longest=4096, help="What is to be learnt by heart")] = "hello"


@source(
    GENERATED,
    gives="2,000 sentences, mood or tags",
    synonyms="sentiment, mood, part of speech, noun, verb, tagging, toy language, many to one, aligned",
)
class Sentences(Source):
    """Small English sentences, word by word, with what each of them or each of its words is."""

    task: Annotated[
        str,
        Choice(
            options=("mood", "tags"),
            help="Whether a review ends well, where “not” turns a word round and only what follows “but” counts; "
            "what part of speech each word is, where “the old man” needs the words after it",
        ),
    ] = "mood"
    length: Annotated[int, Int(20, 4096, help="How many words; shorter sentences are filled up")] = 20
    count: Annotated[int, Int(1, 100_000, help="How many sentences, none of them twice")] = 2000
    seed: Annotated[int, SEED] = 0


@source(
    GENERATED, gives="2,000 rows of letters", synonyms="toy, copy, reverse, agreement, counting, seq2seq, memory, rnn"
)
class Sequences(Source):
    """Sequences of letters with a task that needs memory."""

    task: Annotated[
        str,
        Choice(
            options=("copy", "reverse", "agreement", "counting"),
            help="Write the letters again; write them backwards; say whether the last letter is the first one again; "
            "say how often the letter a occurs",
        ),
    ] = "copy"
    length: Annotated[int, Int(2, 4096, help="How many letters")] = 8
    symbols: Annotated[int, Int(2, 26, help="How many different letters")] = 8
    count: Annotated[int, COUNT] = 2000
    teacher: Annotated[
        bool,
        Flag(
            help="For copy and reverse: adds what the decoder has written so far, after a start sign, as an input, and "
            "what comes next, up to an end sign, as the target"
        ),
    ] = False
    seed: Annotated[int, SEED] = 0
