"""Broken, hostile and random files: each ends in a project or in a sentence, quickly and in little memory."""

import json
import random
import subprocess
import sys
import tracemalloc
from bisect import bisect
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlstudio.core import reader
from dlstudio.core.document import Frame, Network, Point, Project, Rect, Sheet
from dlstudio.core.files import dumps, load, loads
from dlstudio.core.frozen import Frozen, freeze
from dlstudio.core.issue import ProjectProblem
from tests.core.test_files import LENET, TEXT


def _mutations(chance, seeds):
    """Texts that were projects once, and random JSON."""
    while True:
        yield _MUTATIONS[chance.randrange(len(_MUTATIONS))](chance, chance.choice(seeds), chance.choice(seeds))


def _flip(chance, data, _):
    data = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def _cut(chance, data, _):
    return data[: chance.randrange(len(data))]


def _splice(chance, data, other):
    return data[: chance.randrange(len(data))] + other[chance.randrange(len(other)) :]


def _drop(chance, data, _):
    lines = data.split(b"\n")
    del lines[chance.randrange(len(lines))]
    return b"\n".join(lines)


def _repeat(chance, data, _):
    start = chance.randrange(len(data))
    piece = data[start : start + chance.randint(1, 30)]
    return data[:start] + piece * chance.choice([2, 3, 500]) + data[start:]


STRANGE: list[object] = [
    None,
    True,
    False,
    0,
    -1,
    1.5,
    1e308,
    10**30,
    10**999,
    "",
    "x",
    "\x00",
    [],
    {},
    [[]],
    {"": {}},
    [0, 0],
    "层",
]


def _swap(chance, data, _):
    raw = json.loads(data)
    for _ in range(chance.randint(1, 3)):
        _swap_once(chance, raw)
    return json.dumps(raw).encode()


def _swap_once(chance, raw):
    spots = []
    waiting = [raw]
    while waiting:
        value = waiting.pop()
        inside = (
            list(value.items())
            if isinstance(value, dict)
            else list(enumerate(value))
            if isinstance(value, list)
            else []
        )
        spots += [(value, key) for key, _ in inside]
        waiting += [item for _, item in inside]
    if not spots:
        return
    holder, key = chance.choice(spots)
    if isinstance(holder, dict) and chance.random() < 0.3:
        holder[chance.choice(["", "kind", "nodes", "format", "rect", "x", "層"])] = holder.pop(key)
    else:
        holder[key] = json.loads(json.dumps(chance.choice(STRANGE)))


def _random_json(chance, *_):
    def value(depth):
        if depth > 5 or chance.random() < 0.3:
            return chance.choice(STRANGE)
        if chance.random() < 0.5:
            return [value(depth + 1) for _ in range(chance.randrange(4))]
        keys = ["format", "networks", "nodes", "layout", "sheets", "positions", "wires", "kind", "fields", "a"]
        return {chance.choice(keys): value(depth + 1) for _ in range(chance.randrange(4))}

    raw = value(0)
    return json.dumps({"format": 1, **raw} if isinstance(raw, dict) else raw).encode()


def _noise(chance, *_):
    return chance.randbytes(chance.randrange(200))


_MUTATIONS = [_flip, _cut, _splice, _drop, _repeat, _swap, _swap, _swap, _random_json, _noise]


def _seeds():
    rich = Project(
        name="ünï",
        notes="n",
        networks=Frozen({"model": LENET.networks["model"], "b": Network(note="x", arguments=freeze({"c": 1.5}))}),
        data=freeze({"source": {"kind": "Table", "columns": ["a", "b"], "scale": -0.0}}),
        search=freeze({"lr": [1e-4, 1e-1]}),
        sheets=Frozen({"model": Sheet(Frozen({"a": Point(1, 2)}), Frozen({"f": Frame("F", Rect(0, 0, 9, 9), "red")}))}),
        panels=freeze({"left": {"width": 200}}),
        extra=freeze({"future": [1, {"a": None}]}),
    )
    return [TEXT.encode(), dumps(rich).encode()]


def _tried(path):
    """The project, or what stands in the way."""
    try:
        return load(path), ""
    except ProjectProblem as problem:
        return None, str(problem)


def test_ten_thousand_broken_files_end_in_a_project_or_a_problem(tmp_path):
    path = tmp_path / "fuzz.dls"
    cases = _mutations(random.Random(20240607), _seeds())
    read = refused = 0
    tracemalloc.start()
    try:
        for _ in range(10_000):
            data = next(cases)
            path.write_bytes(data)
            project, said = _tried(path)
            if project is None:
                refused += 1
                assert said.startswith("fuzz.dls")
                assert "\n" not in said
            else:
                read += 1
                assert loads(dumps(project)) == project
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert read > 500
    assert refused > 500
    assert peak < 20 * 2**20


def _many(unit, count, before='{"format":1,"data":{"x":[', after="]}}"):
    return before + ",".join([unit] * count) + after


def _numbered(pattern, count, before, after):
    return before + ",".join(pattern % i for i in range(count)) + after


GREEDY = {
    "lists": lambda n: _many("[]", n),
    "lists of one": lambda n: _many("[1]", n),
    "objects": lambda n: _many("{}", n),
    "doubled keys": lambda n: _many('{"a":1,"a":1}', n),
    "numbers": lambda n: _many("123456789", n),
    "deep lists": lambda n: _many("[" * 40 + "]" * 40, n // 40),
    "keys": lambda n: _numbered('"%d":0', n, '{"format":1,"data":{', "}}"),
    "texts": lambda n: _numbered('"%d"', n, '{"format":1,"data":{"x":[', "]}}"),
    "wide letters": lambda n: '{"format":1,"name":"😀' + "a" * (n * 8) + '"}',
    "open brackets": lambda n: '{"format":1,"data":' + "[" * n,
    "nodes": lambda n: _numbered('"%d":{"kind":""}', n, '{"format":1,"networks":{"m":{"nodes":{', "}}}}"),
    "networks": lambda n: _numbered('"%d":{}', n, '{"format":1,"networks":{', "}}"),
    "wires": lambda n: _numbered('["%d","","",""]', n, '{"format":1,"networks":{"m":{"wires":[', "]}}}"),
    "places": lambda n: _numbered('"%d":[1.5,2.5]', n, '{"format":1,"layout":{"sheets":{"m":{"positions":{', "}}}}}"),
}


OFTEN = {"keys", "wide letters", "lists of one", "doubled keys", "nodes"}


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
@pytest.mark.parametrize(
    "shape", [shape if shape in OFTEN else pytest.param(shape, marks=pytest.mark.slow) for shape in GREEDY]
)
def test_no_file_takes_more_memory_than_a_project_may(tmp_path, shape):
    make = GREEDY[shape]
    most = 50_000 * (bisect(range(1, 80), False, key=lambda n: reader.too_large(make(50_000 * n))))
    path = tmp_path / "greedy.dls"
    path.write_text(make(most), encoding="utf-8")
    script = f"""
from dlstudio.core.files import load
from dlstudio.core.issue import ProjectProblem
def peak():
    return int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1])
before = peak()
try:
    load({str(path)!r})
except ProjectProblem as problem:
    pass
print(peak() - before)
"""
    run = [sys.executable, "-c", script]
    done = subprocess.run(run, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=120, check=True)
    assert int(done.stdout) < 200 * 1024


@pytest.mark.slow
@settings(max_examples=3000)
@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_noise_is_refused(data):
    with suppress(ProjectProblem, UnicodeDecodeError):
        loads(data.decode("utf-8", "surrogatepass"))
