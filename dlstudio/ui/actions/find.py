"""Find: what the command palette knows beside actions: nodes, networks, templates, recent projects."""

from collections.abc import Iterator
from functools import partial

from dlstudio.catalog.layers import layers
from dlstudio.core.templates import template, templates
from dlstudio.ui.actions.file import desk
from dlstudio.ui.commands.entry import Entry
from dlstudio.ui.files.recent import recent
from dlstudio.ui.window import Window


def entries(window: Window) -> Iterator[Entry]:
    """The other networks, the nodes of this one, recent projects and templates."""
    state = window.session.state
    for name in state.project.networks:
        if name != state.where:
            run = partial(window.session.show, name)
            yield Entry(f"network:{name}", f"Show {name}", "Network", run, icon="network", words="go to", quiet=True)
    for node in state.network.nodes.values():
        kind = layers[node.kind].title if node.kind in layers else node.kind
        go = partial(go_to, window, node.id)
        yield Entry(f"node:{node.id}", f"Go to {node.id}", kind, go, icon="target", quiet=True)
    for kept in recent():
        again = partial(lambda path: desk(window).open([path], window), kept.path)
        yield Entry(
            f"file:{kept.path}", f"Open {kept.path.name}", str(kept.path.parent), again, icon="file", quiet=True
        )
    for name in templates():
        start = partial(open_template, window, name)
        yield Entry(f"template:{name}", f"Open {name}", "Template", start, icon="layout-grid", quiet=True)


def go_to(window: Window, node: str) -> None:
    """Selects a node and moves the view to it."""
    window.session.choose_nodes(node)
    window.canvas.reveal(node)
    window.canvas.setFocus()


def open_template(window: Window, name: str) -> None:
    """In this window where it is still empty, or in a new one."""
    desk(window).show(template(name), over=window)
