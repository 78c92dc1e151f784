"""Reading: how an output's numbers become classes and how likely each is."""

from typing import Any

from dlstudio.catalog.losses.sides import is_class
from dlstudio.catalog.recipes import recipes
from dlstudio.compiler.giver import before
from dlstudio.compiler.planner import Planner
from dlstudio.data.losses import loss_of
from dlstudio.exchange.subject import Subject

GIVEN = {"Softmax": "", "Sigmoid": "", "LogSoftmax": "exp"}
"""Nodes that give probabilities or their logarithms, whatever the loss makes of them."""
SCORED = ("CrossEntropy", "NegativeLogLikelihood", "BinaryCrossEntropy", "KLDivergence", "Focal", "Dice")
"""Losses that know what is a probability."""
BLANK = {"": "–", "\n": "↵", "\t": "⇥"}
"""Signs for names of classes that leave no ink."""
ABOUT_ZERO = ("Hinge", "SquaredHinge")
"""Losses by which a number above 0 is a yes."""


def reading(subject: Subject, output: str) -> dict[str, Any]:
    """The classes of an output, what makes probabilities of its numbers, and along which axis of a batch they lie."""
    y = subject.source.outputs[output]
    classes = subject.classes.get(output, ())
    column = subject.prepared.columns[subject.wiring.targets[output]] if subject.prepared and classes else None
    choice = column is not None and is_class(y, column.tensor)
    kind = str(subject.project.training.get("kind", "Supervised"))
    compares = kind not in recipes or recipes[kind].compares
    if column is None or not ((choice and compares) or (len(classes) == 2 and y.size == 1)):
        return {"classes": (), "likely": "", "axis": 1}
    node, plan = subject.project.networks[subject.network].nodes[output], Planner(subject.project).plan(subject.network)
    giver = before(plan, node)
    form = loss_of(node, column, y, giver)
    on = form.values().get("on", "scores") if form.kind in SCORED and compares else "ranks"
    usual = "softmax" if choice else "sigmoid"
    likely = {"scores": usual, "probabilities": "", "log probabilities": "exp", "ranks": "ranks"}[str(on)]
    if form.kind in ABOUT_ZERO and not choice:
        likely = "sigmoid"
    return {"classes": classes, "likely": GIVEN.get(giver, likely), "axis": y.channel_position + 1 if choice else 1}


def visible(name: str) -> str:
    """The name of a class as it can be seen: a space, say, is one."""
    return name if name.strip() else BLANK.get(name, "␣" * len(name))
