"""A carried text becomes one for its settings: no branch that they rule out, no definition that nobody uses."""

import pytest

from dlstudio.exchange.import_lines import imports
from dlstudio.exchange.scripts.annotations import settled
from dlstudio.exchange.specialised import pruned, specialised

BRANCHES = """
def work(x):
    if FIRST:
        # why
        x = x + 1
    elif SECOND == "two":
        x = x + 2
    else:
        x = x + 3
    y = x if not FIRST else -x  # type: ignore[misc]
    if EVERY == 1 or x % EVERY == 0:
        y += 1
    return y
"""


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("second", ["two", "three"])
@pytest.mark.parametrize("every", [1, 4])
def test_what_is_left_does_the_same_and_decides_nothing(first: bool, second: str, every: int) -> None:
    settings = {"FIRST": first, "SECOND": second, "EVERY": every}
    text = specialised(BRANCHES, settings)
    whole: dict = dict(settings)
    part: dict = {"EVERY": every}
    exec(BRANCHES, whole)
    exec(text, part)
    assert [part["work"](x) for x in range(9)] == [whole["work"](x) for x in range(9)]
    assert text.count("if ") == (every > 1)
    assert "ignore" not in text
    assert ("# why" in text) is first


def test_what_stands_behind_a_return_is_gone() -> None:
    text = "def work(x):\n    if FIRST:\n        return x\n    x += 1\n    return -x\n"
    assert specialised(text, {"FIRST": True}) == "def work(x):\n    return x\n"
    assert specialised(text, {"FIRST": False}) == "def work(x):\n    x += 1\n    return -x\n"


def test_columns_are_counted_in_letters_whatever_stands_before() -> None:
    assert specialised("x = 'ä–“' + ('ö' if A else 'ü')\n", {"A": True}) == "x = 'ä–“' + ('ö')\n"


def test_only_what_is_called_is_kept() -> None:
    texts = [
        (
            "class Works:\n    def __init__(self):\n        helper()\n\n    def used(self):\n        pass\n\n"
            "    def idle(self):\n        other()"
        ),
        "def helper():\n    pass",
        "def other():\n    pass",
        "def main():\n    Works().used()",
    ]
    kept = "\n\n".join(pruned(texts, ["main"]))
    assert "def helper" in kept
    assert "def used" in kept
    assert "other" not in kept
    assert "idle" not in kept


def test_a_type_that_is_not_there_becomes_any() -> None:
    text = "def work(x: Missing, y: list[int]) -> dict[str, Missing]:\n    z: int = 1\n    return z"
    assert settled(text, ()) == "def work(x: Any, y: list[int]) -> Any:\n    z: int = 1\n    return z"


def test_imports_are_those_that_the_text_names_in_their_order() -> None:
    own = ["import numpy as np", "from typing import Any, cast", "import math"]
    body = "x: Any = math.pi\n@dataclass\ndef f(y: Callable[[], Tensor]): return F.relu(torch.ones(1))"
    assert imports(own, body).split("\n") == [
        "import math",
        "from collections.abc import Callable",
        "from dataclasses import dataclass",
        "from typing import Any",
        "",
        "import numpy as np",
        "import torch",
        "import torch.nn.functional as F",
        "from torch import Tensor",
    ]
