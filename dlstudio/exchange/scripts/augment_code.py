"""Augment code: a project's augmentations as text that needs torch only: our own operations, with their settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from dlstudio.core.issue import ProjectProblem
from dlstudio.data.augment.augment import Augment, Step
from dlstudio.data.augment.operation import operations
from dlstudio.data.dataset import Column
from dlstudio.exchange.scripts.closure import Carried, NotCarried, closure
from dlstudio.exchange.scripts.optimizer_code import spread

PACKAGE = "dlstudio.data.augment"
BASE = ((f"{PACKAGE}.operation", "Scene"), (f"{PACKAGE}.operation", "operations"), (f"{PACKAGE}.dice", "Dice"))
LEFT = frozenset({"measure"})
"""What an operation measures before a training; a script has the results."""
MOST = 4_096
"""So many measured numbers may stand in a script."""

CHANGED = '''def augmented(batch: dict[str, Tensor], epoch: int, position: int) -> dict[str, Tensor]:
    """A batch of an epoch as it is learned from: changed at random, anew each time."""
    device = next(iter(batch.values())).device
    dice = Dice(torch.Generator(device).manual_seed(mixed(SEED, epoch, position)))
    for kind, form, scene in AUGMENTATIONS:
        batch = operations[kind](form, scene, batch, dice)
    return batch'''


@dataclass(frozen=True)
class AugmentCode:
    """What a script has of them: the operations, the list of what is done, and the function that does it."""

    carried: Carried
    steps: str
    function: str = CHANGED


def augment_code(augment: Augment | None) -> AugmentCode | None:
    """The text of augmentations; a ProjectProblem names the one that cannot be carried."""
    if augment is None:
        return None
    kinds = {step.form.kind: operations[step.form.kind] for step in augment.steps}
    wanted = [*BASE, *((type(each).__module__, type(each).__name__) for each in kinds.values())]
    try:
        found = closure(PACKAGE, wanted, leave=LEFT)
    except NotCarried as reason:
        module, name = reason.args
        named = " and ".join(kinds)
        raise ProjectProblem(
            f"A training script cannot carry the augmentation {named}: it needs {name} of {module}."
        ) from None
    columns = {name: each for step in augment.steps for name, each in step.scene.columns.items()}
    listed = [f"{name!r}: {_column(each)}" for name, each in columns.items()]
    known = spread("COLUMNS = {", listed, "}", always=True)
    steps = spread("AUGMENTATIONS = [", [_step(step) for step in augment.steps], "]", always=True)
    return AugmentCode(found, f"{known}\n{steps}")


def _step(step: Step) -> str:
    """One augmentation: its kind, its settings, and what it knows of the data."""
    form = _namespace({name: repr(_plain(getattr(step.form, name))) for name in _settings(step)}, 8)
    scene = f"Scene(COLUMNS[{step.scene.column.name!r}], COLUMNS, {_measured(step)})"
    return spread("(", [repr(step.form.kind), form, scene], ")", always=True, indent=4)


def _settings(step: Step) -> list[str]:
    """The fields of an augmentation, and what follows from them alone."""
    follows = [n for cls in type(step.form).__mro__ for n, each in vars(cls).items() if isinstance(each, property)]
    return [*(each.attribute for each in step.form.specs.values()), *follows]


def _column(column: Column) -> str:
    """What operations ask of a column."""
    tensor = _namespace({"dtype": repr(column.tensor.dtype), "shape": repr(tuple(column.tensor.shape))}, 8)
    classes = spread("(", [repr(each) for each in column.classes], ",)" if column.classes else ")", indent=8)
    known = {"name": repr(column.name), "role": repr(column.role), "classes": classes, "label": repr(column.label)}
    return _namespace({**known, "tensor": tensor}, 4)


def _measured(step: Step) -> str:
    values: Mapping[str, Tensor] = step.scene.measured
    if sum(each.numel() for each in values.values()) > MOST:
        text = f"What the augmentation {step.form.kind} measured in the data is too much for a training script."
        raise ProjectProblem(text)
    made = [f"{name!r}: torch.tensor({each.tolist()!r}, dtype={each.dtype})" for name, each in values.items()]
    return spread("{", made, "}", indent=8)


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else value


def _namespace(fields: Mapping[str, str], indent: int) -> str:
    return spread("SimpleNamespace(", [f"{name}={text}" for name, text in fields.items()], ")", indent=indent)
