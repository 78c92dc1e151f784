"""The Edit menu: undo, the clipboard, what is selected."""

from PySide6.QtGui import QGuiApplication

from dlstudio.core import clipboard, edits
from dlstudio.core.document import Project
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.sheets import drop_frames, drop_notes, swept
from dlstudio.ui.actions.action import Action, needs_choice, needs_nodes
from dlstudio.ui.session import Choice, State
from dlstudio.ui.window import Window


def undo(window: Window) -> None:
    window.session.undo()


def redo(window: Window) -> None:
    window.session.redo()


def delete(window: Window) -> None:
    """Takes away all that is selected as one step; wires are healed through nodes where that is possible."""
    state = window.session.state
    count = _size(state)
    window.session.do(deletion(state), lambda project: without(project, state.where, state.choice), choose=())
    if count > 1:
        window.tell(f"Deleted {_things(state)}.", offer="undo")


def deletion(state: State) -> str:
    """What the step is called."""
    if _size(state) > 1:
        return f"Delete {_things(state)}"
    return f"Delete {next(iter(state.choice.nodes or state.choice.marks or ['the wire']))}"


def _size(state: State) -> int:
    return len(state.choice.nodes) + len(state.choice.wires) + len(state.choice.marks)


def _things(state: State) -> str:
    """What is selected, counted: 12 nodes."""
    choice, count = state.choice, _size(state)
    nodes, wires = count == len(choice.nodes), count == len(choice.wires)
    return f"{count} {'nodes' if nodes else 'wires' if wires else 'things'}"


def without(project: Project, where: str, choice: Choice) -> Project:
    """The project without what is selected."""
    project = edits.disconnect(project, where, *choice.wires)
    project = edits.remove(project, where, choice.nodes, heal=True)
    return swept(drop_notes(drop_frames(project, where, *choice.marks), where, *choice.marks), where)


def copy(window: Window) -> None:
    state = window.session.state
    QGuiApplication.clipboard().setText(clipboard.copy(state.project, state.where, state.choice.nodes))


def cut(window: Window) -> None:
    copy(window)
    delete(window)


def paste(window: Window) -> None:
    """Nodes from the clipboard, at the mouse when it is over the canvas."""
    state, text = window.session.state, QGuiApplication.clipboard().text()
    try:
        project, nodes = clipboard.paste(state.project, state.where, text, window.canvas.pointed)
    except ProjectProblem as problem:
        window.tell(str(problem))
        return
    window.session.do(f"Paste {_count(len(nodes))}", lambda _: project, choose=nodes)


def duplicate(window: Window) -> None:
    state = window.session.state
    project, nodes = clipboard.duplicate(state.project, state.where, state.choice.nodes)
    window.session.do(f"Duplicate {_count(len(nodes))}", lambda _: project, choose=nodes)


def _count(number: int) -> str:
    return "1 node" if number == 1 else f"{number} nodes"


def mute(window: Window) -> None:
    """Bypasses the selected nodes, or brings them back when all of them are bypassed."""
    state = window.session.state
    nodes = state.choice.nodes
    muted = not all(state.network.nodes[node].muted for node in nodes)
    label = f"{'Mute' if muted else 'Unmute'} {_count(len(nodes))}"
    window.session.do(label, lambda project: edits.mute(project, state.where, nodes, muted))


ACTIONS = (
    Action(
        "undo", "Undo", "Edit", undo, ("Ctrl+Z",), "undo-2", "Takes back the last step.",
        lambda state: "" if state.history.undo_label else "There is nothing to undo.",
    ),
    Action(
        "redo", "Redo", "Edit", redo, ("Ctrl+Shift+Z", "Ctrl+Y"), "redo-2", "Brings back what was undone.",
        lambda state: "" if state.history.redo_label else "There is nothing to redo.",
    ),
    Action(
        "cut", "Cut", "Edit", cut, ("Ctrl+X",), "scissors", "Copies and takes away.", needs_nodes,
        starts_group=True, on=("node",),
    ),
    Action(
        "copy", "Copy", "Edit", copy, ("Ctrl+C",), "copy", "Nodes as text, for any project.", needs_nodes,
        on=("node",),
    ),
    Action(
        "paste", "Paste", "Edit", paste, ("Ctrl+V",), "clipboard-paste", "Copied nodes, at the mouse.", on=("canvas",)
    ),
    Action(
        "duplicate", "Duplicate", "Edit", duplicate, ("Ctrl+D", "Shift+D"), "", "A second one of what is selected.",
        needs_nodes, on=("node",),
    ),
    Action(
        "delete", "Delete", "Edit", delete, ("Delete", "Backspace"), "trash-2",
        "Takes away what is selected; the wires through it are joined.", needs_choice, on=("node", "wire", "mark"),
    ),
    Action(
        "mute", "Mute", "Edit", mute, ("M",), "eye-off", "Bypasses nodes: what comes in goes on unchanged.",
        needs_nodes, starts_group=True, on=("node",),
    ),
)  # fmt: skip
