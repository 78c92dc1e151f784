"""Steps recorded as graphs, with a stand-in for the GPU's; how pictures lie in memory; compiling."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from dlstudio.catalog.recipes import Supervised
from dlstudio.core.document import Project
from dlstudio.core.frozen import Value
from dlstudio.core.issue import ProjectProblem
from dlstudio.training import compiling, randomness
from dlstudio.training.capture import WARM, Captured, Values, distance, step_of
from dlstudio.training.layout import align, last_is_faster, lay_out
from dlstudio.training.method import Batch
from dlstudio.training.training import Training
from tests.training.studies import project, ready, take, weights

NET = "input 1x8x8 > flatten > fc 16 > tanh > dropout 0.5 > fc 10"
CONV = "input 1x8x8 > conv 4 3 > batchnorm > relu > avgpool 2 > flatten > fc 10"
CUDA = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU")


class Again:
    """Does what a GPU's graph does: the same work from the same places into the same places, with fixed numbers."""

    def __init__(self, spoil: Callable[[], None] = lambda: None) -> None:
        self.spoil, self.rehearsed, self.replays = spoil, 0, 0

    def rehearse(self, work: Callable[[], Values]) -> Values:
        self.rehearsed += 1
        return work()

    def record(self, work: Callable[[], Values]) -> Values:
        self.work, made = work, work()
        self.made = {name: value.detach().clone() for name, value in made.items()}
        return self.made

    def replay(self) -> None:
        self.replays += 1
        for name, value in self.work().items():
            self.made[name].copy_(value.detach())
        self.spoil()


class Recorded(Again):
    """A stand-in whose work is done with neither counting nor a new rate, as in a recording."""

    def __init__(self, training: Training, spoil: Callable[[], None] = lambda: None) -> None:
        super().__init__(spoil)
        self.update: Any = training.method.update  # type: ignore[attr-defined]

    def replay(self) -> None:
        with self.update.held():
            super().replay()


def digits(text: str = NET, **training: Value) -> Project:
    return project(text, {"kind": "Digits"}, batch_size=64, capture=True, seed=3, **training)


def losses(training: Training, step: Callable[[Batch], Mapping[str, Tensor]], count: int) -> list[float]:
    """Takes steps over as many epochs as it needs."""
    found: list[float] = []
    epoch = 0
    while len(found) < count:
        for batch in training.feed.epoch(epoch):
            found.append(float(step(batch)["loss"].detach()))
            if len(found) == count:
                break
        epoch += 1
    return found


def test_a_recorded_step_trains_like_the_step_itself_rate_dropout_and_all() -> None:
    made = digits(schedule={"kind": "Exponential"})
    plain, other = ready(made), ready(made)
    randomness.seed(7)
    expected = losses(plain, plain.method.step, 30)
    randomness.seed(7)
    said: list[str] = []
    graph = Recorded(other)
    found = losses(other, step_of(other.method, said.append, lambda: graph), 30)
    assert not said
    assert graph.replays > 20
    assert found == pytest.approx(expected, abs=1e-6)
    ours, theirs = weights(other.method), weights(plain.method)
    assert all(torch.allclose(ours[name], theirs[name], atol=1e-6) for name in theirs)
    assert other.method.update.count == plain.method.update.count  # type: ignore[attr-defined]


def test_the_last_smaller_batch_is_trained_step_by_step() -> None:
    training = ready(digits())
    whole = [len(batch["image"]) for batch in training.feed.epoch(0)]
    assert whole[-1] != whole[0]
    graph = Recorded(training)
    found = losses(training, step_of(training.method, lambda _: None, lambda: graph), len(whole) + 1)
    proof = 3
    assert graph.replays == proof + len(whole) - WARM - 1 + 1
    assert all(torch.isfinite(torch.tensor(found)))


def test_a_record_that_ends_elsewhere_is_not_used_and_leaves_no_trace() -> None:
    plain, other = ready(digits()), ready(digits())
    weight = next(iter(other.modules["model"].parameters()))

    def spoil() -> None:
        weight.data.add_(0.01)

    graph = Recorded(other, spoil)
    said: list[str] = []
    randomness.seed(7)
    expected = losses(plain, plain.method.step, 10)
    randomness.seed(7)
    assert losses(other, step_of(other.method, said.append, lambda: graph), 10) == expected
    (sentence,) = said
    assert "apart from the step itself" in sentence
    assert sentence.endswith("It runs as usual.")


def test_a_rate_that_is_fixed_in_the_record_is_found_out() -> None:
    """A record that ignores what the host sets trains on at the old rate."""

    class Deaf(Recorded):
        def replay(self) -> None:
            for group in self.update.optimizer.param_groups:
                group["lr"].fill_(0.001)
            super().replay()

    training, said = ready(digits()), list[str]()
    losses(training, step_of(training.method, said.append, lambda: Deaf(training)), WARM + 2)
    assert len(said) == 1


def test_what_cannot_be_recorded_says_why_and_runs() -> None:
    class Refuses(Again):
        def record(self, work: Callable[[], Values]) -> Values:
            raise RuntimeError("operation not permitted when stream is capturing\nmore")

    training, said = ready(digits()), list[str]()
    found = losses(training, step_of(training.method, said.append, Refuses), 8)
    assert said == [
        "The step is not captured as a graph (operation not permitted when stream is capturing). It runs as usual."
    ]
    assert len(found) == 8


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"accumulate": 2}, "accumulate"),
        ({"average": 0.9}, "average"),
        ({"optimizer": {"kind": "LBFGS"}}, "LBFGS"),
        ({"optimizer": {"kind": "Ftrl"}}, "Ftrl"),
    ],
)
def test_what_decides_in_the_middle_of_a_step_is_refused_in_a_sentence(settings: dict[str, Value], word: str) -> None:
    training, said = ready(digits(**settings)), list[str]()
    assert step_of(training.method, said.append, Again) == training.method.step
    assert word in said[0]


def test_on_a_cpu_a_sentence_says_that_it_is_for_gpus() -> None:
    training, said = ready(digits()), list[str]()
    assert step_of(training.method, said.append) == training.method.step
    assert "NVIDIA" in said[0]


def test_without_the_wish_nothing_is_said() -> None:
    training, said = ready(project(NET, {"kind": "Digits"})), list[str]()
    assert step_of(training.method, said.append) == training.method.step
    assert not said


def test_a_step_that_is_looked_at_is_not_replayed() -> None:
    training = ready(digits())
    graph = Recorded(training)
    step = step_of(training.method, lambda _: None, lambda: graph)
    losses(training, step, WARM + 2)
    before = graph.replays
    heard: list[object] = []
    handle = training.modules["model"].register_forward_hook(lambda *_: heard.append(1))
    losses(training, step, 1)
    handle.remove()
    assert (graph.replays, len(heard)) == (before, 1)
    losses(training, step, 1)
    assert graph.replays == before + 1


def test_distance_is_a_share_of_the_largest_number_and_infinite_for_no_number() -> None:
    assert distance([torch.tensor([1.0, 4.0])], [torch.tensor([1.0, 5.0])]) == pytest.approx(0.2)
    assert distance([torch.tensor([torch.nan])], [torch.tensor([1.0])]) == float("inf")


@pytest.mark.parametrize("average", [0.0, 0.9])
def test_channels_last_trains_the_same_and_goes_on_where_it_stood(average: float) -> None:
    first, last = (
        project(CONV, {"kind": "Digits"}, layout=f"channels {x}", average=average) for x in ("first", "last")
    )
    one, other = ready(first), ready(last)
    expected = take(one, 8)
    for ours, theirs in zip(take(other, 8), expected, strict=True):
        assert ours["loss"] == pytest.approx(theirs["loss"], abs=1e-5)
    name = "conv1.weight"
    assert one.modules["model"].get_parameter(name).stride() != other.modules["model"].get_parameter(name).stride()
    assert all(value.is_contiguous() for value in other.weights().values())
    one.put_weights(other.weights())
    one.method.load(other.method.state())
    after, (expected_after,) = take(one, 1, start=8), take(other, 1, start=8)
    assert after[0]["loss"] == pytest.approx(expected_after["loss"], abs=1e-5)


def test_what_an_optimizer_remembers_is_laid_like_its_weight() -> None:
    weight = nn.Parameter(torch.randn(8, 4, 3, 3).to(memory_format=torch.channels_last))
    optimizer = torch.optim.Adam([weight])
    torch.autograd.backward(weight.square().sum())
    optimizer.step()
    kept = optimizer.state[weight]
    plain = kept["exp_avg"].contiguous().clone()
    kept["exp_avg"] = plain
    align(optimizer)
    assert kept["exp_avg"].stride() == weight.stride()
    assert torch.equal(kept["exp_avg"], plain)


@pytest.mark.parametrize(
    ("channels", "device", "precision", "last"),
    [
        (16, "cpu", "float32", True),
        (512, "cpu", "float32", False),
        (512, "cuda", "bf16", True),
        (16, "cuda", "float32", False),
        (16, "mps", "float32", False),
    ],
)
def test_auto_lays_channels_last_where_that_was_measured_to_be_faster(
    channels: int, device: str, precision: str, last: bool
) -> None:
    module = nn.Sequential(nn.Conv2d(channels, 8, 3))
    recipe = Supervised(precision=precision)
    assert last_is_faster(module, recipe, torch.device(device)) is last
    assert not last_is_faster(nn.Sequential(nn.Linear(2, 2)), recipe, torch.device(device))


def test_only_filters_of_pictures_are_laid_anew() -> None:
    module = nn.Sequential(nn.Conv2d(2, 8, 3), nn.Conv3d(2, 8, 3), nn.Linear(2, 2))
    lay_out(module, Supervised(layout="channels last"), torch.device("cpu"))
    assert module.get_parameter("0.weight").is_contiguous(memory_format=torch.channels_last)
    assert module.get_parameter("1.weight").is_contiguous()


def test_compiling_without_a_compiler_is_one_sentence_before_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    monkeypatch.delenv("CXX", raising=False)
    with pytest.raises(ProjectProblem, match=r"C\+\+ compiler.*Switch compile off"):
        Training.ready(project(NET, {"kind": "Digits"}, compile=True))


@pytest.mark.slow
@pytest.mark.skipif(bool(compiling.lacking(torch.device("cpu"))), reason="nothing can be compiled here")
@pytest.mark.filterwarnings("ignore")
def test_a_compiled_network_trains_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch._inductor.config

    monkeypatch.setattr(torch._inductor.config, "compile_threads", 1)  # torch's own pool would outlive the test
    plain, quick = (take(ready(project(CONV, {"kind": "Digits"}, compile=each)), 3) for each in (False, True))
    for ours, theirs in zip(quick, plain, strict=True):
        assert ours["loss"] == pytest.approx(theirs["loss"], abs=1e-4)


@CUDA
@pytest.mark.parametrize("precision", ["float32", "bf16", "fp16"])
@pytest.mark.parametrize("kind", ["Adam", "SGD"])
def test_on_a_gpu_a_captured_step_trains_like_the_step_itself(precision: str, kind: str) -> None:
    made = digits(CONV, optimizer={"kind": kind}, precision=precision, device="cuda")
    plain, other, said = ready(made), ready(made), list[str]()
    step = step_of(other.method, said.append)
    expected, found = losses(plain, plain.method.step, 60), losses(other, step, 60)
    assert isinstance(step, Captured)
    assert not said
    assert not step.off
    assert step.made
    assert found == pytest.approx(expected, rel=0.05)


@CUDA
def test_on_a_gpu_streamed_batches_are_pinned() -> None:
    from dlstudio.data.reading import Reading

    training = ready(digits(device="cuda"))
    reading = Reading(training.prepared.train.dataset, ("image",), torch.device("cuda"), 0)
    (batch,) = reading.batches([torch.arange(4)])
    assert reading.loader is not None
    assert reading.loader.pin_memory
    assert batch["image"].is_cuda
