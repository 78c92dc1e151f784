"""Findings: the mistakes that people make while drawing, in words that teach, with fixes that were tried."""

import difflib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dlstudio.catalog.layer import Layer, Port
from dlstudio.catalog.layers import layers
from dlstudio.catalog.refusal import Put, Refused, Remedy
from dlstudio.core import edits
from dlstudio.core.document import Network, Node, Project, Wire
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.issue import Fix, Issue
from dlstudio.core.spec import BadFields, make
from dlstudio.core.tensor import Tensor
from dlstudio.core.topology import downstream


def error(code: str, text: str, where: str, node: str = "", port: str = "", fixes: Sequence[Fix] = ()) -> Issue:
    return Issue("error", code, text, where, node, port, tuple(fixes))


def fix(label: str, edit: Callable[..., Project], *args: Any, **named: Any) -> Fix:
    """A fix that calls an edit with these arguments after the project."""
    return Fix(label, lambda project: edit(project, *args, **named))


def unknown_kind(where: str, node: Node) -> Issue:
    close = layers.similar(node.kind)
    meant = f"perhaps {close} was meant" if close else "a newer version may know it"
    text = f"This version of dlstudio does not know the kind “{node.kind}”; {meant}. The node is kept as it is."
    return error("unknown-kind", text, where, node.id, "", _converted(where, node, close) if close else ())


def _converted(where: str, node: Node, kind: str) -> list[Fix]:
    known = {name: value for name, value in node.fields.items() if name in layers[kind].specs}
    return [fix(f"Make it a {kind}", edits.convert, where, node.id, kind, known)]


def bad_fields(where: str, node: Node, problems: BadFields) -> list[Issue]:
    return [_bad_field(where, node, problem.field, problem.text) for problem in problems.problems]


def _bad_field(where: str, node: Node, field: str, text: str) -> Issue:
    label = f"Reset {field.replace('_', ' ')}" if field in layers[node.kind].specs else f"Remove {field}"
    return error("bad-field", text, where, node.id, "", [fix(label, edits.reset, where, node.id, field)])


def no_network(where: str, node: Node, place: Value, project: Project) -> Issue:
    others = [name for name in project.networks if name != where]
    if not place:
        text = f"The block places no network yet. Choose one: {', '.join(others) or 'the project has no other'}."
    else:
        text = f"The block places “{place}”, but the project has no network of that name."
    close = difflib.get_close_matches(str(place), others, n=1) or others[:1]
    return error(
        "no-network", text, where, node.id, "", [fix(f"Place {name}", _place, where, node.id, name) for name in close]
    )


def _place(project: Project, where: str, node: str, network: str) -> Project:
    return edits.put(project, where, node, network=network)


def self_block(where: str, node: Node, place: str) -> Issue:
    through = "itself" if place == where else f"{place}, which contains {where} again"
    text = f"The block {node.id} places {through}, so the network would contain itself without end."
    fixes = [fix(f"Remove {node.id}", edits.remove, where, [node.id], heal=True)]
    return error("self-block", text, where, node.id, "", fixes)


def missing(where: str, network: Network, node: Node, port: Port, shapes: Mapping[tuple[str, str], Tensor]) -> Issue:
    name = f"{port.name}1" if port.many else port.name
    text = f"Nothing is wired into the input {port.name} of {node.id}."
    behind = downstream(network, [node.id])
    loose = [origin for origin in shapes if origin[0] not in network.outbound and origin[0] not in behind]
    fixes = [
        fix(f"Wire {source} to it", edits.connect, where, Wire(source, output, node.id, name))
        for source, output in loose[:3]
    ]
    if len(loose) == 1:
        text += f" {loose[0][0]} has a result that nobody uses yet."
    return error("missing-input", text, where, node.id, port.name, fixes)


def doubled(where: str, node: Node, port: Port, wires: Iterable[Wire]) -> Issue:
    clash = _clash(tuple(wires))
    sources = " and ".join(f"{wire.source}.{wire.output}" for wire in clash)
    text = (
        f"{sources} are both wired into the input {clash[0].input} of {node.id}, which takes one. "
        "Keep one of them, or join them first with Add or Concat."
    )
    fixes = [
        fix(f"Keep the wire from {kept.source}", edits.disconnect, where, *(wire for wire in clash if wire != kept))
        for kept in clash
    ]
    return error("doubled-input", text, where, node.id, port.name, fixes)


def _clash(wires: tuple[Wire, ...]) -> tuple[Wire, ...]:
    counts = Counter(wire.input for wire in wires)
    crowded = counts.most_common(1)[0][0]
    return tuple(wire for wire in wires if wire.input == crowded)


def strange_wire(where: str, node: Node, wire: Wire, ports: Sequence[Port], taken: Iterable[str]) -> Issue:
    names = ", ".join(f"{port.name}1, {port.name}2 ..." if port.many else port.name for port in ports) or "none"
    text = f"A wire from {wire.source} goes to “{wire.input}”, but {node.id} has no such input (it has: {names})."
    free = [f"{port.name}1" if port.many else port.name for port in ports]
    fixes = [fix(f"Move the wire to {to}", _redirect, where, wire, to) for to in free if to not in set(taken)]
    return error(
        "no-port", text, where, node.id, wire.input, [*fixes, fix("Remove the wire", edits.disconnect, where, wire)]
    )


def _redirect(project: Project, where: str, wire: Wire, port: str) -> Project:
    return edits.connect(edits.disconnect(project, where, wire), where, wire._replace(input=port))


def dangling(where: str, network: Network, wire: Wire, outputs: Iterable[str]) -> Issue:
    if wire.source in network.nodes:
        text = f"{wire.source} has no output “{wire.output}” (it has: {', '.join(outputs) or 'none'})."
    else:
        text = f"A wire into {wire.target} comes from “{wire.source}”, which does not exist."
    fixes = [
        fix(f"Use the output {name}", _resource, where, wire, name) for name in outputs if wire.source in network.nodes
    ]
    fixes.append(fix("Remove the wire", edits.disconnect, where, wire))
    return error("dangling-wire", text, where, wire.target, wire.input, fixes)


def _resource(project: Project, where: str, wire: Wire, output: str) -> Project:
    return edits.connect(project, where, wire._replace(output=output))


def lost_wire(where: str, wire: Wire) -> Issue:
    text = f"A wire from {wire.source} goes to “{wire.target}”, which does not exist."
    return error("dangling-wire", text, where, wire.source, "", [fix("Remove the wire", edits.disconnect, where, wire)])


def cycle(where: str, network: Network, loop: Sequence[str]) -> Issue:
    names = " → ".join([*loop, loop[0]])
    text = (
        f"{names} is a loop: each of these nodes waits for the others within one time step. "
        "Remove a wire, or put a Delay in the loop to feed a value back at the next step."
    )
    back = next(w for w in network.inbound[loop[0]] if w.source == loop[-1])
    fixes = [
        fix(f"Put a Delay on {back}", _delay, where, back),
        fix(f"Remove the wire {back}", edits.disconnect, where, back),
    ]
    return error("cycle", text, where, loop[0], "", fixes)


def _delay(project: Project, where: str, wire: Wire) -> Project:
    return edits.insert(project, where, wire, edits.new_node(project.networks[where], "Delay"))


def refused(where: str, network: Network, node: Node, layer: Layer, refusal: Refused, ins: Mapping[str, Any]) -> Issue:
    """A layer's refusal, with those of its remedies that work on these very inputs."""
    fixes = [
        fix(remedy.label, _remedy, where, node.id, wire, remedy)
        for remedy in refusal.remedies
        for wire in _wires_for(network, node.id, remedy, refusal.port)
        if works(layer, remedy, ins, wire.input if wire else "")
    ]
    text = _with_sources(refusal.text, network, node, layer)
    return error(refusal.code, text, where, node.id, refusal.port, fixes)


def _wires_for(network: Network, node: str, remedy: Remedy, port: str) -> list[Wire | None]:
    if isinstance(remedy, Put):
        return _wires_into(network, node, port)[:1]
    return _wires_into(network, node, remedy.port or port)


def _wires_into(network: Network, node: str, port: str) -> list[Wire | None]:
    wires = network.inbound.get(node, ())
    exact = [wire for wire in wires if wire.input == port]
    return list(exact or wires[:1]) or [None]


def _with_sources(text: str, network: Network, node: Node, layer: Layer) -> str:
    """Where a text speaks of one of many like inputs, x2, the node that feeds it is named too."""
    many = [port.name for port in layer.ports_in() if port.many]
    for wire in network.inbound.get(node.id, ()) if many else ():
        if wire.input.rstrip("0123456789") in many:
            text = re.sub(rf"\b{wire.input}\b", f"{wire.input} (from {wire.source})", text, count=1)
    return text


def works(layer: Layer, remedy: Remedy, ins: Mapping[str, Any], port: str) -> bool:
    """Whether the layer takes these inputs once the remedy is applied."""
    try:
        if isinstance(remedy, Put):
            mended = make(type(layer), {**layer.values(), remedy.field: remedy.value}, {})
            mended.shape(**ins)
        else:
            inserted = make(layers[remedy.kind], remedy.fields, {})
            layer.shape(**_through(inserted, ins, port))
    except (Refused, BadFields, KeyError):
        return False
    return True


def _through(inserted: Layer, ins: Mapping[str, Any], port: str) -> dict[str, Any]:
    changed = dict(ins)
    if port in ins:
        changed[port] = _single(inserted, ins[port])
        return changed
    name = port.rstrip("0123456789")
    members = list(ins[name])
    index = min(int(port[len(name) :] or 1), len(members)) - 1
    members[index] = _single(inserted, members[index])
    changed[name] = tuple(members)
    return changed


def _single(inserted: Layer, x: Tensor) -> Tensor:
    made = inserted.shape(x)
    return made if isinstance(made, Tensor) else next(iter(made.values()))


def _remedy(project: Project, where: str, node: str, wire: Wire | None, remedy: Remedy) -> Project:
    if isinstance(remedy, Put):
        return edits.put(project, where, node, **{remedy.field: remedy.value})
    assert wire is not None
    return edits.insert(project, where, wire, edits.new_node(project.networks[where], remedy.kind, remedy.fields))


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
    close = difflib.get_close_matches(name, list(inner.arguments), n=1)
    text = (
        f"The network “{node.fields['network']}” has no argument “{name}” "
        f"(it has: {', '.join(inner.arguments) or 'none'})."
    )
    fixes = [_regiven(where, node, f"Call it {c}", raw.drop(name).put(c, raw[name])) for c in close if c not in raw]
    return error(
        "unknown-argument", text, where, node.id, "", [*fixes, _regiven(where, node, f"Remove {name}", raw.drop(name))]
    )


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


def unequal_times(where: str, node: Node, length: int, others: int) -> Issue:
    text = f"The input {node.id} has {length} time steps and another input has {others}; they must agree."
    return error("time", text, where, node.id)


def no_time(where: str, delay: str) -> Issue:
    text = (
        f"The network holds the delay {delay}, so it runs once for each time step, but no input has a time axis. "
        "Give an input the form sequence, tokens, signal or clip."
    )
    return error("time", text, where, delay)


def timed_initial(where: str, node: Node) -> Issue:
    text = f"The initial value of {node.id} is needed before the first step, so it cannot depend on the time steps."
    return error("time", text, where, node.id, "initial")


def delay_mismatch(where: str, node: Node, given: Tensor, back: Tensor, wired: bool) -> Issue:
    text = f"{node.id} gives out {given.describe()}, but {back.describe()} comes back to it; they must be the same."
    fixes = [fix(f"Set size to {back}", edits.put, where, node.id, size=back.shape)]
    return error("delay-size", text, where, node.id, "x", () if wired else fixes)


def cannot_mute(where: str, node: Node) -> Issue:
    text = f"{node.id} has no input to pass on, so it cannot be muted."
    return error("mute", text, where, node.id, "", [fix("Unmute", edits.mute, where, [node.id], False)])


def no_output(where: str, network: Network, shapes: Mapping[tuple[str, str], Tensor]) -> Issue:
    ends = [origin for origin in shapes if origin[0] not in network.outbound]
    text = "The network has no Output, so nothing leaves it."
    fixes = [fix(f"Add an Output after {node}", _add_output, where, node, port) for node, port in ends[-1:]]
    return error("no-output", text, where, "", "", fixes)


def _add_output(project: Project, where: str, node: str, port: str) -> Project:
    made = replace(edits.new_node(project.networks[where], "Output"))
    return edits.connect(edits.add(project, where, made), where, Wire(node, port, made.id, "x"))


def no_input(where: str) -> Issue:
    return error("no-input", "The network has no Input, so no data can enter it. Add one and wire it in.", where)


def unused(where: str, node: Node) -> Issue:
    text = f"The result of {node.id} reaches no output, so the node is left out of the model. Wire it in or delete it."
    fixes = [fix(f"Delete {node.id}", edits.remove, where, [node.id])]
    return Issue("warning", "unreachable", text, where, node.id, "", tuple(fixes))


def bad_name(where: str, node: Node, better: str) -> Issue:
    text = f"“{node.id}” cannot be a name in the source. Use letters, digits and _, not a word of Python or of modules."
    return error(
        "bad-name", text, where, node.id, "", [fix(f"Rename to {better}", edits.rename, where, node.id, better)]
    )


def shared(where: str, node: Node, owner: str, reason: str) -> Issue:
    text = f"{node.id} cannot use the weights of “{owner}”: {reason}."
    fixes = [fix("Give it weights of its own", edits.reset, where, node.id, "same_weights_as")]
    return error("shared-weights", text, where, node.id, "", fixes)


def emptiness(project: Project, name: str) -> tuple[Issue, ...]:
    if project.networks[name].nodes:
        return ()
    return (
        error("empty", "The network is empty. Add an Input to begin, or type a line such as input 4 > fc 3.", name),
    )


def project(project: Project) -> list[Issue]:
    """What is wrong with the project as a whole."""
    found = [
        issue
        for name, network in project.networks.items()
        if network.kind == "tensor"
        for issue in emptiness(project, name)
    ]
    strange = [(name, network.kind) for name, network in project.networks.items() if network.kind != "tensor"]
    found += [
        Issue("warning", "network-kind", f"This version of dlstudio cannot check a network of the kind “{kind}”.", name)
        for name, kind in strange
    ]
    return found
