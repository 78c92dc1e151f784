"""Probes: what they see is what is there, they change nothing, and they cost what they say."""

import math
from collections.abc import Callable, Iterable

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim import SGD, Adam, Optimizer

import dlstudio as dl
from dlstudio.compiler.load import build
from dlstudio.core import edits
from dlstudio.training.probes import Cost, Histogram, Look, Pace, Probes, Snapshot, Wish, attach, looks

NET = "input 1x8x8 > conv 4 3 same > batchnorm > relu > maxpool 2 > flatten > fc 16 > tanh > dropout 0.5 > fc 3"
DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]


def made(text: str = NET, seed: int = 0) -> nn.Module:
    torch.manual_seed(seed)
    return build(dl.line(text))


def batch(count: int = 32, shape: tuple[int, ...] = (1, 8, 8), seed: int = 1) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(count, *shape, generator=generator), torch.randint(0, 3, (count,), generator=generator)


def learn(module: nn.Module, optimizer: Optimizer, x: Tensor, y: Tensor) -> None:
    F.cross_entropy(module(x), y).backward()
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)


def every(steps: int = 1) -> Pace:
    return Pace(every=steps, share=1.0)


def one_look(module: nn.Module, x: Tensor, y: Tensor, wish: Wish | None = None, text: str = NET) -> Snapshot:
    optimizer = SGD(module.parameters(), lr=0.1)
    probes = Probes(module, [optimizer], known=looks(dl.line(text)), wish=wish, pace=every())
    assert probes.before_step(1)
    learn(module, optimizer, x, y)
    snapshot = probes.after_step(1)
    assert snapshot is not None
    return snapshot


@pytest.mark.parametrize("device", DEVICES)
def test_training_with_probes_is_bit_for_bit_training_without(device: str) -> None:
    def train(look: Callable[[nn.Module, Optimizer], Probes | None]) -> tuple[dict[str, Tensor], Tensor]:
        module = made().to(device)
        x, y = (each.to(device) for each in batch())
        optimizer = Adam(module.parameters())
        probes = look(module, optimizer)
        torch.manual_seed(5)
        for step in range(1, 13):
            if probes:
                probes.before_step(step)
            learn(module, optimizer, x, y)
            if probes:
                probes.after_step(step)
        return dict(module.state_dict()), torch.get_rng_state()

    wish = Wish(frozenset({"conv1"}), frozenset({"conv1"}), frozenset({"conv1"}), frozenset({"linear1"}), batch()[:1])
    plain, state = train(lambda module, optimizer: None)
    for pace, wanted in ((Pace(), Wish()), (every(), wish)):
        looked, after = train(lambda m, o, pace=pace, wanted=wanted: Probes(m, [o], wish=wanted, pace=pace))  # type: ignore[misc]
        assert all(torch.equal(plain[name], looked[name]) for name in plain)
        assert torch.equal(state, after)


@pytest.mark.parametrize("device", DEVICES)
def test_gradients_weights_and_updates_are_those_of_a_hand_made_step(device: str) -> None:
    module, twin = made().to(device), made().to(device)
    x, y = (each.to(device) for each in batch())
    torch.manual_seed(3)
    seen = one_look(module, x, y).nodes["linear1"]
    torch.manual_seed(3)
    F.cross_entropy(twin(x), y).backward()
    layer = twin.get_submodule("linear1")
    gradient = torch.cat([w.grad.flatten() for w in layer.parameters() if w.grad is not None])
    weights = torch.cat([w.detach().flatten() for w in module.get_submodule("linear1").parameters()])
    assert seen.gradient == pytest.approx(float(gradient.norm()), rel=1e-4)
    assert seen.weight == pytest.approx(float(weights.norm()), rel=1e-4)
    assert seen.update == pytest.approx(0.1 * float(gradient.norm()) / float(weights.norm()), rel=1e-3)
    assert seen.size == gradient.numel()


def test_activations_are_those_of_the_forward_pass() -> None:
    module = made()
    heard: list[Tensor] = []
    module.get_submodule("relu1").register_forward_hook(lambda _m, _i, out: heard.append(out.detach().clone()))
    x, y = batch()
    seen = one_look(module, x, y).nodes["relu1"]
    out = heard[0]
    assert seen.mean == pytest.approx(float(out.mean()), rel=1e-5)
    assert seen.std == pytest.approx(float(out.std(correction=0)), rel=1e-4)
    assert (seen.low, seen.high) == pytest.approx((float(out.min()), float(out.max())))
    assert seen.zeros == pytest.approx(float((out == 0).float().mean()), abs=1e-6)


def test_nodes_stand_in_the_order_in_which_they_work_and_hooks_are_gone_afterwards() -> None:
    module = made()
    snapshot = one_look(module, *batch())
    names = ["conv1", "batch_norm1", "relu1", "max_pool1", "flatten1", "linear1", "tanh1", "dropout1", "linear2"]
    assert list(snapshot.nodes) == names
    assert not any(part._forward_hooks for part in module.modules())


def test_act_18_half_of_a_relu_of_symmetric_sums_is_zero() -> None:
    text = "input 10 > relu > fc 3"
    x, y = batch(2000, (10,))
    seen = one_look(made(text), x, y, text=text).nodes["relu1"]
    assert seen.zeros == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize(("kind", "function"), [("sigmoid", torch.sigmoid), ("tanh", torch.tanh)])
def test_act_24_saturated_is_where_the_slope_is_below_a_hundredth(kind: str, function: Callable[..., Tensor]) -> None:
    text = f"input 10 > {kind} > fc 3"
    x, y = batch(200, (10,))
    x = (x * 4).requires_grad_()
    (slope,) = torch.autograd.grad(function(x).sum(), x)
    seen = one_look(made(text), x.detach(), y, text=text).nodes[f"{kind}1"]
    assert seen.saturated == pytest.approx(float((slope < 0.01).float().mean()), abs=0.002)


def test_an_activation_that_a_layer_applies_itself_is_seen_too() -> None:
    module = nn.Sequential(nn.Linear(4, 8), nn.Linear(8, 3))
    optimizer = SGD(module.parameters(), lr=0.1)
    probes = Probes(module, [optimizer], known={"0": Look("Linear", "relu")}, pace=every())
    probes.before_step(1)
    learn(module, optimizer, *batch(64, (4,)))
    snapshot = probes.after_step(1)
    assert snapshot is not None
    assert snapshot.nodes["0"].low == 0.0
    assert (snapshot.nodes["1"].low or 0.0) < 0


def test_a_unit_is_dead_only_when_no_look_of_the_window_saw_it_active() -> None:
    module = nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 3))
    with torch.no_grad():
        module.get_parameter("0.weight").copy_(torch.tensor([[1.0, 0], [0, 1], [-1, 0], [0, 0]]))
        module.get_parameter("0.bias").copy_(torch.tensor([0.0, 0, 0, -1]))
    optimizer = SGD(module.parameters(), lr=0.0)
    probes = Probes(module, [optimizer], pace=every())
    seen = []
    for step, sample in enumerate(([1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]), 1):
        probes.before_step(step)
        learn(module, optimizer, torch.tensor([sample]), torch.tensor([0]))
        snapshot = probes.after_step(step)
        assert snapshot is not None
        seen.append((snapshot.nodes["1"].dead, snapshot.nodes["1"].samples))
    assert seen == [(0.75, 1), (0.5, 2), (0.25, 3)]


def test_reg_05_small_weights_are_counted() -> None:
    module = nn.Sequential(nn.Linear(10, 3))
    with torch.no_grad():
        module.get_parameter("0.weight")[:, :4] = 1e-5
    snapshot = one_look(module, torch.zeros(8, 10), batch(8)[1], text="input 10 > fc 3")
    assert snapshot.nodes["0"].small == pytest.approx(0.4, abs=0.04)


def test_dia_01_gradients_of_twenty_sigmoids_are_not_lost_in_single_precision() -> None:
    text = "input 8 > " + "fc 8 > sigmoid > " * 20 + "fc 3"
    snapshot = one_look(made(text), *batch(16, (8,)), text=text)
    first, last = snapshot.nodes["linear1"].gradient, snapshot.nodes["linear21"].gradient
    assert first is not None and last is not None  # noqa: PT018 - both are needed below
    assert 0 < first < 1e-12
    assert last > 1e-2


def test_dia_04_the_effective_rank_of_equal_rows_is_one_and_of_a_rotation_full() -> None:
    module = nn.Sequential(nn.Linear(6, 6), nn.Linear(6, 6), nn.Linear(6, 3))
    with torch.no_grad():
        module.get_parameter("0.weight").fill_(1.0)
        module.get_parameter("1.weight").copy_(torch.eye(6))
    optimizer = SGD(module.parameters(), lr=0.0)
    probes = Probes(module, [optimizer], wish=Wish(ranks=frozenset({"0", "1"})), pace=every())
    probes.before_step(1)
    learn(module, optimizer, *batch(4, (6,)))
    snapshot = probes.after_step(1)
    assert snapshot is not None
    assert snapshot.nodes["0"].rank == pytest.approx(1 / 6, abs=1e-3)
    assert snapshot.nodes["1"].rank == pytest.approx(1.0, abs=1e-3)


def test_histograms_count_every_value_in_the_bin_where_it_lies() -> None:
    x, y = batch()
    module = made()
    snapshot = one_look(module, x, y, Wish(histograms=frozenset({"linear1"}), scale="linear", bins=16))
    found = snapshot.histograms["linear1", "weights"]
    weights = module.get_parameter("linear1.weight").detach().flatten()
    assert sum(found.counts) == len(weights)
    assert found.edges()[0] == pytest.approx(float(weights.min()))
    expected = torch.histc(weights, 16, float(weights.min()), float(weights.max())).tolist()
    assert list(found.counts) == pytest.approx(expected, abs=1)
    assert {what for _, what in snapshot.histograms} == {"weights", "gradients", "activations"}


def test_a_symmetric_log_histogram_has_decades_on_both_sides() -> None:
    edges = Histogram((0,) * 24).edges()
    assert edges[-1] == pytest.approx(1e4)
    assert edges[0] == pytest.approx(-1e4)
    assert edges[-2] == pytest.approx(1e3)
    assert edges[12] == 0.0


def test_feature_maps_are_those_of_the_pinned_samples_without_dropout() -> None:
    module = made()
    pinned = batch(2, seed=9)[0]
    wish = Wish(features=frozenset({"conv1", "dropout1", "tanh1"}), kernels=frozenset({"conv1"}), pinned=(pinned,))
    snapshot = one_look(module, *batch(), wish)
    conv = module.get_submodule("conv1")
    assert torch.allclose(snapshot.features["conv1"].values, conv(pinned), atol=1e-6)
    assert torch.equal(snapshot.features["dropout1"].values, snapshot.features["tanh1"].values)
    assert torch.equal(snapshot.kernels["conv1"].values, module.get_parameter("conv1.weight"))
    assert module.training


def test_a_look_with_summed_up_batches_waits_for_the_optimizer() -> None:
    module = made()
    optimizer = SGD(module.parameters(), lr=0.1)
    probes = Probes(module, [optimizer], pace=every())
    x, y = batch()
    seen = []
    for step in range(1, 5):
        probes.before_step(step)
        F.cross_entropy(module(x), y).backward()
        if step == 4:
            optimizer.step()
        seen.append(probes.after_step(step))
    assert seen[:3] == [None] * 3
    assert seen[3] is not None
    assert seen[3].nodes["conv1"].gradient is not None


def test_without_an_optimizer_there_are_activations_and_weights() -> None:
    module = made()
    probes = Probes(module, pace=every())
    probes.before_step(1)
    module(batch()[0])
    snapshot = probes.after_step(1)
    assert snapshot is not None
    assert snapshot.nodes["conv1"].gradient is None
    assert snapshot.nodes["conv1"].weight
    assert snapshot.nodes["relu1"].zeros


def test_a_step_that_fails_leaves_no_hook_behind() -> None:
    module = made()
    optimizer = SGD(module.parameters(), lr=0.1)
    probes = Probes(module, [optimizer], pace=every())
    probes.before_step(1)
    probes.close()
    assert not any(part._forward_hooks for part in module.modules())
    assert not optimizer._optimizer_step_pre_hooks


def test_a_compiled_network_is_seen_through_and_left_alone() -> None:
    plain, compiled = made(), torch.compile(made(), backend="eager")
    x, y = batch()
    torch.manual_seed(3)
    learn(plain, SGD(plain.parameters(), lr=0.1), x, y)
    torch.manual_seed(3)
    snapshot = one_look(compiled, x, y)  # type: ignore[arg-type]
    assert snapshot.nodes["relu1"].zeros
    assert snapshot.nodes["linear1"].gradient
    theirs = {name.removeprefix("_orig_mod."): t for name, t in compiled.state_dict().items()}  # type: ignore[attr-defined]
    assert all(torch.allclose(t, theirs[name], atol=1e-6) for name, t in plain.state_dict().items())


def test_the_pace_keeps_the_cost_under_its_share() -> None:
    pace = Pace(share=0.03)
    looked, step, spent = [], 0, 0.0
    while step < 5000:
        step += 1
        if pace.due(step):
            pace.stepped(0.001)
            pace.looked(step, 0.004)
            looked.append(step)
            spent += 0.004
        else:
            pace.stepped(0.001)
    assert looked[0] == 1
    assert spent / (spent + step * 0.001) < 0.031
    assert len(looked) > 30
    assert Cost(0.004, 0.001, pace.distance).share <= 0.03
    assert str(Cost(0.02, 0.01, 98)) == "looking inside: 2.0% of the time"


def test_probes_that_are_not_due_take_no_look() -> None:
    module = made()
    optimizer = SGD(module.parameters(), lr=0.1)
    probes = Probes(module, [optimizer], pace=every(4))
    x, y = batch()
    seen = []
    for step in range(1, 10):
        due = probes.before_step(step)
        learn(module, optimizer, x, y)
        assert (probes.after_step(step) is not None) == due
        seen += [step] if due else []
    assert seen == [1, 5, 9]
    assert math.isfinite(probes.pace.step_seconds)


def test_two_networks_with_an_optimizer_each_are_seen_in_one_look() -> None:
    maker, critic = made("input 4 > fc 8 > relu > fc 8"), made("input 8 > fc 8 > relu > fc 3")
    one, other = SGD(maker.parameters(), lr=0.1), SGD(critic.parameters(), lr=0.1)
    project = dl.line("input 4 > fc 8 > relu > fc 8")
    probes = attach(project, {"model": maker, "critic": critic}, [one, other], pace=every())
    x, y = batch(16, (4,))
    probes.before_step(1)
    learn(critic, other, maker(x).detach(), y)
    F.cross_entropy(critic(maker(x)), y).backward()
    one.step()
    snapshot = probes.after_step(1)
    assert snapshot is not None
    assert list(snapshot.trained) == ["model.linear1", "model.linear2", "critic.linear1", "critic.linear2"]
    assert snapshot.nodes["critic.relu1"].samples == 32


def test_a_node_inside_a_block_is_seen_by_its_path() -> None:
    inner = dl.line("input 8 > fc 8 > relu").networks["model"]
    outer = dl.line("input 8 > fc 8 > fc 3")
    project = edits.convert(outer.with_network("part", inner), "model", "linear1", "Block", {"network": "part"})
    (first,), (second,) = (project.networks["model"].inbound[name] for name in ("linear1", "linear2"))
    name_in, name_out = inner.of_kind("Input")[0].id, inner.of_kind("Output")[0].id
    project = edits.disconnect(project, "model", first, second)
    project = edits.connect(project, "model", first._replace(input=name_in), second._replace(output=name_out))
    module = build(project)
    optimizer = SGD(module.parameters(), lr=0.1)
    probes = attach(project, {"model": module}, [optimizer], pace=every())
    probes.before_step(1)
    learn(module, optimizer, *batch(16, (8,)))
    snapshot = probes.after_step(1)
    assert snapshot is not None
    assert list(snapshot.nodes) == ["linear1.linear1", "linear1.relu1", "linear2"]
    assert snapshot.nodes["linear1.relu1"].kind == "ReLU"


@pytest.mark.parametrize("kind", ["rnn", "lstm", "gru"])
def test_a_recurrent_layer_that_reads_the_input_is_weighed_and_its_idle_inputs_are_told(kind: str) -> None:
    text = f"input 6x3 > {kind} 8 > flatten > fc 3"
    module = made(text)
    x, y = batch(shape=(6, 3))
    x[:, :, 1] = 0  # nothing ever comes in here
    seen = one_look(module, x, y, text=text)
    node = next(name for name in seen.nodes if name.startswith(kind))
    assert seen.nodes[node].idle == (1,)


@pytest.mark.parametrize("steps", [1, 3])
def test_an_optimizer_that_asks_for_gradients_in_its_step_is_looked_at(steps: int) -> None:
    torch.manual_seed(0)
    module = nn.Sequential(nn.Linear(4, 3), nn.Tanh(), nn.Linear(3, 1))
    inputs, targets = torch.randn(32, 4), torch.randn(32, 1)
    mover = torch.optim.LBFGS(module.parameters(), max_iter=4)
    asked: list[list[float]] = []

    def closure() -> Tensor:
        mover.zero_grad(set_to_none=True)
        loss = nn.functional.mse_loss(module(inputs), targets)
        loss.backward()
        asked.append([_length([w.grad for w in layer.parameters()]) for layer in (module[0], module[2])])
        return loss

    probes, layers = Probes(module, [mover], pace=every()), (module[0], module[2])
    before: list[list[Tensor]] = []
    seen: Snapshot | None = None
    for step in range(1, steps + 1):
        before = [[w.detach().clone() for w in layer.parameters()] for layer in layers]
        probes.before_step(step)
        mover.step(closure)
        mover.zero_grad(set_to_none=True)
        seen = probes.after_step(step)
        assert seen is not None, "a look ends with its step"
    probes.close()
    assert seen is not None
    for place, name in enumerate(("0", "2")):
        now = list(module[int(name)].parameters())
        moved = _length([new.detach() - old for new, old in zip(now, before[place], strict=True)])
        found = seen.nodes[name]
        assert found.gradient == pytest.approx(asked[-1][place], rel=1e-5)
        assert found.update == pytest.approx(moved / _length([w.detach() for w in now]), rel=1e-4)


def _length(parts: Iterable[Tensor | None]) -> float:
    return float(torch.cat([part.flatten() for part in parts if part is not None]).norm())
