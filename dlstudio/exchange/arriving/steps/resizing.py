"""Resizing: pictures made larger or smaller, and borders around them."""

from typing import Any

from dlstudio.exchange.arriving.scribe import Scribe, Unfit
from dlstudio.exchange.arriving.steps.rule import Told, does, name_of, only
from dlstudio.exchange.arriving.trace import Step

MODES = {"bilinear": "linear", "trilinear": "linear", "bicubic": "cubic"}
READ, BORDERS = dict(enumerate(("bilinear", "nearest", "bicubic"))), dict(enumerate(("zeros", "border", "reflection")))
"""What the operators of torch have numbers for."""


@does("interpolate", "upsample")
def interpolate(scribe: Scribe, step: Step) -> None:
    """By a factor where it is one for all directions, else to a size."""
    told = Told(step, "input size scale_factor mode align_corners recompute_scale_factor antialias", mode="nearest")
    value = told.value("input")
    if value.batch != 0 or value.fold > 1:
        raise Unfit("the samples are not along its first axis")
    mode = MODES.get(told["mode"], told["mode"])
    fields: dict[str, Any] = {"mode": mode, "align_corners": bool(told.get("align_corners"))}
    factor = told.get("scale_factor")
    factors = set(factor) if isinstance(factor, list | tuple) else {factor}
    kind = "Resize"
    if len(factors) == 1 and None not in factors and not told.get("antialias"):
        kind, fields["scale_factor"] = "Upsample", float(factors.pop())
    elif None in factors:
        fields |= {"size": only(step).shape[2:], "antialias": bool(told.get("antialias"))}
    else:
        raise Unfit("its factors differ from direction to direction")
    scribe.give(only(step), scribe.layer(kind, name_of(scribe, step), fields, {"x": scribe.known(value)})[0])


@does("affine_grid", "affine_grid_generator")
def affine_grid(scribe: Scribe, step: Step) -> None:
    """Half of a spatial transform: what is read where."""
    told = Told(step, "theta size align_corners")
    scribe.grids[only(step).name] = told.value("theta"), bool(told.get("align_corners"))


@does("grid_sample", "grid_sampler")
def grid_sample(scribe: Scribe, step: Step) -> None:
    """The other half: an image read at the places of a grid."""
    told = Told(step, "input grid mode padding_mode align_corners", mode="bilinear", padding_mode="zeros")
    if told.value("grid").name not in scribe.grids:
        raise Unfit("its grid does not come from an affine_grid")
    theta, aligned = scribe.grids[told.value("grid").name]
    if aligned != bool(told.get("align_corners")):
        raise Unfit("its corners lie otherwise than those of its grid")
    out = only(step)
    mode, border = READ.get(told["mode"], told["mode"]), BORDERS.get(told["padding_mode"], told["padding_mode"])
    fields = {"size": out.sample[1:], "mode": mode, "padding_mode": border}
    inputs = {
        "x": scribe.known(told.value("input")),
        "theta": scribe.shaped(scribe.known(theta), (theta.sample[0] * theta.sample[1],)),
    }
    fields["align_corners"] = aligned
    scribe.give(out, scribe.layer("SpatialTransform", name_of(scribe, step), fields, inputs)[0])


@does("pad", "constant_pad_nd")
def pad(scribe: Scribe, step: Step) -> None:
    """Laps around the last axes."""
    told = Told(step, "input pad mode value", mode="constant", value=None)
    if step.op == "constant_pad_nd":
        told = Told(step, "input pad value", mode="constant", value=0.0)
    value, laps = told.value("input"), told["pad"]
    laps = (laps,) * (2 * (value.rank - 2)) if isinstance(laps, int) else tuple(laps)
    if value.batch != 0 or value.fold > 1:
        raise Unfit("the samples are not along its first axis")
    name = scribe.known(value)
    tensor = scribe.tensor(name)
    wanted = 2 * (tensor.rank - 1)
    lifted = tensor.rank < 2 or len(laps) > wanted
    if lifted:  # the layer leaves the first axis alone, so that there has to be one more
        name = scribe.shaped(name, (1, *tensor.shape))
        wanted += 2
    if any(laps[wanted:]) or min(laps) < 0:
        raise Unfit("it adds to the samples, or cuts off")
    sides = (*laps, *(0,) * (wanted - len(laps)))[:wanted]
    fields = {"padding": sides, "mode": told["mode"], "value": float(told.get("value") or 0.0)}
    scribe.give(only(step), scribe.layer("Pad", name_of(scribe, step), fields, {"x": name})[0])
