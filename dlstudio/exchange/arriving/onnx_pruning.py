"""Pruning: nodes that were drawn on the way and that nothing reads are taken out again."""

from dlstudio.core.document import INPUT, OUTPUT
from dlstudio.exchange.arriving.draft import Draft


def pruned(draft: Draft) -> Draft:
    """The draft with only those nodes that lead to an output, and its inputs."""
    before: dict[str, list[str]] = {}
    for wire in draft.wires:
        before.setdefault(wire.target, []).append(wire.source)
    for node in draft.nodes.values():
        if holder := node.fields.get("same_weights_as"):
            before.setdefault(node.id, []).append(str(holder))
    kept = {node.id for node in draft.nodes.values() if node.kind in (INPUT, OUTPUT)}
    kept |= {remark.node for remark in draft.report.kept}
    waiting = list(kept)
    while waiting:
        for source in before.get(waiting.pop(), ()):
            if source not in kept:
                kept.add(source)
                waiting.append(source)
    for gone in [node for node in draft.nodes if node not in kept]:
        draft.report.taken[draft.nodes[gone].kind] -= 1
        del draft.nodes[gone]
    draft.report.taken = +draft.report.taken
    draft.wires = [wire for wire in draft.wires if wire.target in kept]
    draft.weights = {name: value for name, value in draft.weights.items() if name.partition(".")[0] in kept}
    return draft
