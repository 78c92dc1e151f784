"""Graphs of several ONNX steps: what the file says about batches, axes and weights is what the network does."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import helper

from dlstudio.core.document import MODEL
from dlstudio.core.issue import ProjectProblem
from dlstudio.exchange.arriving.arrived import Arrived
from dlstudio.exchange.arriving.onnx_file import read
from tests.exchange.arriving.onnx_models import Array, answers, expected, model_of, opened, require_equal, weight


def ints(*numbers: int) -> Array:
    return np.array(numbers, np.int64)


def node(kind: str, inputs: str, outputs: str = "y", **settings: Any) -> Any:
    """A step: its inputs and outputs as words, with - for one that is left out."""
    given, made = ([name.replace("-", "") for name in names.split()] for names in (inputs, outputs))
    return helper.make_node(kind, given, made, name=f"{kind}_{made[0]}", **settings)


def kinds(arrived: Arrived) -> list[str]:
    nodes = arrived.project.networks[MODEL].nodes.values()
    return sorted(each.kind for each in nodes if each.kind not in ("Input", "Output"))


# recurrent steps


def recurrent(kind: str, gates: int, directions: int = 1) -> Mapping[str, Array]:
    return {
        "W": weight(directions, gates * 4, 6),
        "R": weight(directions, gates * 4, 4),
        "B": weight(directions, 2 * gates * 4),
    }


@pytest.mark.parametrize(
    ("kind", "gates", "extra"),
    [("LSTM", 4, {}), ("GRU", 3, {"linear_before_reset": 1}), ("GRU", 3, {}), ("RNN", 1, {})],
)
@pytest.mark.parametrize("direction", ["forward", "bidirectional", "reverse"])
def test_a_recurrent_step_reads_time_first_as_onnxruntime_does(
    kind: str, gates: int, extra: Mapping[str, Any], direction: str, tmp_path: Path
) -> None:
    directions = 2 if direction == "bidirectional" else 1
    fixed = {**recurrent(kind, gates, directions), "order": ints(0, 0, -1)}
    steps = [
        node("Transpose", "x", "turned", perm=[1, 0, 2]),
        node(kind, "turned W R B", "states last", hidden_size=4, direction=direction, **extra),
        helper.make_node("Transpose", ["states"], ["together"], perm=[2, 0, 1, 3]),
        helper.make_node("Reshape", ["together", "order"], ["y"]),
        helper.make_node("Transpose", ["last"], ["z"], perm=[1, 0, 2]),
    ]
    given = {"x": weight(3, 5, 6)}
    arrived = require_equal(
        model_of(steps, given, ("y", "z") if direction != "reverse" else ("y",), fixed), given, tmp_path
    )
    assert any(kind in each for each in kinds(arrived))


def test_first_states_are_wired_into_a_recurrent_layer(tmp_path: Path) -> None:
    steps = [
        node("Unsqueeze", "h first", "h1"),
        node("Unsqueeze", "c first", "c1"),
        node("Transpose", "x", "turned", perm=[1, 0, 2]),
        node("LSTM", "turned W R B - h1 c1", "states last cell", hidden_size=4),
        node("Squeeze", "last first", "y"),
        helper.make_node("Squeeze", ["cell", "first"], ["z"]),
    ]
    given = {"x": weight(3, 5, 6), "h": weight(3, 4), "c": weight(3, 4, seed=2)}
    fixed = {**recurrent("LSTM", 4), "first": ints(0)}
    require_equal(model_of(steps, given, ("y", "z"), fixed), given, tmp_path)


def test_a_gru_with_a_limit_is_kept_and_named(tmp_path: Path) -> None:
    steps = [node("Transpose", "x", "turned", perm=[1, 0, 2]), node("GRU", "turned W R B", hidden_size=4, clip=3.0)]
    arrived = opened(model_of(steps, {"x": weight(3, 5, 6)}, fixed=recurrent("GRU", 3)), tmp_path)
    [kept] = arrived.report.kept
    assert (kept.node, kept.what) == ("GRU_y", "onnx.GRU")
    assert "a limit" in kept.why
    assert arrived.project.networks[MODEL].nodes["GRU_y"].fields["hidden_size"] == 4


# attention, embeddings, products of results


def attention_steps(heads: int = 2) -> tuple[list[Any], dict[str, Array]]:
    steps = []
    for name in "qkv":
        steps += [
            helper.make_node("MatMul", ["x", f"w{name}"], [f"{name}1"], name=f"to_{name}"),
            helper.make_node("Add", [f"{name}1", f"b{name}"], [f"{name}2"]),
            helper.make_node("Reshape", [f"{name}2", "split"], [f"{name}3"]),
            helper.make_node(
                "Transpose", [f"{name}3"], [f"{name}4"], perm=[0, 2, 3, 1] if name == "k" else [0, 2, 1, 3]
            ),
        ]
    steps += [
        helper.make_node("MatMul", ["q4", "k4"], ["scores"], name="scores"),
        helper.make_node("Div", ["scores", "root"], ["scaled"]),
        helper.make_node("Softmax", ["scaled"], ["shares"], axis=-1),
        helper.make_node("MatMul", ["shares", "v4"], ["seen"], name="seen"),
        helper.make_node("Transpose", ["seen"], ["back"], perm=[0, 2, 1, 3]),
        helper.make_node("Reshape", ["back", "join"], ["y"]),
    ]
    fixed = {f"w{name}": weight(6, 6, seed=i) for i, name in enumerate("qkv")}
    fixed |= {f"b{name}": weight(6, seed=i) for i, name in enumerate("qkv")}
    return steps, {
        **fixed,
        "split": ints(0, -1, heads, 3),
        "join": ints(0, -1, 6),
        "root": np.array(3**0.5, np.float32),
    }


def test_attention_in_pieces_answers_as_before(tmp_path: Path) -> None:
    steps, fixed = attention_steps()
    given = {"x": weight(3, 5, 6)}
    arrived = require_equal(model_of(steps, given, fixed=fixed), given, tmp_path)
    assert kinds(arrived).count("Linear") == 3
    assert kinds(arrived).count("MatMul") == 2
    assert "Add" not in kinds(arrived)


def test_heads_that_share_an_axis_with_the_batch_are_taken_apart(tmp_path: Path) -> None:
    steps = [
        helper.make_node("Transpose", ["x"], ["a"], perm=[1, 0, 2]),
        helper.make_node("Reshape", ["a", "joined"], ["b"]),
        helper.make_node("Transpose", ["b"], ["c"], perm=[1, 0, 2]),
        helper.make_node("Transpose", ["c"], ["d"], perm=[0, 2, 1]),
        helper.make_node("MatMul", ["c", "d"], ["e"]),
        helper.make_node("Softmax", ["e"], ["f"], axis=-1),
        helper.make_node("MatMul", ["f", "c"], ["g"]),
        helper.make_node("Transpose", ["g"], ["h"], perm=[1, 0, 2]),
        helper.make_node("Shape", ["x"], ["shape"]),
        helper.make_node("Gather", ["shape", "first"], ["count"]),
        helper.make_node("Concat", ["five", "count", "six"], ["apart"], axis=0),
        helper.make_node("Reshape", ["h", "apart"], ["i"]),
        helper.make_node("Transpose", ["i"], ["y"], perm=[1, 0, 2]),
    ]
    given = {"x": weight(3, 5, 6)}
    fixed = {"joined": ints(5, -1, 3), "first": ints(0), "five": ints(5), "six": ints(6)}
    require_equal(model_of(steps, given, fixed=fixed), given, tmp_path)


def test_steps_that_are_laid_before_the_samples_come_back_to_their_places(tmp_path: Path) -> None:
    """As torch's own attention multiplies at its end: time and batch as the rows of one table."""
    steps = [
        helper.make_node("Transpose", ["x"], ["a"], perm=[1, 0, 2]),
        helper.make_node("Reshape", ["a", "rows"], ["b"]),
        helper.make_node("Gemm", ["b", "w", "o"], ["c"], transB=1),
        helper.make_node("Reshape", ["c", "apart"], ["d"]),
        helper.make_node("Transpose", ["d"], ["y"], perm=[1, 0, 2]),
    ]
    given = {"x": weight(3, 5, 6)}
    fixed = {"rows": ints(-1, 6), "apart": ints(5, -1, 4), "w": weight(4, 6), "o": weight(4)}
    arrived = require_equal(model_of(steps, given, fixed=fixed), given, tmp_path)
    assert kinds(arrived) == ["Linear"]
    assert not arrived.report.notes


def test_rows_of_a_fixed_table_are_an_embedding(tmp_path: Path) -> None:
    given = {"x": np.array([[1, 2, 3, 0], [4, 4, 0, 1]])}
    steps = [node("Gather", "table x", "rows"), node("ReduceMean", "rows axes", "y", keepdims=0)]
    arrived = require_equal(model_of(steps, given, fixed={"table": weight(5, 3), "axes": ints(1)}), given, tmp_path)
    assert kinds(arrived) == ["Embedding", "Reduce"]


def test_whole_numbers_become_rows_with_a_single_one(tmp_path: Path) -> None:
    given = {"x": np.array([[1, 2, 3], [0, 0, 1]])}
    fixed = {"depth": np.array(4), "values": np.array([0, 1], np.float32)}
    assert kinds(require_equal(model_of([node("OneHot", "x depth values")], given, fixed=fixed), given, tmp_path)) == [
        "OneHot"
    ]


def test_samples_that_lie_behind_time_are_found_and_told(tmp_path: Path) -> None:
    """A file with fixed lengths, whose recurrent step reads its input as it is."""
    given = {"x": weight(5, 1, 6)}
    model = model_of([node("RNN", "x W R B", "y", hidden_size=4)], given, fixed=recurrent("RNN", 1), batch=5)
    arrived = opened(model, tmp_path)
    assert arrived.report.whole, str(arrived.report)
    assert "lie along axis 2 there, and first here" in str(arrived.report)
    [found] = answers(arrived, {"x": weight(5, 1, 6).transpose(1, 0, 2)})
    [wanted] = expected(tmp_path / "model.onnx", given)
    np.testing.assert_allclose(found[0], wanted[:, :, 0], atol=1e-5)


def test_a_split_and_a_concat_put_parts_elsewhere(tmp_path: Path) -> None:
    steps = [node("Split", "x sizes", "a b c", axis=1), node("Concat", "c a b", axis=1)]
    given = {"x": weight(3, 7, 4, 4)}
    require_equal(model_of(steps, given, fixed={"sizes": ints(2, 1, 4)}), given, tmp_path)


def test_a_fixed_tensor_beside_results_is_a_parameter(tmp_path: Path) -> None:
    """A class token, as exporters write it: stretched to the batch and put in front."""
    steps = [
        node("Shape", "x", "shape"),
        node("Gather", "shape zero", "count"),
        helper.make_node("Concat", ["count", "one", "six"], ["whole"], axis=0),
        node("Expand", "token whole", "tokens"),
        helper.make_node("Concat", ["tokens", "x"], ["long"], axis=1),
        helper.make_node("Add", ["long", "positions"], ["y"]),
    ]
    given = {"x": weight(3, 5, 6)}
    fixed = {"zero": ints(0), "one": ints(1), "six": ints(6), "token": weight(1, 1, 6), "positions": weight(1, 6, 6)}
    arrived = require_equal(model_of(steps, given, fixed=fixed), given, tmp_path)
    assert kinds(arrived) == ["Add", "Concat", "Parameter", "Parameter"]
    assert sorted(tuple(each.shape) for each in arrived.weights.values()) == [(1, 6), (6, 6)]


def test_a_choice_between_results_follows_its_mask(tmp_path: Path) -> None:
    steps = [
        node("Greater", "x half", "mask"),
        helper.make_node("Where", ["mask", "x", "low"], ["a"], name="fill"),
        helper.make_node("Where", ["mask", "low", "x"], ["b"], name="fill_else"),
        helper.make_node("Where", ["mask", "a", "b"], ["c"], name="choose"),
        helper.make_node("Not", ["mask"], ["no"]),
        helper.make_node("Cast", ["no"], ["number"], to=1),
        helper.make_node("Mul", ["c", "number"], ["y"]),
    ]
    given = {"x": weight(3, 5, 6)}
    fixed = {"half": np.array(0.5, np.float32), "low": np.array(-2, np.float32)}
    require_equal(model_of(steps, given, fixed=fixed), given, tmp_path)


def test_two_inputs_meet_with_fewer_axes_on_one_side(tmp_path: Path) -> None:
    steps = [
        node("Unsqueeze", "gate axes", "wide"),
        node("Mul", "x wide", "y"),
    ]
    given = {"x": weight(3, 4, 5, 6), "gate": weight(3, 4)}
    require_equal(model_of(steps, given, fixed={"axes": ints(2, 3)}), given, tmp_path)


# what exporters take apart


def test_what_exporters_take_apart_is_one_layer_again(tmp_path: Path) -> None:
    steps = [
        helper.make_node("ReduceMean", ["x", "last"], ["mean"]),
        helper.make_node("Sub", ["x", "mean"], ["centred"]),
        helper.make_node("Pow", ["centred", "two"], ["squared"]),
        helper.make_node("ReduceMean", ["squared", "last"], ["variance"]),
        helper.make_node("Add", ["variance", "eps"], ["safe"]),
        helper.make_node("Sqrt", ["safe"], ["root"]),
        helper.make_node("Div", ["centred", "root"], ["normal"]),
        helper.make_node("Mul", ["normal", "gamma"], ["scaled"]),
        helper.make_node("Add", ["scaled", "beta"], ["a"], name="norm"),
        helper.make_node("Div", ["a", "sqrt2"], ["b"]),
        helper.make_node("Erf", ["b"], ["c"]),
        helper.make_node("Add", ["c", "one"], ["d"]),
        helper.make_node("Mul", ["a", "d"], ["e"]),
        helper.make_node("Mul", ["e", "half"], ["f"], name="bend"),
        helper.make_node("Sigmoid", ["f"], ["g"]),
        helper.make_node("Mul", ["f", "g"], ["y"], name="swish"),
    ]
    fixed: dict[str, Array] = {"last": ints(-1), "gamma": weight(6), "beta": weight(6, seed=3)}
    numbers = {"two": 2, "eps": 1e-5, "sqrt2": 2**0.5, "one": 1, "half": 0.5}
    fixed |= {name: np.array(value, np.float32) for name, value in numbers.items()}
    given = {"x": weight(3, 5, 6)}
    arrived = require_equal(model_of(steps, given, fixed=fixed), given, tmp_path)
    assert kinds(arrived) == ["GELU", "LayerNorm", "SiLU"]
    assert {"norm", "bend", "swish"} <= set(arrived.project.networks[MODEL].nodes)


def test_a_scale_for_each_channel_behind_a_batch_norm_is_part_of_it(tmp_path: Path) -> None:
    steps = [
        node("BatchNormalization", "x s b m v", "a"),
        node("Mul", "a scale", "c"),
        node("Add", "c shift", "y"),
    ]
    fixed = {"s": weight(4), "b": weight(4), "m": weight(4, seed=1), "v": abs(weight(4)) + 1}
    fixed |= {"scale": weight(4, 1, 1), "shift": weight(1, 4, 1, 1)}
    given = {"x": weight(3, 4, 5, 6)}
    assert kinds(require_equal(model_of(steps, given, fixed=fixed), given, tmp_path)) == ["BatchNorm"]


# batches, names, sizes


def test_a_file_for_one_sample_answers_for_any_number_of_them(tmp_path: Path) -> None:
    steps = [node("Flatten", "x", "flat"), node("Gemm", "flat w b", "y", transB=1)]
    fixed = {"w": weight(4, 12), "b": weight(4)}
    given = {"x": weight(1, 3, 2, 2)}
    arrived = require_equal(model_of(steps, given, fixed=fixed, batch=1), given, tmp_path)
    [more] = answers(arrived, {"x": weight(5, 3, 2, 2)})
    assert more.shape == (5, 4)


def test_what_sums_up_over_a_batch_says_that_it_is_code(tmp_path: Path) -> None:
    model = model_of(
        [node("ReduceMean", "x axes", "m"), node("Sub", "x m", "y")], {"x": weight(3, 4)}, fixed={"axes": ints(0)}
    )
    arrived = opened(model, tmp_path)
    assert "Custom" in kinds(arrived)
    assert "allow the project its code" in str(arrived.report)
    [found] = answers(arrived, {"x": weight(3, 4)}, allow_code=True)
    np.testing.assert_allclose(found, expected(tmp_path / "model.onnx", {"x": weight(3, 4)})[0], atol=1e-6)


@pytest.mark.parametrize(
    ("steps", "fixed", "shape"),
    [
        ([node("Gather", "x i", axis=1)], {"i": ints(2, 0, 1)}, (3, 4)),
        ([node("Gather", "x i", axis=2)], {"i": ints(2, 0, 1, 1).reshape(2, 2)}, (3, 4, 5)),
        ([node("Einsum", "x w", equation="bij,jk->bki")], {"w": weight(5, 2)}, (3, 4, 5)),
        ([node("TopK", "x k", "y places", axis=-1)], {"k": ints(2)}, (3, 6)),
        ([node("Trilu", "x", upper=0)], {}, (3, 4, 5)),
        ([node("Atanh", "x")], {}, (3, 4)),
        ([node("Mod", "x m", fmod=1)], {"m": np.array([0.3], np.float32)}, (3, 4)),
        ([node("GridSample", "x grid", align_corners=1)], {}, (3, 2, 5, 5)),
    ],
    ids=["entries in an order", "a table of entries", "einsum", "top", "triangle", "atanh", "rest", "grid"],
)
def test_what_has_no_layer_is_a_line_of_torch_that_answers_the_same(
    steps: Sequence[Any], fixed: Mapping[str, Array], shape: tuple[int, ...], tmp_path: Path
) -> None:
    given = {"x": np.tanh(weight(*shape)) * 0.9}
    if "grid" in steps[0].input:
        given["grid"] = np.tanh(weight(3, 4, 4, 2))
    arrived = opened(model_of(steps, given, fixed=fixed), tmp_path)
    assert arrived.report.whole, str(arrived.report)
    with pytest.raises(ProjectProblem, match="Read it, then allow it"):
        answers(arrived, given)
    [found] = answers(arrived, given, allow_code=True)
    np.testing.assert_allclose(found, expected(tmp_path / "model.onnx", given)[0], atol=1e-5)


def test_nodes_are_called_as_the_steps_were(tmp_path: Path) -> None:
    steps = [
        helper.make_node("Conv", ["x", "w"], ["a"], name="/features/features.0/Conv"),
        helper.make_node("Relu", ["a"], ["b"], name="class"),
        helper.make_node("Relu", ["b"], ["y"], name=""),
    ]
    given = {"x": weight(2, 3, 5, 5)}
    arrived = require_equal(model_of(steps, given, fixed={"w": weight(4, 3, 3, 3)}), given, tmp_path)
    names = list(arrived.project.networks[MODEL].nodes)
    assert names[0] == "x"
    assert names[-1] == "y"
    assert all(name.isidentifier() for name in names)
    assert "features" in names[1]


def test_an_unknown_operator_is_kept_with_its_settings_and_the_rest_stays(tmp_path: Path) -> None:
    steps = [
        helper.make_node("Relu", ["x"], ["a"], name="before"),
        helper.make_node("Foo", ["a"], ["b"], name="strange", domain="my.own", depth=3, word="hello"),
        helper.make_node("Relu", ["b"], ["y"], name="after"),
    ]
    arrived = opened(model_of(steps, {"x": weight(2, 3)}), tmp_path)
    nodes = arrived.project.networks[MODEL].nodes
    assert nodes["before"].kind == "ReLU"
    assert nodes["strange"].kind == "my.own.Foo"
    assert nodes["strange"].fields == {"depth": 3, "word": "hello"}
    assert [remark.node for remark in arrived.report.kept] == ["strange", "after"]
    assert [wire.source for wire in arrived.project.networks[MODEL].inbound["strange"]] == ["before"]


def test_axes_of_any_length_are_chosen_and_named(tmp_path: Path) -> None:
    model = model_of([node("Softmax", "x", axis=-1)], {"x": weight(2, 7, 6)})
    model.graph.input[0].type.tensor_type.shape.dim[1].dim_param = "time"
    arrived = opened(model, tmp_path)
    assert "“time”" in str(arrived.report)
    chosen = opened(model, tmp_path, inputs=((9, 6),))
    assert chosen.project.networks[MODEL].nodes["x"].fields["size"] == (9, 6)
    with pytest.raises(ProjectProblem, match="takes time×6, but 9×7 is given"):
        opened(model, tmp_path, inputs=((9, 7),))


def test_without_the_package_that_reads_onnx_the_sentence_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dlstudio.exchange.arriving.onnx_file.find_spec", lambda _name: None)
    with pytest.raises(ProjectProblem, match=r"pip install 'dlstudio\[export\]'"):
        opened(model_of([node("Relu", "x")], {"x": weight(2, 3)}), tmp_path)


def test_weights_of_a_file_beside_the_model_are_read(tmp_path: Path) -> None:
    given = {"x": weight(2, 40)}
    model = model_of([node("MatMul", "x w")], given, fixed={"w": weight(40, 30)})
    path = tmp_path / "model.onnx"
    onnx.save(model, path, save_as_external_data=True, location="weights.bin", size_threshold=0)
    model = onnx.load(path, load_external_data=False)
    [found] = answers(read(path), given)
    np.testing.assert_allclose(found, expected(path, given)[0], atol=1e-5)
