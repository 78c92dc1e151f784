"""Every template that has a lesson is sound, shows its data and learns: some here, all to their bars in slow tests."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pytest
import torch

import dlstudio as dl
from dlstudio.compiler.check import check
from dlstudio.core import edits, paths
from dlstudio.core.document import Project, Wire
from dlstudio.core.issue import ProjectProblem
from dlstudio.data.prepare import prepare
from dlstudio.data.summary import summary
from dlstudio.training.run import Run, train
from dlstudio.training.training import Training
from tests.templates.lessons import lessons
from tests.training.answers import CHECKS


@pytest.fixture(autouse=True)
def one_core() -> Iterator[None]:
    """Small networks gain nothing from more, and lose much where the others are busy."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


AT_MOST = {"critic accuracy", "loss", "noise left", "perplexity", "reconstruction"}
"""What is the better the less it is: also how often the critic still tells made points from real ones."""


@dataclass(frozen=True)
class Bar:
    """What a lesson reaches: at least (or, of a loss, at most) so much; `short` is a bar after fewer epochs."""

    name: str
    row: str
    bound: float
    short: tuple[int, float] | None = None
    metric: str = "validation/accuracy"

    def holds(self, run: Run, bound: float) -> None:
        reached = float(run.metrics(self.metric)[1][-1])
        most = self.metric.rsplit("/", maxsplit=1)[-1] in AT_MOST
        assert reached <= bound if most else reached >= bound, f"{self.name}: {self.metric} is {reached}"


BARS = [
    Bar("perceptron", "ARC-01", 1.0, (20, 1.0)),
    Bar("xor", "ARC-47", 1.0, (150, 1.0)),
    Bar("softmax_regression", "ARC-59", 0.99, (10, 0.99)),
    Bar("logistic_regression", "ARC-57", 0.8, (30, 0.8)),
    Bar("linear_regression", "ARC-58", 0.55, (20, 0.55), "validation/loss"),
    Bar("radial_basis", "ARC-09", 1e-3, (60, 1e-2), "validation/loss"),
    Bar("wine", "ARC-06", 0.94, (15, 0.94)),
    Bar("deep_feed_forward", "ARC-08", 0.97),
    Bar("depths", "VIS-06", 0.97, None, "validation/three/accuracy"),
    Bar("residual20", "ARC-30", 0.99),
    Bar("gan", "GEN-05", 0.75, None, "validation/critic accuracy"),
    Bar("mlp", "ARC-06", 0.93, (1, 0.85)),
    Bar("lenet5", "ARC-27", 0.97, (3, 0.95)),
    Bar("transfer", "TRN-23", 0.98),
    Bar("small_vgg", "ARC-29", 0.95),
    Bar("inception", "ARC-33", 0.95),
    Bar("vision_transformer", "LAY-44", 0.85),
    Bar("siamese", "ARC-38", 0.95),
    Bar("triplet", "LOS-19", 0.96, (1, 0.9), "validation/verification"),
    Bar("sliding_window", "ARC-45", 0.92),
    Bar("spatial_transformer", "ARC-43", 0.9),
    Bar("autoencoder", "GEN-01", 0.02, (2, 0.05), "validation/reconstruction"),
    Bar("linear_autoencoder", "GEN-01", 0.0184, None, "validation/reconstruction"),
    Bar("conv_autoencoder", "GEN-01", 0.005, (1, 0.05), "validation/reconstruction"),
    Bar("denoising_autoencoder", "GEN-03", 0.5, (3, 0.7), "validation/noise left"),
    Bar("sparse_autoencoder", "GEN-04", 0.06, None, "validation/reconstruction"),
    Bar("variational_autoencoder", "GEN-02", 0.055, None, "validation/reconstruction"),
    Bar("localiser", "ARC-46", 0.95, None, "validation/kind/accuracy"),
    Bar("grid_detector", "ARC-44", 0.2, None, "validation/loss"),
    Bar("small_unet", "ARC-39", 0.97),
    Bar("frame_tagger", "ARC-18", 0.95),
    Bar("captioner", "ARC-15, ARC-40", 0.98),
    Bar("char_rnn", "ARC-11", 1.0, (50, 1.0)),
    Bar("lstm_classifier", "ARC-16", 0.95, (6, 0.9)),
    Bar("gru_classifier", "ARC-20", 0.95, (6, 0.9)),
    Bar("bidirectional_tagger", "ARC-13", 0.99, (4, 0.97)),
    Bar("lstm_by_hand", "ARC-19", 0.95),
    Bar("sequence_to_sequence", "ARC-17", 0.99),
    Bar("attention", "ARC-17", 0.99, (5, 0.9)),
    Bar("language_model", "TRN-17", 8.0, None, "validation/perplexity"),
    Bar("gpt", "GEN-11", 14.0, None, "validation/perplexity"),
]
"""Without the plain twin of the residual network, whose point is that it does not learn."""


def lesson(name: str) -> Project:
    return dl.template(name)


def less(project: Project) -> Project:
    """The project with a few made-up samples, where it makes them."""
    source = project.data["source"]
    kinds = {"Sentences", "Sequences", "Shapes", "DigitPairs", "Points", "Curve"}
    field = "count" if source["kind"] in kinds else "size" if source["kind"] in ("MNIST", "CrookedDigits") else ""
    return paths.put(project, f"data.source.{field}", 200) if field else project


def test_every_lesson_has_its_bar() -> None:
    assert sorted(bar.name for bar in BARS) == sorted(lessons.keys() - {"plain20"})


@pytest.mark.parametrize("name", sorted(lessons))
def test_a_lesson_is_sound_shows_its_data_and_takes_two_steps(name: str) -> None:
    project = less(lesson(name))
    assert not [issue for issue in check(project) if issue.severity == "error"]
    assert summary(prepare(project, settle=False)).samples["train"] >= 1
    training = Training.ready(project)
    for batch in islice(training.feed.epoch(0), 2):
        assert all(torch.isfinite(value).all() for value in training.method.step(batch).values())


@pytest.mark.parametrize("name", sorted(set(dl.templates()) - set(lessons)))
def test_a_template_without_a_lesson_says_what_is_missing_and_what_to_do(name: str, tmp_path: Path) -> None:
    with pytest.raises(ProjectProblem, match=r"names no data\. Give it a source: .*ImageFolder"):
        train(dl.template(name), runs=tmp_path, device="cpu")


@pytest.mark.parametrize("bar", [bar for bar in BARS if bar.short], ids=lambda bar: f"{bar.name}, {bar.row}")
def test_a_lesson_is_under_way_after_a_few_epochs(bar: Bar, tmp_path: Path) -> None:
    assert bar.short is not None
    epochs, bound = bar.short
    quick = paths.put(lesson(bar.name), "training.evaluate_every", epochs)
    bar.holds(train(quick, runs=tmp_path, device="cpu", epochs=epochs), bound)


@pytest.mark.slow
@pytest.mark.parametrize("bar", BARS, ids=lambda bar: f"{bar.name}, {bar.row}")
def test_a_lesson_reaches_its_bar(bar: Bar, tmp_path: Path) -> None:
    run = train(lesson(bar.name), runs=tmp_path, device="cpu")
    bar.holds(run, bar.bound)
    if bar.name in CHECKS:
        CHECKS[bar.name](run)


@pytest.mark.slow
def test_twenty_plain_layers_stay_at_one_half_ARC_30(tmp_path: Path) -> None:
    run = train(lesson("plain20"), runs=tmp_path, device="cpu")
    assert float(run.metrics("validation/accuracy")[1].max()) <= 0.6


@pytest.mark.slow
def test_a_spatial_transformer_reads_more_than_the_same_network_without_it_ARC_43(tmp_path: Path) -> None:
    whole = lesson("spatial_transformer")
    nodes = whole.networks["model"].nodes
    straight = {"image", "conv", "relu3", "pool", "flatten2", "scores", "digit"}
    without = edits.remove(whole, "model", nodes.keys() - straight)
    without = edits.connect(without, "model", Wire("image", "y", "conv", "x"))
    more, less = (
        train(each, runs=tmp_path, device="cpu").metrics("validation/accuracy")[1][-1] for each in (whole, without)
    )
    assert more > less + 0.2


def first_at(run: Run, share: float) -> int:
    """After how many steps so many of the validation samples were right."""
    steps, values = run.metrics("validation/accuracy")
    return int(steps[values >= share][0])


@pytest.mark.slow
def test_what_was_learnt_of_0_to_4_helps_with_5_to_9_TRN_23(tmp_path: Path) -> None:
    first = train(lesson("transfer"), runs=tmp_path, device="cpu")
    scratch = paths.put(lesson("transfer"), "data.source.digits", (5, 6, 7, 8, 9))
    scratch = paths.put(scratch, "training.batch_size", 32)
    scratch = paths.put(scratch, "data.augment", ())
    scratch = paths.put(scratch, "data.split", {"kind": "Fractions", "train": 0.4, "validation": 0.5, "test": 0.1})
    tuned = paths.put(scratch, "training.start", {"kind": "Weights", "from": str(first.path)})
    frozen = paths.put(tuned, "training.frozen", ("conv1", "conv2"))
    steps, runs = [0, 0, 0], list[Run]()
    for seed in range(3):
        runs = [train(each, runs=tmp_path, device="cpu", epochs=12, seed=seed) for each in (scratch, tuned, frozen)]
        steps = [one + first_at(run, 0.95) for one, run in zip(steps, runs, strict=True)]
    late, all_learn, some_frozen = steps
    assert all_learn < 0.6 * late
    assert some_frozen < 0.75 * late
    before, after = (dict(run.model().named_parameters()) for run in (first, runs[-1]))
    assert before["conv2.weight"].equal(after["conv2.weight"])
    assert not before["fc1.weight"].equal(after["fc1.weight"])


def test_the_perceptron_goes_round_in_circles_on_xor_TRN_02(tmp_path: Path) -> None:
    project = paths.put(lesson("perceptron"), "data.source.gate", "xor")
    run = train(project, runs=tmp_path, device="cpu")
    assert "cycling" in run.folder.status().reason
    assert float(run.metrics("validation/accuracy")[1][-1]) < 1
