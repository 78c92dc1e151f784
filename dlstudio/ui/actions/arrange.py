"""The Arrange menu: what is selected in line, at equal distances, tidy; frames, notes, folded nodes."""

from collections.abc import Callable
from functools import partial

from dlstudio.core import edits, sheets
from dlstudio.core.arrange import Direction
from dlstudio.core.document import Frame, Point, Project, Rect, Wire
from dlstudio.core.extras import bends, folded
from dlstudio.ui.actions.action import Action, needs_nodes
from dlstudio.ui.canvas import align
from dlstudio.ui.canvas.marks import COLORS, TITLE
from dlstudio.ui.canvas.plane import around, grown, shifted, touch
from dlstudio.ui.canvas.snap import STEP, on_grid
from dlstudio.ui.canvas.tidy import tidied
from dlstudio.ui.session import Choice, State
from dlstudio.ui.window import Window

BESIDE, ABOVE, BELOW = 20, 16, 12
"""The room between a frame and what is in it; wires run 12 beside cards and 20 below them."""
NOTE = (192, 96)
"""How large a new note is."""


# In line


def lay(window: Window, label: str, new: Callable[[align.Boxes], align.Places]) -> None:
    """Lays what is selected anew: nodes, frames and notes alike."""
    state, scene = window.session.state, window.canvas.scene
    marks = {name: mark.rect for name, mark in {**scene.frames, **scene.notes}.items() if name in state.choice.marks}
    nodes = {node: scene.boxes[node] for node in state.choice.nodes}
    places = new({**nodes, **marks})
    rects = {name: Rect(*places[name], rect.width, rect.height) for name, rect in marks.items()}

    def edit(project: Project) -> Project:
        project = edits.move(project, state.where, {node: places[node] for node in nodes})
        return sheets.put_marks(project, state.where, rects)

    window.session.do(label, edit)


def straighten(window: Window) -> None:
    """Lays the selected nodes as high as their wires must run straight."""
    state, scene = window.session.state, window.canvas.scene
    nodes = state.choice.nodes
    wires = [wire for wire in state.network.wires if wire.source in nodes and wire.target in nodes]

    def port(wire: Wire) -> tuple[float, float]:
        leaves = scene.cards[wire.source].port(wire.output, out=True)
        return leaves[1], scene.cards[wire.target].port(wire.input, out=False)[1]

    places = align.straight({node: scene.boxes[node] for node in nodes}, wires, port)
    window.session.do("Straighten", lambda project: edits.move(project, state.where, places))


def tidy(window: Window, direction: Direction) -> None:
    """Lays the network out anew, or the nodes that are selected."""
    state, room = window.session.state, window.canvas.room
    nodes = state.choice.nodes if len(state.choice.nodes) > 1 else ()
    label = f"Tidy {len(nodes)} nodes" if nodes else "Tidy"

    def edit(project: Project) -> Project:
        laid = tidied(project, state.where, room, only=nodes, direction=direction)
        sheet = laid.sheet(state.where)
        wires = bends(sheet) if sheet.positions != project.sheet(state.where).positions else ()
        led = {wire: () for wire in wires if not nodes or {wire.source, wire.target} & set(nodes)}
        return sheets.bend(laid, state.where, led) if led else laid

    if window.session.do(label, edit) and not nodes:
        window.canvas.fit(at_once=False)


# Frames and notes


def frame(window: Window) -> None:
    """A frame around what is selected, whose title can be typed at once."""
    state, scene = window.session.state, window.canvas.scene
    marks = {**scene.frames, **scene.notes}
    inside = around([
        *(scene.boxes[node] for node in state.choice.nodes), *(marks[mark].rect for mark in state.choice.marks)
    ])  # fmt: skip
    top = inside.y - ABOVE - TITLE
    rect = Rect(inside.x - BESIDE, top, inside.width + 2 * BESIDE, inside.y + inside.height + BELOW - top)
    _put(window, "frame", "Frame the selection", rect, sheets.put_frames)


def note(window: Window) -> None:
    """A note at the mouse, or in the middle of the view; below what lies there already."""
    seen, scene = window.canvas.seen, window.canvas.scene
    at = window.canvas.pointed or Point(seen.x + seen.width / 2, seen.y + seen.height / 2)
    rect = Rect(on_grid(at.x - NOTE[0] / 2), on_grid(at.y - NOTE[1] / 2), *NOTE)
    notes = [note.rect for note in scene.notes.values()]
    while any(scene.nodes_in(grown(rect, STEP))) or any(touch(grown(rect, STEP), other) for other in notes):
        rect = shifted(rect, 0, 3 * STEP)
    window.canvas.adding.sight.reveal(rect)
    _put(window, "note", "Add a note", rect, sheets.put_notes)


def _put(window: Window, stem: str, label: str, rect: Rect, put: Callable[..., Project]) -> None:
    state = window.session.state
    name = sheets.fresh_name(state.sheet, stem)
    window.session.do(label, lambda project: put(project, state.where, {name: Frame("", rect)}))
    window.session.choose(Choice(marks=frozenset([name])))
    window.canvas.write(name)


def unframe(window: Window) -> None:
    """Takes the selected frames away and leaves what is in them."""
    state = window.session.state
    names = state.choice.marks & state.sheet.frames.keys()
    label = "Remove the frame" if len(names) == 1 else f"Remove {len(names)} frames"
    window.session.do(label, lambda project: sheets.drop_frames(project, state.where, *names))


def write(window: Window) -> None:
    """The words of the selected frame or note, typed where they stand."""
    window.canvas.write(_titled(window.session.state))


def _titled(state: State) -> str:
    """The frame or the note whose words are meant: the only one, or the frame around all the others."""
    frames, notes = state.choice.marks & state.sheet.frames.keys(), state.choice.marks & state.sheet.notes.keys()
    if len(frames) == 1 or (not frames and len(notes) == 1):
        return next(iter(frames or notes))
    return ""


def recolor(window: Window) -> None:
    """The next colour for the selected frames and notes."""
    state = window.session.state
    marks = sorted(state.choice.marks)
    sheet = state.sheet
    first = sheet.frames.get(marks[0]) or sheet.notes[marks[0]]
    now = first.color if first.color in COLORS else ""
    color = COLORS[(COLORS.index(now) + 1) % len(COLORS)]

    def edit(project: Project) -> Project:
        for mark in marks:
            project = sheets.restyle(project, state.where, mark, color=color)
        return project

    window.session.do("Colour", edit)


def release(window: Window) -> None:
    """Takes the bends of the selected wires away, so that they find their own ways."""
    state = window.session.state
    led: dict[Wire, tuple[Point, ...]] = dict.fromkeys(_led(state), ())
    window.session.do("Unbend a wire" if len(led) == 1 else f"Unbend {len(led)} wires",
                      lambda project: sheets.bend(project, state.where, led))  # fmt: skip


def _led(state: State) -> list[Wire]:
    """The bent wires that are selected, or that hang on a selected node."""
    chosen = state.choice
    found = bends(state.sheet)
    return [w for w in found if w in chosen.wires or w.source in chosen.nodes or w.target in chosen.nodes]


def fold(window: Window) -> None:
    """Shows the selected nodes as their heads only, or whole when all of them are folded."""
    state = window.session.state
    nodes, now = state.choice.nodes, folded(state.sheet)
    on = not nodes <= now
    label = f"{'Collapse' if on else 'Expand'} {next(iter(nodes)) if len(nodes) == 1 else f'{len(nodes)} nodes'}"
    window.session.do(label, lambda project: sheets.fold(project, state.where, nodes, on))


# Why not


def _several(count: int) -> Callable[[State], str]:
    def unless(state: State) -> str:
        many = len(state.choice.nodes) + len(state.choice.marks)
        return "" if many >= count else f"Select at least {'two' if count == 2 else 'three'} things first."

    return unless


def _chain(state: State) -> str:
    nodes = state.choice.nodes
    inner = any(wire.source in nodes for node in nodes for wire in state.network.inbound.get(node, ()))
    return "" if inner else "Select nodes that are wired to each other first."


def _nodes(state: State) -> str:
    return "" if state.network.nodes else "There is nothing to lay out."


def _framed(state: State) -> str:
    return "" if state.choice.marks & state.sheet.frames.keys() else "Select a frame first."


def _marked(state: State) -> str:
    return "" if state.choice.marks else "Select a frame or a note first."


def _one_titled(state: State) -> str:
    return "" if _titled(state) else "Select one frame or one note first."


def _any(state: State) -> str:
    return "" if state.choice.nodes or state.choice.marks else "Select something first."


MENU = "Arrange"

ACTIONS = (
    *(
        Action(
            f"align-{name}", title, MENU, partial(lay, label=title, new=new), (keys,), icon, text, _several(2)
        )
        for name, title, new, keys, icon, text in (
            ("left", "Align left", align.left, "Alt+A", "align-horizontal-justify-start", "Left edges in line."),
            ("center", "Align centres", align.center, "Alt+H", "", "Middles in one column."),
            ("right", "Align right", align.right, "Alt+D", "", "Right edges in line."),
            ("top", "Align top", align.top, "Alt+W", "align-vertical-justify-start", "Upper edges in line."),
            ("middle", "Align middles", align.middle, "Alt+V", "", "Middles in one row."),
            ("bottom", "Align bottom", align.bottom, "Alt+S", "", "Lower edges in line."),
        )
    ),
    Action(
        "distribute-across", "Distribute across", MENU, partial(lay, label="Distribute across", new=align.across),
        ("Alt+Shift+H",), "align-horizontal-distribute-center", "Equal gaps from left to right.", _several(3),
        starts_group=True,
    ),
    Action(
        "distribute-down", "Distribute down", MENU, partial(lay, label="Distribute down", new=align.down),
        ("Alt+Shift+V",), "", "Equal gaps from top to bottom.", _several(3),
    ),
    Action(
        "straighten", "Straighten", MENU, straighten, ("Alt+L",), "spline", "Lays wired nodes so that wires run level.",
        _chain,
    ),
    Action(
        "release", "Unbend wires", MENU, release, ("Shift+B",), "route", "Takes the bends of wires away.",
        lambda state: "" if _led(state) else "Select a wire that is bent first.", on=("wire",),
    ),
    Action(
        "tidy", "Tidy", MENU, partial(tidy, direction="right"), ("L",), "workflow",
        "Lays the nodes out in the order in which they run; with several selected, only those.", _nodes,
        starts_group=True, on=("canvas",),
    ),
    Action(
        "tidy-down", "Tidy downwards", MENU, partial(tidy, direction="down"), ("Shift+L",), "",
        "The same from top to bottom.", _nodes,
    ),
    Action(
        "frame", "Frame selection", MENU, frame, ("Ctrl+J",), "frame", "A titled frame around what is selected.", _any,
        starts_group=True, on=("node", "mark"),
    ),
    Action(
        "unframe", "Remove frame", MENU, unframe, ("Ctrl+Shift+J",), "", "Takes the frame away; the nodes stay.",
        _framed, on=("mark",),
    ),
    Action("note", "Add note", MENU, note, ("N",), "sticky-note", "Words on the canvas, at the mouse.", on=("canvas",)),
    Action(
        "write", "Edit words", MENU, write, ("T",), "type", "The title of a frame, or the words of a note.",
        _one_titled, on=("mark",),
    ),
    Action(
        "recolor", "Next colour", MENU, recolor, ("Shift+C",), "palette", "Of frames and notes.", _marked, on=("mark",)
    ),
    Action(
        "fold", "Collapse", MENU, fold, ("C",), "shrink", "Shows nodes as their heads only, or whole again.",
        needs_nodes, starts_group=True, on=("node",),
    ),
)  # fmt: skip
