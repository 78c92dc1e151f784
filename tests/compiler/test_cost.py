"""Cost: counts against torch's own, memory against a simulation that holds and drops tensors one by one."""

from weakref import ref

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from dlstudio.compiler.cost import Row, Summary, ahead, short, size, summarize, summary, totals
from dlstudio.compiler.line import close, extend, line
from dlstudio.compiler.load import build
from dlstudio.compiler.planner import Planner
from dlstudio.core import edits
from dlstudio.core.document import MODEL, Network, Node, Project, Wire
from dlstudio.core.frozen import Frozen
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.templates import template, templates

BATCH = 2

LENET = "input 1x28x28 > conv 6 5x5 p2 > relu > avgpool 2 > conv 16 5x5 > relu > avgpool 2 > fc 120 > fc 84 > fc 10"

LINES = {
    "vectors": "input 7 > fc 5 > relu > fc 3 nobias",
    "lenet": LENET,
    "grouped": "input 6x9x9 > conv 12 3 g3 s2 p1 nobias > bn > relu > gap > flatten > fc 4",
    "signal": "input 4x30 signal > conv 8 5 d2 > relu > flatten > fc 2",
    "volume": "input 2x6x6x6 > conv 3 3 > flatten > fc 2",
    "residual": "input 8x6x6 > skip: conv 8 3 same > relu > conv 8 3 same > add skip > flatten > fc 2",
    "steps": "input 5x4 > fc 6 > fc 3",
}


def node(name: str, kind: str, **fields: object) -> Node:
    return Node(name, kind, Frozen(fields))


def drawn(nodes: list[Node], wires: list[Wire], **others: Network) -> Project:
    return Project(networks=Frozen({MODEL: Network.of(nodes, wires), **others}))


def with_block(inner: str, outer: str) -> Project:
    made = extend(Project(networks=Frozen({MODEL: Network(), "Part": Network()})), "Part", inner).project
    return close(extend(close(made, "Part"), MODEL, outer).project, MODEL)


def rows(found: Summary) -> dict[str, Row]:
    return {row.node: row for row in found.rows}


def parameters(module: nn.Module) -> int:
    return sum(p.numel() for p in module.parameters())


def macs(project: Project) -> int:
    """What torch's own counter sees in one forward pass, for one sample."""
    inputs = [torch.zeros(BATCH, *row.shapes["y"]) for row in summary(project).rows if row.kind == "Input"]
    return counted(build(project).eval(), *inputs)


def counted(module: nn.Module, *inputs: torch.Tensor) -> int:
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        module(*inputs)
    return int(counter.get_total_flops()) // (2 * BATCH)


@pytest.mark.parametrize("text", LINES.values(), ids=LINES.keys())
def test_parameters_and_macs_are_those_of_the_module(text: str) -> None:
    project = line(text)
    found = summary(project)
    assert found.sound
    assert found.parameters == parameters(build(project)) > 0
    assert found.macs == macs(project) > 0


@pytest.mark.parametrize("text", LINES.values(), ids=LINES.keys())
def test_rows_add_up_to_the_whole(text: str) -> None:
    found = summary(line(text), batch=5)
    assert found.parameters == sum(row.parameters for row in found.rows)
    assert found.macs == sum(row.macs for row in found.rows)
    assert found.memory.activations == 5 * sum(row.activation_bytes for row in found.rows)


def test_rows_say_what_leaves_each_node_in_the_order_of_the_network() -> None:
    found = summary(line("input 1x28x28 > conv 6 5x5 p2 > flatten > fc 10"))
    assert [(row.node, row.kind, row.title, row.shape, row.text) for row in found.rows] == [
        ("image", "Input", "Input", (1, 28, 28), "1×28×28"),
        ("conv1", "Conv2d", "Conv 2d", (6, 28, 28), "6×28×28"),
        ("flatten1", "Flatten", "Flatten", (4704,), "4704"),
        ("linear1", "Linear", "Linear", (10,), "10"),
        ("output", "Output", "Output", (10,), "10"),
    ]


@pytest.mark.parametrize("name", templates())
def test_every_network_of_a_template_is_counted_as_torch_counts_it(name: str) -> None:
    project = template(name)
    for network in project.networks:
        with torch.device("meta"):
            assert summary(project, network).parameters == parameters(build(project, network))


def test_lenet5_has_61706_parameters() -> None:
    assert summary(line(LENET)).parameters == 61_706


def test_shared_weights_are_counted_once_and_their_work_twice() -> None:
    project = edits.put(line("input 4 > fc 4 > fc 4"), MODEL, "linear2", same_weights_as="linear1")
    found = summary(project)
    assert found.parameters == parameters(build(project)) == 20
    assert [row.parameters for row in found.rows] == [0, 20, 0, 0]
    assert found.macs == macs(project) == 32


def test_a_node_that_is_left_out_may_lend_its_weights() -> None:
    project = line("input 4 > fc 4 > fc 4")
    project = edits.add(project, MODEL, node("lender", "Linear", out_features=4))
    project = edits.connect(project, MODEL, Wire("x", "y", "lender", "x"))
    project = edits.put(project, MODEL, "linear1", same_weights_as="lender")
    found = summary(project)
    assert found.parameters == parameters(build(project)) == 40
    lender = rows(found)["lender"]
    assert (lender.live, lender.parameters, lender.macs, lender.activation_bytes) == (False, 20, 0, 0)


def test_what_no_output_needs_costs_nothing() -> None:
    project = edits.add(line("input 4 > fc 3"), MODEL, node("stray", "Linear", out_features=9))
    project = edits.connect(project, MODEL, Wire("x", "y", "stray", "x"))
    found = summary(project)
    assert found.parameters == parameters(build(project)) == 15
    assert (rows(found)["stray"].live, rows(found)["stray"].shape) == (False, (9,))


def test_a_muted_node_costs_nothing() -> None:
    project = edits.mute(line("input 4 > fc 4 > fc 3"), MODEL, ["linear1"])
    found = summary(project)
    assert found.parameters == parameters(build(project)) == 15
    assert rows(found)["linear1"].activation_bytes == 0
    assert found.memory.inference == summary(line("input 4 > fc 3")).memory.inference


@pytest.mark.parametrize(("share", "times"), [("own", 3), ("shared", 1)])
def test_a_block_is_one_row_with_all_its_repeats(share: str, times: int) -> None:
    project = with_block("input 4 > fc 4 > tanh", f"input 4 > Part repeat=3 share={share} > fc 2")
    found = summary(project)
    assert found.parameters == parameters(build(project))
    assert found.macs == macs(project)
    part = rows(found)["part1"]
    assert (part.parameters, part.macs, part.activation_bytes) == (20 * times, 48, 3 * 2 * 16)


def test_blocks_that_share_weights_are_counted_once() -> None:
    project = with_block("input 4 > fc 4", "input 4 > first: Part > second: Part same_weights_as=first")
    assert summary(project).parameters == parameters(build(project)) == 20
    assert summary(project).macs == macs(project) == 32


def test_a_block_of_blocks_is_counted_through() -> None:
    project = with_block("input 4 > fc 4 > relu", "input 4 > Part repeat=2")
    networks = project.networks.put("Outer", project.networks[MODEL]).put(MODEL, Network())
    project = close(extend(Project(networks=networks), MODEL, "input 4 > Outer repeat=5").project, MODEL)
    assert summary(project).parameters == parameters(build(project)) == 200
    assert summary(project).macs == macs(project) == 160


def elman(**output: object) -> Project:
    """A recurrent cell with a delay, and a projection of its initial state that is made once."""
    nodes = [
        node("x", "Input", size=(5, 3)),
        node("start", "Input", size=(2,)),
        node("first", "Linear", out_features=4),
        node("cell", "Bilinear", out_features=4),
        node("each", "Linear", out_features=4),
        node("before", "Delay", size=(4,)),
        node("h", "Output", **output),
    ]
    wires = [
        Wire("start", "y", "first", "x"),
        Wire("first", "y", "before", "initial"),
        Wire("x", "y", "each", "x"),
        Wire("each", "y", "cell", "a"),
        Wire("before", "y", "cell", "b"),
        Wire("cell", "y", "before", "x"),
        Wire("cell", "y", "h", "x"),
    ]
    return drawn(nodes, wires)


def test_what_runs_at_each_time_step_is_counted_at_each() -> None:
    found = summary(elman())
    assert rows(found)["each"].macs == 5 * 12
    assert rows(found)["first"].macs == 8
    assert rows(found)["each"].activation_bytes == 5 * 16
    assert rows(found)["first"].activation_bytes == 16
    assert rows(found)["h"].shape == (5, 4)
    assert found.parameters == parameters(build(elman()))


def test_a_loop_over_time_does_what_torch_counts() -> None:
    nodes = [node("x", "Input", size=(6, 3)), node("in1", "Linear", out_features=4), node("sum1", "Add")]
    nodes += [node("back", "Linear", out_features=4), node("before", "Delay", size=(4,)), node("h", "Output")]
    wires = [Wire("x", "y", "in1", "x"), Wire("in1", "y", "sum1", "x1"), Wire("back", "y", "sum1", "x2")]
    wires += [Wire("before", "y", "back", "x"), Wire("sum1", "y", "before", "x"), Wire("sum1", "y", "h", "x")]
    project = drawn(nodes, wires)
    found = summary(project)
    assert found.macs == counted(build(project), torch.zeros(BATCH, 6, 3)) == 6 * (12 + 16)


def test_an_output_that_gathers_all_steps_holds_them_all() -> None:
    every, last = summary(elman(), batch=1), summary(elman(steps="last"), batch=1)
    assert every.memory.inference - last.memory.inference == 5 * 16
    assert every.memory.activations - last.memory.activations == 5 * 16


def test_a_learned_start_of_a_delay_is_a_parameter() -> None:
    project = edits.disconnect(elman(), MODEL, Wire("first", "y", "before", "initial"))
    project = edits.put(edits.remove(project, MODEL, ["start", "first"]), MODEL, "before", start="learned")
    assert summary(project).parameters == parameters(build(project))


def test_a_half_drawn_network_shows_its_sound_part() -> None:
    project = edits.remove(line("input 1x8x8 > conv 4 3 > relu > fc 2"), MODEL, ["flatten1", "output"])
    project = edits.connect(project, MODEL, Wire("relu1", "y", "linear1", "x"))
    found = summary(project)
    assert not found.sound
    assert rows(found)["relu1"].shape == (4, 6, 6)
    assert (rows(found)["linear1"].shape, rows(found)["linear1"].text) == (None, "")
    assert found.parameters == 40
    assert found.macs == 4 * 9 * 36


def test_a_cut_wire_does_not_take_away_what_is_before_it() -> None:
    project = line("input 4 > fc 4 > fc 3")
    cut = edits.disconnect(project, MODEL, Wire("linear1", "y", "linear2", "x"))
    assert summary(cut).parameters == 20


def test_nodes_on_a_loop_stand_behind_the_others() -> None:
    project = line("input 4 > a1: fc 4 > b1: fc 4")
    project = edits.connect(project, MODEL, Wire("b1", "y", "a1", "x"))
    assert {row.node: row.shape for row in summary(project).rows} == {
        "x": (4,),
        "a1": None,
        "b1": None,
        "output": None,
    }


def test_unknown_kinds_and_blocks_that_fail_have_no_shape() -> None:
    project = drawn([node("x", "Input", size=(4,)), node("odd", "Quantum"), node("part", "Block", network="gone")], [])
    assert [row.shape for row in summary(project).rows if row.node != "x"] == [None, None]
    assert rows(summary(project))["odd"].title == "Quantum"


def test_an_empty_network_costs_nothing() -> None:
    found = summary(Project())
    assert (found.parameters, found.macs, found.rows, found.memory.training) == (0, 0, (), 0)


def test_a_network_that_is_not_there_is_named() -> None:
    with pytest.raises(ProjectProblem, match="no network “critic”"):
        summary(Project(), "critic")


def test_a_batch_of_none_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="at least one"):
        summary(Project(), batch=0)


def test_memory_of_one_layer_by_hand() -> None:
    """4 to 3: 15 parameters; a sample brings 16 bytes and makes 12, and its gradient takes 12 more."""
    memory = summary(line("input 4 > fc 3"), batch=10, optimizer="momentum").memory
    assert (memory.weights, memory.gradients, memory.state, memory.activations) == (60, 60, 60, 280)
    assert memory.training == 180 + 10 * (16 + 12 + 12)
    assert memory.inference == 60 + 10 * (16 + 12)


def test_optimizers_remember_different_amounts() -> None:
    project = line("input 4 > fc 3")
    assert summary(project, optimizer="sgd").memory.state == 0
    assert summary(project, optimizer="momentum").memory.state == 60
    assert summary(project, optimizer="adam").memory.state == 120


def test_half_as_wide_numbers_take_half_the_memory_but_whole_numbers_do_not() -> None:
    wide, narrow = (summary(line(LENET), precision=name).memory for name in ("float32", "bf16"))
    assert (narrow.training * 2, narrow.inference * 2) == (wide.training, wide.inference)
    tokens = drawn([node("x", "Input", size=(7,), dtype="int"), node("out", "Output")], [Wire("x", "y", "out", "x")])
    assert summary(tokens, batch=1, precision="bf16").memory.inference == 7 * 8


def test_in_inference_a_chain_needs_two_neighbours_at_a_time() -> None:
    found = summary(line("input 1 > fc 100 > fc 200 > fc 300 > fc 1"), batch=1)
    assert found.memory.inference == found.memory.weights + 4 * (1 + 200 + 300)


def test_a_skip_keeps_its_tensor_alive() -> None:
    plain = summary(line("input 8 > a1: fc 50 > fc 60 > fc 50 > fc 2"), batch=1)
    skip = summary(line("input 8 > a1: fc 50 > fc 60 > fc 50 > add a1 > fc 2"), batch=1)
    grown = skip.memory.inference - plain.memory.inference
    assert grown == 4 * (50 + 60 + 50) - 4 * (50 + 60)


def test_inside_a_block_the_wide_part_counts_at_its_widest() -> None:
    project = with_block("input 4 > fc 100 > fc 4", "input 4 > Part repeat=2")
    found = summary(project, batch=1)
    inside = 4 * (100 + 4)
    waiting = 4 * 4
    assert found.memory.inference == found.memory.weights + 4 * 4 + waiting + inside


def simulated(project: Project) -> tuple[int, int]:
    """The most bytes alive in inference and in training, found by holding and dropping tensors one by one."""
    found = {row.node: row for row in summary(project).rows}
    network = project.networks[MODEL]
    needs = {name: [wire.source for wire in network.inbound.get(name, ())] for name in found}
    sizes = {name: 4 * torch.Size(row.shape or ()).numel() for name, row in found.items() if row.kind != "Output"}
    order = [name for name in found if found[name].kind not in ("Input", "Output")]
    given = sum(sizes[name] for name in found if found[name].kind == "Input")
    wanted = {source for name in needs if found[name].kind == "Output" for source in needs[name]}
    held: set[str] = set()
    moments: list[set[str]] = []
    for i, name in enumerate(order):
        held.add(name)
        moments.append(set(held))
        later = {source for after in order[i + 1 :] for source in needs[after]} | wanted
        held &= later
    inference = max((sum(sizes[n] for n in moment) for moment in moments), default=0)
    kept = list(order)
    training = 0
    for moment in reversed(moments):
        training = max(training, sum(sizes[n] for n in kept) + sum(sizes[n] for n in moment))
        kept.pop()
    return given + inference, given + training


@st.composite
def webs(draw: st.DrawFn) -> Project:
    """Random graphs of layers with one and with two inputs; loose ends are outputs."""
    nodes = [node("x1", "Input", size=(draw(st.integers(1, 9)),)), node("x2", "Input", size=(3,))]
    wires: list[Wire] = []
    names = ["x1", "x2"]
    for i in range(draw(st.integers(1, 14))):
        name, width = f"n{i}", draw(st.integers(1, 40))
        two = draw(st.booleans())
        nodes.append(node(name, "Bilinear" if two else "Linear", out_features=width))
        ports = ("a", "b") if two else ("x",)
        wires += [Wire(draw(st.sampled_from(names)), "y", name, port) for port in ports]
        names.append(name)
    used = {wire.source for wire in wires}
    wanted = [name for name in names if name not in used or draw(st.integers(0, 9)) == 0]
    nodes += [node(f"out_{name}", "Output") for name in wanted]
    wires += [Wire(name, "y", f"out_{name}", "x") for name in wanted]
    return drawn(nodes, wires)


@given(webs(), st.integers(1, 5))
def test_peaks_are_those_of_a_simulation(project: Project, batch: int) -> None:
    memory = summary(project, batch=batch, optimizer="adam").memory
    inference, training = simulated(project)
    assert memory.inference == memory.weights + batch * inference
    assert memory.training == 4 * memory.weights + batch * training


@given(webs())
def test_random_graphs_are_counted_as_torch_counts(project: Project) -> None:
    assert summary(project).parameters == parameters(build(project))


def test_amounts_are_short_and_carry_their_unit() -> None:
    assert [short(n) for n in (0, 61_706, 99_999, 416_520, 4_089_184_256)] == [
        "0",
        "61,706",
        "99,999",
        "0.42 M",
        "4.09 G",
    ]
    assert [size(n) for n in (999, 1400, 14_200_000, 1_340_000_000)] == ["999 bytes", "1.4 kB", "14 MB", "1.3 GB"]


def test_what_was_added_up_goes_with_the_plan_it_was_for() -> None:
    plan = Planner(line("input 3x9x9 > conv 11 3 > relu > flatten > fc 13")).plan(MODEL)
    summarize(plan)
    held = ref(plan.steps["conv1"])
    assert held() is not None
    del plan
    assert held() is None


def test_what_is_counted_ahead_in_shares_adds_up_to_the_same() -> None:
    project, another = line(LENET), line(LENET)
    plan, shares = Planner(project).plan(MODEL), 1
    steps = len(plan.steps) - 1  # what the output passes on is no work
    while ahead(plan, 4):
        shares += 1
    assert shares == -(-steps // 4)
    assert not ahead(plan, 1)
    assert totals(plan) == totals(Planner(another).plan(MODEL))
