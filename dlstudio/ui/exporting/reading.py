"""Reading: a certificate in the words of the dialog."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dlstudio.exchange.certificate import Certificate
    from dlstudio.exchange.difference import Difference


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing to know of an export."""

    name: str
    text: str


def verdict(proof: "Certificate") -> tuple[str, str]:
    """The result in a line, and what follows from it."""
    name = proof.path.name
    if not proof.proven:
        return f"{name} is written", "It is to be read by people: there is nothing in it that answers."
    if proof.passed:
        return f"{name} answers as the model does", (
            "It was opened in a process of its own, without dlstudio, and compared with the model."
        )
    kept = f"It is kept apart in {proof.path.parent.name}; nothing was written where you wanted it."
    if proof.problem:
        return f"{name} could not be asked", f"{proof.problem} {kept}"
    return f"{name} does not answer as the model does", kept


def numbers(each: "Difference", tolerance: float) -> tuple[str, str, str, str]:
    """The largest difference, that against the largest number, what is tolerated, and the shape."""
    shape = "×".join(map(str, each.shape)) or "one number"
    return f"{each.absolute:.1e}", f"{each.relative:.1e}", f"{tolerance:g}", shape


def summary(proof: "Certificate") -> str:
    """What was found within the network, in a sentence."""
    if not proof.nodes:
        return ""
    worst = max(proof.nodes, key=lambda each: each.relative)
    where = " / ".join(worst.nodes) or worst.name
    count = len(proof.nodes)
    told = f"{count} node{'' if count == 1 else 's'} within the network were compared as well: "
    told += f"the largest relative difference is {worst.relative:.1e}, at {where}."
    if proof.unmatched:
        told += f" {proof.unmatched} could not be found again in the file."
    return told


def facts(proof: "Certificate") -> list[Fact]:
    """What it was asked, with which weights, who answered, and the files."""
    return list(_facts(proof))


def _facts(proof: "Certificate") -> Iterator[Fact]:
    if proof.asked:
        yield Fact("Asked", f"{_sentence(proof.asked)}.")
    yield Fact("Weights", f"{_sentence(proof.weights)}.")
    if proof.runtime:
        yield Fact("Answered by", ", ".join(f"{name} {version}" for name, version in proof.runtime.items()))
    for note in proof.notes:
        yield Fact("Note", note)
    yield Fact("Files", "\n".join(f"{file.name}  ({size(file)})" for file in proof.files))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def size(path: Path) -> str:
    """How large a file or a folder is, as people say it."""
    try:
        files = path.rglob("*") if path.is_dir() else (path,)
        left = float(sum(file.stat().st_size for file in files if file.is_file()))
    except OSError:
        return "gone"
    if not left and not path.exists():
        return "gone"
    for unit in ("bytes", "KB", "MB"):
        if left < 1000:
            return f"{left:.0f} {unit}" if unit == "bytes" or left >= 100 else f"{left:.1f} {unit}"
        left /= 1000
    return f"{left:.1f} GB"
