"""Numbers over steps, sample by sample, with their errors at each step: against the model and numpy."""

from pathlib import Path

import numpy as np
import pytest
import torch

from dlstudio.core.tensor import CHANNEL, TIME, Tensor
from dlstudio.data.dataset import Column
from dlstudio.data.prepare import prepare
from dlstudio.training.questions.closeup import Closeup
from dlstudio.training.questions.course import Track, track
from dlstudio.training.questions.predictions import Predictions
from tests.training.questions.asking import asked
from tests.training.questions.forecasts import follower, horizon


@pytest.mark.parametrize(("make", "shape"), [(follower, (24, 2)), (horizon, (12, 1))])
def test_courses_and_their_errors_are_those_of_the_model(make: object, shape: tuple[int, int], tmp_path: Path) -> None:
    project = make(tmp_path)  # type: ignore[operator]
    run, [found, one] = asked(project, tmp_path, Predictions(), Closeup("validation", 3), steps=6)
    part = prepare(run.project).validation
    batch = part.dataset.take(part.indices)
    with torch.no_grad():
        answers = run.model(best=False)(batch["x"]).reshape(-1, *shape).numpy()
    targets = batch["y"].reshape(-1, *shape).numpy()
    course = found.outputs[0].course
    assert (course.steps, len(course.channels)) == shape
    errors = answers - targets
    assert np.allclose(course.bias.numpy(), errors.mean(0), atol=1e-5)
    assert np.allclose(course.typical.numpy(), np.sqrt(np.square(errors).mean(0)), atol=1e-5)
    close = one.outputs[0]
    assert close.channels == course.channels
    assert np.allclose(close.answers.numpy(), answers[3], atol=1e-5)
    assert np.allclose(close.targets.numpy(), targets[3], atol=1e-6)
    kept = course.kept.long().numpy()
    assert np.allclose(found.outputs[0].answers.numpy(), answers.reshape(len(answers), -1)[:, kept], atol=1e-5)


def test_of_long_courses_evenly_chosen_steps_are_kept_and_named() -> None:
    way = Track(1000, ("north", "east"), first=True)
    kept = way.places(64)
    assert len(kept) == 64
    steps, channels = np.divmod(kept.numpy(), 2)
    assert (channels[:32] == 0).all()
    assert (channels[32:] == 1).all()
    assert (steps[0], steps[31]) == (0, 999)
    assert np.ptp(np.diff(steps[:32])) <= 1
    assert way.named(int(kept[33])) == f"step {steps[33] + 1} east"
    signal = Track(4, ("a", "b"), first=False)
    flat = torch.arange(8.0)
    assert signal.table(flat).T.tolist() == [[0, 1, 2, 3], [4, 5, 6, 7]]
    assert signal.named(5) == "step 2 b"


def test_what_runs_over_steps_and_what_does_not() -> None:
    def column(*shape: int, axes: tuple[str, ...] | None = None, features: tuple[str, ...] = ()) -> Column:
        tensor = Tensor.of(*shape) if axes is None else Tensor(shape, axes)
        return Column("y", tensor, role="target", features=features)

    assert track(column(30, 2)) == Track(30, ("y 0", "y 1"), True)
    assert track(column(30, 2, features=("a", "b"))) == Track(30, ("a", "b"), True)
    assert track(column(2, 30, axes=(CHANNEL, TIME))) == Track(30, ("y 0", "y 1"), False)
    assert track(column(12)) == Track(12, ("y",), True)
    assert track(column(4, features=("left", "top", "right", "bottom"))) is None
    assert track(column(2)) is None
    assert track(column(1, 28, 28)) is None
