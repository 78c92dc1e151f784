"""Completion: how the word that is being typed may go on, and what a layer takes behind its word."""

import re
from dataclasses import dataclass
from functools import lru_cache

from dlstudio.catalog.layers import layers
from dlstudio.core.document import Network, Project
from dlstudio.ui.canvas.adding.library import library

SHORT = {
    "out_channels": "filters", "kernel_size": "kernel", "out_features": "features", "hidden_size": "units",
    "num_embeddings": "words", "embedding_dim": "width", "output_size": "size", "num_heads": "heads",
    "normalized_shape": "shape", "num_groups": "groups",
}  # fmt: skip
"""Fields that have a shorter name in the help of a word."""
MOST = 8
_PART = re.compile(r"[>;(\n]|→")
_LABEL = re.compile(r"^[A-Za-z]\w*:\s*")


@dataclass(frozen=True, slots=True)
class Completion:
    """What may be meant by the word under the cursor: how it may go on, and what its layer takes."""

    start: int
    """Where the word begins."""
    word: str = ""
    words: tuple[str, ...] = ()
    signature: str = ""
    purpose: str = ""


@lru_cache(maxsize=1)
def vocabulary() -> dict[str, str]:
    """Every word of the line, with the kind that it means first."""
    found: dict[str, str] = {}
    for cls in layers:
        for word in (*cls.line.words, cls.kind.lower()):
            found.setdefault(word, cls.kind)
    return found


def complete(text: str, project: Project, network: Network) -> Completion:
    """What is known of the part of a line that ends at the cursor."""
    part = _PART.split(text)[-1]
    label = _LABEL.match(part.lstrip())
    body = part.lstrip()[label.end() :] if label else part.lstrip()
    word, space, _ = body.partition(" ")
    start = len(text) - len(body)
    if not word:
        return Completion(start)
    known = vocabulary().get(word.lower(), "")
    if space:
        return Completion(
            start, word, (), signature(word, known) if known else "", layers[known].purpose() if known else ""
        )
    words = _going_on(word, [*project.networks, *network.nodes])
    first = known or (vocabulary().get(words[0], "") if words else "")
    told = word.lower() if known else words[0] if words else word
    return Completion(
        start, word, words, signature(told, first) if first else "", layers[first].purpose() if first else ""
    )


def _going_on(word: str, names: list[str]) -> tuple[str, ...]:
    """The words and names that begin like this, usual ones first."""
    used = library().used
    words = [each for each in vocabulary() if each.startswith(word.lower()) and each != word.lower()]
    words.sort(key=lambda each: (-used[vocabulary()[each]], len(each), each))
    named = [name for name in names if name.startswith(word) and name not in words]
    return (*words, *named)[:MOST]


def signature(word: str, kind: str) -> str:
    """What a word takes, as it is typed: `conv FILTERS KERNEL s… p…`."""
    line = layers[kind].line
    order = [SHORT.get(name, name.replace("_", " ")).replace(" ", "-").upper() for name in line.order]
    letters = [f"{letter}…" for letter in line.letters]
    return " ".join([word, *order, *letters, *list(line.flags)[:4]])
