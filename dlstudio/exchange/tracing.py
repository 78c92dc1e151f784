"""Tracing: a network as torch's exported program, for any number of samples, and the node behind each step."""

import logging
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

import torch
from torch import Tensor, fx, nn
from torch.export import Dim, ExportedProgram

from dlstudio.catalog.recurrence import Recurrent
from dlstudio.compiler.check import every_plan
from dlstudio.compiler.emit import Source
from dlstudio.compiler.load import blame
from dlstudio.compiler.planner import Planner
from dlstudio.core.document import DELAY
from dlstudio.core.issue import Issue, ProjectProblem
from dlstudio.core.tensor import TIME
from dlstudio.exchange.preparation import preparation
from dlstudio.exchange.samples import SIZES
from dlstudio.exchange.subject import Subject

MOST = 65_536
"""The longest sequence that a file of dynamic time takes."""


class Baked(nn.Module):
    """A network behind its normalizations."""

    def __init__(self, preparation: nn.Module, network: nn.Module) -> None:
        super().__init__()
        self.preparation, self.network = preparation, network

    def forward(self, *given: Tensor) -> Any:
        made = self.preparation(*given)
        return self.network(*made) if isinstance(made, tuple) else self.network(made)


class Held(nn.Module):
    """A network one level further down: torch's graphs know `code`, `graph` and others of their own at the top."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, *given: Tensor) -> Any:
        return self.network(*given)


def traced(subject: Subject, *, raw: bool, dynamic_time: bool = False, most: int | None = None) -> ExportedProgram:
    """The program of a network, for any number of samples or up to so many; a ProjectProblem names the node that
    stands in the way."""
    module = subject.module
    if raw and (before := preparation(subject)):
        module = Baked(before.module(), module)
    elif any(hasattr(fx.GraphModule, name) for name, _ in [*module.named_children(), *module.named_parameters()]):
        module = Held(module)
    given = subject.samples.batch(min(SIZES[-1], most or MOST), raw=raw)
    shapes = _shapes(subject, dynamic_time, most)
    sizes = shapes if module is subject.module else (tuple(shapes),)
    with quiet(), torch.no_grad(), refusing(subject, "follow it through torch.export"):
        return torch.export.export(module, given, dynamic_shapes=sizes)


def _shapes(subject: Subject, dynamic_time: bool, most: int | None) -> tuple[dict[int, Any], ...]:
    """Which axes of each input may have any size: that of the samples, and time where it was asked for."""
    batch, time = Dim("batch", max=most) if most != 1 else None, Dim("time", max=MOST)
    if dynamic_time:
        _require_free_time(subject)
    found = []
    for x in subject.source.inputs.values():
        axes: dict[int, Any] = {0: batch}
        if dynamic_time and TIME in x.axes:
            axes[x.axes.index(TIME) + 1] = time
        found.append(axes)
    return tuple(found)


def _require_free_time(subject: Subject) -> None:
    if not any(TIME in x.axes for x in subject.source.inputs.values()):
        text = "No input has a time axis, so there is none to leave open. Set dynamic_time to no."
        raise ProjectProblem(text, (Issue("error", "export-time", text, subject.network),))
    for plan in every_plan(Planner(subject.project).plan(subject.network)):
        for step in plan.steps.values():
            if step.node.kind == DELAY or isinstance(step.layer, Recurrent):
                text = f"{step.id} goes through the time steps one by one, and torch.export fixes how many there are."
                raise refusal(subject, f"{text} Set dynamic_time to no.", step.id, plan.name)


def refusal(subject: Subject, text: str, node: str = "", network: str = "") -> ProjectProblem:
    """A refusal that names its node."""
    network = network or subject.network
    place = f"{network}/{node}: " if node else ""
    return ProjectProblem(f"{place}{text}", (Issue("error", "export", text, network, node),))


@contextmanager
def refusing(subject: Subject, aim: str, program: ExportedProgram | None = None) -> Iterator[None]:
    """Turns what torch refuses into a sentence about the node at which it did."""
    try:
        yield
    except ProjectProblem:
        raise
    except Exception as problem:
        told = list(_causes(problem))
        reason = _first_line(str(told[-1])) or type(told[-1]).__name__
        text = "\n".join(map(str, told))
        place = blame(problem)
        network, node = (place.network, place.node) if place else _told_place(subject.source, text) or ("", "")
        if not node and program is not None:
            node = _translated(subject.source, program, text)
        raise refusal(subject, f"torch cannot {aim}: {reason}", node, network) from problem


def _causes(problem: BaseException | None) -> Iterator[BaseException]:
    """An exception and all that it came from, the first cause last."""
    while problem is not None:
        yield problem
        problem = problem.__cause__


def _first_line(text: str) -> str:
    if unknown := re.search(r"No ONNX function found for <OpOverload\(op='(\S+)'", text):
        return f"ONNX has nothing for {unknown[1]}, which this node computes. Take another layer, or export it as pt2."
    lines = [line.strip() for line in text.split("\n")]
    return next((line for line in lines if line and not line.startswith(("File ", "Traceback"))), "")[:300]


def _translated(source: Source, program: ExportedProgram, text: str) -> str:
    """The node of the step at which the translation failed; torch has broken some steps into smaller ones by then."""
    found = re.search(r"node %(\w+)", text)
    steps = [step for step in program.graph.nodes if step.op == "call_function"]
    likely = [s for s in steps if found and found[1].startswith(s.name.rstrip("_0123456789")) and nodes_of(source, s)]
    return nodes_of(source, max(likely, key=lambda step: len(step.name)))[0] if likely else ""


def _told_place(source: Source, text: str) -> tuple[str, str] | None:
    """The node of the last line of our source that a text of torch's names."""
    found = [source.places[number] for number in _lines_of(source, text) if number in source.places]
    return found[-1] if found else None


def _lines_of(source: Source, text: str) -> list[int]:
    return [
        int(number) for number in re.findall(rf'File "<dlstudio {re.escape(source.class_name)} \d+>", line (\d+)', text)
    ]


def nodes_of(source: Source, step: fx.Node) -> tuple[str, ...]:
    """The nodes of the canvas that a step belongs to, outer blocks first; nothing where it belongs to none."""
    lines = _lines_of(source, str(step.meta.get("stack_trace") or ""))
    return tuple(source.places[number][1] for number in lines if number in source.places)


def values(program: ExportedProgram, given: tuple[Tensor, ...]) -> dict[str, Tensor]:
    """What each step of a program gives for a batch, by the step's name."""
    state: Mapping[str, Any] = {**program.state_dict, **program.constants}
    held = {each.arg.name: state.get(str(each.target)) for each in program.graph_signature.input_specs}
    feed, found = iter(given), dict[fx.Node, Any]()
    with torch.no_grad():
        for step in program.graph.nodes:
            if step.op == "placeholder":
                found[step] = next(feed) if held.get(step.name) is None else held[step.name]
            elif step.op == "get_attr":
                found[step] = getattr(program.graph_module, str(step.target))
            elif step.op == "call_function":
                words = fx.map_arg((step.args, step.kwargs), found.__getitem__)
                found[step] = step.target(*words[0], **words[1])
    return {s.name: made for s, made in found.items() if s.op == "call_function" and isinstance(made, Tensor)}


@contextmanager
def quiet() -> Iterator[None]:
    """Keeps to itself what torch and onnxruntime say to developers."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings(), _without_bars():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)


@contextmanager
def _without_bars() -> Iterator[None]:
    """Torch makes bars that it never shows; where tqdm is installed, each would start a thread that stays."""
    if find_spec("tqdm") is None:
        yield
        return
    from tqdm import tqdm

    before, tqdm.monitor_interval = tqdm.monitor_interval, 0
    try:
        yield
    finally:
        tqdm.monitor_interval = before
