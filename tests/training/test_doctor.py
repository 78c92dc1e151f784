"""The doctor: trainings that really suffer are told so and mended; healthy ones hear nothing."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

import dlstudio as dl
from dlstudio.compiler.load import build
from dlstudio.core import edits
from dlstudio.core.document import Project
from dlstudio.core.frozen import Value, freeze
from dlstudio.core.issue import Issue
from dlstudio.data.prepare import prepare
from dlstudio.training.doctor import Case, Facts, Finding, examine, gradient_check
from dlstudio.training.doctor.progress import falls
from dlstudio.training.doctor.project import drift
from dlstudio.training.probes import Pace, Probes, Snapshot, looks

Samples = tuple[Tensor, Tensor]
OPTIMIZERS: dict[str, type[torch.optim.Optimizer]] = {"SGD": torch.optim.SGD, "Adam": torch.optim.Adam}


def project(text: str, **training: Value) -> Project:
    return replace(dl.line(text), training=freeze({"kind": "Supervised", "batch_size": 64, **training}))


def sgd(rate: float) -> dict[str, Value]:
    return {"kind": "SGD", "lr": rate}


def every(made: Project, kind: str, **fields: Value) -> Project:
    """All nodes of a kind with these fields."""
    return edits.put_all(made, "model", [node.id for node in made.networks["model"].of_kind(kind)], fields)


def clusters(count: int = 512, features: int = 8, classes: int = 3, seed: int = 0, noise: float = 1.0) -> Samples:
    """Classes as clouds around points that are the same for every seed."""
    centres = 2 * torch.randn(classes, features, generator=torch.Generator().manual_seed(42))
    generator = torch.Generator().manual_seed(seed)
    y = torch.randint(0, classes, (count,), generator=generator)
    return centres[y] + noise * torch.randn(count, features, generator=generator), y


@dataclass
class Trained:
    """A short training as the loop would do it, looked into at every `look`-th step."""

    project: Project
    case: Case

    @property
    def findings(self) -> dict[str, Finding]:
        return {finding.code: finding for finding in reversed(examine(self.case))}


def train(
    made: Project,
    data: Samples | None = None,
    *,
    steps: int = 60,
    look: int = 5,
    whole: bool = False,
    validation: Samples | None = None,
    issues: tuple[Issue, ...] = (),
) -> Trained:
    x, y = data or clusters()
    torch.manual_seed(0)
    module = build(made)
    settings = made.training
    optimizer, rest = settings.get("optimizer", {"kind": "Adam"}), {}
    rest = {name: value for name, value in optimizer.items() if name != "kind"}
    moves = OPTIMIZERS[optimizer["kind"]](module.parameters(), **{"lr": 1e-3, **rest})
    probes = Probes(module, [moves], known=looks(made), pace=Pace(every=look, share=1.0))
    history: list[Snapshot] = []
    losses: list[float] = []
    judged: list[tuple[int, float]] = []
    generator = torch.Generator().manual_seed(1)
    for step in range(1, steps + 1):
        chosen = slice(None) if whole else torch.randint(0, len(x), (settings["batch_size"],), generator=generator)
        probes.before_step(step)
        loss = F.cross_entropy(module(x[chosen]), y[chosen])
        loss.backward()
        for each in settings.get("regularizers", ()):
            torch.nn.utils.clip_grad_norm_(module.parameters(), each["longest"])
        moves.step()
        moves.zero_grad()
        history += [snapshot] if (snapshot := probes.after_step(step)) else []
        losses.append(float(loss.detach()))
        if validation and step % 10 == 0:
            module.eval()
            with torch.no_grad():
                judged.append((step, float(F.cross_entropy(module(validation[0]), validation[1]))))
            module.train()
    curves = {"loss": (range(1, steps + 1), losses)}
    if judged:
        curves["validation/loss"] = ([step for step, _ in judged], [value for _, value in judged])  # type: ignore[assignment]
    facts = Facts(len(x), sum(w.numel() for w in module.parameters()), issues=issues)
    return Trained(made, Case(made, history, curves, facts))


def mended(sick: Trained, code: str, word: str) -> Project:
    """The project after the fix whose label holds a word."""
    labels = [fix.label for fix in sick.findings[code].fixes]
    fix = next(fix for fix in sick.findings[code].fixes if word.lower() in fix.label.lower())
    healed = fix.edit(sick.project)
    assert healed != sick.project, labels
    return healed


DEEP = "input 8 > " + "fc 16 > sigmoid > " * 20 + "fc 3"


def test_dia_01_twenty_sigmoid_layers_vanish_and_the_layer_is_named() -> None:
    sick = train(project(DEEP), steps=11)
    finding = sick.findings["vanishing-gradient"]
    assert finding.node.startswith("linear")
    assert finding.node not in ("linear1", "linear21")
    assert finding.evidence["ratio"] < 1e-9
    assert finding.since_step == 1
    assert "linear1 gets only" in finding.text
    assert "rate-too-low" not in sick.findings


@pytest.mark.parametrize("word", ["ReLU", "BatchNorm"])
def test_dia_01_what_is_offered_against_vanishing_helps(word: str) -> None:
    sick = train(project(DEEP), steps=11)
    healed = mended(sick, "vanishing-gradient", word)
    if word == "ReLU":
        healed = every(healed, "Linear", weight_init={"kind": "KaimingNormal"})
    assert "vanishing-gradient" not in train(healed, steps=11).findings


EXPLODING = {"kind": "Normal", "std": 2.0}


def test_dia_02_large_weights_explode_and_clipping_is_offered_and_helps() -> None:
    made = every(
        project("input 8 > " + "fc 32 > relu > " * 6 + "fc 3", optimizer=sgd(1e-9)), "Linear", weight_init=EXPLODING
    )
    sick = train(made, steps=11)
    finding = sick.findings["exploding-gradient"]
    assert finding.evidence["gradient"] > 1e3
    healed = mended(sick, "exploding-gradient", "clip")
    assert healed.training["regularizers"] == ({"kind": "ClipNorm", "longest": 1.0},)
    assert "exploding-gradient" not in train(healed, steps=11).findings
    assert "exploding-gradient" not in train(mended(sick, "exploding-gradient", "random"), steps=11).findings


def test_dia_03_the_first_step_and_node_of_a_nan_are_named() -> None:
    made = project("input 8 > fc 16 > relu > fc 3", optimizer=sgd(1e30))
    sick = train(made, steps=6, look=1)
    finding = sick.findings["not-a-number"]
    bad = [step for step, value in zip(*sick.case.curves["loss"], strict=True) if not math.isfinite(value)]
    assert finding.since_step <= bad[0]
    assert finding.node
    assert (
        "not-a-number" not in train(replace(made, training=made.training.put("optimizer", freeze(sgd(0.1))))).findings
    )


def test_dia_05_dead_relus_are_found_and_leaky_ones_live() -> None:
    made = every(project("input 8 > fc 32 > relu > fc 3"), "Linear", bias_init={"kind": "Constant", "val": -40.0})
    made = edits.reset(made, "model", "linear2", "bias_init")
    sick = train(made, steps=11)
    finding = sick.findings["dead-units"]
    assert finding.node == "relu1"
    assert finding.evidence["dead"] > 0.9
    assert "dead-units" not in train(mended(sick, "dead-units", "LeakyReLU"), steps=11).findings


def test_dia_06_saturated_units_are_found_and_normalizing_helps() -> None:
    made = every(project("input 8 > fc 32 > tanh > fc 3"), "Linear", weight_init={"kind": "Normal", "std": 4.0})
    sick = train(made, steps=11)
    finding = sick.findings["saturated-units"]
    assert finding.node == "tanh1"
    assert finding.evidence["saturated"] > 0.5
    for word in ("BatchNorm", "ReLU", "random"):
        assert "saturated-units" not in train(mended(sick, "saturated-units", word), steps=11).findings


@pytest.mark.parametrize("start", [{"kind": "Zeros"}, {"kind": "Constant", "val": 0.1}])
def test_dia_07_units_that_start_alike_stay_alike(start: dict[str, Value]) -> None:
    made = every(project("input 8 > fc 16 > tanh > fc 3"), "Linear", weight_init=start, bias_init={"kind": "Zeros"})
    sick = train(made, steps=11)
    assert sick.findings["symmetric-start"].node == "linear1"
    assert "symmetric-start" not in train(mended(sick, "symmetric-start", "random"), steps=11).findings


def few() -> tuple[Samples, Samples]:
    return clusters(40, 20, seed=1, noise=8.0), clusters(400, 20, seed=2, noise=8.0)


def test_dia_08_learning_by_heart_is_found_with_the_remedies_of_the_texts() -> None:
    known, unseen = few()
    sick = train(project("input 20 > fc 128 > relu > fc 3", batch_size=40), known, steps=300, validation=unseen)
    finding = sick.findings["overfitting"]
    assert finding.evidence["validation"] > 1.1 * finding.evidence["best"]
    for remedy in ("more data", "smaller network", "weight decay", "dropout", "early stopping"):
        assert remedy in finding.text
    healed = mended(sick, "overfitting", "Dropout")
    assert healed.networks["model"].of_kind("Dropout")
    assert not [issue for issue in dl.check(healed) if issue.severity == "error"]
    assert mended(sick, "overfitting", "decay").training["optimizer"]["weight_decay"] > 0
    assert mended(sick, "overfitting", "stop").training["patience"] == 5


def hard() -> Samples:
    """Labels that have nothing to do with large inputs: no rate fits them, and a high one jumps about."""
    x, y = clusters(200)
    return x * 3, y.roll(7)


def test_dia_10_a_rate_too_high_is_found_and_lowering_it_helps() -> None:
    sick = train(project("input 8 > fc 3", optimizer=sgd(1.0)), hard(), steps=48, whole=True)
    finding = sick.findings["rate-too-high"]
    assert finding.evidence["end"] > finding.evidence["start"]
    once = mended(sick, "rate-too-high", "rate")
    assert once.training["optimizer"]["lr"] == 0.1
    twice = mended(train(once, hard(), steps=48, whole=True), "rate-too-high", "rate")
    assert not train(twice, hard(), steps=48, whole=True).findings


@pytest.mark.parametrize(("times", "found"), [(0.5, False), (1.0, False), (1.9, False), (2.1, True), (3.0, True)])
def test_dia_10_the_alarm_lies_at_twice_the_best_rate(times: float, found: bool) -> None:
    """On ½λw² the best rate is 1/λ, and beyond 2/λ it diverges."""
    curvature, weight, losses = 3.0, 1.0, []
    for _ in range(20):
        losses.append(0.5 * curvature * weight**2)
        weight -= times / curvature * curvature * weight
    case = Case(project("input 8 > fc 3"), curves={"loss": (range(1, 21), losses)})
    assert bool(examine(case)) == found


def test_a_loss_that_jumps_from_side_to_side_is_told_from_noise() -> None:
    def codes(values: list[float]) -> list[str]:
        return [each.code for each in examine(Case(project("input 8 > fc 3"), curves={"loss": (range(48), values)}))]

    noise = torch.rand(48, generator=torch.Generator().manual_seed(0)).tolist()
    assert codes([1.0 + 0.3 * (-1) ** step for step in range(48)]) == ["rate-too-high"]
    assert codes([1.0 + 0.3 * each for each in noise]) == []


def test_a_rate_too_low_is_found_and_the_one_offered_learns() -> None:
    sick = train(project("input 8 > fc 16 > relu > fc 3", optimizer={"kind": "Adam", "lr": 1e-7}))
    finding = sick.findings["rate-too-low"]
    assert finding.evidence["update"] < 1e-4
    healed = mended(sick, "rate-too-low", "rate")
    again = train(healed, steps=200)
    assert "rate-too-low" not in again.findings
    losses = again.case.curves["loss"][1]
    assert losses[-1] < 0.9 * losses[0]


def test_dia_09_a_plateau_is_told_and_normalizing_leaves_it() -> None:
    text = "input 8 > fc 16 > " + "sigmoid > fc 16 > " * 2 + "sigmoid > fc 3"
    sick = train(project(text, optimizer=sgd(0.02)), steps=120)
    assert list(sick.findings) == ["no-progress"]
    healed = train(mended(sick, "no-progress", "BatchNorm"), steps=120)
    assert not healed.findings
    losses = healed.case.curves["loss"][1]
    assert losses[-1] < 0.9 * losses[0]


def test_dia_22_a_softmax_before_cross_entropy_is_one_too_many() -> None:
    made = every(project("input 8 > fc 16 > relu > fc 3 > softmax"), "Output", loss="CrossEntropy")
    sick = train(made)
    assert sick.findings["double-softmax"].node == "output"
    healed = mended(sick, "double-softmax", "Remove")
    assert not train(healed).findings


def test_dia_21_and_dia_23_what_the_drawing_shows_is_told_too() -> None:
    stacked = project("input 8 > fc 16 > fc 3")
    assert "linear-twice" in {finding.code for finding in examine(Case(stacked))}
    threshold = project("input 8 > fc 16 > step > fc 3")
    assert "no-gradient" in {finding.code for finding in examine(Case(threshold))}


def test_an_input_that_is_always_zero_is_named() -> None:
    x, y = clusters()
    x[:, 5] = 0.0
    finding = train(project("input 8 > fc 16 > relu > fc 3"), (x, y)).findings["unused-input"]
    assert finding.node == "linear1"
    assert finding.evidence["inputs"] == 1
    assert "counted from 0: 5" in finding.text


def test_dia_13_a_batch_of_two_is_too_small_to_normalize_by() -> None:
    sick = Case(project("input 8 > fc 16 > batchnorm > relu > fc 3", batch_size=2))
    (finding,) = examine(sick)
    assert finding.code == "small-batch"
    assert not examine(replace(sick, project=finding.fixes[0].edit(sick.project)))


def test_dia_15_sorted_samples_that_are_not_shuffled_are_told() -> None:
    made = replace(project("input 8 > fc 3"), data=freeze({"shuffle": False}))
    facts = Facts(issues=(Issue("hint", "data-sorted", "The samples come sorted by class."),))
    (finding,) = examine(Case(made, facts=facts))
    assert finding.code == "not-shuffled"
    assert not examine(Case(finding.fixes[0].edit(made), facts=facts))


def test_dia_18_what_preparing_the_data_found_is_told() -> None:
    issues = (Issue("warning", "data-leak", "3 samples stand in both."), Issue("warning", "data-imbalance", "9 to 1."))
    codes = [finding.code for finding in examine(Case(project("input 8 > fc 3"), facts=Facts(issues=issues)))]
    assert codes == ["data-leak", "data-imbalance"]


def test_dia_19_far_more_weights_than_samples() -> None:
    known, _ = few()
    sick = train(project("input 20 > fc 256 > relu > fc 3", batch_size=40), known, steps=11)
    assert sick.findings["little-data"].evidence["ratio"] > 50
    assert "little-data" not in train(project("input 20 > fc 16 > relu > fc 3", batch_size=40), known).findings


def test_dia_28_a_critic_that_is_nearly_always_right() -> None:
    def codes(values: Iterable[float]) -> list[str]:
        curve = list(values)
        case = Case(project("input 8 > fc 3"), curves={"critic/accuracy": (range(len(curve)), curve)})
        return [finding.code for finding in examine(case)]

    assert codes([0.5] * 20 + [0.99] * 20) == ["critic-too-good"]
    assert codes([0.5] * 20 + [0.75] * 20) == []


def test_dia_11_a_loss_that_never_rises_is_told_from_one_that_does() -> None:
    x, y = clusters(200)
    calm = train(project("input 8 > fc 16 > tanh > fc 3", optimizer=sgd(0.01)), (x, y), whole=True)
    assert falls(calm.case.curves["loss"][1])
    assert not falls([1.0, 0.9, 0.95])


def test_dia_16_results_wander_more_without_normalization() -> None:
    def wander(text: str) -> float:
        return max(drift(train(project(text, optimizer=sgd(0.3)), steps=31).case).values())

    assert wander("input 8 > fc 32 > batchnorm > relu > fc 3") > 0
    assert drift(Case(project("input 8 > fc 3"))) == {}


def test_dia_12_back_propagation_agrees_with_small_changes_of_the_weights() -> None:
    torch.manual_seed(0)
    module = build(dl.line("input 1x8x8 > conv 4 3 > tanh > maxpool 2 > flatten > fc 16 > batchnorm > sigmoid > fc 3"))
    before = {name: tensor.clone() for name, tensor in module.state_dict().items()}
    x, y = torch.randn(16, 1, 8, 8).double(), torch.randint(0, 3, (16,))
    errors = gradient_check(module, lambda net: F.cross_entropy(net(x), y))
    assert list(errors) == ["conv1", "linear1", "batch_norm1", "linear2"]
    assert max(errors.values()) < 1e-5
    assert all(torch.equal(before[name], tensor) for name, tensor in module.state_dict().items())


class Wrong(torch.autograd.Function):
    """A product whose gradient somebody got wrong."""

    @staticmethod
    def forward(_ctx: object, x: Tensor) -> Tensor:
        return x * 2

    @staticmethod
    def backward(_ctx: object, gradient: Tensor) -> Tensor:
        return gradient * 3


def test_dia_12_a_wrong_gradient_is_found() -> None:
    module = build(dl.line("input 4 > fc 8 > tanh > fc 3"))
    x = torch.randn(16, 4).double()
    errors = gradient_check(module, lambda net: Wrong.apply(net(x)).square().mean())
    assert min(errors.values()) > 0.3


def digits(text: str) -> tuple[Project, Samples, Samples, tuple[Issue, ...]]:
    made = replace(project(text), data=freeze({"source": {"kind": "Digits"}}))
    prepared = prepare(made)
    columns = {column.role: name for name, column in prepared.columns.items()}
    parts = []
    for part in (prepared.train, prepared.validation):
        taken = part.dataset.take(part.indices)
        parts.append((taken[columns["input"]], taken[columns["target"]]))
    return made, parts[0], parts[1], prepared.issues


HEALTHY: dict[str, Callable[[], tuple[Project, Samples, Samples, tuple[Issue, ...]]]] = {
    "convolutions on digits": lambda: digits(
        "input 1x8x8 > conv 8 3 same > relu > maxpool 2 > flatten > fc 32 > relu > fc 10"
    ),
    "normalized and with dropout": lambda: digits(
        "input 1x8x8 > flatten > fc 64 > batchnorm > relu > dropout 0.2 > fc 32 > tanh > fc 10"
    ),
    "sigmoids on clusters": lambda: (
        project("input 8 > fc 16 > sigmoid > fc 3", optimizer=sgd(0.5)),
        clusters(),
        clusters(seed=3),
        (),
    ),
}


@pytest.mark.parametrize("name", HEALTHY)
@pytest.mark.parametrize("steps", [12, 60, 200])
def test_a_healthy_training_hears_nothing(name: str, steps: int) -> None:
    made, known, unseen, issues = HEALTHY[name]()
    healthy = train(made, known, steps=steps, validation=unseen, issues=issues)
    assert examine(healthy.case) == ()
    if steps == 200:
        assert healthy.case.curves["loss"][1][-1] < 0.8
