"""Hints: what works but is unwise, said while drawing; each rule is one function."""

from collections.abc import Callable, Iterator

from dlstudio.catalog.losses import AUTO
from dlstudio.compiler.findings import fix
from dlstudio.compiler.plan import Plan, Step
from dlstudio.core import edits
from dlstudio.core.document import OUTPUT, Project, Wire
from dlstudio.core.issue import Fix, Issue, Severity

Rule = Callable[[Plan], Iterator[Issue]]

RECTIFYING = "Activation"


def hints(plan: Plan) -> Iterator[Issue]:
    """All hints for one network."""
    kinds = {node.kind for node in plan.network.nodes.values()}
    for rule, needs in RULES:
        if not needs or kinds & needs:
            yield from rule(plan)


def _issue(severity: Severity, code: str, text: str, plan: Plan, step: Step, *fixes: Fix) -> Issue:
    return Issue(severity, code, text, plan.name, step.id, "", fixes)


def _source(plan: Plan, step: Step) -> Step | None:
    """The node that feeds a step's first input."""
    for origins in step.origins.values():
        return plan.steps.get(origins[0][0])
    return None


def _pairs(plan: Plan, kind: str) -> Iterator[tuple[Step, Step]]:
    """Each step of a kind with the one before it."""
    for step in plan.steps.values():
        if step.node.kind == kind and not step.muted:
            source = _source(plan, step)
            if source and not source.muted:
                yield source, step


def double_softmax(plan: Plan) -> Iterator[Issue]:
    """LAY-23: cross-entropy applies a softmax itself; with two, a perfect answer still loses ln(1 + (n − 1)/e)."""
    for source, step in _pairs(plan, OUTPUT):
        loss = step.layer.values()["loss"].get("kind", AUTO)
        if source.node.kind not in ("Softmax", "LogSoftmax"):
            continue
        remove = fix(f"Remove {source.id}", edits.remove, plan.name, [source.id], heal=True)
        if loss == "CrossEntropy":
            text = (
                f"The loss of {step.id} is cross-entropy, which applies a softmax itself; after {source.id} it would "
                "be applied twice, and even a perfect answer would keep a loss: 0.55 with three classes, 1.46 with ten."
                " Leave the softmax out."
            )
            yield _issue("warning", "double-softmax", text, plan, step, remove)
        elif loss == AUTO:
            text = (
                f"{source.id} before {step.id} is not needed for training: cross-entropy works on the raw scores "
                "and applies the softmax itself."
            )
            yield _issue("hint", "double-softmax", text, plan, step, remove)


def linear_twice(plan: Plan) -> Iterator[Issue]:
    """ACT-21: a composition of linear functions is linear."""
    for source, step in _pairs(plan, "Linear"):
        if source.node.kind == "Linear" and source.layer.values()["activation"] == "none":
            wire = Wire(*step.feeds[0], step.id, "x")
            text = (
                f"{source.id} and {step.id} are linear layers in a row, which can do no more than one; "
                "put an activation between them."
            )
            yield _issue("hint", "linear-twice", text, plan, step, fix("Insert ReLU", _insert, plan.name, wire, "ReLU"))


def _insert(project: Project, where: str, wire: Wire, kind: str) -> Project:
    return edits.insert(project, where, wire, edits.new_node(project.networks[where], kind))


def no_gradient(plan: Plan) -> Iterator[Issue]:
    """ACT-01: thresholds pass no gradient."""
    for step in plan.steps.values():
        if step.node.kind in ("Step", "Sign") and step.id in plan.live:
            text = (
                f"{step.id} is a threshold: its gradient is zero, so nothing before it can be trained by "
                "back-propagation (the perceptron rule, or weights set by hand, work)."
            )
            yield _issue("hint", "no-gradient", text, plan, step)


def norm_after_activation(plan: Plan) -> Iterator[Issue]:
    """NLA-07: batch normalization usually stands before the nonlinearity."""
    for source, step in _pairs(plan, "BatchNorm"):
        if source.layer.family == RECTIFYING:
            text = f"{step.id} follows the activation {source.id}; it usually stands before it, after the layer."
            yield _issue("hint", "norm-order", text, plan, step)


def norm_in_loop(plan: Plan) -> Iterator[Issue]:
    """NLA-08: batch statistics do not suit recurrent loops."""
    for step in plan.steps.values() if plan.loops else ():
        if step.node.kind == "BatchNorm":
            text = (
                f"{step.id} stands in a network that runs once for each time step, where the statistics of a batch "
                "differ from step to step; LayerNorm or weight norm suits such networks."
            )
            yield _issue(
                "warning",
                "norm-in-loop",
                text,
                plan,
                step,
                fix("Make it a LayerNorm", edits.convert, plan.name, step.id, "LayerNorm", {}),
            )


def two_norms(plan: Plan) -> Iterator[Issue]:
    """NLA-13: local response normalization is obsolete beside batch normalization."""
    kinds = {step.node.kind for step in plan.steps.values()}
    for step in plan.steps.values() if "BatchNorm" in kinds else ():
        if step.node.kind == "LocalResponseNorm":
            text = f"{step.id} does little beside batch normalization, which replaced it; it can be left out."
            remove = fix(f"Remove {step.id}", edits.remove, plan.name, [step.id], heal=True)
            yield _issue("hint", "two-norms", text, plan, step, remove)


def needless_bias(plan: Plan) -> Iterator[Issue]:
    """A bias just before batch normalization is subtracted again."""
    for source, step in _pairs(plan, "BatchNorm"):
        layer = source.layer
        if getattr(layer, "bias", None) is True and getattr(layer, "activation", "none") == "none":
            text = f"The bias of {source.id} has no effect, since {step.id} subtracts the mean; it can be left out."
            yield _issue(
                "hint",
                "needless-bias",
                text,
                plan,
                source,
                fix("Leave the bias out", edits.put, plan.name, source.id, bias=False),
            )


def symmetric_start(plan: Plan) -> Iterator[Issue]:
    """INI-01, INI-02: units that start the same stay the same."""
    for step in plan.steps.values():
        if "weight_init" not in step.node.fields or step.layer.family not in ("Linear", "Convolution"):
            continue
        spec = step.layer.values()["weight_init"]
        if spec and spec["kind"] in ("Zeros", "Ones", "Constant") and step.outs["y"].channels > 1:
            text = (
                f"All weights of {step.id} start with the same value, so its units get the same gradients and stay "
                "the same for ever; start them at random."
            )
            yield _issue(
                "warning",
                "symmetric-start",
                text,
                plan,
                step,
                fix("Start at random", edits.reset, plan.name, step.id, "weight_init"),
            )


RULES: tuple[tuple[Rule, frozenset[str]], ...] = (
    (double_softmax, frozenset({"Softmax", "LogSoftmax"})),
    (linear_twice, frozenset({"Linear"})),
    (no_gradient, frozenset({"Step", "Sign"})),
    (norm_after_activation, frozenset({"BatchNorm"})),
    (norm_in_loop, frozenset({"BatchNorm"})),
    (two_norms, frozenset({"LocalResponseNorm"})),
    (needless_bias, frozenset({"BatchNorm"})),
    (symmetric_start, frozenset()),
)
"""Each rule, and the kinds of node that it is about (none named: any)."""
