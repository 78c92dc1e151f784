"""Report: one page that tells of a run: network, settings, curves, answers, findings, and how to do it again."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from dlstudio.catalog.recipes import recipes
from dlstudio.core import files
from dlstudio.core.document import MODEL
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.version import version
from dlstudio.data.prepare import Prepared, prepare
from dlstudio.exchange import report_parts
from dlstudio.exchange.reached import number, reached, words
from dlstudio.exchange.report_answers import answers
from dlstudio.exchange.report_curves import curves
from dlstudio.exchange.report_markup import Markup, element, hint, joined, section, table
from dlstudio.exchange.subject import subject
from dlstudio.exchange.writers import Account, Telling, writes
from dlstudio.runs.checkpoints import Checkpoints
from dlstudio.runs.folder import RunFolder
from dlstudio.runs.library import note_of
from dlstudio.runs.metrics import MetricReader

CARRIED = resources.files("dlstudio.exchange.carried") / "web"
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""A report runs no script and fetches nothing, whatever names stand in it."""
STATUS = {"early": "stopped early: it no longer got better"}


@writes("Report")
class ReportAccount(Account):
    """Everything that is kept of a run, for people."""

    def tell(self, run: RunFolder, path: Path, how: Telling) -> None:
        files.write(path, Report(run, how).text().encode())


@dataclass
class Told:
    """A section with the name by which it is found."""

    title: str
    body: Markup


class Report:
    """The page of one run; what is missing says why, or is left out."""

    def __init__(self, run: RunFolder, how: Telling) -> None:
        self.run, self.how, self.project = run, how, run.project()
        self.around = self._around()

    def text(self) -> str:
        """The whole page."""
        parts = [part for part in self._parts() if part.body]
        style = "\n".join(CARRIED.joinpath(name).read_text("utf-8") for name in ("report.css", "graph.css"))
        links = [element("a", part.title, href=f"#{_anchor(part.title)}") for part in parts]
        sections = [element("div", section(part.title, part.body), id=_anchor(part.title)) for part in parts]
        foot = element("footer", f"Written by dlstudio {version()}. Everything is in this file: it fetches nothing.")
        head = [
            Markup('<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'),
            Markup(f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'),
            element("title", f"{self.project.name}: {self.run.name}"),
            Markup(f"<style>\n{style}</style>"),
        ]
        body = element("body", self._head(), element("nav", *links), *sections, foot)
        return f"<!doctype html>\n{element('html', element('head', *head), body, lang='en')}\n"

    def _parts(self) -> list[Told]:
        prepared, why = self._data()
        settings = self.around.get("settings")
        return [
            Told("Notes", self._notes()),
            Told("Curves", curves(self.run) or hint("Nothing was measured yet.")),
            Told("Metrics", self._metrics()),
            Told("Answers", self._answers()),
            Told("Network", report_parts.networks(self.project)),
            Told("Findings", report_parts.findings(self.run)),
            Told("Data", report_parts.data(self.project, prepared, why)),
            Told("Settings", report_parts.settings(self.project, settings if isinstance(settings, dict) else {})),
            Told("Environment", report_parts.environment(self.around)),
            Told("How to do it again", report_parts.again(self.run, self.project, self.around)),
        ]

    def _head(self) -> Markup:
        status = self.run.status()
        state = "interrupted" if self.run.interrupted else status.status
        best = Checkpoints(self.run.checkpoints).chosen(best=self.how.best)
        tiles = [("Status", STATUS.get(state, state)), ("Epochs", f"{status.epoch:,}"), ("Steps", f"{status.step:,}")]
        tiles += [(name, value) for name, value in reached(self.run, best.step if best else None).items()][:5]
        made = [
            element(
                "div", element("b", value), element("span", name), class_="tile failed" if value == "failed" else "tile"
            )
            for name, value in tiles
        ]
        kept = f" Numbers are those of step {best.step:,}, whose weights are kept." if best else ""
        said = f"{status.reason}{kept}".strip()
        when = f"Run {self.run.name}, {_moment(str(self.around.get('started', '')))}"
        return element(
            "header",
            element("h1", self.project.name),
            element("p", when, class_="under"),
            element("div", *made, class_="tiles"),
            hint(said) if said else "",
        )

    def _notes(self) -> Markup:
        """What the author wrote about the project and about the run."""
        notes = [note for note in (note_of(self.run), self.project.notes.strip()) if note]
        return joined(element("p", note, class_="notes") for note in notes)

    def _metrics(self) -> Markup:
        """The last and the extreme values of everything that was measured."""
        reader, rows = MetricReader(self.run.metrics), []
        for name in reader.names():
            steps, values = reader.read(name)
            sound = values == values
            if sound.any():
                low, high = int(values[sound].argmin()), int(values[sound].argmax())
                ends = [(number(name, float(values[sound][i])), f"{int(steps[sound][i]):,}") for i in (low, high)]
                rows.append((words(name), number(name, float(values[sound][-1])), *ends[0], *ends[1]))
        return table(("", "last", "lowest", "at step", "highest", "at step"), rows)

    def _answers(self) -> Markup:
        """What each trained network says; a reason where it cannot be asked."""
        kind = str(self.project.training.get("kind", "Supervised"))
        roles = recipes[kind].roles if kind in recipes else (MODEL,)
        there = [name for name in roles if name in self.project.networks]
        found = []
        for name in there:
            title = element("h3", name) if len(there) > 1 else ""
            found.append(joined([title, self._asked(name)]))
        return joined(found)

    def _asked(self, network: str) -> Markup:
        how = self.how
        try:
            made = subject(self.run, network, best=how.best, folder=how.folder, allow_code=how.allow_code)
            return answers(made)
        except ProjectProblem as problem:
            return hint(f"The network could not be asked: {problem}")

    def _data(self) -> tuple[Prepared | None, str]:
        if not self.project.data:
            return None, "The project names no data."
        kept = self.run.settings().get("folder")
        folder = Path(str(kept)) if kept else self.how.folder
        try:
            return prepare(self.project, folder=folder, settle=False), ""
        except ProjectProblem as problem:
            return None, f"The data could not be read again: {problem}"

    def _around(self) -> Mapping[str, Any]:
        """The circumstances; a damaged file leaves them out."""
        with suppress(ProjectProblem):
            return self.run.environment()
        return {}


def _anchor(title: str) -> str:
    return re.sub(r"\W+", "-", title.lower())


def _moment(text: str) -> str:
    """2026-11-21T18:48:50.547+00:00 as people read it."""
    found = re.match(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)", text)
    return f"{found[1]} at {found[2]} UTC" if found else text
