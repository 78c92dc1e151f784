"""Writer: one step of a trace as a layer, by the rule that fits it; what no rule fits is kept."""

from typing import Any

from dlstudio.exchange.arriving.scribe import Scribe, TimeFirst, Unfit
from dlstudio.exchange.arriving.sources import stays_whole
from dlstudio.exchange.arriving.steps.derived import derived
from dlstudio.exchange.arriving.steps.modules import module
from dlstudio.exchange.arriving.steps.own_code import carried
from dlstudio.exchange.arriving.steps.rule import RULES, name_of, plain_name
from dlstudio.exchange.arriving.trace import Step, taken, values


def write(scribe: Scribe, step: Step) -> None:
    """Writes a step, or keeps it with the reason."""
    mark = scribe.draft.marked()
    try:
        _written(scribe, step)
    except TimeFirst:
        raise
    except Unfit as problem:
        scribe.draft.back(mark)
        _keep(scribe, step, str(problem))


def _written(scribe: Scribe, step: Step) -> None:
    if step.module is not None and not stays_whole(step.module):
        carried(scribe, step)
        return
    if step.module is not None:
        module(scribe, step)
        return
    rule = RULES.get(step.op) or RULES.get(plain_name(step)) or derived
    rule(scribe, step)


def _keep(scribe: Scribe, step: Step, reason: str) -> None:
    inputs: dict[str, str] = {}
    for value in taken(step):
        try:
            inputs[f"x{len(inputs) + 1}"] = scribe.known(value)
        except Unfit:
            scribe.draft.leave(f"an input of {step.op}", "it was left out itself")
    outs = list(values(step.out))
    ports = {"y" if len(outs) == 1 else f"y{i + 1}": value for i, value in enumerate(outs)}
    what = f"nn.{step.op}" if step.module is not None else f"torch.{plain_name(step)}"
    weights = step.module.state_dict() if step.module is not None else {}
    node = scribe.draft.keep(
        what,
        name_of(scribe, step),
        _attributes(step),
        inputs,
        {port: value.name for port, value in ports.items()},
        reason,
        weights,
    )
    scribe.assume(node, ports)


def _attributes(step: Step) -> dict[str, Any]:
    """What a step was told, as a document can keep it."""
    if step.module is not None:
        told = {n: v for n, v in vars(step.module).items() if not n.startswith("_") and n != "training"}
        return {name: value for name, value in told.items() if isinstance(value, bool | int | float | str | tuple)}
    given = {f"argument{i + 1}": value for i, value in enumerate(step.args)} | dict(step.kwargs)
    return {name: value for name, value in given.items() if not any(True for _ in values(value))}
