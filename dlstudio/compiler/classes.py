"""One class of the generated source: all uses of a network that differ only in numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dlstudio.catalog.code import Call, Code
from dlstudio.compiler.forward import Forward, Names, Rounds, Written
from dlstudio.compiler.layout import docstring, wrapped
from dlstudio.compiler.names import kept_as, member
from dlstudio.compiler.plan import Plan, Step, construction, weight_owner
from dlstudio.compiler.slots import Slots
from dlstudio.core.document import DELAY, INPUT, OUTPUT
from dlstudio.core.frozen import Frozen, Value


@dataclass(frozen=True, slots=True)
class Use:
    """How a plan is made in the source: the class and the values of its constructor's parameters."""

    class_name: str
    values: Mapping[str, Value] = field(default_factory=dict)


Uses = Mapping[int, Use]
"""The use of each inner plan, by its identity."""


def live_steps(plan: Plan) -> list[Step]:
    """The steps that are part of the model, in order, without inputs that nobody reads."""
    return [step for step in plan.steps.values() if step.id in plan.live]


def modules_of(plan: Plan) -> list[Step]:
    """The steps that own a submodule or parameter: live ones, and those whose weights a live one borrows."""
    owners = {weight_owner(plan.network, step.id) for step in live_steps(plan) if not step.muted}
    return [step for step in plan.steps.values() if step.id in owners and step.node.kind not in (INPUT, OUTPUT)]


def signature(plan: Plan, uses: Uses) -> tuple[object, ...]:
    """What two plans must have in common to be one class: everything but the numbers."""
    parts: list[object] = [tuple(plan.inputs), tuple(plan.outputs), plan.loops]
    for step in modules_of(plan):
        call = None if step.inner else construction(step)
        parts.append((step.id, step.node.kind, call and (call.callee, tuple(n for n, _ in call.keywords))))
        parts.append(_inner_signature(step, uses))
        parts.append(tuple((c.text, tuple(c.values)) for c in _setup(step)))
    for step in live_steps(plan):
        code = None if step.inner or step.muted else _forward(step)
        parts.append((step.id, step.muted, tuple(step.feeds), code and (code.text, tuple(code.values))))
        parts.append(None if code is None else tuple(step.layer.finish(**step.ins).items()))
        parts.append(tuple(step.outs))
        if step.node.kind == DELAY:
            parts.append(step.outs["y"].shape)
    return tuple(parts)


def _setup(step: Step) -> Sequence[Code]:
    return () if step.inner else step.layer.setup(**step.ins)


def _forward(step: Step) -> Code:
    return Code("") if step.node.kind in (INPUT, OUTPUT, DELAY) else step.layer.forward(**step.ins)


def _runs(step: Step, uses: Uses) -> list[tuple[Plan, int]]:
    """The rounds of a repeated block as runs that are made alike."""
    runs: list[tuple[Plan, int]] = []
    for plan in step.inner:
        if runs and (runs[-1][0] is plan or uses[id(runs[-1][0])] == uses[id(plan)]):
            runs[-1] = (plan, runs[-1][1] + 1)
        else:
            runs.append((plan, 1))
    return runs


def _inner_signature(step: Step, uses: Uses) -> tuple[object, ...]:
    share = getattr(step.layer, "share", "")
    return (*((uses[id(plan)].class_name, n > 1) for plan, n in _runs(step, uses)), len(step.inner) > 1, share)


class ClassWriter:
    """Writes one class for several plans of the same signature."""

    def __init__(self, name: str, plans: Sequence[Plan], uses: Uses, doc: str) -> None:
        self.name, self.plans, self.uses, self.doc = name, plans, uses, doc
        self.slots = Slots([plan.arguments for plan in plans])
        self.first = plans[0]

    def write(self) -> list[Written]:
        """The whole class."""
        body = self._constructor_body()
        forward = self._forward_lines()
        kept = [Written(f"        self.{name} = {text}") for name, text in self.slots.kept.items()]
        arguments = "".join(f", {name}: {_hint(values)}" for name, values in self.slots.parameters.items())
        head = [
            Written(f"class {self.name}(nn.Module):"),
            *(Written(line) for line in docstring(self.doc)),
            Written(""),
            Written(f"    def __init__(self{arguments}) -> None:"),
            Written("        super().__init__()"),
        ]
        return [*head, *body, *kept, Written(""), *forward]

    def uses_of_plans(self) -> dict[int, Use]:
        """How each of the plans is made with this class."""
        return {
            id(plan): Use(self.name, {name: values[i] for name, values in self.slots.parameters.items()})
            for i, plan in enumerate(self.plans)
        }

    def _steps(self, node: str) -> list[Step]:
        return [plan.steps[node] for plan in self.plans]

    def _constructor_body(self) -> list[Written]:
        lines: list[Written] = []
        for step in modules_of(self.first):
            steps = self._steps(step.id)
            made = self._made(steps)
            if made:
                lines.extend(Written(line, step.id) for line in wrapped(f"        {kept_as(step.id, made)}"))
            for i, code in enumerate(_setup(step)):
                values = [list(_setup(each))[i].values for each in steps]
                text = self._fill(code, values, step, {"module": member(step.id)}, held=False)
                left, assigns, right = text.partition(" = ")
                text = kept_as(step.id, right) if assigns and left == member(step.id) else text
                lines.extend(Written(line, step.id) for line in wrapped(f"        {text}"))
        return lines

    def _made(self, steps: list[Step]) -> str | None:
        first = steps[0]
        if first.inner:
            return self._blocks(steps)
        if first.node.kind == DELAY:
            if getattr(first.layer, "start", "") != "learned" or "initial" in first.origins:
                return None
            return f"nn.Parameter(torch.zeros({', '.join(map(str, first.outs['y'].shape))}))"
        calls = [construction(step) for step in steps]
        return self._call(first, [call for call in calls if call is not None]) if calls[0] else None

    def _call(self, step: Step, calls: list[Call]) -> str:
        node, first = step.id, calls[0]
        written = [
            self.slots.text(node, name, [dict(call.positional)[name] for call in calls], step.node.fields.get(name))
            for name, _ in first.positional
        ]
        for name, _ in first.keywords:
            values = [dict(call.keywords)[name] for call in calls]
            if any(name not in first.defaults or value != first.defaults[name] for value in values):
                written.append(f"{name}={self.slots.text(node, name, values, step.node.fields.get(name))}")
        return f"{first.callee}({', '.join(written)})"

    def _blocks(self, steps: list[Step]) -> str:
        first = steps[0]
        if getattr(first.layer, "share", "") == "shared" or len(first.inner) == 1:
            return self._block(first, [step.inner[0] for step in steps])
        held = "nn.Sequential({})" if len(first.feeds) == 1 else "nn.ModuleList([{}])"
        if len(steps) == 1 and (grown := _growing([self.uses[id(plan)] for plan in first.inner])):
            return held.format(grown)
        parts = []
        runs = [_runs(step, self.uses) for step in steps]
        raw = first.node.fields.get("repeat")
        for i, (_, count) in enumerate(runs[0]):
            made = self._block(first, [each[i][0] for each in runs])
            times = [each[i][1] for each in runs]
            whole = raw if len(runs[0]) == 1 else None
            number = self.slots.text(first.id, "repeat", times, whole)
            parts.append(made if count == 1 else f"*({made} for _ in range({number}))")
        return held.format(", ".join(parts))

    def _block(self, step: Step, plans: list[Plan]) -> str:
        made = [self.uses[id(plan)] for plan in plans]
        given = step.node.fields.get("given", Frozen())
        values = [
            f"{name}={self.slots.text(step.id, name, [use.values[name] for use in made], given.get(name))}"
            for name in made[0].values
        ]
        return f"{made[0].class_name}({', '.join(values)})"

    def _fill(
        self, code: Code, values: list[Frozen[str, Value]], step: Step, known: Mapping[str, object], *, held: bool
    ) -> str:
        """The code's text with its holes filled."""
        choose = self.slots.held if held else self.slots.text
        filled = {n: choose(step.id, n, [v[n] for v in values], step.node.fields.get(n)) for n in code.values}
        return code.text.format(**filled, **known)

    def _forward_lines(self) -> list[Written]:
        plan = self.first
        names = list(plan.inputs)
        returns = "Tensor" if len(plan.outputs) == 1 else f"tuple[{', '.join('Tensor' for _ in plan.outputs)}]"
        head = f"    def forward(self, {', '.join(f'{name}: Tensor' for name in names)}) -> {returns}:"
        body = Forward(plan, self._expression, self._shapes, live_steps(plan)).write()
        return [Written(head), *body]

    def _shapes(self, step: Step, ports: Sequence[str]) -> str:
        """The shapes that leave the step by these ports, where they are the same in all uses of the class."""
        shapes = {", ".join(str(each.outs[port]) for port in ports) for each in self._steps(step.id)}
        return shapes.pop() if len(shapes) == 1 else ""

    def _module(self, step: Step) -> str:
        return member(weight_owner(self.first.network, step.id) or step.id)

    def _expression(self, step: Step, ports: Mapping[str, Names]) -> str | Rounds:
        module = self._module(step)
        if step.inner:
            return self._run_block(step, module, [name for group in ports.values() for name in group])
        values = [_forward(each).values for each in self._steps(step.id)]
        return self._fill(_forward(step), values, step, {**ports, "module": module}, held=True)

    def _run_block(self, step: Step, module: str, names: list[str]) -> str | Rounds:
        shared = getattr(step.layer, "share", "") == "shared"
        if len(step.inner) == 1 or (len(names) == 1 and not shared):
            return f"{module}({', '.join(names)})"
        others = "".join(f", {name}" for name in names[1:])
        if not shared:
            return Rounds(f"block in {module}", f"block({{x}}{others})")
        counts = [len(each.inner) for each in self._steps(step.id)]
        number = self.slots.held(step.id, "repeat", counts, step.node.fields.get("repeat"))
        return Rounds(f"_ in range({number})", f"{module}({{x}}{others})")


def _hint(values: tuple[Value, ...]) -> str:
    kinds = {type(value) for value in values}
    if kinds <= {int, tuple} and tuple in kinds:
        return "int | tuple[int, ...]" if int in kinds else "tuple[int, ...]"
    if kinds <= {int, float} and float in kinds:
        return "float"
    return next(iter(kinds)).__name__ if len(kinds) == 1 else "object"


def _growing(uses: Sequence[Use]) -> str | None:
    """Rounds that differ in one number, which grows by the same amount each time, as a loop over that number."""
    first, last = uses[0].values, uses[-1].values
    names = [name for name in first if first[name] != last[name]]
    if len(uses) < 3 or len(names) != 1 or type(first[names[0]]) is not int:
        return None
    step = uses[1].values.get(names[0], 0) - first[names[0]]
    wanted = [Use(uses[0].class_name, {**first, names[0]: first[names[0]] + i * step}) for i in range(len(uses))]
    if list(uses) != wanted:
        return None
    values = ", ".join(f"{name}={'n' if name in names else repr(value)}" for name, value in first.items())
    numbers = f"{first[names[0]]}, {last[names[0]] + step}, {step}"
    return f"*({uses[0].class_name}({values}) for n in range({numbers}))"
