"""arrive: a model of another program, or of a script, becomes a project."""

from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlstudio.core.document import Project
from dlstudio.core.issue import ProjectProblem
from dlstudio.exchange.arriving.arrived import Arrived
from dlstudio.exchange.arriving.cache import keep
from dlstudio.exchange.arriving.limits import MEMORY, PATIENCE, Limits

if TYPE_CHECKING:
    from torch import nn

Tell = Callable[[str, float], None]
"""Hears what is being done, and how much of the whole is done."""

Sizes = Sequence[int] | Sequence[Sequence[int]] | str
"""The shape of one sample, or of one for each input: (1, 28, 28), or "1x28x28", or "1x28x28, 10"."""

FILES = {".py": "python_file", ".pt2": "pt2_file", ".onnx": "onnx_file"}
"""Which module reads a file, by how its name ends: `read(path, **told) -> Arrived`."""
SCRIPT = ".py"
STATES = (".safetensors", ".pt", ".pth", ".bin", ".ckpt", ".pkl")


def import_model(
    what: "str | Path | nn.Module",
    *,
    inputs: Sizes | None = None,
    weights: str | Path | None = None,
    name: str = "",
    allow_code: bool = False,
    tell: Tell | None = None,
    patience: float = PATIENCE,
    memory: int = MEMORY,
) -> Project:
    """The project of a live nn.Module, a Python file (.py), an exported program (.pt2) or an ONNX file.

    `inputs` is the shape of one sample, without the batch: (1, 28, 28), or several for a model of several inputs;
    where a file says it itself, it is not needed. A Python file runs only with allow_code=True, in a process of its
    own; `name` is the class to take from it where it holds several. It is stopped where it gets no further for
    `patience` seconds, or takes more than `memory` megabytes beyond its weights.

    The weights are written to `weights`, a .safetensors file; without it, into the cache (~/.cache/dlstudio, or where
    DLSTUDIO_CACHE says). The project's training starts from that file, so this is the model with its weights:

        project = dl.import_model(net, inputs=(1, 28, 28))
        model = dl.build(project)
        dl.load_weights(model, project.training["start"]["from"])
    """
    arrived = arrive(what, inputs=inputs, name=name, allow_code=allow_code, tell=tell, limits=Limits(patience, memory))
    if not arrived.weights:
        return arrived.project
    if weights is None:
        return arrived.starting_from(str(keep(arrived.packed())))
    from dlstudio.core.files import write

    write(weights, arrived.packed())
    return arrived.starting_from(str(weights))


def arrive(
    what: "str | Path | nn.Module",
    *,
    inputs: Sizes | None = None,
    name: str = "",
    allow_code: bool = False,
    tell: Tell | None = None,
    limits: Limits | None = None,
) -> Arrived:
    """The project, the weights by its names, and the report of an import."""
    told: dict[str, Any] = {"inputs": sizes(inputs), "name": name, "allow_code": allow_code, "tell": tell or _silent}
    if not isinstance(what, str | Path):
        return _reader("live")(what, **told)
    path = Path(what).expanduser()
    ending = path.suffix.lower()
    if ending in STATES:
        raise ProjectProblem(
            f"{path.name} holds weights without a graph. Open the project that they belong to and start from them: "
            f"set training.start.from to {path.name}, or call dl.load_weights(dl.build(project), {str(path)!r})."
        )
    if ending not in FILES:
        raise ProjectProblem(f"{path.name} is no model that can be read; choose a {', '.join(FILES)} file.")
    if not path.is_file():
        raise ProjectProblem(f"There is no file {path}; choose another.")
    if limits and ending == SCRIPT:
        told["limits"] = limits
    return _reader(FILES[ending])(path, **told)


def sizes(inputs: Sizes | None) -> tuple[tuple[int, ...], ...]:
    """The shapes of one sample at each input, as somebody wrote them; nothing where nobody did."""
    if inputs is None:
        return ()
    many: Sequence[Any] = [each.lower().split("x") for each in inputs.split(",")] if isinstance(inputs, str) else inputs
    if many and all(isinstance(each, int) for each in many):
        many = [many]
    return tuple(tuple(_length(part, inputs) for part in each) for each in many)


def _length(part: object, said: object) -> int:
    text = str(part).strip()
    if not text.isdecimal() or not 0 < int(text) < 2**31:
        raise ProjectProblem(f"“{said}” is no shape; write it as 1x28x28, and several as 1x28x28,10.")
    return int(text)


def _reader(module: str) -> Callable[..., Arrived]:
    read: Callable[..., Arrived] = import_module(f"dlstudio.exchange.arriving.{module}").read
    return read


def _silent(_what: str, _share: float) -> None:
    """Nobody listens."""
