"""training: samples a second of this engine beside loops by hand and other libraries; options: MODEL ... --quick."""

import argparse
from collections.abc import Sequence

from rich.console import Console

from tests.bench.training import table
from tests.bench.training.cases import CASES
from tests.bench.training.memory import growth
from tests.bench.training.race import race
from tests.bench.training.study import study

ROUNDS, SECONDS = 5, 0.5
QUICK_ROUNDS, QUICK_SECONDS = 1, 0.02
MEMORY_STEPS = 500


def run(arguments: Sequence[str] = ()) -> None:
    """Measures the models that are named, or all, and prints."""
    wanted = _parsed(arguments)
    cases = [case for case in CASES if case.name in (wanted.models or [each.name for each in CASES])]
    console = Console(width=170)
    speeds = table.speeds()
    for case in cases:
        with study(case, wanted.device) as made:
            found = race(made, *((QUICK_ROUNDS, QUICK_SECONDS) if wanted.quick else (ROUNDS, SECONDS)))
        table.add(speeds, case, found)
    console.print(speeds)
    if wanted.device == "cpu" and not wanted.quick:
        console.print(table.memory({case.title: growth(case, MEMORY_STEPS) for case in cases if case.bar > 1}))


def _parsed(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tests.bench training", description="Measures all models, or some.")
    parser.add_argument("models", nargs="*", metavar="MODEL", help=", ".join(case.name for case in CASES))
    parser.add_argument(
        "--quick", action="store_true", help="a few steps and no memory, to see that it works; not a measurement"
    )
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    wanted = parser.parse_args(arguments)
    strange = {*wanted.models} - {case.name for case in CASES}
    if strange:
        parser.error(f"there is no model “{strange.pop()}”; there are {', '.join(case.name for case in CASES)}")
    return wanted
