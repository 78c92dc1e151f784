"""Preparation: the project's normalizations as source that needs torch only, with what they measured as buffers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from dlstudio.catalog.transforms import Transform
from dlstudio.data.transformed import Step
from dlstudio.exchange.subject import Subject

AFFINE = "({x} - {middle}) / {size}", "{x} * {size} + {middle}"
EXPONENT = {
    "saturating": ("-torch.expm1(-{x} / {scale})", "-{scale} * torch.log1p(-{x})"),
    "growing": ("({x} / {scale}).exp()", "{scale} * {x}.log()"),
    "logistic": ("({x} / {scale}).sigmoid()", "{scale} * {x}.logit()"),
}
FORMULAS: Mapping[str, tuple[str, str]] = {
    "MinMax": AFFINE,
    "MinusOneToOne": AFFINE,
    "Standardize": AFFINE,
    "Scale": ("{x} * {factor} + {offset}", "({x} - {offset}) / {factor}"),
    "Log": ("{x}.log() / {log}", "({x} * {log}).exp()"),
    "Arctan": ("{x}.atan() * (2 / math.pi)", "({x} * (math.pi / 2)).tan()"),
    "Whiten": (
        "(({x}.flatten(1) - {mean}) @ {to}).reshape({x}.shape)",
        "({x}.flatten(1) @ {back} + {mean}).reshape({x}.shape)",
    ),
    "OneHotTransform": ("F.one_hot({x}.long(), {count}).float()", "{x}.argmax(-1)"),
}
"""What each transform does to numbers, and what turns them back, as source; tests hold them against data/."""


@dataclass(frozen=True)
class Written:
    """A module as source: its class, and the values of its buffers."""

    title: str
    text: str
    buffers: Mapping[str, Tensor]

    def module(self) -> nn.Module:
        """The same text as a module with its buffers filled."""
        import math

        known: dict[str, Any] = {"torch": torch, "F": F, "nn": nn, "Tensor": Tensor, "math": math}
        exec(compile(self.text, f"<dlstudio {self.title}>", "exec"), known)  # noqa: S102 - written below
        made: nn.Module = known[self.title]()
        made.load_state_dict(dict(self.buffers))
        return made.eval()


def preparation(subject: Subject) -> Written | None:
    """What turns samples as the data holds them into inputs of the network; None where nothing has to be done."""
    chains = {name: subject.steps(subject.wiring.inputs.get(name, "")) for name in subject.source.inputs}
    doc = "Samples as the data holds them, made into what the network was trained with."
    return _written("Preparation", doc, chains, 0) if any(chains.values()) else None


def restoration(subject: Subject) -> Written | None:
    """What turns answers back into the units of the data; None where they are in them."""
    chains = {name: subject.steps(subject.wiring.targets.get(name, ""))[::-1] for name in subject.source.outputs}
    numbers = {name: [] if name in subject.classes else chain for name, chain in chains.items()}
    return (
        _written("Restoration", "Answers turned back into the units of the data.", numbers, 1)
        if any(numbers.values())
        else None
    )


def _written(title: str, doc: str, chains: Mapping[str, Sequence[Step]], way: int) -> Written:
    buffers: dict[str, Tensor] = {}
    body: list[str] = []
    for name, chain in chains.items():
        for number, step in enumerate(chain, 1):
            text, own = line(step.form, step.measured, name, f"{name}_{number}", way)
            body.append(f"        {name} = {text}")
            buffers |= own
    sizes = {name: ", ".join(map(str, value.shape)) for name, value in buffers.items()}
    made = [f'        self.register_buffer("{name}", torch.zeros({size or "()"}))' for name, size in sizes.items()]
    given = ", ".join(f"{name}: Tensor" for name in chains)
    many = "tuple[Tensor, ...]" if len(chains) > 1 else "Tensor"
    lines = [f"class {title}(nn.Module):", f'    """{doc}"""', ""]
    lines += ["    def __init__(self) -> None:", "        super().__init__()", *made, ""] if made else []
    lines += [f"    def forward(self, {given}) -> {many}:", *body, f"        return {', '.join(chains)}"]
    return Written(title, "\n".join(lines) + "\n", buffers)


def line(
    form: Transform, measured: Mapping[str, Tensor], x: str, prefix: str, way: int
) -> tuple[str, dict[str, Tensor]]:
    """One transform (way 0) or its inverse (way 1) as an expression, and the buffers that it reads."""
    values = form.values()
    template = (EXPONENT[values["curve"]] if form.kind == "Exponent" else FORMULAS[form.kind])[way]
    plain = {name: repr(value) for name, value in values.items()}
    wanted = set(re.findall(r"{(\w+)}", template))
    counts = {name: str(int(value)) for name, value in measured.items() if name == "count"}
    own = {name: value.float() for name, value in measured.items() if name in wanted and name not in counts}
    named = {name: f"self.{prefix}_{name}" for name in own}
    text = template.format(x=x, **{**plain, **counts, **named})
    return text, {f"{prefix}_{name}": value for name, value in own.items()}
