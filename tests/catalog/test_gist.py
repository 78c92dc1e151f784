"""The line on a node says what matters, in words."""

import pytest

from dlstudio.catalog.gist import gist
from dlstudio.catalog.layers import layers


@pytest.mark.parametrize(
    ("kind", "fields", "line"),
    [
        ("Conv2d", {"out_channels": 6, "kernel_size": (5, 5), "padding": (2, 2)}, "6 filters, 5×5, pad 2"),
        ("Conv2d", {"out_channels": 1, "kernel_size": (1, 3), "stride": (1, 2)}, "1 filter, 1×3, stride 1×2"),
        ("Conv2d", {"bias": False}, "32 filters, 3×3, no bias"),
        ("Linear", {"out_features": 1}, "1 feature"),
        ("LSTM", {"hidden_size": 8, "num_layers": 2, "bidirectional": True}, "8 units, 2 layers, bidirectional"),
        ("ReLU", {}, ""),
        ("Dropout", {"p": 0.25}, "p 0.25"),
    ],
)
def test_fields_are_said_as_people_say_them(kind: str, fields: dict[str, object], line: str) -> None:
    assert gist(layers[kind](**fields)) == line
