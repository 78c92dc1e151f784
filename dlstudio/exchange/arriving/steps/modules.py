"""Modules: torch's own, and dlstudio's, as the layers that are written as them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from torch import nn

from dlstudio.catalog.layer import Layer, Trained
from dlstudio.exchange.arriving.report import Remark
from dlstudio.exchange.arriving.scribe import Scribe, TimeFirst, Unfit
from dlstudio.exchange.arriving.sources import alike, fields_of, kinds_for, unnormed
from dlstudio.exchange.arriving.steps.rule import RULES, name_of
from dlstudio.exchange.arriving.trace import Step, Value, values

Special = Callable[[Scribe, Step], None]
SPECIAL: dict[str, Special] = {}
"""Modules that are not the layer of their name with its inputs in order."""

EACH = ("Pointwise", "Table", "OverAxes", "AlongAxis")
"""Layers that treat numbers, or the last axes, wherever the samples are."""
LAST = ("Linear", "LayerNorm", "RMSNorm", "Embedding")
"""Layers that read what has more axes than a sequence as a sequence."""


def special(*names: str) -> Callable[[Special], Special]:
    """Registers what to do for modules of these classes."""

    def put(rule: Special) -> Special:
        SPECIAL.update(dict.fromkeys(names, rule))
        return rule

    return put


def module(scribe: Scribe, step: Step) -> None:
    """A module as a layer, tried by the layers of its class."""
    assert step.module is not None
    if (plain := unnormed(step.module)) is not None:
        why = "No layer norms its weights along that axis, so they come in as they are, without the norm"
        scribe.draft.report.hints.append(Remark(scribe.local(step.path), why))
        step = replace(step, module=plain)
    if step.op in SPECIAL:
        SPECIAL[step.op](scribe, step)
        return
    given = list(values((step.args, dict(step.kwargs))))
    placed(scribe, step, given)


def placed(scribe: Scribe, step: Step, given: list[Value], **more: Any) -> None:
    """The layer of a module's class, with values at its ports in order."""
    assert step.module is not None
    reason = f"no layer is written as {step.op}"
    for layer in kinds_for(step.module):
        try:
            fields = {**fields_of(layer, step.module), **_axis(scribe, layer, step.module, given), **more}
            if fields.get("stride") is not None and fields["stride"] == fields.get("kernel_size"):
                fields = _own_stride(layer, fields)
            checked(scribe, layer, step, given)
            put_module(scribe, layer, step, fields, given)
            return
        except TimeFirst:
            raise
        except Unfit as problem:
            reason = str(problem) if reason.startswith("no layer") else reason
    raise Unfit(reason)


def _own_stride(layer: type[Layer], fields: dict[str, Any]) -> dict[str, Any]:
    """A stride that is the kernel's size is what some layers take when nothing is said."""
    usual = layer.specs["stride"].default
    return {n: v for n, v in fields.items() if n != "stride"} if usual == (0,) * len(usual) else fields


def checked(scribe: Scribe, layer: type[Layer], step: Step, given: list[Value]) -> None:
    """Unfit where the samples are not along the axis that the module takes them from."""
    first = given[0] if given else None
    if first is None:
        raise Unfit("it takes no tensor")
    each = any(cls.__name__ in EACH for cls in layer.__mro__) or layer.kind == "Linear"
    if each:
        return
    part = getattr(step.module, "self_attn", step.module)
    wanted = 1 if getattr(part, "batch_first", None) is False else 0
    if first.batch == wanted and first.fold == 1:
        return
    if wanted == 1 and first.batch == 0:
        raise TimeFirst("it reads its steps along the first axis, where the samples are")
    if first.batch is None and first.data is not None:
        return
    raise Unfit("the samples are not along the axis that it takes them from")


def _axis(scribe: Scribe, layer: type[Layer], part: nn.Module, given: list[Value]) -> dict[str, Any]:
    dim = getattr(part, "dim", None)
    if "axis" not in layer.specs or not isinstance(dim, int) or not given:
        return {}
    return {"axis": str(scribe.sample_axis(given[0], dim))}


def put_module(
    scribe: Scribe,
    layer: type[Layer],
    step: Step,
    fields: Mapping[str, Any],
    given: list[Value],
    ports: Mapping[str, str] | None = None,
) -> None:
    """The layer with the module's weights; the weights of a module that was called before are used again."""
    assert step.module is not None
    made = layer(**{layer.specs[name].attribute: value for name, value in fields.items()})
    places = [port.name for port in made.ports_in()]
    if len(given) > len(places):
        raise Unfit(f"it takes {len(given)} tensors, the layer {len(places)}")
    wired = dict(ports) if ports else dict(zip(places, map(scribe.known, given), strict=False))
    if layer.kind in ("LayerNorm", "RMSNorm"):
        wired, fields = over_last(scribe, wired, fields, step.module.normalized_shape)  # type: ignore[arg-type]
    if layer.kind == "Linear":
        wired = rows(scribe, wired)
    if layer.kind == "Embedding":
        wired = row(scribe, wired)
    wired = states(scribe, wired)
    judged, seen = scribe.fitting(layer.kind, fields, wired)
    ins = {port: seen[value] for port, value in wired.items()}
    if reason := alike(judged, step.module, ins):
        raise Unfit(reason)
    name = name_of(scribe, step)
    before = scribe.modules.get(step.path)
    weights = {} if before else step.module.state_dict()
    if before and issubclass(layer, Trained) and step.module.state_dict():
        fields = {**fields, "same_weights_as": before}
    outs = [port.name for port in made.ports_out()]
    results = scribe.layer(layer.kind, name, fields, wired, outs, weights)
    node = scribe.draft.values[results[0]][0]
    scribe.modules.setdefault(step.path, node)
    if node != name and step.module.state_dict() and not before:
        scribe.renamed(step.path, node)
    for value, result in zip(values(step.out), results, strict=False):
        scribe.give(value, result, rows=layer.kind in LAST)


def states(scribe: Scribe, wired: dict[str, str]) -> dict[str, str]:
    """States of a single layer and direction lose the axis that counts those."""
    found = dict(wired)
    for port in ("h0", "c0"):
        if port in found and scribe.tensor(found[port]).shape[:1] == (1,):
            found[port] = scribe.shaped(found[port], scribe.tensor(found[port]).shape[1:])
    return found


def rows(scribe: Scribe, wired: dict[str, str]) -> dict[str, str]:
    """What has more axes than a sequence is read as a sequence; the result is brought back as it leaves."""
    (port, value), *_ = wired.items()
    tensor = scribe.tensor(value)
    if tensor.rank <= 2:
        return wired
    return {port: scribe.shaped(value, (tensor.size // tensor.shape[-1], tensor.shape[-1]))}


def row(scribe: Scribe, wired: dict[str, str]) -> dict[str, str]:
    """A table of whole numbers is looked up as one row."""
    return {
        port: scribe.shaped(value, (tensor.size,)) if (tensor := scribe.tensor(value)).rank > 1 else value
        for port, value in wired.items()
    }


def over_last(
    scribe: Scribe, wired: dict[str, str], fields: Mapping[str, Any], lengths: tuple[int, ...]
) -> tuple[dict[str, str], dict[str, Any]]:
    """A norm over the last axes, whatever they are called: over a whole sample, or over each of many steps."""
    (port, value), *_ = wired.items()
    tensor = scribe.tensor(value)
    count = len(lengths)
    if tensor.shape[tensor.rank - count :] != tuple(lengths):
        raise Unfit("it normalises axes that are not the last ones of a sample")
    if count == tensor.rank:
        return wired, {**fields, "axes": "all" if count > 1 else "auto"}
    flat = scribe.shaped(value, (tensor.size // _product(lengths), _product(lengths)), "sequence")
    if count == 1:
        return {port: value if tensor.axes == ("time", "feature") else flat}, {**fields, "axes": "auto"}
    if tensor.rank - count == 1:
        clip = scribe.formed(value, ("time", "channel", "height", "width")) if tensor.rank == 4 else value
        return {port: clip}, {**fields, "axes": "auto"}
    raise Unfit("it normalises several axes of many")


def _product(lengths: tuple[int, ...]) -> int:
    made = 1
    for length in lengths:
        made *= length
    return made


def _as_function(op: str, **told: Any) -> Special:
    """A module that is written as a function is."""

    def rule(scribe: Scribe, step: Step) -> None:
        kwargs = {name: getattr(step.module, attribute) for name, attribute in told.items()}
        RULES[op](scribe, Step(step.name, op, step.args, kwargs, step.out, path=step.path))

    return rule


SPECIAL["Identity"] = _as_function("clone")
SPECIAL["Flatten"] = _as_function("flatten", start_dim="start_dim", end_dim="end_dim")
SPECIAL["Unflatten"] = _as_function("reshape")
for _dims in "123":
    SPECIAL[f"ZeroPad{_dims}d"] = _as_function("pad", pad="padding")
    SPECIAL[f"ConstantPad{_dims}d"] = _as_function("pad", pad="padding", value="value")
for _class in ("Upsample", "UpsamplingNearest2d", "UpsamplingBilinear2d"):
    SPECIAL[_class] = _as_function(
        "interpolate", size="size", scale_factor="scale_factor", mode="mode", align_corners="align_corners"
    )


def _padded(mode: str) -> Special:
    def rule(scribe: Scribe, step: Step) -> None:
        kwargs = {"pad": step.module.padding, "mode": mode}  # type: ignore[union-attr]
        RULES["pad"](scribe, Step(step.name, "pad", step.args, kwargs, step.out, path=step.path))

    return rule


for _name, _mode in (("Reflection", "reflect"), ("Replication", "replicate"), ("Circular", "circular")):
    for _dims in "123":
        SPECIAL[f"{_name}Pad{_dims}d"] = _padded(_mode)
