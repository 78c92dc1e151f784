"""Build: what the project would be with an entry added: alone, behind a port, before one, or on a wire."""

from collections.abc import Iterable
from dataclasses import replace

from dlstudio.compiler.ports import ports
from dlstudio.core import edits
from dlstudio.core.document import BLOCK, INPUT, MODEL, OUTPUT, Node, Point, Project, Rect, Wire
from dlstudio.core.frozen import Frozen
from dlstudio.core.networks import add_network, fresh_network
from dlstudio.core.ports import free as free_port
from dlstudio.core.templates import template
from dlstudio.core.topology import closure
from dlstudio.ui.canvas.adding.entry import Entry
from dlstudio.ui.canvas.adding.room import behind, between, cards, free, on_grid, pushed, size
from dlstudio.ui.canvas.adding.trial import Trial
from dlstudio.ui.canvas.adding.typed import last
from dlstudio.ui.canvas.adding.waiting import entrance, exit_of, waiting
from dlstudio.ui.canvas.card import HEAD, PORT, WIDTH
from dlstudio.ui.canvas.plane import grown, touch
from dlstudio.ui.canvas.scene import Scene, Spot
from dlstudio.ui.canvas.tidy import LAYER_GAP, NODE_GAP
from dlstudio.ui.session import State

Bare = tuple[Project, str]
"""A project with a new node that lies nowhere yet, and the node's name."""


def bare(state: State, entry: Entry) -> Bare:
    """The project with the entry as a node without a place."""
    project, kind, fields = state.project, entry.name, Frozen[str, object]()
    if entry.sort != "layer":
        project, network = _brought(project, entry) if entry.sort == "template" else (project, entry.name)
        kind, fields = BLOCK, Frozen({"network": network})
    node = edits.new_node(project.networks[state.where], kind, fields)
    node = replace(node, id=_named(project.networks[state.where].nodes, node, entry))
    return edits.add(project, state.where, node), node.id


def _named(taken: Iterable[str], node: Node, entry: Entry) -> str:
    """A plain name where one is usual: output, resnet18; the numbered one otherwise."""
    plain = {INPUT: "input", OUTPUT: "output"}.get(node.kind) or (edits.stem(entry.name) if node.kind == BLOCK else "")
    return plain if plain and plain not in taken else node.id


def _brought(project: Project, entry: Entry) -> tuple[Project, str]:
    """The project with the networks of a template, and the name that its model has there."""
    source = template(entry.name)
    names: dict[str, str] = {}
    for name in closure(source, MODEL):
        wanted = entry.name if name == MODEL else name
        known = project.networks.get(wanted)
        names[name] = wanted if known == source.networks[name] else fresh_network(project, wanted)
        if known != source.networks[name]:
            project = add_network(project, names[name], source.networks[name])
            project = edits.with_sheet(project, names[name], source.sheet(name))
    for new in names.values():
        for block in project.networks[new].of_kind(BLOCK):
            inner = str(block.fields.get("network", ""))
            if names.get(inner, inner) != inner:
                project = edits.put(project, new, block.id, network=names[inner])
    return project, names[MODEL]


def alone(state: State, scene: Scene, entry: Entry, at: Point) -> Trial:
    """The entry at a place (the middle of its head), moved aside where something lies."""
    project, node = bare(state, entry)
    box = size(project, state.where, node, Point(at.x - WIDTH / 2, at.y - HEAD / 2))
    spot = free(box, cards(scene))
    return Trial(state, edits.move(project, state.where, {node: spot}), (node,), _label(entry))


def beside(state: State, scene: Scene, entry: Entry, spot: Spot, at: Point | None = None) -> Trial:
    """The entry wired to a port, behind or before it, or at a place; its reason says why it does not fit."""
    project, node = bare(state, entry)
    wire = _wire(state, project, spot, node)
    reason = "" if wire else f"{entry.title} has nothing to be wired to {spot.node}."
    if wire:
        project = edits.connect(project, state.where, wire)
    box = size(project, state.where, node)
    wanted = on_grid(at) if at else _next_to(scene.rect(spot.node), box, out=spot.out)
    if at:
        wanted = Point(wanted.x - (0 if spot.out else WIDTH), wanted.y - PORT)
    place = free(Rect(wanted.x, wanted.y, box.width, box.height), cards(scene))
    trial = Trial(state, edits.move(project, state.where, {node: place}), (node,), _label(entry), reason)
    return trial if reason else trial.judged(node if spot.out else spot.node)


def _wire(state: State, project: Project, spot: Spot, node: str) -> Wire | None:
    """The wire between a port and a new node that is most likely meant."""
    if not spot.out:
        outs = _outputs(state, project, node)
        return Wire(node, outs[0], spot.node, spot.port) if outs else None
    network = project.networks[state.where]
    into = ports(project, network.nodes[node], network.arguments)[0]
    if not into:
        return None
    port = next((port for port in into if not port.optional), into[0])
    return Wire(spot.node, spot.port, node, free_port(network, node, port.name) if port.many else port.name)


def _outputs(state: State, project: Project, node: str) -> list[str]:
    network = project.networks[state.where]
    return [port.name for port in ports(project, network.nodes[node], network.arguments)[1]]


def _next_to(box: Rect, new: Rect, *, out: bool) -> Point:
    return behind(box, new.height) if out else Point(box.x - LAYER_GAP - new.width, box.y)


def follow(state: State, scene: Scene, entry: Entry, middle: Point) -> Trial:
    """The entry behind what is selected or was left loose, wired to it; with neither, in the middle of the view.

    What does not fit is wired all the same where nothing leads on yet: its badge then says why, and what helps."""
    node = last(state)
    leaving = state.network.outbound.get(node, ())
    if not node or (leaving and node not in state.choice.nodes):
        return placed(state, scene, entry, middle)
    if len(leaving) == 1 and not (trial := on_wire(state, scene, entry, leaving[0])).reason:
        return trial
    spot = entrance(state, node) if entry.gives_only else exit_of(scene, node)
    if spot and (not (trial := beside(state, scene, entry, spot)).reason or not leaving):
        return trial
    to = behind(scene.rect(node), 0)
    return alone(state, scene, entry, Point(to.x + WIDTH / 2, to.y + HEAD / 2))


def placed(state: State, scene: Scene, entry: Entry, at: Point, before: Trial | None = None) -> Trial:
    """The entry at a place, wired to what waits beside it for something to follow, or to come before.

    What a trial `before` found of the same wire, at another place, is taken over."""
    trial = alone(state, scene, entry, at)
    (node,) = trial.new
    spot = waiting(state, scene, trial.rects[node], before=entry.gives_only)
    wire = _wire(state, trial.project, spot, node) if spot else None
    if spot is None or wire is None:
        return trial
    project = edits.connect(trial.project, state.where, wire)
    made = Trial(state, project, trial.new, trial.label)
    if before and before.state is state and before.known and before.wires == made.wires:
        return replace(made, reason=before.reason, known=before.known)
    return made.judged(node if spot.out else spot.node)


def on_wire(state: State, scene: Scene, entry: Entry, wire: Wire, at: Point | None = None) -> Trial:
    """The entry between the two ends of a wire; its reason says why it does not go there."""
    project, node = bare(state, entry)
    return _inserted(state, scene, project, node, wire, _label(entry), at)


def put_between(state: State, scene: Scene, node: str, wire: Wire) -> Trial:
    """A node that is there already, put between the two ends of a wire, where it lies."""
    at = state.sheet.positions.get(node, Point(0, 0))
    return _inserted(state, scene, state.project, node, wire, f"Put {node} between", at)


def _inserted(
    state: State, scene: Scene, project: Project, node: str, wire: Wire, label: str, at: Point | None
) -> Trial:
    before = state.plan.verdicts.get(wire.target) if state.plan else None
    into = _wire(state, project, Spot(wire.source, wire.output, True), node)
    outs = _outputs(state, project, node)
    if into is None or not outs:
        return Trial(state, project, (node,), label, f"{node} cannot stand between: it lacks an input or an output.")
    onward = Wire(node, outs[0], wire.target, wire.input)
    project = edits.connect(edits.disconnect(project, state.where, wire), state.where, into, onward)
    box = size(project, state.where, node)
    source = scene.rect(wire.source)
    place = on_grid(at or between(source, scene.rect(wire.target)))
    if touch(grown(Rect(*place, box.width, box.height), NODE_GAP - 1), source):
        place = on_grid(between(source, scene.rect(wire.target)))
    box = Rect(place.x, place.y, box.width, box.height)
    others = {name: rect for name, rect in scene.boxes.items() if name not in (node, wire.source)}
    moved = pushed(box, others, lambda rect: [name for name in scene.nodes_in(rect) if name in others])
    project = edits.move(project, state.where, {**moved, node: place})
    trial = Trial(state, project, (node,), label)
    return trial.judged(node, *([wire.target] if before and before.step else []))


def _label(entry: Entry) -> str:
    return f"Add {entry.title}"
