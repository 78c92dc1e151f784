"""Rest: a run as it lies on disk, built again to be asked: one that has ended, or that another process trains."""

import time
from pathlib import Path

from dlstudio.core.issue import ProjectProblem
from dlstudio.runs.checkpoints import Checkpoints
from dlstudio.runs.entry import Entry
from dlstudio.runs.folder import RunFolder
from dlstudio.runs.kept_weights import kept
from dlstudio.runs.unseen import unseen
from dlstudio.training.asking.of_weights import OfWeights
from dlstudio.training.asking.question import Answered, Question, Subject, answered
from dlstudio.training.evaluation import at_rest
from dlstudio.training.training import Training


class Rest:
    """Answers from a run's checkpoints; used by one thread at a time, which waits while it is built."""

    def __init__(self, path: Path, *, allow_code: bool = False) -> None:
        self.folder, self.allow_code = RunFolder(path), allow_code
        self._training: Training | None = None
        self._entry: Entry | None = None

    def ask(self, question: Question, step: int | None = None) -> Answered:
        """The answer of the last checkpoint at or before a step, or of the newest one."""
        if isinstance(question, OfWeights):
            return self._read(question, step)
        try:
            subject = self._at(step)
        except ProjectProblem as problem:
            return Answered(step or 0, problem=str(problem))
        return answered(question, subject, time.perf_counter)

    def _read(self, question: OfWeights, step: int | None) -> Answered:
        """The answer of the nearest checkpoint's weights; neither the data nor the network is needed."""
        began = time.perf_counter()
        try:
            held, steps = kept(self.folder.checkpoints, step)
            if held is None:
                raise ProjectProblem(
                    f"The run {self.folder.name} has kept no checkpoint, so its weights are not known."
                )
            found = question.read(held, steps, self.folder.project())
        except ProjectProblem as problem:
            return Answered(step or 0, problem=str(problem))
        return Answered(held.step, found, seconds=time.perf_counter() - began)

    def close(self) -> None:
        if self._training:
            self._training.close()
            self._training = None

    def _at(self, step: int | None) -> Subject:
        checkpoints = Checkpoints(self.folder.checkpoints)
        there = checkpoints.list()
        entry = next((each for each in reversed(there) if step is None or each.step <= step), None)
        if entry is None:
            raise ProjectProblem(self._lacking(step))
        if self._training is None:
            self._training = at_rest(self.folder, allow_code=self.allow_code)
        if entry != self._entry:
            weights, state = checkpoints.load(entry)
            self._training.put_weights(weights)
            self._training.method.load(state["method"])
            self._entry = entry
        return Subject(self._training.method, entry.step)

    def _lacking(self, step: int | None) -> str:
        """Why nothing can be asked: the run ended too early, or has kept nothing so far back."""
        status = self.folder.status()
        ended = unseen(status.status, status.step) if step is None else ""
        when = "yet" if step is None else f"at or before step {step:,}"
        return ended or f"The run {self.folder.name} has no checkpoint {when}, so its network cannot be asked."
