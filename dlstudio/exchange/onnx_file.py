"""ONNX: written by torch's dynamo exporter, with the nodes of the canvas as names of its steps."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.export import ExportedProgram

from dlstudio.catalog.formats import Onnx
from dlstudio.exchange.card import card
from dlstudio.exchange.subject import Subject
from dlstudio.exchange.tracing import nodes_of, quiet, refusal, refusing, traced, values
from dlstudio.exchange.writers import Product, Writer, writes

OURS = "dlstudio.node"
TORCHS = "pkg."
"""What torch writes to every step for its own developers, paths of this machine among it."""
LARGEST = 2**31 - 2**24
MOST_WATCHED = 2**28
"""Bytes of values within the network that a proof may compare."""


@writes("Onnx")
class OnnxWriter(Writer):
    """Traced, translated, made smaller where that is asked for, and told apart node by node."""

    program = "ask_onnx.py"

    def write(self, form: Onnx, subject: Subject, path: Path) -> Product:
        _require_fitting(subject)
        subject.module.requires_grad_(False)  # torch lays out masked attention otherwise for a mask that learns
        program = traced(subject, raw=form.preprocessing, dynamic_time=form.dynamic_time)
        given = subject.samples.batches(raw=form.preprocessing)[-1]
        with quiet(), refusing(subject, "write it as ONNX", program):
            made = torch.onnx.export(
                program,
                (),
                dynamo=True,
                opset_version=form.opset,
                input_names=list(subject.source.inputs),
                output_names=list(subject.source.outputs),
                verbose=False,
            )
            assert made is not None
        lowered = made.exported_program
        assert lowered is not None
        model = made.model_proto
        places = _places(subject, lowered)
        _label(model, subject, form, places)
        _name_axes(model, subject)
        _save(model, form, path)
        watched = {name: places.get(name, ()) for name in _steps(path)}
        made_here = values(lowered, given)
        made_here |= {name: made_here[step] for name, step in _last(subject, lowered).items() if step in made_here}
        expected = _small({name: value for name, value in made_here.items() if watched.get(name)})
        return Product(job={"watched": list(expected)}, expected=expected, places=watched)


def _require_fitting(subject: Subject) -> None:
    """Refuses what no single file of protocol buffers can hold."""
    size = sum(value.nbytes for value in subject.module.state_dict().values())
    if size > LARGEST:
        text = f"The weights take {size / 2**30:.1f} GB, and an ONNX file holds at most 2 GB. Export it as pt2."
        raise refusal(subject, text)


def _places(subject: Subject, program: ExportedProgram) -> dict[str, tuple[str, ...]]:
    """The nodes of the canvas behind each value; the last ones have the names of the outputs in the file."""
    found = {step.name: nodes_of(subject.source, step) for step in program.graph.nodes if step.op == "call_function"}
    return found | {name: found.get(step, ()) for name, step in _last(subject, program).items()}


def _last(subject: Subject, program: ExportedProgram) -> dict[str, str]:
    """The step that gives each output."""
    [[given]] = [step.args for step in program.graph.nodes if step.op == "output"]
    return {name: step.name for name, step in zip(subject.source.outputs, given, strict=False)}


def _label(model: Any, subject: Subject, form: Onnx, places: Mapping[str, tuple[str, ...]]) -> None:
    """Says what the file is, and to each step which node it belongs to; forgets what is of this machine."""
    facts = card(subject, raw=form.preprocessing)
    model.producer_name, model.producer_version = "dlstudio", str(facts["versions"]["dlstudio"])
    model.doc_string = f"{subject.project.name}: {subject.origin}"
    for name, value in facts.items():
        entry = model.metadata_props.add()
        entry.key, entry.value = name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    for step in model.graph.node:
        nodes = next((places[out] for out in step.output if places.get(out)), ())
        _forget(step)
        if nodes:
            entry = step.metadata_props.add()
            entry.key, entry.value = OURS, "/".join(nodes)
    for held in (*model.graph.value_info, *model.graph.input, *model.graph.output, *model.graph.initializer):
        _forget(held)
    _forget(model.graph)


def _name_axes(model: Any, subject: Subject) -> None:
    """Calls the axes of any size what they are; torch calls them s40."""
    said = {each.name: each for each in model.graph.input}
    names: dict[str, str] = {}
    for name, x in subject.source.inputs.items():
        if name in said:
            sizes = [axis.dim_param for axis in said[name].type.tensor_type.shape.dim]
            called = ["batch", *(str(axis) for axis in x.axes)]
            names |= {size: word for size, word in zip(sizes, called, strict=True) if size}
    for held in (*model.graph.value_info, *model.graph.input, *model.graph.output):
        for axis in held.type.tensor_type.shape.dim:
            if axis.dim_param:
                axis.dim_param = re.sub(r"\w+", lambda word: names.get(word[0], word[0]), axis.dim_param)


def _forget(held: Any) -> None:
    kept = [each for each in held.metadata_props if not each.key.startswith((TORCHS, "namespace"))]
    del held.metadata_props[:]
    held.metadata_props.extend(kept)


def _save(model: Any, form: Onnx, path: Path) -> None:
    import onnx

    if form.precision == "fp16":
        from onnxruntime.transformers.float16 import convert_float_to_float16

        model = convert_float_to_float16(model, keep_io_types=True)
    if form.precision == "int8":
        del model.graph.value_info[:]  # shapes of weights that are about to be turned around
    onnx.save(model, path)
    if form.precision == "int8":
        from onnxruntime.quantization import QuantType, quantize_dynamic

        with quiet():
            quantize_dynamic(path, path, weight_type=QuantType.QUInt8)


def _steps(path: Path) -> list[str]:
    """The values that the file knows by name, in their order."""
    import onnx

    model = onnx.load(path, load_external_data=False)
    return [name for step in model.graph.node for name in step.output]


def _small(found: dict[str, Tensor]) -> dict[str, Tensor]:
    """As many values as a proof may hold, the first ones first."""
    kept, size = {}, 0
    for name, value in found.items():
        size += value.nbytes
        if size <= MOST_WATCHED:
            kept[name] = value
    return kept
