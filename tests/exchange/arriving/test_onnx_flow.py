"""Branches, loops, functions and eight bits in ONNX files become layers that answer as onnxruntime does."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper

from dlstudio.compiler.load import build
from dlstudio.core.issue import ProjectProblem
from dlstudio.exchange.arriving import onnx_flow
from dlstudio.exchange.tracing import quiet
from tests.exchange.arriving.onnx_models import Array, answers, expected, model_of, opened, require_equal, weight
from tests.exchange.arriving.test_onnx_graphs import ints, kinds, node

FLOAT, WHOLE, TRUTH = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL


def value(name: str, kind: int = FLOAT, shape: Any = None) -> Any:
    return helper.make_tensor_value_info(name, kind, shape)


def body(steps: list[Any], inputs: list[Any], outputs: list[Any], **fixed: Array) -> Any:
    held = [numpy_helper.from_array(each, name) for name, each in fixed.items()]
    return helper.make_graph(steps, "body", inputs, outputs, held)


@pytest.mark.parametrize("asked", [True, False])
def test_a_branch_that_is_always_taken_is_its_steps(asked: bool, tmp_path: Path) -> None:
    then = body([node("Relu", "x", "a")], [], [value("a")])
    other = body([node("MatMul", "x w", "a")], [], [value("a")], w=weight(4, 4))
    steps = [node("If", "asked", "b", then_branch=then, else_branch=other), node("Tanh", "b")]
    model = model_of(steps, {"x": weight(3, 4)}, fixed={"asked": np.array(asked)})
    arrived = require_equal(model, {"x": weight(3, 4)}, tmp_path)
    assert kinds(arrived) == (["ReLU", "Tanh"] if asked else ["Linear", "Tanh"])


def test_a_branch_that_the_shape_decides_is_its_steps(tmp_path: Path) -> None:
    steps = [
        node("Shape", "x", "shape"),
        node("Gather", "shape one", "length"),
        node("Equal", "length four", "asked"),
        node("If", "asked", "y", then_branch=body([node("Relu", "x", "a")], [], [value("a")]),
             else_branch=body([node("Tanh", "x", "b")], [], [value("b")])),
    ]  # fmt: skip
    fixed = {"one": np.array(1), "four": np.array(4)}
    arrived = require_equal(model_of(steps, {"x": weight(3, 4)}, fixed=fixed), {"x": weight(3, 4)}, tmp_path)
    assert kinds(arrived) == ["ReLU"]


def test_a_branch_that_the_data_decide_is_kept_and_says_so(tmp_path: Path) -> None:
    steps = [
        node("ReduceSum", "x", "sum", keepdims=0),
        node("Greater", "sum zero", "asked"),
        node("If", "asked", "y", then_branch=body([node("Relu", "x", "a")], [], [value("a")]),
             else_branch=body([node("Tanh", "x", "b")], [], [value("b")])),
    ]  # fmt: skip
    arrived = opened(model_of(steps, {"x": weight(3, 4)}, fixed={"zero": np.array(0, np.float32)}, opset=18), tmp_path)
    [branch] = [each for each in arrived.report.kept if each.what == "onnx.If"]
    assert branch.why.startswith("which branch is taken is decided by the data: keep one branch")
    assert f"{branch.node}: onnx.If (which branch is taken is decided by the data: keep one branch" in str(
        arrived.report
    )


def loop(**fixed: Array) -> Any:
    """h ← tanh(h·W), and each h is collected."""
    steps = [
        node("MatMul", "h w", "a"),
        node("Tanh", "a", "b"),
        node("Identity", "go", "on"),
        node("Identity", "b", "c"),
    ]
    inputs = [value("i", WHOLE, []), value("go", TRUTH, []), value("h")]
    return body(steps, inputs, [value("on", TRUTH, []), value("b"), value("c")], **fixed)


@pytest.mark.parametrize("inside", [True, False])
def test_a_loop_with_a_fixed_count_is_its_rounds(inside: bool, tmp_path: Path) -> None:
    w = {"w": weight(4, 4)}
    steps = [
        node("Loop", "count - x", "last every", body=loop(**(w if inside else {}))),
        node("Transpose", "every", "turned", perm=[1, 0, 2]),
        node("ReduceMean", "turned axes", "mean", keepdims=0),
        node("Add", "last mean"),
    ]
    fixed = {"count": np.array(3), "axes": ints(1)} | ({} if inside else w)
    arrived = require_equal(model_of(steps, {"x": weight(3, 4)}, fixed=fixed), {"x": weight(3, 4)}, tmp_path)
    assert kinds(arrived).count("Tanh") == 3
    nodes = arrived.project.networks["model"].nodes.values()
    linear = [each for each in nodes if each.kind == "Linear"]
    assert {each.fields.get("same_weights_as", "") for each in linear} == {"", linear[0].id}
    assert len(arrived.weights) == 1


def test_a_loop_that_its_own_counting_ends_is_its_rounds(tmp_path: Path) -> None:
    inner = body(
        [node("Relu", "h", "b"), node("Add", "n one", "m"), node("Less", "m four", "on")],
        [value("i", WHOLE, []), value("go", TRUTH, []), value("h"), value("n", WHOLE, [])],
        [value("on", TRUTH, []), value("b"), value("m", WHOLE, [])],
        one=np.array(1), four=np.array(4),
    )  # fmt: skip
    steps = [node("Loop", "- yes x zero", "a n", body=inner), node("Tanh", "a")]
    model = model_of(steps, {"x": weight(3, 4)}, fixed={"yes": np.array(True), "zero": np.array(0)})
    arrived = require_equal(model, {"x": weight(3, 4)}, tmp_path)
    assert kinds(arrived).count("ReLU") == 4


def test_a_loop_without_end_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx_flow, "MOST_STEPS", 100)
    steps = [node("Loop", "count - x", "y every", body=loop(w=weight(4, 4)))]
    arrived = opened(model_of(steps, {"x": weight(3, 4)}, fixed={"count": np.array(10**12)}), tmp_path)
    assert [each.what for each in arrived.report.kept] == ["onnx.Loop"]


@pytest.mark.parametrize("backwards", [0, 1])
def test_a_scan_reads_its_steps_one_after_the_other(backwards: int, tmp_path: Path) -> None:
    inner = body(
        [node("Add", "h r", "a"), node("Tanh", "a", "b"), node("Mul", "b two", "c")],
        [value("h", FLOAT, ["n", 4]), value("r", FLOAT, ["n", 4])],
        [value("b", FLOAT, ["n", 4]), value("c", FLOAT, ["n", 4])],
        two=np.array(2, np.float32),
    )
    steps = [
        node("Scan", "start x", "last y", body=inner, num_scan_inputs=1, scan_input_axes=[1], scan_output_axes=[1],
             scan_input_directions=[backwards], scan_output_directions=[backwards]),
    ]  # fmt: skip
    given = {"start": weight(3, 4), "x": weight(3, 5, 4)}
    require_equal(model_of(steps, given), given, tmp_path)


def function(name: str, steps: list[Any]) -> Any:
    return helper.make_function(
        "own", name, ["x"], ["y"], steps, [helper.make_opsetid("", 18), helper.make_opsetid("own", 1)]
    )


def with_functions(steps: list[Any], functions: list[Any]) -> Any:
    graph = helper.make_graph(steps, "test", [value("x", FLOAT, ["n", 4])], [value("y", FLOAT, ["n", 4])])
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid("own", 1)]
    return helper.make_model(graph, opset_imports=opsets, functions=functions, ir_version=8)


def test_operators_that_the_file_defines_are_what_they_are_made_of(tmp_path: Path) -> None:
    inner = function("Inner", [node("Relu", "x", "a"), node("Tanh", "a")])
    outer = function("Outer", [node("Inner", "x", "b", domain="own"), node("Sigmoid", "b")])
    model = with_functions([node("Outer", "x", "c", domain="own"), node("Inner", "c", domain="own")], [inner, outer])
    arrived = require_equal(model, {"x": weight(3, 4)}, tmp_path)
    assert kinds(arrived) == ["ReLU", "ReLU", "Sigmoid", "Tanh", "Tanh"]


def test_functions_that_double_again_and_again_end_in_a_sentence(tmp_path: Path) -> None:
    made = [function("F0", [node("Relu", "x")])]
    for i in range(1, 60):
        twice = [node(f"F{i - 1}", "x", "a", domain="own"), node(f"F{i - 1}", "a", domain="own")]
        made.append(function(f"F{i}", twice))
    with pytest.raises(ProjectProblem, match="comes to more than 100,000 steps"):
        opened(with_functions([node("F59", "x", domain="own")], made), tmp_path)


def test_a_function_made_of_itself_ends_in_a_sentence(tmp_path: Path) -> None:
    made = [function(name, [node(other, "x", domain="own")]) for name, other in (("A", "B"), ("B", "A"))]
    with pytest.raises(ProjectProblem, match="is made of itself"):
        opened(with_functions([node("A", "x", domain="own")], made), tmp_path)


@pytest.mark.parametrize("way", ["dynamic", "static"])
def test_a_file_of_eight_bits_answers_nearly_as_it_does(way: str, tmp_path: Path) -> None:
    quantization = pytest.importorskip("onnxruntime.quantization")
    steps = [node("MatMul", "x w", "a"), node("Add", "a b", "c"), node("Relu", "c", "d"), node("MatMul", "d v")]
    fixed = {"w": weight(6, 16), "b": weight(16), "v": weight(16, 3)}
    given = {"x": weight(40, 6)}
    onnx.save(model_of(steps, given, fixed=fixed), tmp_path / "float.onnx")
    if way == "dynamic":
        quantization.quantize_dynamic(tmp_path / "float.onnx", tmp_path / "small.onnx")
    else:
        reader = iter([given])
        samples = type("Samples", (quantization.CalibrationDataReader,), {"get_next": lambda _: next(reader, None)})()
        quantization.quantize_static(tmp_path / "float.onnx", tmp_path / "small.onnx", samples)
    model = onnx.load(tmp_path / "small.onnx")
    assert any("Quantize" in step.op_type or "Integer" in step.op_type for step in model.graph.node)
    arrived = opened(model, tmp_path)
    assert arrived.report.whole, str(arrived.report)
    assert kinds(arrived).count("Linear") == 2
    assert "whole numbers of 8 bits" in str(arrived.report)
    [found] = answers(arrived, given)
    [whole] = expected(tmp_path / "float.onnx", given)
    assert np.abs(found - whole).max() < 0.05 * np.abs(whole).max()


@pytest.mark.parametrize(
    ("step", "more"),
    [
        (node("ScatterElements", "x i u", axis=1), {"i": np.array([[3, 0], [1, 2], [4, 1]])}),
        (node("ScatterElements", "x i u", axis=1, reduction="add"), {"i": np.zeros((3, 2), np.int64)}),
        (node("ScatterElements", "x i u", axis=-1, reduction="max"), {"i": np.full((3, 2), -1)}),
        (node("GatherND", "x i", batch_dims=1), {"i": np.array([[[4], [0]], [[1], [1]], [[0], [3]]])}),
    ],
    ids=["put", "add", "largest", "take"],
)  # fmt: skip
def test_numbers_are_put_and_taken_where_the_indices_say(step: Any, more: dict[str, Array], tmp_path: Path) -> None:
    given = {"x": weight(3, 5), **more} | ({"u": weight(3, 2)} if "u" in step.input else {})
    arrived = opened(model_of([step], given), tmp_path)
    assert arrived.report.whole, str(arrived.report)
    [found] = answers(arrived, given, allow_code=True)
    np.testing.assert_allclose(found, expected(tmp_path / "model.onnx", given)[0], atol=1e-6)


def test_an_assignment_to_a_part_of_one_sample_holds_for_any_number_of_them(tmp_path: Path) -> None:
    given = {"x": weight(1, 5, 4), "u": weight(1, 2, 4)}
    step = node("ScatterND", "x i u")
    model = model_of([step], given, fixed={"i": np.array([[[0, 3], [0, 1]]])}, batch=1)
    arrived = opened(model, tmp_path)
    assert arrived.report.whole, str(arrived.report)
    [found] = answers(arrived, given, allow_code=True)
    np.testing.assert_allclose(found, expected(tmp_path / "model.onnx", given)[0], atol=1e-6)
    many = {name: np.concatenate([each, each * 2]) for name, each in given.items()}
    [both] = answers(arrived, many, allow_code=True)
    np.testing.assert_allclose(both[0], found[0], atol=1e-6)


def test_what_is_a_line_of_torch_goes_out_again_as_onnx(tmp_path: Path) -> None:
    given = {"i": np.array([[3, 0], [1, 2], [4, 1]]), "u": weight(3, 2), "x": weight(3, 5)}
    arrived = opened(model_of([node("ScatterElements", "x i u", axis=1)], given), tmp_path)
    module = build(arrived.project, allow_code=True).eval()
    with quiet():
        samples = tuple(torch.from_numpy(each) for each in given.values())
        torch.onnx.export(module, samples, tmp_path / "again.onnx", dynamo=True, verbose=False)
    [wanted] = expected(tmp_path / "model.onnx", given)
    names = [each.name for each in onnx.load(tmp_path / "again.onnx").graph.input]
    [found] = expected(tmp_path / "again.onnx", dict(zip(names, given.values(), strict=True)))
    np.testing.assert_allclose(found, wanted, atol=1e-6)
