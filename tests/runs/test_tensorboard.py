"""TensorBoard's files, read back by a reader that shares nothing with the writer, and by TensorBoard's own."""

import math
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dlstudio.runs.folder import RunFolder
from dlstudio.runs.metrics import MetricWriter
from dlstudio.runs.tensorboard import crc32c, export
from tests.runs.conftest import Create


def checksum(data: bytes) -> int:
    """CRC-32C bit by bit, as RFC 3720 defines it, masked as the record format wants it."""
    remainder = 0xFFFFFFFF
    for byte in data:
        remainder ^= byte
        for _ in range(8):
            remainder = remainder >> 1 ^ 0x82F63B78 * (remainder & 1)
    crc = remainder ^ 0xFFFFFFFF
    return ((crc >> 15) + (crc << 17 & 0xFFFFFFFF) + 0xA282EAD8) % 2**32


def records(data: bytes) -> Iterator[bytes]:
    while data:
        (length,), (of_length,) = struct.unpack("<Q", data[:8]), struct.unpack("<I", data[8:12])
        body, (of_body,) = data[12 : 12 + length], struct.unpack("<I", data[12 + length : 16 + length])
        assert of_length == checksum(data[:8])
        assert of_body == checksum(body)
        yield body
        data = data[16 + length :]


def fields(data: bytes) -> Iterator[tuple[int, Any]]:
    """The fields of a protobuf message."""
    at = 0

    def varint() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(data):
        key = varint()
        number, kind = key >> 3, key & 7
        if kind == 0:
            yield number, varint()
        elif kind == 2:
            length = varint()
            yield number, data[at : at + length]
            at += length
        else:
            size = {1: 8, 5: 4}[kind]
            yield number, struct.unpack("<d" if kind == 1 else "<f", data[at : at + size])[0]
            at += size


@pytest.fixture
def run(create: Create) -> RunFolder:
    made = create("lenet")
    with MetricWriter(made.metrics) as writer:
        for step in (1, 2, 200, 70_000):
            writer.append(step, {"loss": 1 / step, "Genauigkeit β": step}, epoch=1)
        writer.append(70_001, {"loss": math.nan, "large": 1e300, "low": -math.inf})
    return made


def test_checksums_are_those_of_the_standard() -> None:
    assert crc32c(b"123456789") == 0xE3069283
    assert crc32c(bytes(32)) == 0x8A9136AA  # RFC 3720, B.4
    assert crc32c(b"\xff" * 32) == 0x62A8AB43
    assert crc32c(bytes(range(32))) == 0x46DD794E
    assert crc32c(b"") == 0


def test_every_number_stands_in_the_event_file(run: RunFolder, tmp_path: Path) -> None:
    file = export(run, tmp_path / "logs")
    assert file.parent == tmp_path / "logs" / "lenet"
    assert "tfevents" in file.name
    first, *rest = map(dict, map(fields, records(file.read_bytes())))
    assert first[3] == b"brain.Event:2"
    found = {}
    for event in rest:
        assert event[1] > 1.6e9
        for number, value in fields(event[5]):
            assert number == 1
            parts = dict(fields(value))
            found[event[2], parts[1].decode()] = parts[2]
    assert len(found) == 11
    assert found[1, "loss"] == 1
    assert found[70_000, "loss"] == pytest.approx(1 / 70_000)
    assert found[200, "Genauigkeit β"] == 200
    assert math.isnan(found[70_001, "loss"])
    assert (found[70_001, "large"], found[70_001, "low"]) == (math.inf, -math.inf)


def test_a_run_without_numbers_gives_a_file_without_curves(create: Create, tmp_path: Path) -> None:
    assert len(list(records(export(create(), tmp_path / "logs").read_bytes()))) == 1


def test_tensorboards_own_reader_reads_it(run: RunFolder, tmp_path: Path) -> None:
    module = "tensorboard.backend.event_processing.event_accumulator"
    accumulator = pytest.importorskip(module, reason="tensorboard is not installed").EventAccumulator
    found = accumulator(str(export(run, tmp_path).parent))
    found.Reload()
    assert [(event.step, event.value) for event in found.Scalars("Genauigkeit β")][-1] == (70_000, 70_000)
