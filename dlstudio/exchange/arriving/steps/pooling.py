"""Pooling: means over windows that are larger than what they look at."""

from dlstudio.exchange.arriving.scribe import Scribe
from dlstudio.exchange.arriving.steps.modules import placed, special
from dlstudio.exchange.arriving.steps.rule import RULES
from dlstudio.exchange.arriving.trace import Step, Value, values


@special("AvgPool1d", "AvgPool2d", "AvgPool3d")
def average(scribe: Scribe, step: Step) -> None:
    """A window that reaches over all there is, and beyond, takes the mean of all there is."""
    given = list(values((step.args, dict(step.kwargs))))
    if given and _covers(step, given[0]):
        dims = tuple(range(2, given[0].rank))
        RULES["mean"](scribe, Step(step.name, "mean", (given[0], dims, True), {}, step.out, path=step.path))
    else:
        placed(scribe, step, given)


def _covers(step: Step, x: Value) -> bool:
    part, lengths = step.module, x.shape[2:]
    kernel, padding = (_each(getattr(part, name), len(lengths)) for name in ("kernel_size", "padding"))
    plain = getattr(part, "ceil_mode", False) and not any(padding) and not getattr(part, "divisor_override", None)
    larger = all(k >= n for k, n in zip(kernel, lengths, strict=True)) and tuple(kernel) != lengths
    return bool(plain and larger and isinstance(step.out, Value) and set(step.out.shape[2:]) == {1})


def _each(size: int | tuple[int, ...], dims: int) -> tuple[int, ...]:
    return (size,) * dims if isinstance(size, int) else tuple(size)
