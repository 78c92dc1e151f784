"""The Edit menu: undo, the clipboard, what is selected."""

from PySide6.QtGui import QGuiApplication

from dlstudio.core import clipboard, edits
from dlstudio.core.document import Project
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.sheets import drop_frames, drop_notes, swept
from dlstudio.ui.actions.action import Action, needs_choice, needs_nodes
from dlstudio.ui.canvas.marks import carried
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
    marks = carried(window.canvas.scene, state.choice)
    QGuiApplication.clipboard().setText(clipboard.copy(state.project, state.where, state.choice.nodes, marks))


def cut(window: Window) -> None:
    copy(window)
    delete(window)


def paste(window: Window) -> None:
    """What was copied, at the mouse when it is over the canvas."""
    state, text = window.session.state, QGuiApplication.clipboard().text()
    try:
        made = clipboard.paste(state.project, state.where, text, window.canvas.pointed)
    except ProjectProblem as problem:
        window.tell(str(problem))
        return
    _bring(window, "Paste", made)


def duplicate(window: Window) -> None:
    state = window.session.state
    marks = carried(window.canvas.scene, state.choice)
    _bring(window, "Duplicate", clipboard.duplicate(state.project, state.where, state.choice.nodes, marks=marks))


def _bring(window: Window, verb: str, made: clipboard.Pasted) -> None:
    """Makes what was copied one step of the history, and selects it."""
    words = _count(len(made.nodes)) if made.nodes else _count(len(made.marks), "thing")
    window.session.do(f"{verb} {words}", lambda _: made.project, choose=made.nodes)
    window.session.choose(Choice(frozenset(made.nodes), marks=frozenset(made.marks)))


def _count(number: int, what: str = "node") -> str:
    return f"1 {what}" if number == 1 else f"{number} {what}s"


def _needs_things(state: State) -> str:
    return "" if state.choice.nodes or state.choice.marks else "Select a node, a frame or a note first."


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
        "cut", "Cut", "Edit", cut, ("Ctrl+X",), "scissors", "Copies and takes away.", _needs_things,
        starts_group=True, on=("node", "mark"),
    ),
    Action(
        "copy", "Copy", "Edit", copy, ("Ctrl+C",), "copy", "Nodes, frames and notes as text, for any project.",
        _needs_things, on=("node", "mark"),
    ),
    Action(
        "paste", "Paste", "Edit", paste, ("Ctrl+V",), "clipboard-paste", "Copied nodes, at the mouse.", on=("canvas",)
    ),
    Action(
        "duplicate", "Duplicate", "Edit", duplicate, ("Ctrl+D", "Shift+D"), "", "A second one of what is selected.",
        _needs_things, on=("node", "mark"),
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
