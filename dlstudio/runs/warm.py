"""Warm starts: weights of another network, taken over by their names, with a report of what came of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError  # what torch calls the refusal to load a pickle
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from dlstudio.catalog.starts import Weights, starts
from dlstudio.core.document import MODEL
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.issue import ProjectProblem
from dlstudio.data.declared import declared
from dlstudio.runs.checkpoints import Checkpoints
from dlstudio.runs.finished import finished
from dlstudio.runs.folder import RunFolder
from dlstudio.runs.pairing import paired

NESTED = ("state_dict", "model_state_dict", "model", "weights")
"""Where people keep the state dict in a file that holds more."""
WRAPPERS = ("module.", "_orig_mod.")
"""What torch puts before every name of a network that ran on several devices, or compiled."""
SHOWN = 3


@dataclass(frozen=True)
class Misfit:
    """A weight that is there under the right name, but in another shape."""

    name: str
    wanted: tuple[int, ...]
    found: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.name} is {_times(self.wanted)} here and {_times(self.found)} there"


@dataclass(frozen=True)
class Report:
    """What came of each weight: taken, of another shape, not found there, or left over there."""

    source: str
    taken: tuple[str, ...]
    misfits: tuple[Misfit, ...] = ()
    missing: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    paired: tuple[tuple[str, str], ...] = ()
    """Those of the taken that have another name there, which was found by shape and order."""

    @property
    def whole(self) -> bool:
        return not (self.misfits or self.missing or self.left)

    def __str__(self) -> str:
        total = len(self.taken) + len(self.misfits) + len(self.missing)
        parts = [f"{len(self.taken):,} of {total:,} weights come from {self.source}."]
        if self.paired:
            pairs = [f"{here} is {there}" for here, there in self.paired]
            parts.append(f"By shape and order: {_some(pairs)}.")
        if self.misfits:
            parts.append(f"Other shapes, so started anew: {_some(self.misfits, '; ')}.")
        if self.missing:
            parts.append(f"Not found there: {_some(self.missing)}.")
        if self.left:
            parts.append(f"Left over there: {_some(self.left)}.")
        return " ".join(parts)

    def plain(self) -> dict[str, Any]:
        """The report as a run keeps it."""
        misfits = [{"name": m.name, "wanted": m.wanted, "found": m.found} for m in self.misfits]
        lists = {"taken": self.taken, "missing": self.missing, "left": self.left, "paired": self.paired}
        return {"text": str(self), "source": self.source, "misfits": misfits, **lists}


def load_weights(
    module: nn.Module,
    path: str | Path,
    rename: Mapping[str, str] | None = None,
    *,
    which: str = "best",
    strict: bool = False,
    by_shape: bool = False,
) -> Report:
    """Takes over the weights of a run's folder, a .safetensors or a state dict file; says what came of each.

    With `by_shape`, those whose names differ are matched by the shapes of their layers, in the order of both."""
    return _taken_over({MODEL: module}, Path(path).expanduser(), rename or {}, which, strict, by_shape)


def warm_start(modules: Mapping[str, nn.Module], spec: Frozen[str, Value], folder: Path | None = None) -> Report | None:
    """The first weights of networks, by their roles, as a project's `start` says; None where it says nothing."""
    if not spec:
        return None
    start = declared(starts, spec)
    assert isinstance(start, Weights)
    if not start.from_ or "\0" in start.from_:
        raise ProjectProblem("The start names no weights; set training.start.from to a run's folder or a file.")
    path = (folder or Path()) / Path(start.from_).expanduser()
    return _taken_over(modules, path, start.rename, start.which, start.strict, start.by_shape)


def _taken_over(
    modules: Mapping[str, nn.Module],
    path: Path,
    rename: Mapping[str, Value],
    which: str,
    strict: bool,
    by_shape: bool = False,
) -> Report:
    source, found = read(path, which)
    here = {
        (role, name): tensor
        for role, module in modules.items()
        for name, tensor in getattr(module, "_orig_mod", module).state_dict().items()
    }
    named = _renamed(found, rename, source)
    placed, left = _placed(here, named, source)
    shown = {place: ".".join(place) if len(modules) > 1 else place[1] for place in here}
    pairs = _paired(here, placed, {name: named[name] for name in left}, shown) if by_shape else {}
    placed |= {place: named[name] for place, name in pairs.items()}
    left = [name for name in left if name not in pairs.values()]
    fits = {place: t for place, t in placed.items() if t.shape == here[place].shape}
    misfits = [
        Misfit(shown[place], tuple(tensor.shape), tuple(placed[place].shape))
        for place, tensor in here.items()
        if place in placed and place not in fits
    ]
    report = Report(
        source,
        tuple(shown[place] for place in here if place in fits),
        tuple(misfits),
        tuple(shown[place] for place in here if place not in placed),
        tuple(left),
        tuple((shown[place], name) for place, name in pairs.items()),
    )
    _refuse(report, found, strict)
    with torch.no_grad():
        for place, tensor in fits.items():
            here[place].copy_(tensor)
    return report


def _refuse(report: Report, found: Mapping[str, Tensor], strict: bool) -> None:
    """Nothing taken is a mistake, and so is any gap where that was asked for."""
    if not report.taken:
        reason = f" {_some(report.misfits, '; ')}." if report.misfits else ""
        raise ProjectProblem(
            f"No weight could be taken from {report.source}.{reason} Its names begin with {_some(_heads(found))}; "
            f"those of the network with {_some(_heads([*report.missing, *(m.name for m in report.misfits)]))}. "
            "Say in rename which stands for which, or let by_shape match them by the shapes of their layers."
        )
    if strict and not report.whole:
        raise ProjectProblem(f"The start is strict, but {report} Set strict to no, or mend the names.")


def _paired(
    here: Mapping[tuple[str, str], Tensor],
    placed: Mapping[tuple[str, str], Tensor],
    left: Mapping[str, Tensor],
    shown: Mapping[tuple[str, str], str],
) -> dict[tuple[str, str], str]:
    """The names there of weights that have no name in common, by shape and order."""
    places = {shown[place]: place for place in here if place not in placed}
    found = paired({name: here[place] for name, place in places.items()}, left)
    return {place: found[name] for name, place in places.items() if name in found}


def _placed(
    here: Mapping[tuple[str, str], Tensor], found: Mapping[str, Tensor], source: str
) -> tuple[dict[tuple[str, str], Tensor], list[str]]:
    """The place of each weight in the networks, and the names that have none."""
    placed: dict[tuple[str, str], Tensor] = {}
    left = []
    for name, tensor in found.items():
        head, _, rest = name.partition(".")
        places = [(head, rest)] if (head, rest) in here else [place for place in here if place[1] == name]
        if len(places) != 1:
            left.append(name)
        elif places[0] in placed:
            raise ProjectProblem(f"Two weights of {source} would become {places[0][1]}; rename one of them otherwise.")
        else:
            placed[places[0]] = tensor
    return placed, left


def _renamed(found: Mapping[str, Tensor], rename: Mapping[str, Value], source: str) -> dict[str, Tensor]:
    """The weights under their new names; of several beginnings that fit, the longest counts."""
    rules = {old.strip("."): str(new).strip(".") for old, new in rename.items()}
    idle = [old for old in rules if not any(_begins(name, old) for name in found)]
    if idle:
        begin = _some(_heads(found))
        raise ProjectProblem(f"rename: no name in {source} begins with “{idle[0]}”; they begin with {begin}.")
    made: dict[str, Tensor] = {}
    for name, tensor in found.items():
        old = max((old for old in rules if _begins(name, old)), key=len, default=None)
        parts = (name,) if old is None else (rules[old], name[len(old) :].strip("."))
        new = ".".join(part for part in parts if part)
        if new in made:
            raise ProjectProblem(f"rename: two weights of {source} would become {new}.")
        made[new] = tensor
    return made


def _begins(name: str, start: str) -> bool:
    return not start or name == start or name.startswith(f"{start}.")


def read(path: Path, which: str = "best") -> tuple[str, dict[str, Tensor]]:
    """What weights are called in a sentence, and the weights by name; no pickle is ever run.

    Those of a run with several networks begin with the network's role: generator.up.weight."""
    if path.is_dir():
        return _from_run(path, which)
    if not path.is_file():
        raise ProjectProblem(f"There are no weights {path}; name a run's folder, a .safetensors, or a .pt file.")
    try:
        if path.suffix.lower() == ".safetensors":
            return path.name, load_file(path)
        found = torch.load(path, map_location="cpu", weights_only=True)
    except UnpicklingError as error:
        raise ProjectProblem(
            f"{path} holds Python objects, which could run code when they are read, or is no file of torch. "
            "Save the weights alone: torch.save(model.state_dict(), ...), or as .safetensors."
        ) from error
    except (OSError, SafetensorError, RuntimeError, ValueError, EOFError) as error:
        reason = str(error).partition("\n")[0].rstrip(".")
        raise ProjectProblem(f"{path} cannot be read as weights ({reason}). Save it again.") from error
    return path.name, _state_dict(path, found)


def _from_run(path: Path, which: str) -> tuple[str, dict[str, Tensor]]:
    run = RunFolder.open(path)
    checkpoints = Checkpoints(run.checkpoints)
    entry = checkpoints.chosen(best=which == "best")
    if entry is None:
        raise ProjectProblem(f"The run {path.name} has no checkpoint yet, so there are no weights to start from.")
    found = finished(*checkpoints.load(entry))
    roles = {name.partition(".")[0] for name in found}
    plain = {name.partition(".")[2]: tensor for name, tensor in found.items()} if len(roles) == 1 else found
    return f"the run {run.name} (step {entry.step:,})", plain


def _state_dict(path: Path, found: Any) -> dict[str, Tensor]:
    """The weights in what a file held, without the wrappers of torch before their names."""
    if isinstance(found, Mapping):
        found = next((found[key] for key in NESTED if isinstance(found.get(key), Mapping)), found)
        made = {str(name): tensor for name, tensor in found.items() if isinstance(tensor, Tensor)}
        for wrapper in WRAPPERS:
            if made and all(name.startswith(wrapper) for name in made):
                made = {name.removeprefix(wrapper): tensor for name, tensor in made.items()}
        if made:
            return made
    raise ProjectProblem(f"{path} holds no state dict. Save it with torch.save(model.state_dict(), ...).")


def _heads(names: Mapping[str, Tensor] | Sequence[str]) -> list[str]:
    """What the names begin with, each once: the part before the weight's own name."""
    return list(dict.fromkeys(name.rpartition(".")[0] or name for name in names))


def _some(things: Sequence[object], joiner: str = ", ") -> str:
    more = f"{joiner}and {len(things) - SHOWN:,} more" if len(things) > SHOWN else ""
    return joiner.join(map(str, things[:SHOWN])) + more


def _times(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape)) or "one number"
