"""Carrying: what torch lacks stands in the text, with all the imports that it needs."""

import pytest

from dlstudio.catalog.losses import losses
from dlstudio.catalog.optimizers import optimizers
from dlstudio.catalog.regularizers import regularizers
from dlstudio.compiler.carry import definitions, imports

SOURCES = sorted(
    {
        source
        for registry in (losses, optimizers, regularizers)
        for cls in registry
        for source in (cls.source, *getattr(cls, "alternatives", ()))
        if source.startswith(".")
    }
)


@pytest.mark.parametrize("source", SOURCES)
def test_what_is_carried_runs_with_the_imports_that_are_written_for_it(source: str) -> None:
    file, name = source[1:].split(".")
    body = "\n\n\n".join(definitions(file, frozenset({name})))
    known: dict[str, object] = {}
    exec("\n".join([*imports(body), "", body]), known)
    assert callable(known[name])


def test_the_standard_library_stands_first() -> None:
    text = "\n".join(definitions("levenberg_marquardt", frozenset({"LevenbergMarquardt"})))
    assert imports(text) == [
        "from collections.abc import Callable, Iterable",
        "",
        "import torch",
        "from torch import Tensor",
    ]
