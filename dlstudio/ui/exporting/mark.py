"""Mark: where an exported file first answers otherwise, as issues on the canvas: at the node and the blocks around."""

from typing import TYPE_CHECKING

from dlstudio.core.document import BLOCK, Project
from dlstudio.core.issue import Issue

if TYPE_CHECKING:
    from dlstudio.exchange.certificate import Certificate

CODE = "diverging-export"


def marks(proof: "Certificate", project: Project, network: str) -> tuple[Issue, ...]:
    """The way to the first node that differs, as far as the project has it; the node itself comes last."""
    first = proof.first
    if proof.passed or first is None:
        return ()
    found: list[Issue] = []
    said = f"{first.relative:.1e} apart, {proof.tolerance:g} tolerated"
    for node in first.nodes:
        there = project.networks.get(network)
        if there is None or node not in there.nodes:
            break
        text = f"{proof.path.name} answers otherwise from here on ({said}); all before it agrees."
        found.append(Issue("error", CODE, text, network, node))
        card = there.nodes[node]
        network = str(card.fields.get("network", "")) if card.kind == BLOCK else ""
    return tuple(found)
