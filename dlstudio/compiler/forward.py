"""The forward pass of one class as lines of source, a loop over time steps where there are delays."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dlstudio.compiler.layout import commented
from dlstudio.compiler.names import member, word
from dlstudio.compiler.plan import Origin, Plan, Step
from dlstudio.core.document import DELAY, INPUT, OUTPUT
from dlstudio.core.tensor import TIME, Tensor
from dlstudio.core.topology import downstream


@dataclass(frozen=True, slots=True)
class Written:
    """One line of source and the node that it comes from."""

    text: str
    node: str = ""


class Names(list[str]):
    """The variables at a port; in a template `{x}` joins them with commas and `{x: + }` with plus signs."""

    def __format__(self, joiner: str) -> str:
        return (joiner or ", ").join(self)


@dataclass(frozen=True, slots=True)
class Rounds:
    """A block that repeats in the forward pass: the loop's head and the call of one round."""

    head: str
    call: str


Expression = Callable[[Step, Mapping[str, Names]], str | Rounds]
"""Writes a step's expression, given the variables at its ports."""

MAIN, BESIDE = "x", "out"
"""What the main variable is called: beside an input x that is read again later, as in a residual block, it is out."""


@dataclass
class Forward:
    """Writes the body of `forward` for a plan; `expression` knows how each step is called."""

    plan: Plan
    expression: Expression
    shapes: Callable[[Step, Sequence[str]], str]
    """Writes the shapes that leave some ports of a step."""
    steps: list[Step]
    lines: list[Written] = field(default_factory=list)
    variables: dict[Origin, str] = field(default_factory=dict)
    alias: dict[Origin, Origin] = field(default_factory=dict)
    uses: Counter[Origin] = field(default_factory=Counter)
    takes: dict[str, set[Origin]] = field(default_factory=dict)
    """What the line after each step takes; after the last one, what is returned, if that is one thing."""
    indent: str = "        "
    flow: str = MAIN
    """The main variable: it holds what one line makes and the next one takes."""
    main: Origin | None = None
    """Whose value the main variable holds."""
    lasting: bool = False
    """Whether what is written now must outlive the main variable: it stands before a loop that reads it each time."""

    @property
    def outputs(self) -> list[Step]:
        return [self.plan.steps[name] for name in self.plan.outputs]

    def write(self) -> list[Written]:
        """The lines of the body, from the first step to the return."""
        self._prepare()
        if self.plan.loops:
            self._loop()
        else:
            for step in self.steps:
                self._line(step)
            self._say(f"return {', '.join(self._source(output) for output in self.outputs)}")
        return self.lines

    def _say(self, text: str, node: str = "") -> None:
        self.lines.append(Written(self.indent + text, node))

    def _prepare(self) -> None:
        for step in self.steps:
            if step.muted:
                self.alias[step.id, next(iter(step.outs))] = step.feeds[0]
        for step in self.steps:
            if not step.muted:
                self.uses.update(self._root(origin) for origin in step.feeds)
        self._look_ahead()
        for name in self.plan.inputs:
            self.variables[name, "y"] = name
        if MAIN in self.plan.inputs:
            self.flow = self._free(BESIDE) if self.uses[MAIN, "y"] > 1 else MAIN
            self.main = (MAIN, "y") if self.flow == MAIN else None

    def _usable(self, name: str) -> bool:
        """Whether a variable may be called so; an output is no variable, unless a loop makes it one."""
        named = self.plan.network.nodes.get(name)
        return named is None or (named.kind == OUTPUT and not self.plan.loops)

    def _root(self, origin: Origin) -> Origin:
        while origin in self.alias:
            origin = self.alias[origin]
        return origin

    def _source(self, output: Step) -> str:
        return self.variables[self._root(output.feeds[0])]

    def _line(self, step: Step) -> None:
        if not self._has_line(step):
            return
        ports = {port: Names(self.variables[self._root(o)] for o in group) for port, group in step.origins.items()}
        made = self.expression(step, ports)
        if isinstance(made, Rounds):
            self._rounds(step, made, next(iter(ports.values()))[0])
            self._used(step)
            return
        self._used(step)
        left = self._assign(step)
        comment = self._comment(step, left, made)
        for line in commented(f"{self.indent}{left} = {made}", comment):
            self.lines.append(Written(line, step.id))
        for port, text in step.layer.finish(**step.ins).items():
            if name := self.variables.get((step.id, port)):
                self._say(f"{name} = {text.format(**{port: name})}", step.id)

    def _used(self, step: Step) -> None:
        for origin in step.feeds:
            self.uses[self._root(origin)] -= 1

    def _rounds(self, step: Step, made: Rounds, first: str) -> None:
        left = self._assign(step)
        self._say(f"{left} = {first}", step.id)
        self._say(f"for {made.head}:", step.id)
        call = made.call.replace("{x}", left)
        self._say(f"    {left} = {call}{self._comment(step, left, made.head)}", step.id)

    def _comment(self, step: Step, left: str, right: str) -> str:
        """The shapes that leave the step, and its name where the line does not show it."""
        shapes = self.shapes(step, [port for port in step.outs if (step.id, port) in self.variables])
        named = left.startswith(step.id) or member(step.id) in right
        return f"  # {'' if named else f'{step.id}: '}{shapes}" if shapes else ""

    def _assign(self, step: Step) -> str:
        """The left side: the main variable where it is free, else a variable named after the node."""
        ports = list(step.outs)
        names = {port: self._target(step, port, len(ports) > 1) for port in ports}
        pattern = step.layer.targets() if not step.inner else ", ".join(f"{{{port}}}" for port in ports)
        return re.sub(r"\(_(, _)*\)", "_", pattern.format(**names))

    def _target(self, step: Step, port: str, several: bool) -> str:
        origin = (step.id, port)
        if not self.uses[origin]:
            return "_"
        if port == next(iter(step.outs)) and self._main_is_free() and self._handed_on(origin):
            name, self.main = self.flow, origin
        else:
            name = self._variable(step.id, port if several else "")
        self.variables[origin] = name
        return name

    def _variable(self, node: str, port: str) -> str:
        """A variable for what leaves a node, named after it."""
        if port:
            return self._free(f"{word(node)}_{port}")
        return node if word(node) == node else self._free(word(node))

    def _main_is_free(self) -> bool:
        """Whether nobody needs any more what the main variable holds, and no node bears its name."""
        if self.lasting:
            return False
        return self.uses[self.main] <= 0 if self.main else self._usable(self.flow)

    def _handed_on(self, origin: Origin) -> bool:
        """Whether the line that follows takes the value and nobody else does; what is kept bears its node's name."""
        return self.uses[origin] == 1 and origin in self.takes[origin[0]]

    def _look_ahead(self) -> None:
        following = list(self.outputs[0].feeds) if len(self.outputs) == 1 else []
        for step in reversed(self.steps):
            self.takes[step.id] = {self._root(origin) for origin in following}
            following = list(step.feeds) if self._has_line(step) else following

    @staticmethod
    def _has_line(step: Step) -> bool:
        return not step.muted and step.node.kind not in (INPUT, OUTPUT, DELAY)

    def _free(self, wanted: str) -> str:
        """A variable's name that stands for nothing else."""
        while not self._usable(wanted):
            wanted += "_"
        return wanted

    def _loop(self) -> None:
        timed = {name: x for name, x in self.plan.inputs.items() if TIME in x.axes}
        delays = [step for step in self.steps if step.node.kind == DELAY]
        moving = downstream(self.plan.network, [*timed, *(step.id for step in delays)])
        self.lasting = True
        for step in self.steps:
            if step.id not in moving:
                self._line(step)
        self.lasting = self.flow in self.plan.inputs and self.flow not in timed
        reference = next(iter(timed))
        for step in delays:
            self._say(f"{step.id} = {self._start(step, reference, timed[reference])}", step.id)
            self.variables[step.id, "y"] = step.id
        every = [step for step in self.outputs if getattr(step.layer, "steps", "every") == "every"]
        for step in every:
            self._say(f"{self._gathered(step)} = []", step.id)
        self._say(f"for {self._heads(timed)}:  # one time step after the other")
        self.indent += "    "
        for step in self.steps:
            if step.id in moving:
                self._line(step)
        returned = dict(self._collect(every, delays))
        self._advance(delays)
        self.indent = self.indent[:-4]
        self._say(f"return {', '.join(returned[step.id] for step in self.outputs)}")

    def _gathered(self, output: Step) -> str:
        """The list that an output's steps are gathered in."""
        return self._free(f"{output.id}_steps")

    def _heads(self, timed: dict[str, Tensor]) -> str:
        for name in timed:
            self.variables[name, "y"] = self._free(f"{name}_t")
        heads = ", ".join(self.variables[name, "y"] for name in timed)
        unbound = [f"{name}.unbind({x.axes.index(TIME) + 1})" for name, x in timed.items()]
        return f"{heads} in {unbound[0]}" if len(timed) == 1 else f"{heads} in zip({', '.join(unbound)})"

    def _start(self, step: Step, reference: str, x: Tensor) -> str:
        if "initial" in step.origins:
            return self.variables[self._root(step.origins["initial"][0])]
        shape = ", ".join(map(str, step.outs["y"].shape))
        if getattr(step.layer, "start", "") == "learned":
            return f"self.{step.id}.expand({reference}.shape[0], {', '.join('-1' for _ in step.outs['y'].shape)})"
        if x.dtype == "float":
            return f"{reference}.new_zeros({reference}.shape[0], {shape})"
        return f"torch.zeros({reference}.shape[0], {shape}, device={reference}.device)"

    def _collect(self, every: Sequence[Step], delays: Sequence[Step]) -> Iterator[tuple[str, str]]:
        """What each output returns after the loop; in the loop, the lines that gather it."""
        changing = {step.id for step in delays}
        for step in self.outputs:
            source = self._source(step)
            if step in every:
                self._say(f"{self._gathered(step)}.append({source})", step.id)
                yield step.id, f"torch.stack({self._gathered(step)}, dim=1)"
            elif source in changing:
                self._say(f"{step.id} = {source}", step.id)
                yield step.id, step.id
            else:
                yield step.id, source

    def _advance(self, delays: Sequence[Step]) -> None:
        if not delays:
            return
        left = ", ".join(step.id for step in delays)
        right = ", ".join(self.variables[self._root(step.origins["x"][0])] for step in delays)
        self._say(f"{left} = {right}", delays[0].id)
