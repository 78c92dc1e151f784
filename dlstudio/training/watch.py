"""Watch: looks inside a training while it goes on, asks the doctor about once a second, and tells what is new."""

import time
from collections import deque
from dataclasses import replace
from pathlib import Path

from dlstudio.runs.album import AlbumWriter
from dlstudio.runs.findings import FindingRow, read_findings, write_findings
from dlstudio.runs.folder import ALBUM
from dlstudio.training.asking.plates import pack
from dlstudio.training.asking.question import Answered, Question, Subject
from dlstudio.training.curves import Curves
from dlstudio.training.doctor import Case, Facts, Finding, examine
from dlstudio.training.method import Method
from dlstudio.training.probes import Pace, Probes, Snapshot, attach
from dlstudio.training.probes.pace import SHARE
from dlstudio.training.recorder import Numbers
from dlstudio.training.sight import MOST_LOOKS, Sight, Tell

GLANCE, WATCHED = 0.003, 0.005
"""The share of the time that looking may cost where nobody asked for it, and where a window shows it."""
EVERY = 1.0
"""Seconds between two questions to the doctor."""
DOCTOR = 0.005
"""The share of the time that the doctor may take."""
KEPT_EVERY = 0.5
"""Seconds between two looks, or two answers to one question, that are kept on disk."""
LOOK = "look"
"""The topic of looks in the album of a run."""


class Watch:
    """Everything that is seen of one training besides its numbers; the loop calls it before and after each step."""

    def __init__(self, method: Method, folder: Path, sight: Sight, tell: Tell) -> None:
        self.method, self.folder, self.sight, self.tell = method, folder, sight, tell
        self.probes = probes_for(method, sight)
        self.curves = Curves()
        self.rows = {row.key: row for row in read_findings(folder)}
        self._first: Snapshot | None = None
        self._looks: deque[Snapshot] = deque(maxlen=MOST_LOOKS)
        self._due = 0.0
        self._step = 0
        self.album = AlbumWriter(folder / ALBUM, budget=sight.budget) if sight.budget else None
        self._kept: dict[str, float] = {}
        sight.desk.kept = self._keep_answer
        sight.folder = folder

    def before_step(self, step: int) -> None:
        """Puts the probes on, where this step is looked at."""
        if self.probes is not None:
            self.probes.wish = self.sight.wish
            self.probes.pace.allow(SHARE if self.sight.probes else WATCHED if self.sight.eager else GLANCE)
            self.probes.before_step(step)

    def after_step(self, step: int) -> None:
        """Shows what was seen, where this step was looked at."""
        if self.probes is not None and (seen := self.probes.after_step(step)) is not None:
            plain = replace(seen, features={}, kernels={})
            self._first = self._first or plain
            self._looks.append(replace(plain, histograms={}))
            self.sight.latest = seen
            self.sight.snapshots.append(plain)
            self._keep(step, LOOK, plain)
        if self.sight.desk.wanted:
            self.sight.desk.serve(Subject(self.method, step))

    def idle(self, step: int) -> None:
        """Answers what is asked while the training waits."""
        if self.sight.desk.wanted:
            self.sight.desk.serve(Subject(self.method, step))

    def end(self, step: int) -> None:
        """The training is over and stands at this step: the last answers are those of its last weights."""
        self.sight.desk.settle(Subject(self.method, step))
        self.ask()
        if self.rows:
            write_findings(self.folder, list(self.rows.values()))  # the last step at which each was seen

    def rewound(self, step: int) -> None:
        """Goes on from an earlier step: what was seen after it is forgotten."""
        if self.album:
            self.album.truncate(step)

    def measured(self, step: int, epoch: int, values: Numbers) -> None:
        """Hears what was measured, and asks the doctor when it is time."""
        self._step = step
        self.curves.add(step, values)
        self.sight.numbers.append((step, epoch, values))
        if time.monotonic() >= self._due:
            self.ask()

    def ask(self, culprit: str | None = None) -> None:
        """Has the doctor look at everything; what is new is told, and the run's file says what holds now."""
        began = time.monotonic()
        found = {
            (each.code, each.node): each for name in self._networks() for each in examine(self._case(name, culprit))
        }
        self.sight.findings = tuple(found.values())
        new = [each for key, each in found.items() if key not in self.rows]
        gone = [row for key, row in self.rows.items() if row.now and key not in found]
        back = [key for key in found if key in self.rows and not self.rows[key].now]
        self.rows |= {row.key: replace(row, now=False) for row in gone}
        self.rows |= {key: self._row(each) for key, each in found.items()}
        if new or gone or back:
            write_findings(self.folder, list(self.rows.values()))
        for each in new:
            self.tell(each)
        now = time.monotonic()
        self._due = now + max(EVERY, (now - began) / DOCTOR)

    def close(self) -> None:
        """Takes all probes off."""
        if self.probes is not None:
            self.probes.close()

    def leave(self) -> None:
        """Nothing more is seen: what was kept is on disk."""
        self.sight.desk.kept = None
        if self.album:
            self.album.close()

    def _keep_answer(self, question: Question, found: Answered) -> None:
        self._keep(found.step, question.topic, found.value)

    def _keep(self, step: int, topic: str, value: object) -> None:
        """Keeps something on disk, now and then."""
        now = time.monotonic()
        if self.album and now >= self._kept.get(topic, 0.0) + KEPT_EVERY:
            self._kept[topic] = now
            self.album.put(step, topic, pack(value))
            if trouble := self.album.trouble():
                self.tell(str(trouble))

    def _networks(self) -> tuple[str, ...]:
        task = self.method.task
        return tuple(name for name in task.recipe.roles if name in task.project.networks)

    def _case(self, network: str, culprit: str | None) -> Case:
        first = [self._first] if self._first and len(self._looks) == MOST_LOOKS else []
        return Case(self.method.task.project, [*first, *self._looks], self.curves.all(), self._facts(culprit), network)

    def _facts(self, culprit: str | None) -> Facts:
        task = self.method.task
        weights = sum(w.numel() for module in task.modules.values() for w in module.parameters() if w.requires_grad)
        rates = [group["lr"] for optimizer in self.method.optimizers() for group in optimizer.param_groups]
        rate = float(rates[0]) if rates and rates[0] else None
        return Facts(len(task.prepared.train), weights, rate, culprit, task.prepared.issues)

    def _row(self, found: Finding) -> FindingRow:
        labels = tuple(fix.label for fix in found.fixes)
        return FindingRow(
            found.code, found.text, found.node, found.since_step, self._step, True, found.evidence, labels
        )


def probes_for(method: Method, sight: Sight) -> Probes | None:
    """The probes that a caller wants for everything that a method trains."""
    if sight.probes is False:
        return None
    task = method.task
    return attach(task.project, task.modules, method.optimizers(), wish=sight.wish, pace=Pace(share=GLANCE))
