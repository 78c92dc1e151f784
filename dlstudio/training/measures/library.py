"""torchmetrics, fetched when a measure needs it: its import takes seconds, so only where somebody waits for numbers."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from dlstudio.core.issue import ProjectProblem


def library(part: str = "classification") -> Any:
    """A part of torchmetrics, or a ProjectProblem that says why it does not load."""
    try:
        return import_module(f"torchmetrics.{part}")
    except (
        ImportError,
        RuntimeError,
        OSError,
    ) as problem:  # RuntimeError: a torchvision that was built for another torch
        text = f"The metrics cannot be measured, since torchmetrics does not load: {problem}."
        advice = (
            "Install it again with: pip install torchmetrics; and see that torchvision, if it is there, fits torch."
        )
        raise ProjectProblem(f"{text} {advice}") from problem


@contextmanager
def quiet() -> Iterator[None]:
    """torchmetrics warns of classes that no sample has and of numbers that never change; a table says so itself."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=UserWarning)
        yield
