"""Delays: networks that run once for each time step, against recurrences written by hand."""

from typing import Any

import torch

from dlstudio.compiler.check import check
from dlstudio.compiler.emit import emit
from dlstudio.compiler.line import close, extend
from dlstudio.core import edits
from dlstudio.core.document import Network, Node, Project, Wire
from dlstudio.core.frozen import Frozen
from tests.building import build


def node(name: str, kind: str, **fields: object) -> Node:
    return Node(name, kind, Frozen(fields))


def elman(**delay: object) -> Project:
    """h = tanh(W [x, h before]), drawn with a delay."""
    nodes = [
        node("x", "Input", size=(5, 3)),
        node("both", "Concat"),
        node("cell", "Linear", out_features=4, activation="tanh"),
        node("before", "Delay", size=(4,), **delay),
        node("h", "Output"),
    ]
    wires = [
        Wire("x", "y", "both", "x1"),
        Wire("before", "y", "both", "x2"),
        Wire("both", "y", "cell", "x"),
        Wire("cell", "y", "before", "x"),
        Wire("cell", "y", "h", "x"),
    ]
    return Project(name="Elman", networks=Frozen({"model": Network.of(nodes, wires)}))


def by_hand(module: Any, x: torch.Tensor, h: torch.Tensor) -> torch.Tensor:
    steps = []
    for t in range(x.shape[1]):
        h = torch.tanh(module.cell(torch.cat([x[:, t], h], 1)))
        steps.append(h)
    return torch.stack(steps, 1)


def test_a_recurrence_drawn_with_a_delay_is_the_recurrence_LAY_28() -> None:
    project = elman()
    assert not check(project)
    module = build(project)
    x = torch.randn(2, 7, 3)
    torch.testing.assert_close(module(x), by_hand(module, x, torch.zeros(2, 4)))
    assert "for x_t in x.unbind(1):" in emit(project).text


def test_a_sequence_of_any_length_runs_through() -> None:
    assert build(elman())(torch.randn(2, 11, 3)).shape == (2, 11, 4)


def test_a_learned_start_is_a_parameter() -> None:
    module = build(elman(start="learned"))
    with torch.no_grad():
        module.before.copy_(torch.tensor([0.1, -0.2, 0.3, 0.4]))
    x = torch.randn(2, 5, 3)
    torch.testing.assert_close(module(x), by_hand(module, x, module.before.expand(2, 4)))


def test_an_initial_state_may_be_wired_from_outside_INI_12() -> None:
    project = elman()
    project = edits.add(project, "model", node("start", "Input", size=(4,)))
    project = edits.connect(project, "model", Wire("start", "y", "before", "initial"))
    module = build(project)
    x, start = torch.randn(2, 5, 3), torch.randn(2, 4)
    torch.testing.assert_close(module(start, x), by_hand(module, x, start))


def test_the_last_step_alone_can_be_given_out() -> None:
    project = edits.put(elman(), "model", "h", steps="last")
    module = build(project)
    x = torch.randn(2, 5, 3)
    torch.testing.assert_close(module(x), by_hand(module, x, torch.zeros(2, 4))[:, -1])


def test_two_delays_in_a_row_are_a_shift_register() -> None:
    nodes = [
        node("x", "Input", size=(6, 2)),
        node("one", "Delay", size=(2,)),
        node("two", "Delay", size=(2,)),
        node("out", "Output"),
    ]
    wires = [Wire("x", "y", "one", "x"), Wire("one", "y", "two", "x"), Wire("two", "y", "out", "x")]
    module = build(Project(networks=Frozen({"model": Network.of(nodes, wires)})))
    x = torch.randn(1, 6, 2)
    expected = torch.cat([torch.zeros(1, 2, 2), x[:, :-2]], 1)
    torch.testing.assert_close(module(x), expected)


def test_what_does_not_move_is_computed_once_and_outlives_the_loop() -> None:
    """A context beside the sequence is worked out before the loop and read at every step."""
    nodes = [
        node("x", "Input", size=(3,)),
        node("sequence", "Input", size=(5, 3)),
        node("key", "Linear", out_features=3),
        node("act", "Tanh"),
        node("sum1", "Add"),
        node("sum2", "Add"),
        node("before", "Delay", size=(3,)),
        node("out", "Output"),
    ]
    wires = [
        Wire("x", "y", "key", "x"),
        Wire("key", "y", "act", "x"),
        Wire("act", "y", "sum1", "x1"),
        Wire("sequence", "y", "sum1", "x2"),
        Wire("sum1", "y", "sum2", "x1"),
        Wire("before", "y", "sum2", "x2"),
        Wire("x", "y", "sum2", "x3"),
        Wire("sum2", "y", "before", "x"),
        Wire("sum2", "y", "out", "x"),
    ]
    project = Project(networks=Frozen({"model": Network.of(nodes, wires)}))
    module = build(project)
    x, sequence = torch.randn(2, 3), torch.randn(2, 5, 3)
    each = torch.tanh(module.key(x)).unsqueeze(1) + sequence + x.unsqueeze(1)
    torch.testing.assert_close(module(sequence, x), each.cumsum(1))


def test_a_recurrent_block_stands_among_ordinary_layers() -> None:
    cell = elman().networks["model"]
    project = Project(networks=Frozen({"model": Network(), "Elman": cell}))
    project = extend(project, "model", "tokens: input 6 tokens int > embedding 10 3 > Elman > fc 2").project
    project = close(project, "model")
    assert not [issue for issue in check(project) if issue.severity == "error"]
    assert build(project)(torch.zeros(2, 6, dtype=torch.long)).shape == (2, 6, 2)


def test_gradients_flow_back_through_time() -> None:
    module = build(elman()).double()
    x = torch.randn(1, 4, 3, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(module, (x,))
