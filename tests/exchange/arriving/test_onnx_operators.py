"""Each operator that becomes a layer answers as onnxruntime does."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import helper

from tests.exchange.arriving.onnx_models import Array, model_of, require_equal, weight

VECTOR, SEQUENCE, IMAGE = (3, 6), (3, 5, 6), (3, 4, 7, 6)
"""Three samples of each form."""


def ints(*numbers: int) -> Array:
    return np.array(numbers, np.int64)


def real(number: float) -> Array:
    return np.array(number, np.float32)


Case = tuple[str, Mapping[str, Any], tuple[int, ...], Mapping[str, Array], int]


def case(kind: str, shape: tuple[int, ...] = IMAGE, opset: int = 18, **rest: Any) -> Any:
    """An operator on one input; arrays among the rest are its other inputs, in their order."""
    fixed = {name: value for name, value in rest.items() if isinstance(value, np.ndarray)}
    settings = {name: value for name, value in rest.items() if name not in fixed}
    said = ", ".join(f"{name}={value}" for name, value in settings.items())
    return pytest.param((kind, settings, shape, fixed, opset), id=f"{kind}-{opset}-{len(shape)}({said})"[:90])


POINTWISE = [
    *(
        case(kind)
        for kind in (
            *(
                "Relu",
                "Sigmoid",
                "Tanh",
                "HardSwish",
                "Mish",
                "Softplus",
                "Softsign",
                "Abs",
                "Exp",
                "Sin",
                "Cos",
                "Neg",
            ),
            *("Floor", "Ceil", "Round", "Sign", "Atan", "Sinh", "Cosh", "Erf", "Elu", "Selu", "HardSigmoid"),
            *("Celu", "LeakyRelu", "ThresholdedRelu", "Identity", "Shrink"),
        )
    ),
    case("Elu", alpha=0.5),
    case("Selu", alpha=2.0, gamma=3.0),
    case("HardSigmoid", alpha=0.3, beta=0.4),
    case("Celu", alpha=2.0),
    case("LeakyRelu", alpha=0.3),
    case("Gelu", opset=20),
    case("Gelu", opset=20, approximate="tanh"),
    case("Clip", low=real(-0.5), high=real(0.5)),
    case("Clip", low=real(0.0), high=real(6.0)),
    case("Clip", low=real(0.0)),
    case("Clip", opset=6, min=-0.2, max=0.3),
    case("PRelu", slope=weight(1)),
    case("PRelu", slope=weight(4, 1, 1)),
    case("Dropout", opset=11, ratio=0.3),
    case("Dropout", ratio=real(0.3)),
    case("Shrink", lambd=0.3, bias=0.3),
]
ARITHMETIC = [
    *(
        case(kind, shape, b=b)
        for kind in ("Add", "Sub", "Mul", "Div", "Min", "Max")
        for shape, b in (
            (IMAGE, real(1.5)),
            (IMAGE, weight(4, 1, 1)),
            (IMAGE, weight(1, 4, 7, 6)),
            (VECTOR, weight(6)),
            (SEQUENCE, weight(6)),
            (SEQUENCE, weight(5, 1)),
        )
    ),
    case("Pow", b=real(2.0)),
    case("Pow", b=real(3.0)),
    *(case(kind, b=real(0.2)) for kind in ("Less", "LessOrEqual", "Greater", "GreaterOrEqual")),
    case("Less", b=weight(4, 1, 1)),
]
WINDOWS = [
    case("Conv", w=weight(5, 4, 3, 3)),
    case("Conv", w=weight(5, 4, 3, 3), b=weight(5), strides=[2, 1], pads=[1, 2, 1, 2], dilations=[2, 1]),
    case("Conv", w=weight(8, 1, 3, 3), group=4),
    case("Conv", w=weight(5, 4, 3, 2), pads=[1, 0, 0, 2]),
    case("Conv", w=weight(5, 4, 3, 2), auto_pad="SAME_UPPER", strides=[2, 2]),
    case("Conv", w=weight(5, 4, 4, 4), auto_pad="SAME_LOWER"),
    case("Conv", w=weight(5, 4, 2, 2), auto_pad="VALID"),
    case("Conv", (3, 4, 9), w=weight(5, 4, 3), b=weight(5), pads=[1, 1]),
    case("Conv", (2, 3, 5, 6, 4), w=weight(2, 3, 3, 2, 1), strides=[1, 2, 1]),
    case("ConvTranspose", w=weight(4, 5, 3, 3)),
    case("ConvTranspose", w=weight(4, 5, 3, 3), b=weight(5), strides=[2, 2], pads=[1, 1, 1, 1], output_padding=[1, 1]),
    case("ConvTranspose", w=weight(4, 2, 3, 3), group=2, strides=[2, 2], output_shape=[14, 12]),
    case("ConvTranspose", (3, 4, 9), w=weight(4, 5, 3), dilations=[2]),
    case("MaxPool", kernel_shape=[2, 2]),
    case("MaxPool", kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1]),
    case("MaxPool", kernel_shape=[3, 2], strides=[2, 2], ceil_mode=1),
    case("MaxPool", kernel_shape=[3, 3], strides=[2, 2], pads=[0, 0, 1, 1]),
    case("MaxPool", kernel_shape=[3, 3], strides=[2, 2], auto_pad="SAME_UPPER"),
    case("MaxPool", kernel_shape=[2, 2], pads=[1, 0, 0, 0]),
    case("MaxPool", kernel_shape=[2, 2], dilations=[2, 2]),
    case("MaxPool", (3, 4, 9), kernel_shape=[3], strides=[3]),
    case("MaxPool", (2, 3, 5, 6, 4), kernel_shape=[2, 2, 2]),
    case("AveragePool", kernel_shape=[2, 2], strides=[2, 2]),
    case("AveragePool", kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1]),
    case("AveragePool", kernel_shape=[3, 3], pads=[1, 1, 1, 1], count_include_pad=1),
    case("AveragePool", kernel_shape=[3, 3], strides=[2, 2], pads=[0, 0, 0, 1]),
    case("AveragePool", kernel_shape=[2, 2], pads=[0, 1, 1, 0], count_include_pad=1),
    case("AveragePool", kernel_shape=[7, 6]),
    case("AveragePool", kernel_shape=[8, 7], pads=[0, 0, 1, 1]),
    case("AveragePool", kernel_shape=[3, 3], pads=[0, 2, 1, 1]),
    case("LpPool", kernel_shape=[2, 2], strides=[2, 2], p=2),
    case("GlobalAveragePool"),
    case("GlobalMaxPool"),
    case("GlobalAveragePool", (3, 4, 9)),
    case("GlobalMaxPool", (2, 3, 5, 6, 4)),
]
NORMS = [
    case("BatchNormalization", s=weight(4), b=weight(4), m=weight(4, seed=1), v=abs(weight(4, seed=2)) + 0.5),
    case("BatchNormalization", VECTOR, s=weight(6), b=weight(6), m=weight(6, seed=1), v=abs(weight(6, seed=2)) + 0.5),
    case(
        "BatchNormalization", (3, 4, 9), s=weight(4), b=weight(4), m=weight(4, seed=1), v=abs(weight(4)), epsilon=0.01
    ),
    case("InstanceNormalization", s=weight(4), b=weight(4)),
    case("GroupNormalization", opset=21, s=weight(4), b=weight(4), num_groups=2),
    case("LayerNormalization", SEQUENCE, s=weight(6), b=weight(6)),
    case("LayerNormalization", VECTOR, s=weight(6), b=weight(6)),
    case("LayerNormalization", IMAGE, s=weight(6)),
    case("LayerNormalization", IMAGE, s=weight(4, 7, 6), b=weight(4, 7, 6), axis=1, epsilon=1e-3),
    case("LayerNormalization", IMAGE, s=weight(7, 6), b=weight(7, 6), axis=2),
    case("RMSNormalization", SEQUENCE, opset=23, s=weight(6)),
    case("LRN", size=3),
    case("LRN", size=5, alpha=0.02, beta=0.6, bias=2.0),
    case("LpNormalization", SEQUENCE, axis=-1),
    case("LpNormalization", IMAGE, axis=1, p=1),
]
PRODUCTS = [
    case("Gemm", VECTOR, w=weight(6, 4)),
    case("Gemm", VECTOR, w=weight(4, 6), b=weight(4), transB=1),
    case("Gemm", VECTOR, w=weight(4, 6), b=weight(1, 4), transB=1, alpha=0.5, beta=2.0),
    case("MatMul", VECTOR, w=weight(6, 4)),
    case("MatMul", SEQUENCE, w=weight(6, 4)),
    case("MatMul", IMAGE, w=weight(6, 4)),
]
SHAPES = [
    case("Reshape", shape_=ints(-1, 168)),
    case("Reshape", shape_=ints(0, 2, 2, -1)),
    case("Reshape", SEQUENCE, shape_=ints(0, 6, 5)),
    case("Flatten"),
    case("Flatten", SEQUENCE),
    case("Transpose", perm=[0, 2, 3, 1]),
    case("Transpose", SEQUENCE, perm=[0, 2, 1]),
    case("Squeeze", (3, 4, 1, 1), axes=ints(2, 3)),
    case("Squeeze", (3, 4, 1, 1), opset=11, axes=[2]),
    case("Unsqueeze", SEQUENCE, axes=ints(1)),
    case("Unsqueeze", SEQUENCE, opset=11, axes=[3]),
    case("Expand", (3, 4, 1), shape_=ints(1, 4, 5)),
    case("Expand", VECTOR, shape_=ints(1, 6)),
    case("DepthToSpace", (3, 8, 3, 2), blocksize=2),
    case("DepthToSpace", (3, 8, 3, 2), blocksize=2, mode="CRD"),
    case("SpaceToDepth", (3, 2, 4, 6), blocksize=2),
    case("Slice", starts=ints(1, 0), ends=ints(3, 6), axes=ints(1, 3), steps=ints(1, 2)),
    case("Slice", SEQUENCE, starts=ints(-2), ends=ints(2**62), axes=ints(1)),
    case("Slice", SEQUENCE, starts=ints(-1), ends=ints(-(2**62)), axes=ints(1), steps=ints(-1)),
    case("Slice", opset=9, starts=[1], ends=[3], axes=[2]),
    case("Gather", indices=ints(1, 2), axis=1),
    case("Gather", indices=np.array(2), axis=1),
    case("Gather", SEQUENCE, indices=np.array(-1), axis=1),
    case("Gather", VECTOR, indices=np.array(3), axis=1),
    case("Pad", pads=ints(0, 0, 1, 2, 0, 0, 3, 0)),
    case("Pad", pads=ints(0, 0, 1, 2, 0, 0, 3, 0), mode="reflect"),
    case("Pad", pads=ints(0, 0, 1, 2, 0, 0, 3, 0), mode="edge"),
    case("Pad", pads=ints(0, 1, 0, 0, 0, 2, 0, 0), value=real(1.5)),
    case("Pad", VECTOR, pads=ints(0, 1, 0, 2)),
    case("Pad", SEQUENCE, pads=ints(0, 2, 0, 0, 0, 1)),
    case("Pad", opset=9, pads=[0, 0, 1, 1, 0, 0, 1, 1], value=2.0),
    case("Tile", SEQUENCE, times=ints(1, 2, 3)),
    case("Tile", (3, 1, 6), times=ints(1, 4, 1)),
    case("CumSum", SEQUENCE, axis_=np.array(1)),
]
REDUCTIONS = [
    *(
        case(f"Reduce{kind}", shape, keepdims=keep, axes=ints(*axes))
        for kind in ("Mean", "Sum", "Max", "Min", "Prod", "L1", "L2", "SumSquare", "LogSumExp")
        for shape, axes in ((IMAGE, (2, 3)), (SEQUENCE, (-1,)), (IMAGE, (1,)))
        for keep in (0, 1)
    ),
    case("ReduceMean", VECTOR, opset=13, axes=[1]),
    case("ReduceSum", IMAGE, axes=ints(1, 2, 3), keepdims=0),
    case("Softmax", SEQUENCE),
    case("Softmax", IMAGE, axis=1),
    case("Softmax", SEQUENCE, axis=1),
    case("Softmax", SEQUENCE, opset=11, axis=1),
    case("Softmax", SEQUENCE, opset=11, axis=2),
    case("LogSoftmax", VECTOR),
    case("ArgMax", IMAGE, axis=1),
    case("ArgMax", SEQUENCE, axis=2, keepdims=0),
    case("ArgMin", VECTOR, axis=1),
]
RESIZED = [
    case("Resize", opset=18, roi=real(0)[None][:0], scales=np.array([1, 1, 2, 2], np.float32)),
    case("Resize", roi=real(0)[None][:0], scales=np.array([1, 1, 2, 3], np.float32)),
    case(
        "Resize",
        roi=real(0)[None][:0],
        scales=np.array([1, 1, 2, 2], np.float32),
        mode="nearest",
        coordinate_transformation_mode="asymmetric",
        nearest_mode="floor",
    ),
    case("Resize", roi=real(0)[None][:0], scales=np.array([1, 1, 2, 2], np.float32), mode="linear"),
    case("Resize", roi=real(0)[None][:0], none=real(0)[None][:0], sizes=ints(3, 4, 10, 5), mode="linear"),
    case("Resize", roi=real(0)[None][:0], scales=np.array([1, 1, 2, 2], np.float32), mode="cubic"),
    case(
        "Resize",
        roi=real(0)[None][:0],
        scales=np.array([1, 1, 2, 2], np.float32),
        mode="linear",
        coordinate_transformation_mode="align_corners",
    ),
    case("Upsample", opset=9, scales=np.array([1, 1, 2, 2], np.float32)),
]


@pytest.mark.parametrize("case", [*POINTWISE, *ARITHMETIC, *WINDOWS, *NORMS, *PRODUCTS, *SHAPES, *REDUCTIONS, *RESIZED])
def test_an_operator_answers_as_onnxruntime_does(case: Case, tmp_path: Path) -> None:
    kind, settings, shape, fixed, opset = case
    given = {"x": weight(*shape, seed=7)}
    step = helper.make_node(kind, ["x", *fixed], ["y"], name="step", **settings)
    known = "sizes" in fixed
    model = model_of([step], given, fixed=fixed, opset=opset, batch=3 if known else "batch")
    arrived = require_equal(model, given, tmp_path)
    assert not arrived.report.notes
    assert not arrived.report.hints
