"""Giver: what kind of node an output's numbers come from, which says how they are to be read."""

from dlstudio.compiler.plan import Plan
from dlstudio.core.document import Node

RESHAPING = ("Flatten", "Reshape", "Squeeze", "Unsqueeze", "Dropout", "Identity")
"""Nodes that leave the kind of the numbers as it is."""


def before(plan: Plan, node: Node) -> str:
    """The kind of node that an output's numbers come from, or of the activation that a layer applies itself."""
    step = plan.steps[plan.steps[node.id].feeds[0][0]]
    while step.node.kind in RESHAPING or step.muted:
        step = plan.steps[step.feeds[0][0]]
    return "Sigmoid" if step.layer.values().get("activation") == "sigmoid" else step.node.kind
