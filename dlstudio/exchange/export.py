"""export: writes a trained network in a format, proves that it answers as before, and says so."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dlstudio.catalog.formats import Format, formats, named
from dlstudio.core.document import MODEL
from dlstudio.core.frozen import freeze
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.meant import did_you_mean
from dlstudio.core.spec import BadFields, make
from dlstudio.exchange.asking import Answers
from dlstudio.exchange.certificate import Certificate, is_exported
from dlstudio.exchange.difference import Difference, difference
from dlstudio.exchange.samples import SIZES
from dlstudio.exchange.steadiness import require_steady
from dlstudio.exchange.subject import Exportable, Subject, run_and_project, subject
from dlstudio.exchange.writers import Account, Product, Tell, Telling, Writer, writer


def export(
    what: Exportable,
    format: str | Mapping[str, Any] | Format,
    path: str | Path,
    *,
    network: str = MODEL,
    best: bool = True,
    folder: str | Path | None = None,
    allow_code: bool = False,
    tell: Tell | None = None,
    **options: Any,
) -> Certificate:
    """Writes a run's (or a project's) network in a format and proves the file; `options` are those of the format.

    A file that does not answer as the trained model does is kept apart, in a folder beside where it should be."""
    form = declared(format, options)
    work = writer(form)
    tell = tell or (lambda _what, _share: None)
    if isinstance(work, Account):
        return _told(form, work, what, Path(path), Telling(best, Path(folder) if folder else None, allow_code), tell)
    tell("weights and samples are read", 0.0)
    network = work.network(run_and_project(what)[1], network)
    made = subject(what, network, best=best, folder=Path(folder) if folder else None, allow_code=allow_code)
    require_steady(made)
    target = _target(Path(path), form)
    with tempfile.TemporaryDirectory(prefix=".dlstudio-export-", dir=target.parent) as place:
        tell(f"{target.name} is written", 0.2)
        part = Path(place, "made")
        part.mkdir()
        product = work.write(form, made, part / target.name)
        tell(f"{target.name} is asked in a process of its own", 0.6)
        asked = Path(place, "asked")
        asked.mkdir()
        proof = _proven(form, work, made, part / target.name, product, asked)
        tell("the certificate is written", 0.95)
        return _settled(proof, part, target)


def _told(form: Format, work: Account, what: Exportable, path: Path, how: Telling, tell: Tell) -> Certificate:
    """Writes what people read of a run; there is nothing in it to be proven."""
    run, project = run_and_project(what)
    if run is None:
        raise ProjectProblem(
            f"A {form.title.lower()} tells of a run, and {project.name} was not trained yet. Train it."
        )
    target = _target(path, form)
    tell(f"{target.name} is written", 0.2)
    work.tell(run, target, how)
    return Certificate(form.kind.lower(), target, (target,), (), form.tolerance, "", f"those of the run {run.name}")


def declared(format: str | Mapping[str, Any] | Format, options: Mapping[str, Any]) -> Format:
    """The format that was named, or written as a project writes declared things, with its options checked."""
    if isinstance(format, Format):
        return format
    if isinstance(format, Mapping):
        own = {name: value for name, value in format.items() if name != "kind"}
        return declared(str(format.get("kind", "")), {**own, **options})
    kind = named(format)
    if kind is None:
        there = ", ".join(each.kind.lower() for each in formats)
        raise ProjectProblem(
            f"There is no format “{format}”.{did_you_mean(formats.similar(format))} There are {there}."
        )
    try:
        return make(kind, freeze(options), {})
    except BadFields as problems:
        raise ProjectProblem(f"{kind.title}: {problems}") from None


def _target(path: Path, form: Format) -> Path:
    """The file to write: the path, with the format's ending where it has none."""
    target = path.expanduser().absolute()
    if not form.suffix:
        return _folder(target, path)
    target = target if target.suffix else target.with_suffix(form.suffix)
    if target.is_dir():
        raise ProjectProblem(f"{path} is a folder; name the file, such as {path / ('model' + form.suffix)}.")
    if target.suffix != form.suffix:
        raise ProjectProblem(f"A file of {form.title} ends in {form.suffix}, not in {target.suffix}.")
    if not target.parent.is_dir():
        raise ProjectProblem(f"There is no folder {target.parent}; make it first, or choose another.")
    return target


def _folder(target: Path, path: Path) -> Path:
    """The folder to write: a new one, an empty one, or one that an export made before."""
    if target.is_file():
        raise ProjectProblem(f"{path} is a file; name a folder, which is made anew.")
    if target.is_dir() and any(target.iterdir()) and not is_exported(target):
        raise ProjectProblem(f"{path} holds other files, which are left alone; name a new folder.")
    if not target.parent.is_dir():
        raise ProjectProblem(f"There is no folder {target.parent}; make it first, or choose another.")
    return target


def _proven(form: Format, work: Writer, made: Subject, file: Path, product: Product, folder: Path) -> Certificate:
    """Asks the file and compares what it says with what the trained model says."""
    answers, outputs = work.prove(form, made, file, product, folder)
    return Certificate(
        form.kind.lower(),
        file,
        (file, *product.files),
        tuple(outputs),
        form.tolerance,
        product.asked or f"{made.samples.text}, in batches of {', '.join(map(str, SIZES))}",
        made.origin,
        answers.runtime,
        tuple(_within(product, answers)),
        _unmatched(made, product),
        answers.problem,
        product.notes,
    )


def _within(product: Product, answers: Answers) -> list[Difference]:
    return [
        difference(name, [(value, answers.within[name])], product.places.get(name, ()))
        for name, value in product.expected.items()
        if name in answers.within
    ]


def _unmatched(made: Subject, product: Product) -> int:
    """How many nodes of the network the file shows nothing of."""
    if not product.expected:
        return 0
    shown = {node for nodes in product.places.values() for node in nodes}
    known = {node for network, node in made.source.places.values() if network == made.network}
    return len(known - shown)


def _settled(proof: Certificate, part: Path, target: Path) -> Certificate:
    """Moves what passed to its place, and what failed into a folder apart; the certificate goes with it."""
    from dataclasses import replace

    home = target.parent if proof.passed else _apart(target)
    if (home / target.name).is_dir():  # what an earlier export made
        shutil.rmtree(home / target.name)
    moved = tuple(Path(shutil.move(file, home / file.name)) for file in proof.files)
    placed = replace(proof, path=moved[0], files=moved)
    placed.save()
    return placed


def _apart(target: Path) -> Path:
    """An empty folder beside the target for what failed."""
    folder = target.with_name(f"{target.name}.failed")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder
