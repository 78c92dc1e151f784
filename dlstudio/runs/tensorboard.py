"""TensorBoard: a run's curves as event files, in the format that TensorBoard has read since its first version.

A file is a chain of records (length, its checksum, data, its checksum; the checksums are masked CRC-32C), each an
Event of tensorflow/core/util/event.proto in protobuf's wire format.
"""

import secrets
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path

from dlstudio.core.files import write
from dlstudio.runs.folder import RunFolder
from dlstudio.runs.metrics import MetricReader, Row
from dlstudio.runs.trouble import told

WALL_TIME, STEP, FILE_VERSION, SUMMARY = 1, 2, 3, 5
"""Fields of Event."""
VALUE, TAG, SIMPLE_VALUE = 1, 1, 2
"""Fields of Summary and of Summary.Value."""
VARINT, DOUBLE, BYTES, FLOAT = 0, 1, 2, 5
"""Protobuf's wire types."""


def export(run: RunFolder, folder: Path) -> Path:
    """Writes the curves of a run into a folder for TensorBoard; returns the event file."""
    rows = list(MetricReader(run.metrics).rows())
    target = folder / run.name
    with told(f"The folder {target}", "be made"):
        target.mkdir(parents=True, exist_ok=True)
    start = rows[0].time if rows else 0.0
    file = target / f"events.out.tfevents.{int(start)}.dlstudio.{secrets.token_hex(4)}"
    write(file, b"".join(record(event) for event in events(rows, start)))
    return file


def events(rows: Iterable[Row], start: float) -> Iterator[bytes]:
    """An event that names the format's version, then one for each step."""
    yield _double(WALL_TIME, start) + _bytes(FILE_VERSION, b"brain.Event:2")
    for row in rows:
        values = b"".join(
            _bytes(VALUE, _bytes(TAG, n.encode()) + _float(SIMPLE_VALUE, v)) for n, v in row.values.items()
        )
        yield _double(WALL_TIME, row.time) + _varint(STEP, row.step) + _bytes(SUMMARY, values)


def record(data: bytes) -> bytes:
    """The data with its length and both checksums."""
    length = struct.pack("<Q", len(data))
    return length + struct.pack("<I", masked(length)) + data + struct.pack("<I", masked(data))


def masked(data: bytes) -> int:
    """CRC-32C, turned and shifted so that a checksum of data that holds checksums stays good."""
    crc = crc32c(data)
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def crc32c(data: bytes) -> int:
    """Castagnoli's CRC (RFC 3720, B.4), which zlib's crc32 is not."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _TABLE[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def _entry(value: int) -> int:
    for _ in range(8):
        value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
    return value


_TABLE = tuple(map(_entry, range(256)))


def _key(field: int, kind: int) -> bytes:
    return bytes([field << 3 | kind])


def _number(value: int) -> bytes:
    """A whole number in groups of seven bits, the lowest first; negative ones as 64 bits."""
    value &= 0xFFFFFFFFFFFFFFFF
    parts = bytearray()
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    parts.append(value)
    return bytes(parts)


def _varint(field: int, value: int) -> bytes:
    return _key(field, VARINT) + _number(value)


def _bytes(field: int, value: bytes) -> bytes:
    return _key(field, BYTES) + _number(len(value)) + value


def _double(field: int, value: float) -> bytes:
    return _key(field, DOUBLE) + struct.pack("<d", value)


def _float(field: int, value: float) -> bytes:
    """A value beyond what 32 bits hold is infinite there."""
    try:
        return _key(field, FLOAT) + struct.pack("<f", value)
    except OverflowError:
        return _key(field, FLOAT) + struct.pack("<f", float("inf") if value > 0 else float("-inf"))
