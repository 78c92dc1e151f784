"""Certificate: the proof that an exported file answers as the trained model does, for machines and for people."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dlstudio.core import files
from dlstudio.exchange.difference import Difference

WITHIN = "certificate"
"""What it is called in a folder that was exported."""


@dataclass(frozen=True)
class Certificate:
    """What was written, and how far its answers are from those of the trained model."""

    format: str
    path: Path
    """Where the file is: where it was asked for, or apart, where it failed."""
    files: tuple[Path, ...]
    outputs: tuple[Difference, ...]
    tolerance: float
    asked: str
    """What it was asked, in words."""
    weights: str
    runtime: Mapping[str, str] = field(default_factory=dict)
    nodes: tuple[Difference, ...] = ()
    unmatched: int = 0
    """How many nodes of the canvas could not be found again in the file."""
    problem: str = ""
    """Why the file could not even be asked."""
    notes: tuple[str, ...] = ()

    @property
    def proven(self) -> bool:
        """Whether there was anything to be asked; what only people read has no proof."""
        return bool(self.outputs or self.problem)

    @property
    def passed(self) -> bool:
        return not self.problem and all(each.within(self.tolerance) for each in self.outputs)

    @property
    def worst(self) -> float:
        """The largest relative difference at an output."""
        return max((each.relative for each in self.outputs), default=math.inf)

    @property
    def first(self) -> Difference | None:
        """The first node, in the order in which they run, that differs by more than is tolerated."""
        return next((each for each in self.nodes if not each.within(self.tolerance)), None)

    def plain(self) -> dict[str, Any]:
        """The certificate as JSON holds it."""
        first = self.first
        return {
            "format": self.format,
            "file": self.path.name,
            "files": [each.name for each in self.files],
            "passed": self.passed,
            "problem": self.problem,
            "tolerance": self.tolerance,
            "outputs": [_finite(each.plain()) for each in self.outputs],
            "nodes": [_finite(each.plain()) for each in self.nodes],
            "first diverging node": list(first.nodes) if first else None,
            "unmatched nodes": self.unmatched,
            "asked": self.asked,
            "weights": self.weights,
            "runtime": dict(self.runtime),
            "notes": list(self.notes),
        }

    @classmethod
    def of(cls, found: Mapping[str, Any], folder: Path) -> "Certificate":
        """The certificate that JSON holds, of files in a folder."""
        return cls(
            found["format"],
            folder / found["file"],
            tuple(folder / name for name in found["files"]),
            tuple(Difference.of(each) for each in found["outputs"]),
            found["tolerance"],
            found["asked"],
            found["weights"],
            found["runtime"],
            tuple(Difference.of(each) for each in found["nodes"]),
            found["unmatched nodes"],
            found["problem"],
            tuple(found["notes"]),
        )

    def __str__(self) -> str:
        if not self.proven:
            return f"{self.path.name} is written.\n"
        verdict = "answers as the trained model does" if self.passed else "does NOT answer as the trained model does"
        lines = [f"{self.path.name} {verdict}.", ""]
        if self.problem:
            lines += [f"It could not be asked: {self.problem}", ""]
        lines += [_row("output", "largest difference", "relative", "shape")]
        lines += [_told(each, self.tolerance) for each in self.outputs]
        lines += ["", f"Tolerated: {self.tolerance:g} of an output's largest number, or of 1."]
        if self.first:
            lines.append(f"The first node that differs by more: {' / '.join(self.first.nodes) or self.first.name}.")
        if self.nodes:
            lines += ["", _row("node", "largest difference", "relative", "shape")]
            lines += [_told(each, self.tolerance) for each in self.nodes]
        lines += ["", f"Asked: {self.asked}."]
        lines += [f"Weights: {self.weights}.", f"Answered by: {_runtime(self.runtime)}, in a process of its own."]
        return "\n".join([*lines, *self.notes]) + "\n"

    def save(self) -> None:
        """Writes it beside the file (or into the folder), as JSON and as a text."""
        beside = self.path.with_name(f"{self.path.name}.certificate")
        place = self.path / WITHIN if self.path.is_dir() else beside
        for suffix, text in ((".json", json.dumps(self.plain(), indent=1, ensure_ascii=False)), (".txt", str(self))):
            files.write(place.with_name(f"{place.name}{suffix}"), f"{text.rstrip()}\n".encode())


def is_exported(folder: Path) -> bool:
    """Whether an export made the folder: it holds a certificate of its own name."""
    try:
        found = json.loads((folder / f"{WITHIN}.json").read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and found.get("file") == folder.name


def _finite(value: dict[str, Any]) -> dict[str, Any]:
    """Numbers that JSON knows."""
    return {k: str(v) if isinstance(v, float) and not math.isfinite(v) else v for k, v in value.items()}


def _row(*cells: str) -> str:
    return f"{cells[0]:<32} {cells[1]:>18} {cells[2]:>10}  {cells[3]}".rstrip()


def _told(each: Difference, tolerance: float) -> str:
    name = " / ".join(each.nodes) or each.name
    shape = "×".join(map(str, each.shape)) or "one number"
    mark = "" if each.within(tolerance) else "  ← too far"
    return _row(name, f"{each.absolute:.2e}", f"{each.relative:.1e}", shape + mark)


def _runtime(versions: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in versions.items()) or "nothing"
