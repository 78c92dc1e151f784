"""Mishaps: what a stranger's code raises, as a sentence with its line."""

import traceback
from pathlib import Path
from typing import Any

from dlstudio.core.issue import ProjectProblem
from dlstudio.exchange.arriving.memory import ran_out


class told:  # noqa: N801 - reads as a word in a with statement
    """Turns what a stranger's code raises into a sentence with its line."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> None:
        return

    def __exit__(self, _kind: object, problem: BaseException | None, trace: Any) -> None:
        if problem is None or isinstance(problem, ProjectProblem | KeyboardInterrupt):
            return
        if ran_out(problem):
            raise ProjectProblem("it ran out of memory.") from problem
        lines = [f.lineno for f in traceback.extract_tb(trace) if f.filename == str(self.path)]
        where = f"line {lines[-1]}: " if lines else ""
        if isinstance(problem, SyntaxError):
            where = f"line {problem.lineno}: "
        reason = (str(problem).strip().split("\n")[0] or "it stopped")[:300]
        raise ProjectProblem(f"{where}{type(problem).__name__}: {reason}") from problem
