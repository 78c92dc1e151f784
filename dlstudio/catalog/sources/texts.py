"""Texts and sequences of symbols."""

from typing import Annotated

from dlstudio.catalog.sources.generated import COUNT, GENERATED, SEED
from dlstudio.catalog.sources.source import Source, source
from dlstudio.core.fields import Choice, Flag, Int
from dlstudio.core.fields import Text as TextField
from dlstudio.core.frozen import Frozen, Value

BY_TIME: Frozen[str, Value] = Frozen({"kind": "ByTime"})


@source("Files", split=BY_TIME, synonyms="language model, characters, words, bpe, tokens, corpus, shakespeare, txt")
class Text(Source):
    """A plain text as windows of symbols: what goes in, and the same one symbol later, which is to be foretold.

    Validation and test come from the end of the text, so that no window of them was seen."""

    file: Annotated[str, TextField(longest=4096, help="A text file in UTF-8")] = ""
    unit: Annotated[
        str,
        Choice(
            options=("characters", "words", "byte pairs"),
            help="What a symbol is; byte pairs are frequent pieces of words, built from bytes, and can write anything",
        ),
    ] = "characters"
    length: Annotated[int, Int(1, 65536, help="How many symbols one sample holds")] = 64
    stride: Annotated[
        int, Int(0, 65536, help="How far the next sample starts; 0 starts it where the last one ends")
    ] = 0
    vocabulary: Annotated[
        int, Int(2, 1_000_000, help="At most so many different words or byte pairs (at least 256); the rest is unknown")
    ] = 2000


@source(GENERATED, synonyms="toy, copy, reverse, agreement, counting, seq2seq, memory, rnn")
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
