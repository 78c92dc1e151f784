"""Findings: the mistakes that people make while drawing, in words that teach, with fixes that were tried."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dlstudio.catalog.layer import Port
from dlstudio.catalog.layers import layers
from dlstudio.compiler.entering import suited
from dlstudio.core import edits
from dlstudio.core.document import BLOCK, INPUT, OUTPUT, Network, Node, Project, Wire
from dlstudio.core.fields import is_calculated
from dlstudio.core.frozen import Frozen
from dlstudio.core.issue import Fix, Issue
from dlstudio.core.spec import BadField, BadFields, make
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
    return [_bad_field(where, node, problem) for problem in problems.problems]


def _bad_field(where: str, node: Node, problem: BadField) -> Issue:
    field = problem.field
    if problem.key:
        kept = node.fields[field].drop(problem.key)
        remedy = fix(f"Take the numbers of {problem.key} away", edits.put_all, where, [node.id], {field: kept})
    else:
        label = f"Reset {field.replace('_', ' ')}" if field in layers[node.kind].specs else f"Remove {field}"
        remedy = fix(label, edits.reset, where, node.id, field)
    return error("bad-field", problem.text, where, node.id, "", [remedy])


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
    elif not loose:
        text += " Pull a wire into it, or put something before it."
        remove = fix(f"Remove {node.id}", edits.remove, where, [node.id])
        fixes = [remove if node.kind == OUTPUT else fix(f"Put an Input before {node.id}", _enter, where, node, name)]
    return error("missing-input", text, where, node.id, port.name, fixes)


def _enter(project: Project, where: str, node: Node, port: str) -> Project:
    """An Input put before a node, as something that its layer takes where that can be said."""
    plain = node.kind != BLOCK and not is_calculated(node.fields)
    suit = next(suited(make(layers[node.kind], node.fields, {}), {}, port), None) if plain else None
    made = edits.new_node(project.networks[where], INPUT, suit[0] if suit else Frozen())
    return edits.connect(edits.add(project, where, made), where, Wire(made.id, "y", node.id, port))


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
    ends = [origin for origin in shapes if origin[0] not in network.outbound] or _loose(network)
    text = "The network has no Output, so nothing leaves it."
    fixes = [fix(f"Add an Output after {node}", _add_output, where, node, port) for node, port in ends[-1:]]
    return error("no-output", text, where, "", "", fixes)


def _loose(network: Network) -> list[tuple[str, str]]:
    """The first outputs of nodes that lead nowhere, whether they are sound or not."""
    every = ((node.id, layers[node.kind].outputs) for node in network.nodes.values() if node.kind in layers)
    return [(name, outputs[0].name) for name, outputs in every if outputs and name not in network.outbound]


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
