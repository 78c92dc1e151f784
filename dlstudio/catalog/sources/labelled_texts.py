"""Texts of one class each, from files: reviews, messages, titles."""

from typing import Annotated

from dlstudio.catalog.sources.files import FILES
from dlstudio.catalog.sources.source import Source, source
from dlstudio.catalog.sources.texts import UNIT, VOCABULARY
from dlstudio.core.fields import Choice, Flag, Int, Path
from dlstudio.core.fields import Text as TextField


@source(
    FILES,
    gives="your texts, a class each",
    synonyms="text classification, sentiment, reviews, spam, topics, tokens, txt, csv, tsv, imdb, words",
)
class LabelledTexts(Source):
    """Texts with a class each: .txt files in class folders, a table with a column of texts, or lines label<TAB>text.

    Every text becomes a row of symbols of one length. Number 0 is the padding that fills shorter ones up; give
    Embedding the same padding_idx, and losses leave it out."""

    path: Annotated[
        str,
        Path(
            folder=True,
            endings=(".csv", ".tsv", ".parquet", ".txt"),
            help="A folder with a folder of .txt files for each class (train, validation and test may stand above "
            "them), a .csv, .tsv or .parquet table, or a .txt file of lines: label, tab, text",
        ),
    ] = ""
    text: Annotated[
        str, TextField(help="Of a table: the column of the texts; empty takes text, sentence, review, message or title")
    ] = ""
    target: Annotated[
        str, TextField(help="Of a table: the column of the classes; empty takes label, class, target or category")
    ] = ""
    unit: Annotated[str, UNIT] = "words"
    length: Annotated[int, Int(1, 65536, help="How many symbols of each text are kept; shorter ones are filled up")] = (
        64
    )
    fill: Annotated[
        str,
        Choice(
            options=("end", "start"),
            help="Where the padding stands: at the start, the last symbol comes last, as recurrent layers like it",
        ),
    ] = "end"
    lower: Annotated[bool, Flag(help="Takes capital letters for small ones")] = True
    vocabulary: Annotated[int, VOCABULARY] = 5000
