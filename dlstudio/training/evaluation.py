"""Evaluation: how a trained network answers one part of its data, in full."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from dlstudio.catalog.metrics import quick
from dlstudio.core.document import Project
from dlstudio.core.frozen import Frozen
from dlstudio.core.issue import ProjectProblem
from dlstudio.data.batches import Batches
from dlstudio.data.loading import PARTS
from dlstudio.data.prepare import Part
from dlstudio.runs.checkpoints import Checkpoints
from dlstudio.runs.folder import RunFolder
from dlstudio.training.imprint import imprint
from dlstudio.training.measures.choices import TEXTS
from dlstudio.training.measures.examination import Examination
from dlstudio.training.measures.judgement import Judgement
from dlstudio.training.measures.meters import Meters
from dlstudio.training.measures.subject import LONG, Subject
from dlstudio.training.method import Method
from dlstudio.training.training import Training, Wanted


@dataclass(frozen=True)
class Evaluation:
    """The numbers of a run (or of a file of weights) at a step, on a part of the data."""

    run: str
    step: int
    part: str
    samples: int
    numbers: Mapping[str, float]
    outputs: tuple[Judgement, ...] = ()
    """Each output in full, where its answers can be right or wrong."""

    def gap(self, other: "Evaluation") -> dict[str, float]:
        """How much larger each number is here than there: on data never learnt from than on what it learnt from, the
        loss grows by the generalisation gap (EVA-02)."""
        return {name: value - other.numbers[name] for name, value in self.numbers.items() if name in other.numbers}

    def plain(self) -> dict[str, Any]:
        """Everything as a dictionary of plain values."""
        return asdict(self)


def evaluate(
    folder: RunFolder,
    part: str = "test",
    *,
    best: bool = True,
    data_folder: Path | None = None,
    device: str | None = None,
    metrics: Sequence[str] = (),
    any_data: bool = False,
    allow_code: bool = False,
) -> Evaluation:
    """Measures a run on a part of its data, by default as it was when it validated best.

    `metrics` are told instead of all that fit; `any_data` measures although the data has changed since the training."""
    _known(part)
    checkpoints = Checkpoints(folder.checkpoints)
    entry = checkpoints.chosen(best=best)
    if entry is None:
        raise ProjectProblem(f"The run {folder.name} has no checkpoint yet, so there is nothing to measure.")
    weights, state = checkpoints.load(entry)
    ready = _ready(folder.project(), data_folder, device, allow_code)
    with closing(ready):
        if not any_data:
            _unchanged(ready, folder)
        ready.put_weights(weights)
        ready.method.load(state["method"])
        return judged(ready.method, part, folder.name, entry.step, metrics)


def evaluate_weights(
    project: Project,
    weights: Path,
    part: str = "test",
    *,
    data_folder: Path | None = None,
    device: str | None = None,
    metrics: Sequence[str] = (),
    allow_code: bool = False,
) -> Evaluation:
    """Measures a project with the weights of a file, all of which must be there and fit."""
    _known(part)
    start = Frozen({"kind": "Weights", "from": str(weights.absolute()), "strict": True})
    made = replace(project, training=project.training.put("start", start))
    with closing(_ready(made, data_folder, device, allow_code, resume=False)) as ready:
        return judged(ready.method, part, weights.name, 0, metrics)


def _ready(
    project: Project, folder: Path | None, device: str | None, allow_code: bool, *, resume: bool = True
) -> Training:
    plain = replace(project, training=project.training.drop("compile"))
    wanted = Wanted(device=device)
    return Training.ready(plain, folder=folder, wanted=wanted, allow_code=allow_code, resume=resume)


def at_rest(folder: RunFolder, *, allow_code: bool = False) -> Training:
    """The training of a run built again, so that its weights can be put in and asked."""
    kept = folder.settings().get("folder")
    ready = _ready(folder.project(), Path(str(kept)) if kept else None, None, allow_code)
    _unchanged(ready, folder)
    return ready


def _known(part: str) -> None:
    if part not in PARTS:
        raise ProjectProblem(f"There is no part “{part}” of the data; there are {', '.join(PARTS)}.")


def _unchanged(ready: Training, folder: RunFolder) -> None:
    """Refuses data of other samples, classes or parts; runs of before this was noted pass."""
    before = folder.settings().get("data")
    if before and before != imprint(ready.prepared):
        raise ProjectProblem(
            f"The data is not what the run {folder.name} was trained with: its samples, classes or parts have changed, "
            "so what it learnt from may be among what it is measured on. Put the data back, or measure with --any-data."
        )


def judged(
    method: Method,
    name: str,
    run: str,
    step: int,
    metrics: Sequence[str] = (),
    part: Part | None = None,
    *,
    lean: bool = False,
    batch: int = 0,
) -> Evaluation:
    """Measures a training as it stands on a part of its data (or on some of that part); what it measured itself stays
    what it was. A `lean` one tells only what costs next to nothing: no intervals, and the quick metrics."""
    prepared = method.task.prepared
    part = prepared.parts[name] if part is None else part
    if not len(part):
        there = ", ".join(f"{len(each):,} in {each_name}" for each_name, each in prepared.parts.items())
        raise ProjectProblem(f"The {name} part of the data is empty ({there}). Choose another part, or another split.")
    meters = vars(method).get("meters")
    examined = Examinations(list(meters.subjects.values()), metrics, lean=lean) if meters is not None else None
    numbers = measured(method, part, examined, batch)
    rows, place = part.indices.tolist(), part.dataset.where
    return Evaluation(run, step, name, len(part), numbers, examined.told(rows, place) if examined else ())


def measured(method: Method, part: Part, meters: Meters | None, batch: int = 0) -> dict[str, float]:
    """What a method measures of a part with other meters than its own, by batches of its own size or larger ones; what
    it measured itself stays what it was."""
    kept = dict(vars(method))
    if meters is not None:
        vars(method)["meters"] = meters
    try:
        with closing(_batches(part, method, batch)) as feed:
            return method.evaluate(feed.epoch(0))
    finally:
        vars(method).update({each: kept[each] for each in ("meters", "measured") if each in kept})


def _batches(part: Part, method: Method, least: int) -> Batches:
    recipe = method.task.recipe
    size = max(recipe.batch_size, least)
    return Batches(part, size, device=method.task.device, seed=recipe.seed, shuffle=False)


class Examinations(Meters):
    """Every output examined in full, or as far as it costs next to nothing."""

    def __init__(self, subjects: Sequence[Subject], names: Sequence[str] = (), *, lean: bool = False) -> None:
        self.lean = lean
        super().__init__(subjects, names)

    def made(self, subject: Subject) -> Examination:
        named = [name for name in self.names if name in subject.fitting]
        spared = TEXTS if subject.places > LONG else ()
        usual = quick(subject.fitting) if self.lean else [name for name in subject.fitting if name not in spared]
        return Examination(subject, named or usual, intervals=not self.lean)

    def told(self, rows: Sequence[int], place: Callable[[int], str]) -> tuple[Judgement, ...]:
        made = self.meters.values()
        return tuple(each.told(rows, place) for each in made if isinstance(each, Examination))
