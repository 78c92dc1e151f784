"""ONNX files that are damaged, cut off or made to harm end in one sentence, soon and in little memory."""

import json
import pickle
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from dlstudio.core.issue import ProjectProblem
from dlstudio.exchange.arriving.onnx_file import read
from tests.exchange.arriving.onnx_models import model_of, weight

SECONDS = 10
MEGABYTES = 500

ASK = """
import json, resource, sys, time
from pathlib import Path
from dlstudio.core.issue import ProjectProblem
from dlstudio.exchange.arriving.onnx_file import read

before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
found = {}
for path in sys.argv[1:]:
    start = time.process_time()
    try:
        arrived = read(Path(path))
        said = "opened: " + str(arrived.report)
    except ProjectProblem as problem:
        said = str(problem)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    found[Path(path).name] = {"said": said, "seconds": time.process_time() - start, "megabytes": grown}
print(json.dumps(found))
"""
"""Each file is read in one process that is asked once; what it grew by counts for all of them together."""


def relu(*names: str) -> list[Any]:
    return [helper.make_node("Relu", [a], [b], name=b) for a, b in pairwise(names)]


def small() -> Any:
    return model_of([helper.make_node("MatMul", ["x", "w"], ["y"])], {"x": weight(2, 4)}, fixed={"w": weight(4, 3)})


def cut_off(path: Path) -> None:
    data = small().SerializeToString()
    path.write_bytes(data[: len(data) * 2 // 3])


def noise(path: Path) -> None:
    path.write_bytes(np.random.default_rng(0).bytes(20_000))


def huge_dims(path: Path) -> None:
    model = small()
    model.graph.initializer[0].dims[:] = [2**40, 2**40]
    path.write_bytes(model.SerializeToString())


def overflowing_dims(path: Path) -> None:
    model = small()
    model.graph.initializer[0].dims[:] = [2**32, 2**32, 3, 4]
    path.write_bytes(model.SerializeToString())


def negative_dims(path: Path) -> None:
    model = small()
    model.graph.initializer[0].dims[:] = [-4, -3]
    path.write_bytes(model.SerializeToString())


def two_gigabytes_claimed(path: Path) -> None:
    """A tensor whose bytes are said to go on for 2 GB beyond the end of the file."""
    path.write_bytes(b"\x08\x08\x3a" + _varint(2**31 - 20) + b"\x0a\x00" * 10)


def _varint(number: int) -> bytes:
    found = b""
    while number > 127:
        found += bytes([number & 127 | 128])
        number >>= 7
    return found + bytes([number])


def a_circle(path: Path) -> None:
    model = model_of([*relu("x", "a")], {"x": weight(2, 3)}, ("a",))
    del model.graph.node[:], model.graph.output[:]
    model.graph.node.extend(
        [
            helper.make_node("Add", ["x", "c"], ["b"], name="first"),
            helper.make_node("Relu", ["b"], ["c"], name="second"),
        ]
    )
    model.graph.output.append(helper.make_empty_tensor_value_info("c"))
    path.write_bytes(model.SerializeToString())


def a_missing_input(path: Path) -> None:
    model = small()
    model.graph.node[0].input[1] = "nowhere"
    path.write_bytes(model.SerializeToString())


def two_of_one_name(path: Path) -> None:
    model = small()
    model.graph.node.append(helper.make_node("Relu", ["x"], ["y"]))
    path.write_bytes(model.SerializeToString())


def a_pickle(path: Path) -> None:
    path.write_bytes(pickle.dumps({"weights": list(range(100))}))


def a_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("model.onnx", b"\0" * 50_000_000)


def nothing(path: Path) -> None:
    path.write_bytes(b"")


def field(number: int, data: bytes) -> bytes:
    """A field of a message that holds bytes."""
    return bytes([number << 3 | 2]) + _varint(len(data)) + data


def graphs_in_graphs(path: Path) -> None:
    """Steps whose settings are graphs of steps whose settings are graphs."""
    graph = b""
    for _ in range(3000):
        graph = field(1, field(5, field(6, graph)))
    path.write_bytes(field(7, graph))


def empty_steps_by_the_million(path: Path) -> None:
    graph = b"\x0a\x00" * 20_000_000
    path.write_bytes(b"\x08\x08\x3a" + _varint(len(graph)) + graph)


def numbers_of_one_byte(path: Path) -> None:
    """A row of whole numbers takes eight times the memory that it takes in the file."""
    numbers = b"\x01" * 120_000_000
    tensor = b"\x08\x01\x10\x07\x3a" + _varint(len(numbers)) + numbers
    graph = b"\x2a" + _varint(len(tensor)) + tensor
    path.write_bytes(b"\x08\x08\x3a" + _varint(len(graph)) + graph)


def made_up_numbers(path: Path) -> None:
    steps = [
        helper.make_node("ConstantOfShape", ["size"], ["big"]),
        helper.make_node("MatMul", ["x", "big"], ["y"]),
    ]
    path.write_bytes(model_of(steps, {"x": weight(2, 4)}, fixed={"size": np.array([2**20, 2**20])}).SerializeToString())


def growing_numbers(path: Path) -> None:
    """Each step makes its input eight times as large."""
    steps = [helper.make_node("Tile", [f"t{i}", "times"], [f"t{i + 1}"]) for i in range(12)]
    steps.append(helper.make_node("Add", ["x", "t12"], ["y"]))
    fixed = {"t0": weight(8, 8), "times": np.array([4, 4])}
    model = model_of([*relu("x", "y")], {"x": weight(2, 4)}, fixed=fixed)
    del model.graph.node[:]
    model.graph.node.extend(steps)
    path.write_bytes(model.SerializeToString())


def a_long_range(path: Path) -> None:
    steps = [helper.make_node("Range", ["from", "to", "by"], ["r"]), helper.make_node("Add", ["x", "r"], ["y"])]
    fixed = {"from": np.array(0), "to": np.array(2**62), "by": np.array(1)}
    model = model_of(relu("x", "y"), {"x": weight(2, 4)}, fixed=fixed)
    del model.graph.node[:]
    model.graph.node.extend(steps)
    path.write_bytes(model.SerializeToString())


def outside(location: str) -> Callable[[Path], None]:
    def made(path: Path) -> None:
        model = small()
        tensor = model.graph.initializer[0]
        tensor.ClearField("raw_data")
        tensor.data_location = TensorProto.EXTERNAL
        for key, value in (("location", location), ("offset", "0"), ("length", "48")):
            entry = tensor.external_data.add()
            entry.key, entry.value = key, value
        (path.parent.parent / "secret.bin").write_bytes(b"\1" * 48)
        (path.parent / "short.bin").write_bytes(b"\1" * 12)
        link = path.parent / "link.bin"
        if not link.exists():
            link.symlink_to(path.parent.parent / "secret.bin")
        path.write_bytes(model.SerializeToString())

    return made


def a_newer_opset(path: Path) -> None:
    model = small()
    model.opset_import[0].version = 900
    path.write_bytes(model.SerializeToString())


def wrong_shapes(path: Path) -> None:
    model = small()
    model.graph.initializer[0].CopyFrom(numpy_helper.from_array(weight(7, 3), "w"))
    path.write_bytes(model.SerializeToString())


def pixels_without_end(path: Path) -> None:
    step = helper.make_node("Resize", ["x", "", "scales"], ["y"], name="enlarge")
    fixed = {"scales": np.array([1, 1, 2**40, 2**40], np.float32)}
    path.write_bytes(model_of([step], {"x": weight(2, 3, 4, 4)}, fixed=fixed).SerializeToString())


FILES: dict[str, tuple[Callable[[Path], None], str]] = {
    "cut off": (cut_off, "damaged"),
    "noise": (noise, "damaged|no ONNX file"),
    "huge dims": (huge_dims, "claims"),
    "overflowing dims": (overflowing_dims, "claims"),
    "negative dims": (negative_dims, "negative"),
    "two gigabytes claimed": (two_gigabytes_claimed, "damaged"),
    "a circle": (a_circle, "circle"),
    "a missing input": (a_missing_input, "“nowhere”"),
    "two of one name": (two_of_one_name, "Two steps"),
    "a pickle": (a_pickle, "pickle"),
    "a zip": (a_zip, "zip"),
    "nothing": (nothing, "empty"),
    "graphs in graphs": (graphs_in_graphs, "graphs within graphs|damaged"),
    "empty steps by the million": (empty_steps_by_the_million, "more parts"),
    "numbers of one byte": (numbers_of_one_byte, "more parts|damaged"),
    "made up numbers": (made_up_numbers, "more numbers"),
    "growing numbers": (growing_numbers, "more numbers|more memory"),
    "a long range": (a_long_range, "more numbers"),
    "out by dots": (outside("../secret.bin"), "outside"),
    "out by root": (outside("/etc/passwd"), "outside"),
    "out by backslash": (outside("..\\secret.bin"), "outside"),
    "out by link": (outside("link.bin"), "outside"),
    "not there": (outside("missing.bin"), "not there"),
    "too short": (outside("short.bin"), "not there"),
    "a newer opset": (a_newer_opset, "opset"),
    "wrong shapes": (wrong_shapes, "does not fit"),
    "pixels without end": (pixels_without_end, "opened.*sides of"),
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a process of its own says of all of the files."""
    folder = tmp_path_factory.mktemp("hostile") / "models"
    folder.mkdir()
    paths = []
    for name, (make, _) in FILES.items():
        paths.append(folder / f"{name}.onnx")
        make(paths[-1])
    done = subprocess.run([sys.executable, "-c", ASK, *map(str, paths)], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_ends_in_a_sentence(name: str, told: dict[str, Any]) -> None:
    said = told[f"{name}.onnx"]["said"]
    assert re.search(FILES[name][1], said), said
    assert "\n" not in said
    assert len(said) < 400


def test_hostile_files_take_little_time_and_memory(told: dict[str, Any]) -> None:
    for name, each in told.items():
        assert each["seconds"] < SECONDS, (name, each)
        assert each["megabytes"] < MEGABYTES, (name, each)


def test_no_byte_that_is_changed_makes_the_import_fall_over(tmp_path: Path) -> None:
    data = bytearray(small().SerializeToString())
    path = tmp_path / "changed.onnx"
    dice = np.random.default_rng(3)
    for _ in range(300):
        changed = bytearray(data)
        for place in dice.integers(0, len(data), 3):
            changed[place] = dice.integers(0, 256)
        path.write_bytes(changed)
        with suppress(ProjectProblem):
            read(path)
