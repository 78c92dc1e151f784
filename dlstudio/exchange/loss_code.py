"""Loss code: what every output of a network adds to the loss, as the lines of one function."""

from collections.abc import Callable, Iterator

from dlstudio.catalog.recipes import Autoencoder, Recipe
from dlstudio.compiler.formula import Formula, formula
from dlstudio.compiler.giver import before
from dlstudio.compiler.plan import Plan
from dlstudio.compiler.planner import Planner
from dlstudio.core.document import MODEL, OUTPUT, Node
from dlstudio.data.losses import loss_of
from dlstudio.data.prepare import Prepared
from dlstudio.exchange.subject import Subject

Carry = Callable[[Formula], Formula]
"""Takes note of what of ours a formula calls."""

HEAD = (
    "def loss_of(answers: tuple[Tensor, ...], batch: dict[str, Tensor]) -> Tensor:",
    '    """The loss of a batch: the sum over all outputs."""',
    "    losses = []",
)
END = "    return torch.stack(losses).sum() if len(losses) > 1 else losses[0]"

SEEN = '''def seen(value: Tensor, luck: torch.Generator | None = None) -> Tensor:
    """An input as the network sees it: {doc}"""
    {lines}'''
SPOILT = {
    "noise": (
        "with noise on it.",
        "noise = torch.randn(value.shape, generator=luck, device=value.device, dtype=value.dtype)",
        "return value + {corruption!r} * noise if value.is_floating_point() else value",
    ),
    "mask": (
        "with some of its numbers set to 0.",
        "kept = torch.rand(value.shape, generator=luck, device=value.device) >= {corruption!r}",
        "return value * kept if value.is_floating_point() else value",
    ),
}


def loss_code(subject: Subject, recipe: Recipe, prepared: Prepared, counts: str, carry: Carry) -> str:
    """The function; `counts` is the column that says how much each sample counts, where there is one."""
    plan = Planner(subject.project).plan(MODEL)
    lines: list[str] = []
    for index, node in enumerate(subject.project.networks[MODEL].of_kind(OUTPUT)):
        target = target_of(subject, recipe, prepared, plan, node)
        lines += _output(index, node, target, plan, prepared, counts, carry)
    return "\n".join([*HEAD, *lines, END])


def target_of(subject: Subject, recipe: Recipe, prepared: Prepared, plan: Plan, node: Node) -> str:
    """The column that an output is compared with; nothing for a price. What reconstructs is compared with an input."""
    if not isinstance(recipe, Autoencoder):
        return subject.wiring.targets.get(node.id, "")
    if not plan.outputs[node.id].rank and not node.fields.get("target"):
        return ""
    said = str(node.fields.get("target", ""))
    columns = [said] if said else list(subject.wiring.inputs.values())
    alike = [name for name in columns if prepared.columns[name].tensor.shape == plan.outputs[node.id].shape]
    return (alike or columns)[0]


def _output(
    index: int, node: Node, target: str, plan: Plan, prepared: Prepared, counts: str, carry: Carry
) -> Iterator[str]:
    weight = float(node.fields.get("weight", 1.0))
    times = f" * {weight!r}" if weight != 1.0 else ""
    if not target:
        yield f"    losses.append(answers[{index}].mean(){times})  # {node.id}"
        return
    column, answer = prepared.columns[target], plan.outputs[node.id]
    form = loss_of(node, column, answer, before(plan, node))
    names = ("y", "t", "weight") if counts else ("y", "t")
    made = carry(formula(form.code(answer, column.tensor, weighted=bool(counts)), names))
    yield f'    y, t = answers[{index}], batch["{target}"]'
    if counts:
        yield f'    weight = batch["{counts}"]'
    yield f"    losses.append({made.text}{times})  # {node.id}"


def seen_code(recipe: Recipe) -> str:
    """What is done to an input before the network sees it."""
    spoilt = SPOILT.get(recipe.corrupt) if isinstance(recipe, Autoencoder) else None
    if spoilt is None or not isinstance(recipe, Autoencoder):
        return SEEN.format(doc="as it is.", lines="return value")
    doc, *lines = spoilt
    return SEEN.format(doc=doc, lines="\n    ".join(lines).format(corruption=recipe.corruption))
