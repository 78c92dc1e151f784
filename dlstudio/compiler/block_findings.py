"""Block findings: what is wrong with a block, the network that it places, and its arguments and repeats."""

from collections.abc import Sequence

from dlstudio.compiler.findings import error, fix
from dlstudio.core import edits
from dlstudio.core.document import Network, Node, Project
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.issue import Fix, Issue
from dlstudio.core.meant import closest
from dlstudio.core.tensor import Tensor


def no_network(where: str, node: Node, place: Value, project: Project) -> Issue:
    others = [name for name in project.networks if name != where]
    if not place:
        text = f"The block places no network yet. Choose one: {', '.join(others) or 'the project has no other'}."
    else:
        text = f"The block places “{place}”, but the project has no network of that name."
    close = closest(str(place), others) or next(iter(others), None)
    fixes = [fix(f"Place {close}", _place, where, node.id, close)] if close else []
    return error("no-network", text, where, node.id, "", fixes)


def _place(project: Project, where: str, node: str, network: str) -> Project:
    return edits.put(project, where, node, network=network)


def self_block(where: str, node: Node, place: str) -> Issue:
    through = "itself" if place == where else f"{place}, which contains {where} again"
    text = f"The block {node.id} places {through}, so the network would contain itself without end."
    fixes = [fix(f"Remove {node.id}", edits.remove, where, [node.id], heal=True)]
    return error("self-block", text, where, node.id, "", fixes)


def bad_given(where: str, node: Node, problem: str) -> Issue:
    text = f"An argument of the block cannot be calculated: {problem}"
    return error("bad-field", text, where, node.id, "", [fix("Reset given", edits.reset, where, node.id, "given")])


def arguments(where: str, node: Node, inner: Network, given: Frozen[str, Value]) -> list[Issue]:
    """Arguments that the placed network does not have, or that are no numbers."""
    return [_argument(where, node, inner, given, name) for name in given if not _known(inner, given, name)]


def _known(inner: Network, given: Frozen[str, Value], name: str) -> bool:
    return name in inner.arguments and isinstance(given[name], int | float | str)


def _argument(where: str, node: Node, inner: Network, given: Frozen[str, Value], name: str) -> Issue:
    raw = node.fields.get("given", Frozen())
    if name in inner.arguments:
        text = f"The argument “{name}” must be a number, not {given[name]!r}."
        return error("bad-field", text, where, node.id, "", [_regiven(where, node, f"Remove {name}", raw.drop(name))])
    close = closest(name, inner.arguments)
    text = (
        f"The network “{node.fields['network']}” has no argument “{name}” "
        f"(it has: {', '.join(inner.arguments) or 'none'})."
    )
    fixes = [_regiven(where, node, f"Remove {name}", raw.drop(name))]
    if close and close not in raw:
        fixes.insert(0, _regiven(where, node, f"Call it {close}", raw.drop(name).put(close, raw[name])))
    return error("unknown-argument", text, where, node.id, "", fixes)


def _regiven(where: str, node: Node, label: str, given: Frozen[str, Value]) -> Fix:
    return fix(label, edits.put, where, node.id, given=given)


def unsound_block(where: str, node: Node, place: str, inner: Sequence[Issue], round_number: int) -> Issue:
    again = f" at repeat {round_number}" if round_number > 1 else ""
    first = inner[0]
    text = f"“{place}” does not work with what comes in here{again}: {first.node or place}: {first.text}"
    return error("block", text, where, node.id, first.port if first.node == "" else "")


def cannot_repeat(where: str, node: Node, place: str, outputs: int) -> Issue:
    text = (
        f"A block can repeat when it has one output, which feeds the next round; “{place}” has {outputs}. "
        "Leave repeat at 1, or give it one output."
    )
    return error("repeat", text, where, node.id, "", [fix("Set repeat to 1", edits.put, where, node.id, repeat=1)])


def cannot_share_rounds(where: str, node: Node, first: Tensor, second: Tensor) -> Issue:
    text = (
        f"The repeats cannot share one set of weights, since the first gets {first.describe()} "
        f"and the second {second.describe()}. Give them weights of their own."
    )
    return error(
        "repeat", text, where, node.id, "", [fix("Give each repeat its own", edits.put, where, node.id, share="own")]
    )
