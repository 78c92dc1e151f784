"""What the project and its data say by themselves, before and while it trains."""

from collections.abc import Iterator, Mapping

from dlstudio.compiler.check import check
from dlstudio.core.issue import Issue
from dlstudio.training.doctor.case import Case
from dlstudio.training.doctor.finding import Finding
from dlstudio.training.doctor.fixes import decay, drop_out, shuffle, some, train_with

DRAWN = ("double-softmax", "no-gradient", "linear-twice", "norm-in-loop")
"""What the compiler says while drawing and the doctor repeats."""
DATA = ("data-leak", "data-imbalance", "data-one-class", "data-untaught")
"""What preparing the data says and the doctor repeats."""
SMALL_BATCH = 4
TOO_MANY = 50
"""More weights than this for each sample are too many, however they are regularized."""


def drawn(case: Case) -> Iterator[Finding]:
    """DIA-21, DIA-22, DIA-23: mistakes that the drawing shows."""
    yield from (_told(issue) for issue in check(case.project) if issue.code in DRAWN and issue.network == case.name)


def data(case: Case) -> Iterator[Finding]:
    """DIA-18 and leaks between the parts: what was noticed while preparing the data."""
    yield from (_told(issue) for issue in case.facts.issues if issue.code in DATA)


def _told(issue: Issue) -> Finding:
    return Finding(issue.code, issue.text, issue.node, fixes=issue.fixes)


def not_shuffled(case: Case) -> Iterator[Finding]:
    """DIA-15: samples that come class by class are forgotten class by class."""
    if case.project.data.get("shuffle", True) or all(issue.code != "data-sorted" for issue in case.facts.issues):
        return
    text = "The samples come sorted by class and are not shuffled, so the network forgets what it saw first."
    yield Finding("not-shuffled", text, fixes=some(shuffle()))


def little_data(case: Case) -> Iterator[Finding]:
    """DIA-19: a network with far more weights than samples can learn them all by heart."""
    facts = case.facts
    if not facts.samples or facts.parameters < TOO_MANY * facts.samples:
        return
    ratio = facts.parameters / facts.samples
    text = (
        f"{facts.parameters:,} weights are taught by {facts.samples:,} samples, {ratio:,.0f} weights for each, so the "
        "network can learn them by heart. Use more data or augmentation, a smaller network, dropout, or weight decay."
    )
    yield Finding("little-data", text, evidence={"ratio": ratio}, fixes=some(drop_out(case), decay()))


def small_batch(case: Case) -> Iterator[Finding]:
    """DIA-13: the mean of a few samples is no mean to normalize by."""
    size = case.project.training.get("batch_size", 64)
    norms = case.network.of_kind("BatchNorm")
    if norms and isinstance(size, int) and size < SMALL_BATCH:
        text = (
            f"{norms[0].id} normalizes by the mean of a batch, and a batch of {size} is too small for that. "
            "Use larger batches, or LayerNorm."
        )
        fixes = some(train_with("Use batches of 32", batch_size=32))
        yield Finding("small-batch", text, norms[0].id, 0, {"batch": float(size)}, fixes)


def drift(case: Case) -> Mapping[str, float]:
    """DIA-16: how far the mean of each node's results has wandered since the first look, in its own spreads."""
    if len(case.history) < 2:
        return {}
    first, last = case.history[0].nodes, case.history[-1].nodes
    found = {}
    for name, stats in last.items():
        before = first.get(name)
        if before and before.mean is not None and stats.mean is not None and before.std:
            found[name] = abs(stats.mean - before.mean) / before.std
    return found
