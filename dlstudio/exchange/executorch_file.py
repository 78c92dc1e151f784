"""ExecuTorch: a traced program lowered to the kernels that its runtime has, fastest first, with its card beside it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, fx
from torch.export import ExportedProgram

from dlstudio.catalog.formats import Executorch
from dlstudio.core import files
from dlstudio.core.issue import ProjectProblem
from dlstudio.exchange.card import card
from dlstudio.exchange.samples import SIZES
from dlstudio.exchange.subject import Subject
from dlstudio.exchange.tracing import nodes_of, quiet, refusal, refusing, traced
from dlstudio.exchange.writers import Product, Writer, writes

INSTEAD = "Take another layer, or export it as onnx or pt2."


@writes("Executorch")
class ExecutorchWriter(Writer):
    """Traced for batches up to the largest, lowered, and held against the kernels that there are."""

    program = "ask_executorch.py"

    def write(self, form: Executorch, subject: Subject, path: Path) -> Product:
        with quiet():
            _require_working()
        with _any_size():
            return self._write(form, subject, path)

    def _write(self, form: Executorch, subject: Subject, path: Path) -> Product:
        program = traced(subject, raw=form.preprocessing, most=form.largest_batch)
        with refusing(subject, "lower it for ExecuTorch", program):
            lowered = _lowered(program, form.kernels)
            _require_carried(subject, lowered.exported_program())
            made = lowered.to_executorch()
        files.write(path, made.buffer)
        beside = path.with_name(f"{path.name}.json")
        facts = {**card(subject, raw=form.preprocessing), "largest batch": form.largest_batch}
        files.write(beside, f"{json.dumps(facts, indent=1, ensure_ascii=False)}\n".encode())
        return Product((beside,), asked=f"{subject.samples.text}, in batches of {', '.join(map(str, _sizes(form)))}")

    def batches(self, form: Executorch, subject: Subject, *, raw: bool) -> list[tuple[Tensor, ...]]:
        return [subject.samples.batch(size, raw=raw) for size in _sizes(form)]


def _sizes(form: Executorch) -> list[int]:
    """The usual ones as far as it takes them, and the largest."""
    return sorted({min(size, form.largest_batch) for size in SIZES} | {form.largest_batch})


@contextmanager
def _any_size() -> Iterator[None]:
    """Torch looks how large a batch is to choose a library for convolutions, and would hold the program to sizes that
    choose alike."""
    with quiet(), torch.backends.mkldnn.flags(enabled=False), torch.backends.nnpack.flags(enabled=False):
        yield


def _require_working() -> None:
    """Refuses a package that is there but does not work beside this torch."""
    try:
        import executorch.exir
        import executorch.extension.pybindings.portable_lib  # noqa: F401
    except (ImportError, OSError, AttributeError) as problem:
        text = f"The package executorch does not work beside torch {torch.__version__}: {problem}."
        raise ProjectProblem(f"{text} Install the one that fits with pip install 'dlstudio[executorch]'.") from None


def _lowered(program: ExportedProgram, kernels: str) -> Any:
    """The program in ExecuTorch's own operators, with what XNNPACK computes handed to it."""
    from executorch.exir import EdgeCompileConfig, to_edge_transform_and_lower

    # Operators out of torch's core set may still have kernels: _require_carried looks whether they do.
    config = EdgeCompileConfig(_check_ir_validity=False)
    return to_edge_transform_and_lower(program, partitioner=_partitioners(kernels), compile_config=config)


def _partitioners(kernels: str) -> list[Any]:
    if kernels == "portable":
        return []
    from executorch.backends.xnnpack.partition.xnnpack_partitioner import XnnpackPartitioner

    return [XnnpackPartitioner()]


def _require_carried(subject: Subject, program: ExportedProgram) -> None:
    """Refuses a step that no kernel of the runtime computes, with its node."""
    from executorch.extension.pybindings.portable_lib import _get_operator_names

    there = {name.removesuffix(".out").partition(".")[0] for name in _get_operator_names()}
    for step in program.graph.nodes:
        name = _operator(step)
        if name and name not in there:
            nodes = nodes_of(subject.source, step)
            text = f"ExecuTorch has nothing for {name}, which this node computes. {INSTEAD}"
            raise refusal(subject, text, nodes[0] if nodes else "")


def _operator(step: fx.Node) -> str:
    """The operator behind a step, as kernels are registered; nothing where it is none."""
    schema = getattr(getattr(step.target, "_op", step.target), "_schema", None)
    return str(schema.name) if step.op == "call_function" and schema is not None else ""
