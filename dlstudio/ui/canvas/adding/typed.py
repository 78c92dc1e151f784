"""Typed: what a line of the type-to-build grammar would add to the network on the canvas, laid out beside it."""

from dataclasses import replace

from dlstudio.compiler.line import extend
from dlstudio.core import edits
from dlstudio.core.document import OUTPUT, Point
from dlstudio.ui.canvas.adding.room import behind, cards, shifted
from dlstudio.ui.canvas.adding.trial import Trial
from dlstudio.ui.canvas.scene import Scene
from dlstudio.ui.canvas.tidy import tidied
from dlstudio.ui.session import State


def typed(
    state: State, scene: Scene, text: str, room: tuple[float, float], *, after: str = "", close: bool = True
) -> Trial:
    """The project with what the line says, behind a node; a ProjectProblem says which word is not understood."""
    words = text.strip().removeprefix(">").strip()
    after = after or (last(state) if close else "")
    if _stands_alone(state, words):
        after = ""
    made = extend(state.project, state.where, words, after, state.plan if len(state.trail) == 1 else None)
    count = len(made.new)
    label = f"Type {made.new[0]}" if count == 1 else f"Type {count} nodes"
    trial = Trial(state, made.project, tuple(made.new), label)
    return _laid(trial, scene, room, after)


def _stands_alone(state: State, words: str) -> bool:
    """Whether the line begins with a node that is there already, and so goes on from that one."""
    first = words.split(">")[0].split(";")[0].strip()
    return first.partition(".")[0] in state.network.nodes


def last(state: State) -> str:
    """The node that a line goes on from: the selected one, or the last that leads nowhere yet."""
    network = state.network
    if state.one:
        return state.one.id if state.one.kind != OUTPUT else ""
    order = [node.id for node in state.plan.order] if state.plan else list(network.nodes)
    loose = [n for n in order if n not in network.outbound and network.nodes[n].kind != OUTPUT]
    return loose[-1] if loose else ""


def _laid(trial: Trial, scene: Scene, room: tuple[float, float], after: str) -> Trial:
    """The new nodes in order, behind the node that they go on from."""
    where = trial.state.where
    project = tidied(trial.project, where, room, only=trial.new) if trial.new else trial.project
    placed = replace(trial, project=project)
    if not scene.boxes or not trial.new:
        return placed
    anchor = scene.boxes.get(after)
    bounds = scene.bounds
    first = placed.rects[trial.new[0]]
    to = behind(anchor, first.height) if anchor else Point(bounds.x, bounds.y + bounds.height + 40)
    moved = shifted(placed.places, placed.rects.values(), to, cards(scene))
    return replace(trial, project=edits.move(project, where, moved))
