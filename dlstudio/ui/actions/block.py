"""The Block menu: nodes made into blocks, the way into them and out, and the networks that they place."""

import re
from collections.abc import Callable, Iterable
from functools import partial

from dlstudio.catalog.forms import shape_fields
from dlstudio.compiler.check import examine
from dlstudio.core import edits, networks
from dlstudio.core.document import BLOCK, INPUT, MODEL, OUTPUT, Node, Point, Project
from dlstudio.core.grouping import group as grouped
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.topology import order
from dlstudio.core.unpacking import make_unique as made_unique
from dlstudio.core.unpacking import unpack as unpacked
from dlstudio.ui.actions.action import Action
from dlstudio.ui.ask import Ask
from dlstudio.ui.session import Edit, State
from dlstudio.ui.trail import outermost
from dlstudio.ui.window import Window

MOST_REPEATS = 10_000


def group(window: Window) -> None:
    """Asks for a name and makes the selected nodes into a block of that name."""
    state = window.session.state
    nodes = state.choice.nodes

    def wrong(name: str) -> str:
        return _refused(lambda project: grouped(project, state.where, nodes, name)[0], state.project)

    def done(name: str) -> None:
        project, block = grouped(window.session.state.project, state.where, nodes, name)
        project = sized(project, name)
        window.session.do(f"Group into {name}", lambda _: project, choose=[block])

    Ask(window.canvas, "Name of the block", proposal(state), done, wrong=wrong)


def sized(project: Project, name: str) -> Project:
    """The project with the inputs of a network that was just placed given what flows in: it is sound alone, too."""
    plan = examine(project).plans[name]
    for node, tensor in plan.inputs.items():
        project = edits.put(project, name, node, **shape_fields(tensor))
    return project


def proposal(state: State) -> str:
    """A name for the selected nodes: of the frame around them, or of what they are."""
    places, nodes = state.sheet.positions, state.choice.nodes
    for frame in state.sheet.frames.values():
        if frame.title and all(node in places and _inside(places[node], frame.rect) for node in nodes):
            return networks.fresh_network(state.project, _word(frame.title) or "Block")
    kinds = dict.fromkeys(node.kind for node in order(state.network) if node.id in nodes)
    words = [_word(kind) for kind in kinds if kind not in (INPUT, OUTPUT)]
    return networks.fresh_network(state.project, "".join(words) if 0 < len(words) <= 3 else "Block")


def _inside(point: Point, rect: tuple[float, float, float, float]) -> bool:
    x, y, width, height = rect
    return x <= point.x <= x + width and y <= point.y <= y + height


def _word(text: str) -> str:
    """A text as a network is called: the words joined, each with a large letter, without “2d”."""
    return "".join(part[:1].upper() + part[1:] for part in re.findall(r"[A-Za-z0-9]+", re.sub(r"[123]d\b", "", text)))


def _refused(edit: Edit, project: Project) -> str:
    """Why an edit cannot be done, or nothing."""
    try:
        edit(project)
    except ProjectProblem as problem:
        return str(problem)
    return ""


def enter(window: Window) -> None:
    if block := window.session.state.one:
        window.session.enter(block.id)


def leave(window: Window) -> None:
    window.session.leave()


def make_unique(window: Window) -> None:
    """The block gets a network of its own; from inside, the block that was entered."""
    state, block = window.session.state, entered(window.session.state)
    if block is None:
        return
    where, node = block
    if window.session.do(f"Make {node} unique", lambda project: made_unique(project, where, node)):
        inner = str(window.session.state.project.networks[where].nodes[node].fields["network"])
        window.tell(f"{node} has a network of its own now: {inner}.")
        if where != state.where:
            window.session.show(where)
            window.session.enter(node)


def entered(state: State) -> tuple[str, str] | None:
    """The block that is selected, or else the one through which this network was entered; and where it stands."""
    if state.one and state.one.kind == BLOCK:
        return state.where, state.one.id
    return (state.trail[-2].network, state.trail[-1].block) if len(state.trail) > 1 else None


def unpack(window: Window) -> None:
    """The nodes of the block in its place."""
    state = window.session.state
    if state.one is None:
        return
    try:
        project, nodes = unpacked(state.project, state.where, state.one.id)
    except ProjectProblem as problem:
        window.tell(str(problem))
        return
    window.session.do(f"Unpack {state.one.id}", lambda _: project, choose=nodes)


def repeat(window: Window) -> None:
    """Asks how many times in a row the block stands."""
    state, block = window.session.state, window.session.state.one
    if block is None:
        return

    def wrong(text: str) -> str:
        right = text.startswith("=") or (text.isdecimal() and 1 <= int(text) <= MOST_REPEATS)
        return "" if right else f"A whole number from 1 to {MOST_REPEATS:,} is wanted."

    def done(text: str) -> None:
        times = text if text.startswith("=") else int(text)
        window.session.do(f"Repeat {block.id}", lambda p: edits.put(p, state.where, block.id, repeat=times))

    said = str(block.fields.get("repeat", 1))
    Ask(window.canvas, f"How many times {block.id} stands in a row", said, done, wrong=wrong)


def new_network(window: Window) -> None:
    """Asks for a name and shows an empty network."""
    session = window.session

    def done(name: str) -> None:
        session.do(f"New network {name}", lambda project: networks.add_network(project, name))
        session.show(name)

    said = networks.fresh_network(session.state.project, "Network")
    Ask(window.canvas, "Name of the network", said, done, wrong=_free_name(session.state.project))


def _free_name(project: Project, own: str = "") -> Callable[[str], str]:
    """What is wrong with a name for a network."""

    def wrong(name: str) -> str:
        if not name:
            return "The network needs a name; type one."
        return f"There is a network “{name}” already." if name in project.networks and name != own else ""

    return wrong


def rename_network(window: Window) -> None:
    """Asks for another name; every block that places the network follows, and so does the view."""
    session, old = window.session, window.session.state.where
    first, *blocks = session.state.trail

    def done(new: str) -> None:
        session.do(f"Rename {old} to {new}", lambda project: networks.rename_network(project, old, new))
        session.show(new if first.network == old else first.network)
        for place in blocks:
            session.enter(place.block)

    Ask(window.canvas, f"Other name for {old}", old, done, wrong=_free_name(session.state.project, old))


def duplicate_network(window: Window) -> None:
    session, old = window.session, window.session.state.where
    name = networks.fresh_network(session.state.project, old)
    session.do(f"Duplicate {old}", lambda project: _with_copy(project, old, name))
    session.show(name)


def _with_copy(project: Project, old: str, name: str) -> Project:
    copied = networks.add_network(project, name, project.networks[old])
    return edits.with_sheet(copied, name, project.sheet(old))


def delete_network(window: Window) -> None:
    """Takes the network away; one that blocks place is kept, and the reason is said."""
    session, name = window.session, window.session.state.where
    session.do(f"Delete network {name}", lambda project: networks.remove_network(project, name))
    window.tell(f"Deleted the network {name}.", offer="undo")


def no_deletion(state: State) -> str:
    """Why the network on the canvas cannot be taken away."""
    if len(state.project.networks) == 1:
        return "A project has at least one network."
    if state.where == MODEL:
        return f"“{MODEL}” is what is trained; rename another network to “{MODEL}” first."
    found = networks.placings(state.project, state.where)
    placed = [f"“{block}” in {where}" for where, blocks in found for block in blocks]
    return f"{placed[0]} places this network; delete or unpack it first." if placed else ""


def step(window: Window, by: int) -> None:
    """The next or the last of the tabs."""
    state = window.session.state
    names = outermost(state)
    window.session.show(names[(names.index(state.trail[0].network) + by) % len(names)])


def _needs_block(state: State) -> str:
    return "" if state.one and state.one.kind == BLOCK else "Select one block first."


def _needs_instance(state: State) -> str:
    found = entered(state)
    if found is None:
        return "Select one block first."
    where, block = found
    inner = str(state.project.networks[where].nodes[block].fields.get("network", ""))
    if inner not in state.project.networks:
        return f"“{block}” places no network yet."
    return "" if places(state.project, inner) > 1 else f"“{block}” is the only one that places {inner}."


def places(project: Project, name: str) -> int:
    """How many blocks place a network."""
    return sum(len(blocks) for _, blocks in networks.placings(project, name))


def _needs_layers(state: State) -> str:
    chosen: Iterable[Node] = (state.network.nodes[node] for node in state.choice.nodes)
    if any(node.kind not in (INPUT, OUTPUT) for node in chosen):
        return ""
    return "Select the layers that go into the block first."


def _needs_inside(state: State) -> str:
    return "" if len(state.trail) > 1 else "This is the outermost network."


def _needs_tabs(state: State) -> str:
    return "" if len(outermost(state)) > 1 else "There is only one network."


def _enterable(state: State) -> str:
    if reason := _needs_block(state):
        return reason
    known = state.one is not None and state.one.fields.get("network", "") in state.project.networks
    return "" if known else "The block places no network yet; choose one in the inspector."


ACTIONS = (
    Action(
        "group", "Group into a block", "Block", group, ("Ctrl+G",), "group",
        "The selected nodes become one node that can be placed again.", _needs_layers, on=("node",),
    ),
    Action(
        "unpack", "Unpack", "Block", unpack, ("Ctrl+Shift+G",), "ungroup", "The nodes of the block in its place.",
        _needs_block, on=("node",),
    ),
    Action(
        "make-unique", "Make unique", "Block", make_unique, (), "unlink",
        "A network of its own, so that a change here changes no other block.", _needs_instance, on=("node",),
    ),
    Action(
        "repeat", "Repeat…", "Block", repeat, (), "layers", "The block several times in a row.", _needs_block,
        on=("node",),
    ),
    Action(
        "enter", "Enter the block", "Block", enter, ("Return", "Enter", "Ctrl+Down"), "log-in",
        "Shows what is inside.", _enterable, starts_group=True, on=("node",),
    ),
    Action(
        "leave", "Leave the block", "Block", leave, ("Ctrl+Up", "U"), "log-out", "Back to where the block stands.",
        _needs_inside, on=("canvas",),
    ),
    Action(
        "new-network", "New network…", "Block", new_network, ("Ctrl+Alt+N",), "plus", "An empty one in this project.",
        starts_group=True,
    ),
    Action("rename-network", "Rename the network…", "Block", rename_network, (), "type"),
    Action("duplicate-network", "Duplicate the network", "Block", duplicate_network, (), "copy"),
    Action("delete-network", "Delete the network", "Block", delete_network, (), "trash-2", unless=no_deletion),
    Action(
        "next-network", "Next network", "Block", partial(step, by=1), ("Ctrl+Tab",), "arrow-right", unless=_needs_tabs,
        starts_group=True,
    ),
    Action(
        "last-network", "Previous network", "Block", partial(step, by=-1), ("Ctrl+Shift+Tab",), "arrow-left",
        unless=_needs_tabs,
    ),
)  # fmt: skip
