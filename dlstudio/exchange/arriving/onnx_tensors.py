"""The numbers of an ONNX file as arrays: as large as they claim, and in the file or in the model's folder."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, numpy_helper

from dlstudio.core.issue import ProjectProblem

Array = np.ndarray[Any, Any]

_TYPED = {
    TensorProto.FLOAT: ("float_data", 1),
    TensorProto.COMPLEX64: ("float_data", 2),
    TensorProto.DOUBLE: ("double_data", 1),
    TensorProto.COMPLEX128: ("double_data", 2),
    TensorProto.INT64: ("int64_data", 1),
    TensorProto.UINT32: ("uint64_data", 1),
    TensorProto.UINT64: ("uint64_data", 1),
}
"""Where the numbers of each type lie when they are written one by one; all others are int32_data."""


def array(tensor: Any, folder: Path | None, name: str = "") -> Array:
    """The numbers of a tensor; a ProjectProblem says which one is not as it claims."""
    called = f"The tensor “{tensor.name or name or 'without a name'}”"
    if tensor.data_type not in onnx.helper.get_all_tensor_dtypes() or tensor.data_type == TensorProto.UNDEFINED:
        raise ProjectProblem(f"{called} holds numbers of an unknown type ({tensor.data_type}).")
    if tensor.data_type == TensorProto.STRING:
        raise ProjectProblem(f"{called} holds texts, which no network calculates with.")
    if any(length < 0 for length in tensor.dims):
        raise ProjectProblem(f"{called} has a negative length.")
    if tensor.HasField("data_location") and tensor.data_location == TensorProto.EXTERNAL:
        return _outside(tensor, folder, called)
    count = math.prod(tensor.dims)
    there = _there(tensor)
    if there != _claimed(tensor, count):
        raise ProjectProblem(f"{called} claims {count:,} numbers, but the file holds {there:,} bytes or numbers of it.")
    try:
        return single(np.asarray(numpy_helper.to_array(tensor)))
    except (ValueError, TypeError, RuntimeError) as error:
        raise ProjectProblem(f"{called} cannot be read ({str(error).partition(chr(10))[0]}).") from error


def single(value: Array) -> Array:
    """Numbers of half precision as those with which is calculated here."""
    half = value.dtype == np.float16 or value.dtype.kind == "V"
    return value.astype(np.float32) if half else value


def _there(tensor: Any) -> int:
    if tensor.HasField("raw_data"):
        return len(tensor.raw_data)
    field, _ = _TYPED.get(tensor.data_type, ("int32_data", 1))
    return len(getattr(tensor, field))


def _claimed(tensor: Any, count: int) -> int:
    """How many bytes, or numbers one by one, a tensor of these lengths has."""
    bits = _bits(tensor.data_type)
    if tensor.HasField("raw_data"):
        return -(-count * bits // 8)
    if bits < 8:
        return -(-count * bits // 8)
    return count * _TYPED.get(tensor.data_type, ("", 1))[1]


def _bits(kind: int) -> int:
    small = {"INT4": 4, "UINT4": 4, "FLOAT4E2M1": 4, "INT2": 2, "UINT2": 2}
    name = TensorProto.DataType.Name(kind)
    return small.get(name) or onnx.helper.tensor_dtype_to_np_dtype(kind).itemsize * 8


def _outside(tensor: Any, folder: Path | None, called: str) -> Array:
    """Numbers in a file beside the model: within its folder only, and as many as are there."""
    said = {entry.key: entry.value for entry in tensor.external_data}
    file = _beside(said.get("location", ""), folder, called)
    kind = onnx.helper.tensor_dtype_to_np_dtype(tensor.data_type)
    needed = math.prod(tensor.dims) * kind.itemsize
    start = _whole(said.get("offset", "0"), called)
    length = _whole(said.get("length", str(needed)), called)
    if _bits(tensor.data_type) < 8 or length != needed or start + length > file.stat().st_size:
        raise ProjectProblem(f"{called} claims {needed:,} bytes in {file.name}, which are not there.")
    return single(np.fromfile(file, kind, math.prod(tensor.dims), offset=start).reshape(tuple(tensor.dims)))


def _beside(location: str, folder: Path | None, called: str) -> Path:
    """The file that a tensor names, if it is an ordinary one in the model's own folder."""
    parts = Path(location.replace("\\", "/"))
    if folder is None or not location or "\0" in location or parts.is_absolute() or ".." in parts.parts:
        raise ProjectProblem(f"{called} points to a file outside of the model's folder; it is not opened.")
    file = folder / parts
    if not file.is_file():
        raise ProjectProblem(f"{called} lies in {location}, which is not there. Put it beside the model.")
    if not file.resolve().is_relative_to(folder.resolve()):
        raise ProjectProblem(f"{called} points to a file outside of the model's folder; it is not opened.")
    return file


def _whole(text: str, called: str) -> int:
    if not text.isdecimal() or len(text) > 18:
        raise ProjectProblem(f"{called} says “{text[:20]}” where a number of bytes should stand.")
    return int(text)
