"""Fine tuning: nothing learns, only the last layers do, or all of them at a small rate."""

import pytest
from torch import Tensor, nn

from dlstudio.core import edits
from dlstudio.core.document import Project
from dlstudio.core.frozen import Value
from dlstudio.core.issue import ProjectProblem
from dlstudio.training.gan import Gan
from dlstudio.training.training import Training
from tests.training.studies import assert_goes_on, one_batch, project, ready, take, weights
from tests.training.test_gan import ring

NET = "input 1x8x8 > conv 4 3 > batchnorm > relu > flatten > fc 16 > relu > dropout 0.5 > fc 10"
SGD: dict[str, Value] = {"kind": "SGD", "lr": 0.1}


def digits(text: str = NET, **training: Value) -> Project:
    return project(text, {"kind": "Digits"}, **{"kind": "Supervised", "optimizer": SGD, **training})


def moved(training: Training, steps: int = 3) -> set[str]:
    """The nodes whose weights or statistics are not what they were before some steps and an evaluation."""
    before = weights(training.method)
    take(training, steps)
    training.method.evaluate([one_batch(training)])
    take(training, 1)
    return changed(before, weights(training.method))


def changed(before: dict[str, Tensor], after: dict[str, Tensor]) -> set[str]:
    return {name.split(".")[0] for name, value in before.items() if not value.equal(after[name])}


ALL = {"conv1", "batch_norm1", "linear1", "linear2"}


def test_a_network_that_only_predicts_keeps_every_bit_TRN_20() -> None:
    training = ready(digits(learning="none"))
    before = weights(training.method)
    found = take(training, 3)
    assert changed(before, weights(training.method)) == set()
    assert found[0]["loss"] > 0
    assert list(training.method.optimizers()) == []
    assert_goes_on(digits("input 1x8x8 > flatten > fc 10", learning="none"), steps=2)


@pytest.mark.parametrize(("last", "nodes"), [(1, {"linear2"}), (2, {"linear1", "linear2"}), (9, ALL)])
def test_only_the_last_layers_learn_TRN_21(last: int, nodes: set[str]) -> None:
    assert moved(ready(digits(learning="last", last=last))) == nodes


def test_all_layers_learn_at_a_small_rate_TRN_22() -> None:
    slow = ready(digits(optimizer={"kind": "SGD", "lr": 0.001}))
    assert moved(slow) == ALL


def test_each_output_has_a_last_layer_of_its_own_TRN_21() -> None:
    text = "input 1x8x8 > flatten > h: fc 16 > one: fc 10 > a: output\nh > two: fc 10 > b: output"
    made = digits(text, learning="last")
    for output in ("a", "b"):
        made = edits.put(made, "model", output, target="digit")
    assert moved(ready(made)) == {"one", "two"}


def test_frozen_nodes_keep_their_weights_and_statistics_REG_24() -> None:
    training = ready(digits(frozen=["conv1", "batch_norm1"]))
    norm = training.modules["model"].get_submodule("batch_norm1")
    assert isinstance(norm, nn.BatchNorm2d)
    assert moved(training) == {"linear1", "linear2"}
    assert not norm.training
    assert training.modules["model"].get_submodule("dropout1").training


def test_a_node_that_is_not_there_cannot_be_frozen() -> None:
    with pytest.raises(ProjectProblem, match=r"no node “conv9”.*conv1, batch_norm1, linear1, linear2"):
        ready(digits(frozen=["conv9"]))


def test_it_goes_on_with_the_same_bits_when_only_the_last_layer_learns() -> None:
    assert_goes_on(digits(learning="last", optimizer={"kind": "Adam"}), steps=3)


def test_what_is_frozen_in_a_game_stays_while_the_rest_plays() -> None:
    training = ready(ring(learning="last"))
    assert isinstance(training.method, Gan)
    for role in ("generator", "critic"):
        before = weights(training.method, role)
        take(training, 2)
        assert changed(before, weights(training.method, role)) == {"linear3"}
