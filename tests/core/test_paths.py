"""Settings by their dotted names."""

import pytest

from dlstudio.core import paths
from dlstudio.core.document import Network, Node, Project
from dlstudio.core.frozen import Frozen
from dlstudio.core.issue import ProjectProblem

PROJECT = Project(
    networks=Frozen(
        {"model": Network.of([Node("conv1", "Conv2d", Frozen({"weight_init": Frozen({"kind": "Normal"})}))])}
    ),
    training=Frozen({"optimizer": Frozen({"kind": "Adam", "lr": 0.1})}),
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("0.5", 0.5),
        ("yes", True),
        ("False", False),
        ("[3, 3]", (3, 3)),
        ("relu", "relu"),
        ("NaN", "NaN"),
        ("1e999", "1e999"),
        ('{"kind": "SGD"}', Frozen({"kind": "SGD"})),
        ("=width*2", "=width*2"),
    ],
)
def test_a_value_is_read_as_it_is_meant(text: str, value: object) -> None:
    assert paths.read(text) == value


def test_settings_change_at_any_depth_and_nothing_else_does() -> None:
    changed = paths.put(PROJECT, "training.optimizer.lr", 0.01)
    assert changed.training["optimizer"] == {"kind": "Adam", "lr": 0.01}
    assert changed.networks is PROJECT.networks
    assert paths.put(PROJECT, "training.epochs", 3).training["epochs"] == 3
    assert paths.put(PROJECT, "data.split.seed", 3).data == {"split": {"seed": 3}}


def test_fields_of_nodes_change() -> None:
    changed = paths.put(PROJECT, "model.conv1.out_channels", 8)
    assert changed.networks["model"].nodes["conv1"].fields["out_channels"] == 8
    deep = paths.put(PROJECT, "model.conv1.weight_init.std", 0.5)
    assert deep.networks["model"].nodes["conv1"].fields["weight_init"] == {"kind": "Normal", "std": 0.5}


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("training", "names no setting"),
        ("trainning.epochs", "Did you mean “training”"),
        ("model.conv2.bias", "Did you mean “conv1”"),
        ("model.conv1", "names a node"),
        ("training.optimizer.lr.deep", "plain value"),
        ("", "names no setting"),
    ],
)
def test_what_is_not_there_is_said(path: str, says: str) -> None:
    with pytest.raises(ProjectProblem, match=says):
        paths.put(PROJECT, path, 1)
