"""Numbers of one's own fill every layer of one weight: what the declaration says is what torch holds."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from dlstudio.compiler.load import build
from dlstudio.core.document import Network, Node, Project, Wire
from dlstudio.core.frozen import Frozen, freeze

IMAGE, STEPS, VECTOR = (4, 6, 6), (5, 6), (6,)
CASES: list[tuple[str, tuple[int, ...], dict[str, Any], dict[str, tuple[int, ...]]]] = [
    ("BatchNorm", IMAGE, {}, {"weight": (4,), "bias": (4,)}),
    ("GroupNorm", IMAGE, {"num_groups": 2}, {"weight": (4,), "bias": (4,)}),
    ("InstanceNorm", IMAGE, {"affine": True}, {"weight": (4,), "bias": (4,)}),
    ("LayerNorm", STEPS, {}, {"weight": (6,), "bias": (6,)}),
    ("LayerNorm", IMAGE, {"axes": "all"}, {"weight": IMAGE, "bias": IMAGE}),
    ("RMSNorm", STEPS, {}, {"weight": (6,)}),
    ("PReLU", IMAGE, {"each_channel": True}, {"weight": (4,)}),
    ("PReLU", VECTOR, {}, {"weight": (1,)}),
    ("DropConnectLinear", VECTOR, {"out_features": 3}, {"weight": (3, 6), "bias": (3,)}),
    ("Maxout", VECTOR, {"out_features": 3}, {"weight": (6, 6), "bias": (6,)}),
    ("LearnedPositions", STEPS, {"length": 7}, {"weight": (7, 6)}),
    ("VectorQuantizer", VECTOR, {"codes": 4}, {"weight": (4, 6)}),
    ("DepthwiseConv2d", IMAGE, {}, {"weight": (4, 1, 3, 3), "bias": (4,)}),
    ("PointwiseConv2d", IMAGE, {"out_channels": 3}, {"weight": (3, 4, 1, 1), "bias": (3,)}),
    ("LocalConv2d", IMAGE, {"out_channels": 2}, {"weight": (4, 4, 2, 4, 3, 3), "bias": (4, 4, 2)}),
    ("ConvTranspose2d", IMAGE, {"out_channels": 2}, {"weight": (4, 2, 2, 2), "bias": (2,)}),
]


@pytest.mark.parametrize(("kind", "size", "fields", "shapes"), CASES, ids=lambda each: str(each)[:24])
def test_given_numbers_stand_in_the_layer(
    kind: str, size: tuple[int, ...], fields: dict[str, Any], shapes: dict[str, tuple[int, ...]]
) -> None:
    numbers = {name: torch.arange(torch.Size(shape).numel()).reshape(shape) / 8 for name, shape in shapes.items()}
    given = {f"{name}_init": {"kind": "Given", "values": rows.tolist()} for name, rows in numbers.items()}
    node = Node("n", kind, Frozen(freeze({**fields, **given})))
    nodes = [Node("x", "Input", Frozen({"size": size})), node, Node("o", "Output")]
    network = Network.of(nodes, [Wire("x", "y", "n", "x"), Wire("n", "y", "o", "x")])
    module = build(Project(networks=Frozen({"model": network})), "model")
    for name, rows in numbers.items():
        assert torch.equal(dict(module.named_parameters())[f"n.{name}"], rows)
