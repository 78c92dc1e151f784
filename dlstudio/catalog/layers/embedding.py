"""Embedding: learned vectors for words, classes and positions."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from dlstudio.catalog.code import Code
from dlstudio.catalog.layer import Layer, Line, Trained, layer
from dlstudio.catalog.refusal import SEQUENCE, STEPS, VECTOR, Insert, Put, Refused, expect
from dlstudio.core.fields import Choice, Int, Real
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.tensor import FEATURE, TIME, Tensor

VOCABULARY = Int(2, 2**24, help="How many different numbers there are, such as the words of a vocabulary")
VECTOR_LENGTH = Int(1, 65536, help="How long the vector of each is")
PADDING = Int(-1, help="The number that stands for nothing: its vector is zero and stays so; −1: there is none")


class Table(Trained):
    """What the layers have in common that look vectors up in a table."""

    torch_defaults = {"padding_idx": None}
    num_embeddings: int
    embedding_dim: int
    padding_idx: int

    def arguments(self, x: Tensor) -> dict[str, Value]:
        return {**super().arguments(), "padding_idx": self.padding_idx if self.padding_idx >= 0 else None}

    def setup(self, *args: Any, **ins: Any) -> Sequence[Code]:
        started = super().setup(**ins)
        if not started or self.padding_idx < 0:
            return started
        blank = Code("nn.init.zeros_({module}.weight.data[{padding_idx}])", Frozen({"padding_idx": self.padding_idx}))
        return [*started, blank]

    def check(self, x: Tensor) -> None:
        """Refuses what is no row of whole numbers, and a padding outside of the table."""
        if x.dtype != "int":
            raise Refused(
                f"{self.kind} looks whole numbers up in a table; it gets {x.describe()}.",
                Insert("ToInt", note="To int (as whole numbers)"),
            )
        if self.padding_idx >= self.num_embeddings:
            raise Refused(
                f"The padding {self.padding_idx} is none of the numbers 0 to {self.num_embeddings - 1}.",
                Put("padding_idx", 0),
                Put("padding_idx", -1),
                Put("num_embeddings", self.padding_idx + 1),
            )

    def fan_in(self, name: str, *args: Any, **ins: Any) -> int:
        return self.embedding_dim

    def weight_shape(self, name: str, *args: Any, **ins: Any) -> tuple[int, ...]:
        return self.num_embeddings, self.embedding_dim

    def parameters(self, x: Tensor) -> int:
        return self.num_embeddings * self.embedding_dim


@layer(
    "Embedding",
    source="nn.Embedding",
    required=("num_embeddings", "embedding_dim"),
    line=Line(("embedding", "embed"), ("num_embeddings", "embedding_dim"), {"p": "padding_idx"}),
    synonyms="lookup, word vectors, tokens, text, vocabulary, embedded representation, categories, LAY-39",
)
class Embedding(Table):
    """Gives each whole number (a word, a letter, a class) a learned vector of its own.

    It equals a one-hot row times a matrix, without the multiplications."""

    num_embeddings: Annotated[int, VOCABULARY] = 256
    embedding_dim: Annotated[int, VECTOR_LENGTH] = 64
    padding_idx: Annotated[int, PADDING] = -1

    def shape(self, x: Tensor) -> Tensor:
        self.check(x)
        if x.rank > 1:
            raise Refused(f"Embedding takes a number or steps of whole numbers; it gets {x.describe()}.", _FLATTEN)
        return Tensor((*x.shape, self.embedding_dim), SEQUENCE if x.rank else VECTOR)


_FLATTEN = Insert("Flatten")


@layer(
    "Embedding",
    source="nn.EmbeddingBag",
    required=("num_embeddings", "embedding_dim"),
    line=Line(("embeddingbag",), ("num_embeddings", "embedding_dim"), {"p": "padding_idx"}),
    synonyms="bag of words, fasttext, sentence vector, mean of word vectors",
)
class EmbeddingBag(Table):
    """Gives a row of whole numbers one vector: the mean, sum or maximum of the vectors of all of them."""

    num_embeddings: Annotated[int, VOCABULARY] = 256
    embedding_dim: Annotated[int, VECTOR_LENGTH] = 64
    mode: Annotated[str, Choice(options=("mean", "sum", "max"), help="What is made of the vectors")] = "mean"
    padding_idx: Annotated[int, PADDING] = -1

    def shape(self, x: Tensor) -> Tensor:
        self.check(x)
        if x.axes not in (STEPS, VECTOR):
            raise Refused(f"EmbeddingBag takes a row of whole numbers; it gets {x.describe()}.", _FLATTEN)
        return Tensor((self.embedding_dim,), VECTOR)


@layer(
    "Embedding",
    source=".positions.SinusoidalPositions",
    required=("features",),
    line=Line(("positions", "sinusoidalpositions"), ("base",)),
    synonyms="position encoding, sine, transformer, order, timing signal",
)
class SinusoidalPositions(Layer):
    """Adds waves of falling frequency to a sequence, which tell each step its position, for any length."""

    base: Annotated[float, Real(low=1, open_low=True, help="How much longer the longest wave is than the first")] = 1e4

    def arguments(self, x: Tensor) -> dict[str, Value]:
        return {"features": x.channels, **super().arguments()}

    def shape(self, x: Tensor) -> Tensor:
        expect(x, "SinusoidalPositions", SEQUENCE)
        return x


@layer(
    "Embedding",
    source=".positions.LearnedPositions",
    required=("length", "features"),
    line=Line(("learnedpositions",), ("length",)),
    synonyms="position embedding, transformer, order, BERT, GPT, vision transformer",
)
class LearnedPositions(Trained):
    """Adds a learned vector for each position to the steps of a sequence, up to a greatest length."""

    length: Annotated[int, Int(1, 2**24, help="The longest sequence that there is a vector for")] = 512

    def arguments(self, x: Tensor) -> dict[str, Value]:
        return {"features": x.channels, **super().arguments()}

    def shape(self, x: Tensor) -> Tensor:
        expect(x, "LearnedPositions", SEQUENCE)
        if x.length(TIME) > self.length:
            raise Refused(
                f"The sequence has {x.length(TIME)} steps, but positions are learned for {self.length} only.",
                Put("length", x.length(TIME)),
            )
        return x

    def fan_in(self, name: str, x: Tensor) -> int:
        return x.channels

    def weight_shape(self, name: str, x: Tensor) -> tuple[int, ...]:
        return self.length, x.channels

    def parameters(self, x: Tensor) -> int:
        return self.length * x.channels


@layer(
    "Embedding",
    source=".class_token.ClassToken",
    required=("features",),
    line=Line(("classtoken", "cls")),
    synonyms="CLS, BERT, vision transformer, summary token",
)
class ClassToken(Layer):
    """Puts a learned step before a sequence; attention gathers in it what the whole sequence is about."""

    def arguments(self, x: Tensor) -> dict[str, Value]:
        return {"features": x.channels}

    def shape(self, x: Tensor) -> Tensor:
        expect(x, "ClassToken", SEQUENCE)
        return x.resized(0, x.length(TIME) + 1)

    def parameters(self, x: Tensor) -> int:
        return x.channels

    def formula(self, x: Tensor) -> Mapping[str, str]:
        return {TIME: f"{x.length(TIME) + 1} = 1 + {x.length(TIME)}", FEATURE: f"{x.channels}, as they come in"}
