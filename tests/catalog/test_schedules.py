"""Every schedule: its form, that it needs nothing but the step, and torch's own beside it where there is one."""

import json
import math
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
import torch
from torch.optim import lr_scheduler as torchs

from dlstudio.catalog.schedules import Schedule, schedules
from dlstudio.core.spec import BadFields, make
from tests.catalog.declarations import sound

EPOCH, TOTAL = 10, 400
KINDS = [cls.kind for cls in schedules]
every = pytest.mark.parametrize("kind", KINDS)


def made(kind: str, **fields: Any) -> Schedule:
    return make(schedules[kind], fields, {})


def factors(schedule: Schedule, total: int = TOTAL, epoch: int = EPOCH) -> list[float]:
    return [schedule.factor(step, step // epoch, epoch, total) for step in range(total)]


@every
def test_a_declaration_is_sound(kind: str) -> None:
    sound(schedules[kind])


@every
def test_factors_are_finite_and_at_most_one(kind: str) -> None:
    for total, epoch in ((TOTAL, EPOCH), (1, 1), (2, 1), (3, 5), (0, 1)):
        found = factors(made(kind), max(total, 1), epoch)
        assert all(math.isfinite(factor) and 0 <= factor <= 1 for factor in found)


@every
def test_a_factor_beyond_the_planned_end_is_one_too(kind: str) -> None:
    assert 0 <= made(kind).factor(TOTAL + 50, 45, EPOCH, TOTAL) <= 1


@every
def test_a_run_that_is_taken_up_again_goes_on_with_the_same_rates(kind: str) -> None:
    again = made(kind)
    assert factors(made(kind))[137:] == [again.factor(s, s // EPOCH, EPOCH, TOTAL) for s in range(137, TOTAL)]


@every
def test_the_curve_starts_and_ends_with_the_training(kind: str) -> None:
    curve = made(kind).curve(1003, 10, points=100)
    assert curve[0][0] == 0
    assert curve[-1][0] == 1002
    assert 100 <= len(curve) <= 110
    assert made(kind).curve(0, 1) == []


def test_no_schedule_needs_torch() -> None:
    code = "import sys, dlstudio.catalog.schedules, dlstudio.catalog.optimizers; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_person_may_ask_for_less_LRS_05() -> None:
    schedule = made("Cosine")
    state = schedule.reduced(schedule.start_state())
    assert schedule.factor(100, 10, EPOCH, TOTAL, state) == pytest.approx(0.1 * schedule.factor(100, 10, EPOCH, TOTAL))
    assert schedule.reduced(state, 0.5)["factor"] == pytest.approx(0.05)


def beside(make_torchs: Callable[[torch.optim.Optimizer], Any], count: int, lr: float = 1.0) -> list[float]:
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=lr)
    scheduler = make_torchs(optimizer)
    found = []
    for _ in range(count):
        found.append(float(optimizer.param_groups[0]["lr"]))
        optimizer.step()
        scheduler.step()
    return found


EPOCHS = TOTAL // EPOCH
BY_EPOCH: list[tuple[str, dict[str, Any], Callable[[Any], Any]]] = [
    ("Constant", {}, lambda o: torchs.ConstantLR(o, 1.0)),
    ("Step", {"every": 7, "gamma": 0.3}, lambda o: torchs.StepLR(o, 7, 0.3)),
    ("MultiStep", {"milestones": (3, 9, 30)}, lambda o: torchs.MultiStepLR(o, [3, 9, 30])),
    ("Exponential", {"gamma": 0.9}, lambda o: torchs.ExponentialLR(o, 0.9)),
    ("InverseTime", {"rate": 0.5}, lambda o: torchs.LambdaLR(o, lambda t: 1 / (1 + 0.5 * t))),
    (
        "CosineRestarts",
        {"first": 3, "growth": 2, "end": 0.1},
        lambda o: torchs.CosineAnnealingWarmRestarts(o, 3, 2, 0.1),
    ),
    ("CosineRestarts", {"first": 4, "growth": 1}, lambda o: torchs.CosineAnnealingWarmRestarts(o, 4)),
]
BY_STEP: list[tuple[str, dict[str, Any], Callable[[Any], Any]]] = [
    ("Linear", {"end": 0.2}, lambda o: torchs.LinearLR(o, 1.0, 0.2, TOTAL)),
    ("Polynomial", {"power": 1.7}, lambda o: torchs.PolynomialLR(o, TOTAL, 1.7)),
    ("Cosine", {"end": 0.1}, lambda o: torchs.CosineAnnealingLR(o, TOTAL, 0.1)),
    ("OneCycle", {}, lambda o: torchs.OneCycleLR(o, 1.0, TOTAL, cycle_momentum=False)),
    (
        "OneCycle",
        {"rise": 0.1, "start_ratio": 10, "end_ratio": 100, "straight": True},
        lambda o: torchs.OneCycleLR(
            o,
            1.0,
            TOTAL,
            pct_start=0.1,
            anneal_strategy="linear",
            cycle_momentum=False,
            div_factor=10,
            final_div_factor=100,
        ),
    ),
    ("Cyclic", {"up": 30}, lambda o: torchs.CyclicLR(o, 0.1, 1.0, 30, cycle_momentum=False)),
    (
        "Cyclic",
        {"up": 30, "down": 50, "shape": "triangular2", "low": 0.2},
        lambda o: torchs.CyclicLR(o, 0.2, 1.0, 30, 50, mode="triangular2", cycle_momentum=False),
    ),
    (
        "Cyclic",
        {"up": 20, "shape": "exp_range", "gamma": 0.99},
        lambda o: torchs.CyclicLR(o, 0.1, 1.0, 20, mode="exp_range", gamma=0.99, cycle_momentum=False),
    ),
    ("Step", {"every": 30, "unit": "steps"}, lambda o: torchs.StepLR(o, 30)),
]


@pytest.mark.parametrize(("kind", "fields", "theirs"), BY_EPOCH)
def test_it_is_torchs_by_epochs(kind: str, fields: Any, theirs: Any) -> None:
    assert factors(made(kind, **fields))[::EPOCH] == pytest.approx(beside(theirs, EPOCHS))


@pytest.mark.parametrize(("kind", "fields", "theirs"), BY_STEP)
def test_it_is_torchs_by_steps(kind: str, fields: Any, theirs: Any) -> None:
    assert factors(made(kind, **fields)) == pytest.approx(beside(theirs, TOTAL), abs=1e-9)


def test_a_fixed_rate_is_a_flat_line_LRS_01() -> None:
    assert set(factors(made("Constant"))) == {1.0}


@pytest.mark.parametrize("kind", ["Linear", "InverseTime", "Exponential", "Polynomial", "Cosine", "Step", "MultiStep"])
def test_a_rate_may_fall_in_many_ways_LRS_02(kind: str) -> None:
    found = factors(made(kind))
    assert all(a >= b for a, b in pairwise(found))
    assert found[0] == 1.0
    assert found[-1] < 0.5


def test_inverse_decay_may_be_quadratic_LRS_02() -> None:
    found = factors(made("InverseTime", rate=1.0, power=2.0))[::EPOCH]
    assert found[:4] == pytest.approx([1, 1 / 4, 1 / 9, 1 / 16])


@pytest.mark.parametrize("kind", ["Step", "Exponential", "InverseTime"])
def test_a_rate_may_shrink_with_every_update_LRS_03(kind: str) -> None:
    fields = {"every": 1} if kind == "Step" else {}
    found = factors(made(kind, unit="steps", **fields))
    assert all(a > b for a, b in pairwise(found[:100]))


@pytest.mark.parametrize("kind", ["Linear", "Polynomial", "Cosine"])
def test_a_warm_up_rises_in_equal_parts_to_the_full_rate(kind: str) -> None:
    found = factors(made(kind, warmup=4))
    assert found[:5] == [0.25, 0.5, 0.75, 1.0, 1.0]
    assert found[5] < 1


def test_the_rate_of_transformers_peaks_after_the_warm_up() -> None:
    found = factors(made("InverseSquareRoot", warmup=100))
    assert found[99] == max(found) == 1.0
    assert found[399] == pytest.approx(0.5)
    assert found[0] == pytest.approx(0.01)


def plateau(values: list[float], **fields: Any) -> list[float]:
    schedule = made("Plateau", **fields)
    state = schedule.start_state()
    found = []
    for value in values:
        state = json.loads(json.dumps(schedule.update(state, value)))
        found.append(schedule.factor(0, 0, EPOCH, TOTAL, state))
    return found


def test_a_scripted_plateau_lowers_the_rate_LRS_04() -> None:
    falling, flat = [1.0, 0.8, 0.6], [0.7, 0.65, 0.62, 0.7]
    found = plateau([*falling, *flat], patience=2, ratio=0.5)
    assert found == [1, 1, 1, 1, 1, 0.5, 0.5]


@pytest.mark.parametrize("better", ["lower", "higher"])
@pytest.mark.parametrize("cooldown", [0, 3])
def test_a_plateau_is_torchs_LRS_04(better: str, cooldown: int) -> None:
    values = [math.sin(i * 1.7) + 2 + 3 * 0.9**i * (1 if better == "lower" else -1) for i in range(60)]
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    mode: Any = "min" if better == "lower" else "max"
    theirs = torchs.ReduceLROnPlateau(optimizer, mode, 0.5, 4, cooldown=cooldown, min_lr=0.01, eps=0)
    expected = []
    for value in values:
        theirs.step(value)
        expected.append(float(optimizer.param_groups[0]["lr"]))
    found = plateau(values, better=better, ratio=0.5, patience=4, cooldown=cooldown, lowest=0.01)
    assert found == pytest.approx(expected)
    assert expected[-1] < 0.2


def test_what_is_not_a_number_is_no_improvement() -> None:
    assert plateau([math.nan, math.inf, math.nan], patience=1) == [1, 0.1, 0.1]


def test_a_plateau_names_its_metric() -> None:
    assert made("Plateau", metric="accuracy").measures == "accuracy"
    assert made("Constant").measures == ""


@pytest.mark.parametrize(
    ("kind", "fields"),
    [("Step", {"every": 0}), ("Step", {"gamma": 0}), ("Exponential", {"gamma": 1.1}), ("Plateau", {"ratio": 1})],
)
def test_what_cannot_work_is_refused(kind: str, fields: Any) -> None:
    with pytest.raises(BadFields):
        made(kind, **fields)
