"""Loss code: what every output of a network adds to the loss, as the lines of one function."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from dlstudio.catalog.losses.sides import is_class
from dlstudio.catalog.recipes import Autoencoder
from dlstudio.compiler.formula import Formula, formula
from dlstudio.compiler.giver import before
from dlstudio.compiler.plan import Plan
from dlstudio.compiler.planner import Planner
from dlstudio.core.document import MODEL, OUTPUT, Node, Project
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.tensor import Tensor as Shape
from dlstudio.data.dataset import Column
from dlstudio.data.losses import loss_of

Carry = Callable[[Formula], Formula]
"""Takes note of what of ours a formula calls."""

LOSS = "def loss_of(answers: tuple[Tensor, ...], batch: dict[str, Tensor]) -> Tensor:"
RESIDUALS = "def residuals_of(answers: tuple[Tensor, ...], batch: dict[str, Tensor]) -> Tensor:"
SPOILT = '''def spoilt(value: Tensor, luck: torch.Generator | None = None) -> Tensor:
    """An input as the network sees it, {doc}."""
    {lines}
    return {made} if value.is_floating_point() else value'''
NOISE = (
    "with noise on it",
    "noise = torch.randn(value.shape, generator=luck, device=value.device, dtype=value.dtype)",
    "value + {corruption!r} * noise",
)
MASK = (
    "with some of its numbers set to 0",
    "kept = torch.rand(value.shape, generator=luck, device=value.device) >= {corruption!r}",
    "value * kept",
)


@dataclass(frozen=True)
class Compared:
    """The outputs of a project's model, and what they are compared with: a column, or "" for a price."""

    project: Project
    columns: Mapping[str, Column]
    targets: Mapping[str, str]
    counts: str
    """The column that says how much each sample counts, where there is one."""
    carry: Carry
    blended: bool = False
    """Whether samples are mixed with each other while it learns, so that classes become shares."""

    def code(self) -> str:
        """The function that gives the loss of a batch."""
        plan = Planner(self.project).plan(MODEL)
        nodes = [node for node in self.project.networks[MODEL].of_kind(OUTPUT) if node.id in self.targets]
        if len(nodes) == 1:
            lines = list(self._output(0, nodes[0], plan, "return {}"))
            return "\n".join([LOSS, '    """The loss of a batch."""', *lines])
        lines = ["    losses = []"]
        for index, node in enumerate(nodes):
            lines += self._output(index, node, plan, "losses.append({})")
        doc = '    """The loss of a batch: the sum over all outputs."""'
        return "\n".join([LOSS, doc, *lines, "    return torch.stack(losses).sum()"])

    def residuals(self) -> str:
        """The function that gives what the loss of the one output squares."""
        (node, target), *_ = self.targets.items()
        plan = Planner(self.project).plan(MODEL)
        column, answer = self.columns[target], plan.outputs[node]
        form = loss_of(self.project.networks[MODEL].nodes[node], column, answer, before(plan, self._node(node)))
        code = form.residuals(answer, column.tensor)
        if code is None:
            raise ProjectProblem(f"The optimizer needs a sum of squares, and the loss {form.kind} of {node} is none.")
        made = self.carry(formula(code, ("y", "t")))
        doc = '    """What the loss squares, for an optimizer that solves least squares."""'
        return "\n".join([RESIDUALS, doc, f'    y, t = answers[0], batch["{target}"]', f"    return {made.text}"])

    def _node(self, name: str) -> Node:
        return self.project.networks[MODEL].nodes[name]

    def _output(self, index: int, node: Node, plan: Plan, gives: str) -> Iterator[str]:
        weight, target = float(node.fields.get("weight", 1.0)), self.targets[node.id]
        times = f" * {weight!r}" if weight != 1.0 else ""
        if not target:
            yield f"    {gives.format(f'answers[{index}].mean(){times}')}"
            return
        column, answer = self.columns[target], plan.outputs[node.id]
        yield f'    y, t = answers[{index}], batch["{target}"]'
        if self.counts:
            yield f'    weight = batch["{self.counts}"]'
        names = ("y", "t", "weight") if self.counts else ("y", "t")
        form = loss_of(node, column, answer, before(plan, node))

        def text(shape: Shape) -> str:
            made = self.carry(formula(form.code(answer, shape, weighted=bool(self.counts)), names))
            return gives.format(f"{made.text}{times}")

        if not (self.blended and column.label):
            yield f"    {text(column.tensor)}"
            return
        yield from _blended(answer, column, text)


def _blended(answer: Shape, column: Column, text: Callable[[Shape], str]) -> Iterator[str]:
    """The loss where each class has a share, as mixing makes of them, and where there is one class."""
    plain = text(column.tensor)
    several = is_class(answer, column.tensor)
    soft = text(Shape.of(*answer.shape) if several else Shape.of())
    if several and soft == plain:
        yield f"    {plain}"
        return
    yield "    if t.is_floating_point():  # each class has a share of a mixed sample"
    if not several:
        yield "        t = t[:, 1]"
    if soft != plain:
        yield f"        {soft}"
        yield "    else:"
        yield f"        {plain}"
    else:
        yield f"    {plain}"


def spoilt_code(recipe: Autoencoder) -> str:
    """What is done to an input before the network sees it."""
    doc, line, made = NOISE if recipe.corrupt == "noise" else MASK
    corruption = recipe.corruption
    return SPOILT.format(doc=doc, lines=line.format(corruption=corruption), made=made.format(corruption=corruption))
