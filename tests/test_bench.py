"""The benchmarks run; what they measure is for people to read, and asserted nowhere."""

import pytest
import torch

from tests.bench.__main__ import grouped, main
from tests.bench.training import run
from tests.bench.training.cases import CASES
from tests.bench.training.lap import Lap
from tests.bench.training.memory import measured
from tests.bench.training.race import ENGINE, GOOD, Result


def test_a_quick_run_prints_a_row_for_the_model_with_every_rival(capsys: pytest.CaptureFixture[str]) -> None:
    run(["mlp", "--quick"])
    text = capsys.readouterr().out
    assert "MLP 784-128-10" in text
    for word in ("good loop", "usual loop", "Lightning", "skorch", "dlstudio", "with probes"):
        assert word in text


def test_memory_is_measured_beside_model_and_data() -> None:
    found = measured(CASES[0], 2)
    assert abs(found.beyond) < 2**30
    assert abs(found.each_step) < 2**30


def test_an_unknown_model_or_benchmark_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run(["lenet"])
    assert "there is no model “lenet”" in capsys.readouterr().err
    assert main(["speed"]) == 2
    said = capsys.readouterr().err
    assert "There is no benchmark “speed”" in said
    assert "graph" in said
    assert "training" in said


def test_words_after_a_benchmark_are_its_own() -> None:
    assert grouped(["graph", "training", "mlp", "--quick"], ["graph", "training"]) == [
        ("graph", []),
        ("training", ["mlp", "--quick"]),
    ]


def test_a_lap_counts_steps_after_the_warm_up() -> None:
    lap = Lap(2, 3, torch.device("cpu"))
    taken = 0
    while lap.tick():
        taken += 1
    assert taken == 5
    assert lap.seconds > 0


def test_ratios_are_medians_of_neighbours() -> None:
    """One slow round of the machine hits both and changes nothing."""
    found = Result({GOOD: [100.0, 10.0, 100.0], ENGINE: [120.0, 12.0, 130.0]})
    assert found.ratio(ENGINE) == pytest.approx(1.2)
