"""Asking: a short training, and the last answers to questions."""

from pathlib import Path
from typing import Any

import dlstudio as dl
from dlstudio.core.document import Project
from dlstudio.training.asking.desk import Desk
from dlstudio.training.asking.plates import pack, unpack
from dlstudio.training.asking.question import Answered, Question
from dlstudio.training.run import Run, train
from dlstudio.training.sight import Sight


def asked(template: str | Project, runs: Path, *questions: Question, steps: int = 4) -> tuple[Run, list[Any]]:
    """Answers that have no problem, and come back from bytes the same."""
    run, found = answers(template, runs, *questions, steps=steps)
    assert [each.problem for each in found] == [""] * len(found)
    for each in found:
        assert pack(unpack(pack(each.value))) == pack(each.value)
    return run, [each.value for each in found]


def answers(template: str | Project, runs: Path, *questions: Question, steps: int = 4) -> tuple[Run, list[Answered]]:
    """Answers as they are."""
    sight = Sight(desk=Desk(standing=questions), probes=False)
    project = dl.template(template) if isinstance(template, str) else template
    run = train(project, runs=runs, steps=steps, sight=sight)
    return run, [sight.desk.answers[question] for question in questions]
