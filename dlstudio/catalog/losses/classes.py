"""Classes: losses for outputs that choose one of several classes, or say yes or no."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from dlstudio.catalog.losses.loss import Elementwise, Loss, loss
from dlstudio.catalog.losses.sides import classes_second, is_class, like, unlike, unscored
from dlstudio.core.fields import Choice, Int, Real, Reals
from dlstudio.core.frozen import Value
from dlstudio.core.spec import BadField, BadFields
from dlstudio.core.tensor import CHANNEL, Tensor

FAMILY = "Classes"

IGNORED = Int(-(2**31), 2**31 - 1, help="Targets with this number do not count: the padding of sequences")
SMOOTHING = Real(low=0, high=0.999, help="Takes this share from the right class and spreads it over all of them")
WEIGHTS = Reals(low=0, help="How much each class counts, in their order; none: all alike")
SCORES_OR_SHARES = Choice(
    options=("scores", "probabilities"),
    help="What the network ends in: scores of any size, or probabilities (after a sigmoid or a softmax)",
)
TINY = 1e-12
"""Keeps the logarithm of a probability of 0 finite."""


def _logarithm(text: str) -> str:
    return f"{text}.clamp_min({TINY!r}).log()"


@dataclass(frozen=True)
class _Scored(Elementwise):
    """A loss on scores whose classes may be given by number or by shares."""

    targets = ("class", "probabilities")

    ignore_index: Annotated[int, IGNORED] = -100

    def refuses(self, y: Tensor, t: Tensor | None, classes: int = 0) -> str:
        return unscored(self.kind, y, t, classes)

    def sides(self, y: Tensor | None, t: Tensor | None) -> dict[str, str]:
        shares = t is not None and not self._numbered(y, t)
        return {"y": classes_second(y, "{y}"), "t": classes_second(y, "{t}") if shares else "{t}"}

    def arguments(self, y: Tensor | None, t: Tensor | None) -> dict[str, Value]:
        given = super().arguments(y, t)
        return given if self._numbered(y, t) else {n: v for n, v in given.items() if n != "ignore_index"}

    def count(self, y: Tensor | None, t: Tensor | None) -> str:
        return "({t} != {ignored})" if self._numbered(y, t) else ""

    def extra(self, y: Tensor | None, t: Tensor | None) -> dict[str, Value]:
        return {"ignored": self.ignore_index} if self._numbered(y, t) else {}

    def _numbered(self, y: Tensor | None, t: Tensor | None) -> bool:
        return t is None or is_class(y, t)


@loss(
    FAMILY,
    "F.cross_entropy",
    synonyms="softmax, log loss, log-likelihood, multi-class, classification, negative log-likelihood, "
    "LOS-08, LOS-09, LOS-10, LOS-11, LOS-29, LOS-30",
)
class CrossEntropy(_Scored):
    """−Σ t·ln softmax(y): on raw scores, with the softmax inside; its gradient at the scores is softmax(y) − t.

    By natural logarithms, the mean over samples and steps. It is the negative log-likelihood of the right classes.
    A softmax before it would be applied twice, and even a perfect answer would keep a loss: 0.55 with three classes,
    1.46 with ten."""

    not_arguments = Elementwise.not_arguments | {"class_weights"}

    label_smoothing: Annotated[float, SMOOTHING] = 0.0
    class_weights: Annotated[tuple[float, ...], WEIGHTS] = ()

    def refuses(self, y: Tensor, t: Tensor | None, classes: int = 0) -> str:
        given, scores = len(self.class_weights), y.channels if y.rank else 1
        wrong = f"There are {given} class weights for {scores} classes; give one for each, or none."
        return super().refuses(y, t, classes) or (wrong if given not in (0, scores) else "")

    def written(self, y: Tensor | None, t: Tensor | None) -> dict[str, str]:
        return {"weight": "{y}.new_tensor({class_weights})"} if self.class_weights else {}

    def count(self, y: Tensor | None, t: Tensor | None) -> str:
        weights = "{y}.new_tensor({class_weights})[{t}.clamp_min(0)] * "
        counted = super().count(y, t)
        return (weights if self.class_weights and counted else "") + counted

    def extra(self, y: Tensor | None, t: Tensor | None) -> dict[str, Value]:
        return super().extra(y, t) | ({"class_weights": self.class_weights} if self.class_weights else {})


@loss(FAMILY, "F.nll_loss", synonyms="NLL, log-likelihood, maximum likelihood, log softmax, LOS-08, LOS-09, LOS-29")
class NegativeLogLikelihood(_Scored):
    """−Σ t·ln p for a network that ends in a softmax or a log softmax of its own; CrossEntropy has it inside.

    By natural logarithms, the mean over samples and steps."""

    not_arguments = Elementwise.not_arguments | {"on"}
    alternatives = (".soft_likelihood.soft_nll_loss",)

    on: Annotated[
        str,
        Choice(
            options=("log probabilities", "probabilities"),
            help="What the network ends in: logarithms (after a log softmax), or probabilities (after a softmax)",
        ),
    ] = "log probabilities"

    def callee(self, y: Tensor | None, t: Tensor | None) -> str:
        return self.source if self._numbered(y, t) else self.alternatives[0]

    def sides(self, y: Tensor | None, t: Tensor | None) -> dict[str, str]:
        sides = super().sides(y, t)
        return {**sides, "y": _logarithm(sides["y"]) if self.on == "probabilities" else sides["y"]}


@loss(
    FAMILY,
    "F.binary_cross_entropy_with_logits",
    synonyms="BCE, log loss, logistic, sigmoid, multi-label, yes or no, LOS-07, LOS-15",
)
class BinaryCrossEntropy(Elementwise):
    """−[t·ln p + (1 − t)·ln(1 − p)] for every output on its own: yes or no, or several labels at once.

    On scores it has the sigmoid inside, which is exact for large scores; on probabilities torch cuts logarithms at
    −100. By natural logarithms, the mean over outputs and samples."""

    targets = ("yes/no", "probabilities", "class")
    not_arguments = Elementwise.not_arguments | {"on", "positive_weight"}

    on: Annotated[str, SCORES_OR_SHARES] = "scores"
    positive_weight: Annotated[
        float, Real(low=0, open_low=True, help="How much a yes counts beside a no, where yes is rare (on scores only)")
    ] = 1.0

    def validate(self) -> None:
        if self.on == "probabilities" and self.positive_weight != 1:
            text = "The positive weight works on scores only; leave the sigmoid out and set “on” to scores."
            raise BadFields((BadField("positive_weight", text),))

    def refuses(self, y: Tensor, t: Tensor | None, classes: int = 0) -> str:
        return unlike(self.kind, y, t, classes)

    def callee(self, y: Tensor | None, t: Tensor | None) -> str:
        return self.source if self.on == "scores" else "F.binary_cross_entropy"

    def sides(self, y: Tensor | None, t: Tensor | None) -> dict[str, str]:
        return {"y": "{y}", "t": like(y, t)}

    def written(self, y: Tensor | None, t: Tensor | None) -> dict[str, str]:
        return {"pos_weight": "{y}.new_tensor({positive_weight})"} if self.positive_weight != 1 else {}

    def extra(self, y: Tensor | None, t: Tensor | None) -> dict[str, Value]:
        return {"positive_weight": self.positive_weight} if self.positive_weight != 1 else {}


@loss(FAMILY, ".divergence.kl_divergence", synonyms="Kullback-Leibler, relative entropy, distillation, KL, LOS-13")
class KLDivergence(Elementwise):
    """Σ t·ln(t/p): how far the network's shares p are from the target's t; the cross-entropy less the entropy of t.

    By natural logarithms, summed over the classes; 0 only where both are the same."""

    targets = ("probabilities",)
    not_arguments = Elementwise.not_arguments | {"on"}

    on: Annotated[
        str,
        Choice(
            options=("scores", "log probabilities", "probabilities"),
            help="What the network ends in: scores, logarithms (after a log softmax), or probabilities (softmax)",
        ),
    ] = "scores"

    def refuses(self, y: Tensor, t: Tensor | None, classes: int = 0) -> str:
        if t is not None and (t.dtype != "float" or t.shape != y.shape):
            return f"KLDivergence compares shares with shares; the output is {y} and the target {t}. Use CrossEntropy."
        return ""

    def sides(self, y: Tensor | None, t: Tensor | None) -> dict[str, str]:
        scores = classes_second(y, "{y}")
        written = {"scores": f"F.log_softmax({scores}, 1)", "probabilities": _logarithm(scores)}
        return {"y": written.get(self.on, scores), "t": classes_second(y, "{t}")}


@dataclass(frozen=True)
class _Margin(Elementwise):
    """A loss that is 0 beyond a margin."""

    targets = ("yes/no", "class")
    power: ClassVar[int] = 1
    alternatives = (".hinge.class_hinge_loss",)

    def refuses(self, y: Tensor, t: Tensor | None, classes: int = 0) -> str:
        return unlike(self.kind, y, t, classes)

    def callee(self, y: Tensor | None, t: Tensor | None) -> str:
        return self.alternatives[0] if is_class(y, t) else self.source

    def sides(self, y: Tensor | None, t: Tensor | None) -> dict[str, str]:
        if is_class(y, t):
            return {"y": classes_second(y, "{y}"), "t": "{t}"}
        return {"y": "{y}", "t": like(y, t)}

    def arguments(self, y: Tensor | None, t: Tensor | None) -> dict[str, Value]:
        return {"power": self.power} if self.power != 1 else {}


@loss(FAMILY, ".hinge.hinge_loss", synonyms="SVM, support vector machine, max margin")
class Hinge(_Margin):
    """max(0, 1 − s·y), where s is +1 for yes (any target above 0) and −1 for no: it stops at a margin of 1.

    With classes: the mean over the wrong ones of max(0, 1 − y(right) + y(wrong)), as torch's multi-margin loss."""


@loss(FAMILY, ".hinge.hinge_loss", synonyms="L2-SVM, support vector machine, max margin")
class SquaredHinge(_Margin):
    """The square of the hinge loss: punishes large errors more, and is smooth at the margin."""

    power = 2


@loss(FAMILY, ".focal.focal_loss", synonyms="imbalanced, rare, detection, RetinaNet")
class Focal(Elementwise):
    """Cross-entropy times (1 − p)^gamma: what is easy counts little, so what is rare is learned (Lin et al. 2017)."""

    targets = ("class", "yes/no")
    alternatives = (".focal.binary_focal_loss",)

    gamma: Annotated[float, Real(low=0, high=20, help="How much easy samples are held back; 0 is cross-entropy")] = 2.0
    alpha: Annotated[
        float, Real(low=0, high=1, help="For yes or no: how much a yes counts, and 1 − alpha a no; 0.5 is even")
    ] = 0.25

    def refuses(self, y: Tensor, t: Tensor | None, classes: int = 0) -> str:
        return unlike(self.kind, y, t, classes)

    def callee(self, y: Tensor | None, t: Tensor | None) -> str:
        return self.source if t is None or is_class(y, t) else self.alternatives[0]

    def sides(self, y: Tensor | None, t: Tensor | None) -> dict[str, str]:
        if t is None or is_class(y, t):
            return {"y": classes_second(y, "{y}"), "t": "{t}"}
        return {"y": "{y}", "t": like(y, t)}

    def arguments(self, y: Tensor | None, t: Tensor | None) -> dict[str, Value]:
        binary = self.callee(y, t) != self.source
        return {"gamma": self.gamma, **({"alpha": self.alpha} if binary else {})}


@loss(FAMILY, ".dice.dice_loss", synonyms="F1, overlap, segmentation, IoU")
class Dice(Loss):
    """1 − 2·overlap/(both sizes): compares regions as wholes, so that small ones count as much as large ones.

    On scores: with a softmax over classes, or a sigmoid for yes or no. The mean over classes, then over samples."""

    targets = ("class", "yes/no")

    smooth: Annotated[
        float, Real(low=0, open_low=True, help="Added to both halves of the fraction, for regions that are empty")
    ] = 1.0

    def refuses(self, y: Tensor, t: Tensor | None, classes: int = 0) -> str:
        return unlike(self.kind, y, t, classes)

    def sides(self, y: Tensor | None, t: Tensor | None) -> dict[str, str]:
        if t is None or is_class(y, t):
            scores = f"torch.softmax({classes_second(y, '{y}')}, 1)"
            return {"y": scores, "t": f"F.one_hot({{t}}, {y.channels if y else 2}).movedim(-1, 1)"}
        one = "" if y is None or (CHANNEL in y.axes and y.rank > 1) else ".unsqueeze(1)"
        return {"y": f"torch.sigmoid({{y}}){one}", "t": like(y, t) + one}
