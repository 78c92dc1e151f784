"""Live: a module that stands in memory becomes a project: it is run once, and what it does is written down."""

import inspect
import tempfile
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.export import Dim

from dlstudio.core.edits import stem
from dlstudio.core.issue import ProjectProblem
from dlstudio.exchange.arriving.arrived import Arrived
from dlstudio.exchange.arriving.following import DependsOnData, at_rest
from dlstudio.exchange.arriving.proving import prove
from dlstudio.exchange.arriving.recorded import batches, record, tensors
from dlstudio.exchange.arriving.scribe import TimeFirst
from dlstudio.exchange.arriving.sources import called, stays_whole
from dlstudio.exchange.arriving.trace import Trace
from dlstudio.exchange.arriving.weaving import Weaver
from dlstudio.exchange.tracing import quiet

Sizes = tuple[tuple[int, ...], ...]
Tell = Callable[[str, float], None]
RUNNING, DRAWING, COMPARING = "Running the model", "Drawing the graph", "Comparing the project with the model"
KINDS = ("float", "int", "bool")


def read(what: Any, inputs: Sizes, name: str, allow_code: bool, tell: Tell) -> Arrived:
    """The project of a live module."""
    if not isinstance(what, nn.Module):
        raise ProjectProblem(f"A {type(what).__name__} is no model; give an nn.Module, or the path of a file.")
    title = name or type(what).__name__
    model = Lone(what) if stays_whole(what) else what
    sizes = named_sizes(what, inputs)
    first_problem: ProjectProblem | None = None
    for axis in (0, 1):
        tell(RUNNING, 0.1)
        try:
            few, more = fitting_batches(model, sizes, axis)
            trace = trace_of(model, few, more, tell=tell)
            tell(DRAWING, 0.6)
            trace.allow_code = allow_code
            arrived, answers = _woven(trace, title)
        except TimeFirst:
            continue
        except ProjectProblem as problem:
            first_problem = first_problem or problem
            continue
        if axis:
            arrived.report.notes.append("The model reads steps before samples; the project takes samples first.")
        tell(COMPARING, 0.8)
        prove(arrived, answers, few, axis == 1, allow_code)
        return arrived
    raise first_problem or ProjectProblem(f"{title} could not be drawn as a graph.")


class Lone(nn.Module):
    """A module that is a single layer, one level further down, so that it has a name: that of its kind."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.name = f"{stem(called(layer))}1"
        self.add_module(self.name, layer)

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        return self.get_submodule(self.name)(*args, **kwargs)


def _woven(trace: Trace, title: str) -> tuple[Arrived, dict[str, Tensor]]:
    weaver = Weaver(trace)
    arrived = weaver.weave(title, title).finish()
    return arrived, {weaver.outputs.get(name, name): answer for name, answer in trace.answers.items()}


def trace_of(
    model: nn.Module,
    few: Mapping[str, Tensor],
    more: Mapping[str, Tensor],
    whole: frozenset[str] = frozenset(),
    *,
    tell: Tell,
) -> Trace:
    """What the model does with two batches."""
    try:
        return record(model, few, more, whole)
    except ProjectProblem:
        raise
    except DependsOnData as problem:
        if problem.path and problem.path not in whole:
            return trace_of(model, few, more, whole | {problem.path}, tell=tell)
        raise ProjectProblem(
            f"{type(model).__name__} cannot be drawn as a graph: {problem}, so it does other steps for other data. "
            "Write that part without if, while or int() on tensors, or as a module of its own."
        ) from problem
    except Exception as problem:
        tell(DRAWING, 0.3)
        if (found := exported(model, few)) is not None:
            return found
        raise ProjectProblem(
            f"{type(model).__name__} could not be followed: {_first_line(problem)}. It runs by itself, but not step "
            "by step; write that part in plainer terms."
        ) from problem


def fitting_batches(model: nn.Module, sizes: Mapping[str, tuple[int, ...]], axis: int) -> list[dict[str, Tensor]]:
    """Samples of the kinds of number that the model takes: real ones, or whole ones where it looks them up."""
    first: Exception | None = None
    for kinds in product(KINDS[:2], repeat=len(sizes)) if len(sizes) < 5 else [("float",) * len(sizes)]:
        made = batches(sizes, dict(zip(sizes, kinds, strict=True)), axis)
        try:
            with torch.no_grad(), at_rest(model):
                model(**made[0])
        except Exception as problem:  # noqa: BLE001 - whatever a stranger's code raises
            first = first or problem
            continue
        return made
    shown = ", ".join(f"{n} {'×'.join(map(str, size)) or 'one number'}" for n, size in sizes.items())
    raise ProjectProblem(
        f"{type(model).__name__} does not take samples of the shape {shown}: {_first_line(first)}. Say the shape of "
        "one sample, without the batch, as inputs."
    ) from first


def _first_line(problem: BaseException | None) -> str:
    lines = [line.strip() for line in str(problem).split("\n") if line.strip()]
    return (lines[0] if lines else type(problem).__name__).rstrip(".")[:300]


def named_sizes(model: nn.Module, inputs: Sizes) -> dict[str, tuple[int, ...]]:
    """The shape of one sample at each input, by the names that forward gives them."""
    names = list(_parameters(model))
    sizes = inputs or _told_by(model)
    if not sizes:
        raise ProjectProblem(
            f"What goes into {type(model).__name__} is not known: say the shape of one sample, without the batch, "
            f"such as inputs=(3, 32, 32); its forward takes {', '.join(names) or 'nothing'}."
        )
    if len(sizes) > len(names):
        raise ProjectProblem(
            f"There are shapes for {len(sizes)} inputs, but the forward of {type(model).__name__} takes "
            f"{', '.join(names) or 'nothing'}."
        )
    return dict(zip(names, sizes, strict=False))


def _parameters(model: nn.Module) -> Iterator[str]:
    for parameter in inspect.signature(model.forward).parameters.values():
        if parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
            yield parameter.name


def _told_by(model: nn.Module) -> Sizes:
    """What a model says of its inputs itself, or its first layer does."""
    example = getattr(model, "example_input_array", None)
    if isinstance(example, Tensor):
        return (tuple(example.shape[1:]),)
    if len([p for p in inspect.signature(model.forward).parameters.values() if p.default is p.empty]) > 1:
        return ()
    first = next((part for part in model.modules() if list(part.parameters(recurse=False))), None)
    return ((first.in_features,),) if isinstance(first, nn.Linear) else ()


def exported(model: nn.Module, few: Mapping[str, Tensor]) -> Trace | None:
    """What torch's own export writes down of a model that cannot be followed step by step; None where it fails too."""
    from dlstudio.exchange.arriving.pt2_file import contents
    from dlstudio.exchange.arriving.pt2_trace import traced

    batch = Dim("batch")
    with tempfile.TemporaryDirectory(prefix="dlstudio-") as folder:
        path = Path(folder) / "model.pt2"
        try:
            with quiet(), torch.no_grad(), at_rest(model):
                program = torch.export.export(model, (), dict(few), dynamic_shapes={n: {0: batch} for n in few})
                program.example_inputs = None
                torch.export.save(program, path)
                trace = traced(*contents(path))
                trace.answers = dict(zip(trace.answers, tensors(model(**few)), strict=True))
                return trace
        except Exception:  # noqa: BLE001 - whatever torch refuses, the sentence tells of the first attempt
            return None
