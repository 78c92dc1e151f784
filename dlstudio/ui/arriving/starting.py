"""Starting: a project whose training starts from a file of weights, and those that wait in the cache for its file."""

import filecmp
import secrets
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from dlstudio.core.document import Project
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.issue import ProjectProblem
from dlstudio.exchange.arriving.cache import folder

START, FROM, BY_SHAPE = "start", "from", "by_shape"
SUFFIX = ".safetensors"


def beginning(place: str, *, by_shape: bool = False) -> Frozen[str, Value]:
    """A start from that file."""
    made = Frozen[str, Value]({"kind": "Weights", FROM: place})
    return made.put(BY_SHAPE, True) if by_shape else made


def start_from(project: Project, path: Path, home: Path | None, *, by_shape: bool = False) -> Project:
    """The project, whose training starts from a file; one beside the project's own is named without its folder."""
    beside = home is not None and path.parent == home.parent
    start = project.training.get(START)
    kept = start if isinstance(start, Frozen) and start.get("kind") == "Weights" else beginning("")
    made = kept.put(FROM, path.name if beside else str(path)).drop("rename").drop(BY_SHAPE)
    return replace(project, training=project.training.put(START, made.put(BY_SHAPE, True) if by_shape else made))


@dataclass(frozen=True, slots=True)
class Luggage:
    """Weights that lie elsewhere, and the file beside the project that they are to become."""

    said: str
    """What the project calls them until then."""
    source: Path
    target: Path

    def packed(self, project: Project) -> Project:
        """The project, which finds them beside its file."""
        start = project.training.get(START)
        if not isinstance(start, Frozen) or start.get(FROM) != self.said:
            return project
        return replace(project, training=project.training.put(START, start.put(FROM, self.target.name)))

    def bring(self) -> None:
        """Copies them, whole or not at all; to be called in a thread."""
        part = self.target.with_name(f".{self.target.name}.{secrets.token_hex(4)}")
        try:
            shutil.copyfile(self.source, part)
            part.replace(self.target)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise ProjectProblem(
                f"The weights could not be written to {self.target.name}: {error.strerror or error}."
            ) from error


def luggage(project: Project, path: Path, home: Path | None) -> Luggage | None:
    """The weights that go with a project into a file: those in the cache, and those beside the file it leaves."""
    start = project.training.get(START)
    said = start.get(FROM) if isinstance(start, Frozen) else None
    if not isinstance(said, str) or not said.endswith(SUFFIX):
        return None
    source = Path(said)
    cached = source.is_absolute() and source.parent == folder().absolute()
    left = not source.is_absolute() and home is not None and home.parent != path.parent
    if left and home is not None:
        source = home.parent / source
    if not (cached or left) or not source.is_file():
        return None
    wanted = path.with_suffix(SUFFIX) if cached else path.with_name(source.name)
    return Luggage(said, source, _free(wanted, source))


def _free(wanted: Path, source: Path) -> Path:
    """A name that takes no other weights away."""
    number, path = 1, wanted
    while path.exists() and not _same(path, source):
        number += 1
        path = wanted.with_name(f"{wanted.stem}-{number}{SUFFIX}")
    return path


def _same(one: Path, other: Path) -> bool:
    """Whether a file is a copy; weights of one network differ in their middle, so all of it is looked at."""
    return one.stat().st_size == other.stat().st_size and filecmp.cmp(one, other, shallow=False)
