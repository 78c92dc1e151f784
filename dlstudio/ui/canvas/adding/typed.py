"""Typed: what a line of the type-to-build grammar would add to the network on the canvas, laid out beside it."""

from dataclasses import replace

from dlstudio.compiler.line import extend
from dlstudio.core import edits
from dlstudio.core.document import OUTPUT, Point, Rect, Wire
from dlstudio.ui.canvas.adding.room import behind, cards, free, shifted, size
from dlstudio.ui.canvas.adding.trial import Trial
from dlstudio.ui.canvas.card import PORT
from dlstudio.ui.canvas.scene import Scene
from dlstudio.ui.canvas.tidy import LAYER_GAP, tidied
from dlstudio.ui.session import State

SHARE = 0.45
"""How much of the height of the view new nodes take beside others, before they go on in another row."""


def typed(
    state: State, scene: Scene, text: str, room: tuple[float, float], *, after: str = "", at: Point | None = None
) -> Trial:
    """The project with what the line says, behind a node; a ProjectProblem says which word is not understood."""
    words = text.strip().removeprefix(">").strip()
    after = "" if _stands_alone(state, words) else after
    made = extend(state.project, state.where, words, after, state.plan if len(state.trail) == 1 else None)
    new, project = tuple(made.new), made.project
    ends = [node for node in new if project.networks[state.where].nodes[node].kind == OUTPUT]
    onward = _to_output(state, after) if after and new and not ends else None
    if onward:
        project = edits.disconnect(project, state.where, onward)
        project = edits.connect(project, state.where, Wire(*made.first_output(new[-1]), onward.target, onward.input))
    label = f"Type {new[0]}" if len(new) == 1 else f"Type {len(new)} nodes"
    return _laid(Trial(state, project, new, label), scene, room, after, at, onward)


def _stands_alone(state: State, words: str) -> bool:
    """Whether the line begins with a node that is there already, and so goes on from that one."""
    first = words.partition(">")[0].partition(";")[0].strip()
    return first.partition(".")[0] in state.network.nodes


def _to_output(state: State, node: str) -> Wire | None:
    """The wire from a node to an output where that is all it leads to: what is added goes between."""
    leaving = state.network.outbound.get(node, ())
    to_output = len(leaving) == 1 and state.network.nodes[leaving[0].target].kind == OUTPUT
    return leaving[0] if to_output else None


def last(state: State) -> str:
    """The node that a line goes on from: the last one selected, else the last that leads nowhere yet."""
    nodes, leaving, chosen = state.network.nodes, state.network.outbound, state.choice.nodes
    order = [node.id for node in state.plan.order] if state.plan else list(nodes)
    loose = ""
    for node in reversed(order):
        if nodes[node].kind == OUTPUT:
            continue
        if node in chosen:
            return node
        if not loose and (not leaving.get(node) or _to_output(state, node)):
            loose = node
    return loose


def _laid(
    trial: Trial, scene: Scene, room: tuple[float, float], after: str, at: Point | None, onward: Wire | None
) -> Trial:
    """The new nodes in order, behind the node that they go on from; an output that they lead to goes behind them."""
    where = trial.state.where
    if not trial.new:
        return trial
    beside = bool(scene.boxes)
    wide = (room[0], room[1] * SHARE) if beside else room
    placed = replace(trial, project=tidied(trial.project, where, wide, only=trial.new))
    if not beside:
        return placed
    anchor, bounds = scene.boxes.get(after), scene.bounds
    first = placed.rects[trial.new[0]]
    to = behind(anchor, first.height) if anchor else Point(bounds.x, bounds.y + bounds.height + LAYER_GAP)
    to = Point(at.x, at.y - PORT) if at else to
    apart = [onward.target] if onward else []
    places = shifted(placed.places, placed.rects.values(), to, cards(scene, apart))
    project = edits.move(trial.project, where, places)
    if onward:
        end = size(project, where, trial.new[-1], places[trial.new[-1]])
        box = scene.rect(onward.target)
        free_of = Rect(*behind(end, box.height), box.width, box.height)
        project = edits.move(project, where, {onward.target: free(free_of, cards(scene, apart))})
    return replace(trial, project=project)
