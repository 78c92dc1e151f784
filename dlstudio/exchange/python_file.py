"""Python: one file that needs torch only, with the class, the normalizations, predict() and a main; weights beside it.

The weights are safetensors, read by twenty lines that the file carries: so nothing in it is ever unpickled, other
programs read the same weights, and torch is still all that it needs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from dlstudio.core import files
from dlstudio.core.tensor import Tensor as Shape
from dlstudio.data.dataset import Column
from dlstudio.exchange.preparation import preparation, restoration
from dlstudio.exchange.reading import reading
from dlstudio.exchange.source_file import assembled, carried, constant
from dlstudio.exchange.subject import Subject
from dlstudio.exchange.text_spec import text_spec
from dlstudio.exchange.writers import Product, Writer, writes
from dlstudio.runs.plain import separate


@writes("Python")
class PythonWriter(Writer):
    """The class as it was trained, and around it what a program needs to use it."""

    program = "ask_python.py"

    def raw(self, form: Any) -> bool:
        """It carries the normalizations itself."""
        return True

    def write(self, _form: Any, subject: Subject, path: Path) -> Product:
        beside = path.with_suffix(".safetensors")
        parts = [each for each in (preparation(subject), restoration(subject)) if each]
        weights = dict(subject.module.state_dict())
        weights |= {f"@{part.title}.{name}": value for part in parts for name, value in part.buffers.items()}
        save_file(separate(weights), beside, metadata={"format": "pt"})
        there = {part.title for part in parts}
        absent = [f"{name} = None" for name in ("Preparation", "Restoration") if name not in there]
        body = [part.text for part in parts] + (["\n".join(absent)] if absent else [])
        files.write(path, _text(subject, body).encode())
        return Product((beside,))


def _text(subject: Subject, parts: list[str]) -> str:
    source = subject.source
    inputs = {name: input_spec(subject, name, x) for name, x in source.inputs.items()}
    constants = [
        'WEIGHTS, LIKELY = Path(__file__).with_suffix(".safetensors"), "probabilities"',
        constant("INPUTS", "What goes in: one sample, without the batch.", inputs),
        constant("OUTPUTS", "What comes out, and how it is read.", {n: reading(subject, n) for n in source.outputs}),
    ]
    return assembled(subject, "with its weights beside it", constants, [*parts, *carried("predicting.py")])


def input_spec(subject: Subject, name: str, x: Shape) -> dict[str, Any]:
    """How a sample of an input is read from a file."""
    found: dict[str, Any] = {"shape": x.shape, "dtype": str(DTYPES[x.dtype]).removeprefix("torch.")}
    column = (subject.prepared.columns if subject.prepared else {}).get(subject.wiring.inputs.get(name, ""))
    return {
        **found,
        **text_spec(subject, column, x),
        "fit": str(subject.project.data.get("source", {}).get("fit", "stretch")),
        "columns": _columns(subject, column),
    }


def _columns(subject: Subject, column: Column | None) -> tuple[dict[str, Any], ...]:
    """The columns of a table that make up an input: by name, with the words that each knows.

    `apart` is true where a word is a 1 among 0s, and false where it is one number."""
    fitted = subject.prepared.fitted if subject.prepared else {}
    known: Mapping[str, Any] = fitted.get("categories", {})
    found: dict[str, dict[str, Any]] = {}
    for title in column.features if column else ():
        name, equals, _ = title.rpartition("=")
        apart = bool(equals) and name in known
        name = name if apart else title
        found.setdefault(name, {"name": name, "words": tuple(known.get(name, ())), "apart": apart})
    return tuple(found.values())


DTYPES = {"float": torch.float32, "int": torch.int64, "bool": torch.bool}
