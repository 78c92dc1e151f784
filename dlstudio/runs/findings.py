"""Findings of a run: what the doctor found wrong while it trained, readable by others while it goes on."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dlstudio.core import files
from dlstudio.runs.trouble import told

FINDINGS = "findings.json"


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding as it is written down; `now` is whether it still held when the doctor looked last, at `seen_step`."""

    code: str
    text: str
    node: str = ""
    since_step: int = 0
    seen_step: int = 0
    now: bool = True
    evidence: Mapping[str, float] = field(default_factory=dict)
    fixes: tuple[str, ...] = ()
    """What the remedies are called."""

    @property
    def key(self) -> tuple[str, str]:
        return self.code, self.node

    def plain(self) -> dict[str, Any]:
        """What JSON can hold; it has no NaN."""
        evidence = {name: value if math.isfinite(value) else None for name, value in self.evidence.items()}
        return {**{name: getattr(self, name) for name in self.__slots__}, "evidence": evidence}


def write_findings(folder: Path, rows: list[FindingRow]) -> None:
    """Puts the findings of a run in place of those that were there."""
    text = json.dumps([row.plain() for row in rows], indent=1, ensure_ascii=False)
    files.write(folder / FINDINGS, text.encode(errors="replace") + b"\n")


def read_findings(folder: Path) -> list[FindingRow]:
    """The findings of a run; none before the doctor found the first, or where the file is damaged."""
    path = folder / FINDINGS
    with told(f"The findings of the run “{folder.name}”", "be read"):
        text = path.read_bytes() if path.exists() else b"[]"
    try:
        return [_row(each) for each in json.loads(text)]
    except (ValueError, TypeError):
        return []


def _row(found: dict[str, Any]) -> FindingRow:
    evidence = {name: math.nan if value is None else float(value) for name, value in found["evidence"].items()}
    return FindingRow(**{**found, "evidence": evidence, "fixes": tuple(found["fixes"])})
