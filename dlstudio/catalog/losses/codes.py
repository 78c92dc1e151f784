"""Codes: losses that say which codes of an encoder should lie near each other."""

from typing import Annotated

from dlstudio.catalog.losses.loss import REDUCTION, Loss, loss
from dlstudio.core.fields import Choice, Real
from dlstudio.core.frozen import Value
from dlstudio.core.tensor import Tensor

FAMILY = "Codes"


@loss(
    FAMILY,
    ".triplet.squared_triplet_loss",
    synonyms="FaceNet, anchor, positive, negative, metric learning, LOS-19",
)
class Triplet(Loss):
    """max(‖a − p‖² − ‖a − n‖² + margin, 0): an anchor lies nearer to its like than to any other, by a margin.

    The sources square the distances and sum over the triplets; torch's own takes plain distances and the mean."""

    inputs = ("anchor", "positive", "negative")
    targets = ("nothing",)
    not_arguments = Loss.not_arguments | {"distance"}
    torch_defaults = {"margin": None}

    distance: Annotated[
        str, Choice(options=("squared", "plain"), help="Squared as in the sources, or as torch has it")
    ] = "squared"
    margin: Annotated[float, Real(low=0, help="By how much nearer")] = 0.2
    reduction: Annotated[str, REDUCTION] = "sum"

    def callee(self, y: Tensor | None, t: Tensor | None) -> str:
        return self.source if self.distance == "squared" else "F.triplet_margin_loss"


@loss(FAMILY, ".contrastive.contrastive_loss", synonyms="Siamese, pairs, similarity, verification, LOS-20")
class Contrastive(Loss):
    """½d² for two codes that belong together (t = 1), ½·max(margin − d, 0)² for two that do not (t = 0).

    d is their distance (Hadsell, Chopra and LeCun 2006)."""

    inputs = ("y", "other", "t")
    targets = ("same",)

    margin: Annotated[float, Real(low=0, open_low=True, help="How far apart is far enough")] = 1.0

    def sides(self, y: Tensor | None, t: Tensor | None) -> dict[str, str]:
        return {"y": "{y}", "other": "{other}", "t": "{t}.flatten()"}


@loss(FAMILY, "F.cosine_embedding_loss", synonyms="angle, similarity, Siamese")
class CosineEmbedding(Loss):
    """1 − cos for two codes that belong together (t = 1), max(cos − margin, 0) for two that do not (t = 0 or −1)."""

    inputs = ("y", "other", "t")
    targets = ("same",)

    margin: Annotated[float, Real(low=-1, high=1, help="How alike two codes that do not belong together may be")] = 0.0

    def sides(self, y: Tensor | None, t: Tensor | None) -> dict[str, str]:
        return {"y": "{y}", "other": "{other}", "t": "{t}.flatten().gt(0).to({y}.dtype) * 2 - 1"}

    def arguments(self, y: Tensor | None, t: Tensor | None) -> dict[str, Value]:
        return {"margin": self.margin}
