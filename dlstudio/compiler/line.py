"""Typing in: what a line says becomes nodes and wires."""

from collections.abc import Mapping

from dlstudio.catalog.layer import Port
from dlstudio.catalog.layers import layers
from dlstudio.catalog.refusal import Refused
from dlstudio.compiler.plan import Origin, Plan
from dlstudio.compiler.sense import sense
from dlstudio.compiler.typed import Typed
from dlstudio.compiler.words import Chain, From, Item, parse
from dlstudio.core.document import BLOCK, DELAY, INPUT, MODEL, OUTPUT, Project
from dlstudio.core.frozen import Value
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.spec import BadFields, make


def line(text: str) -> Project:
    """A project whose model is what the line says; an Output is added at each loose end."""
    made = extend(Project(name="untitled"), MODEL, text).project
    return close(made, MODEL)


def extend(project: Project, where: str, text: str, after: str = "", plan: Plan | None = None) -> Typed:
    """The project with what the line says added to a network, going on from a node where one is given.

    With a plan of the network as it is, only what is new is worked out."""
    typed = Typed(project, where, plan)
    others = tuple(name for name in project.networks if name != where)
    for chain in parse(text, others, tuple(project.networks[where].nodes)):
        _chain(typed, chain, after)
        after = ""
    return typed


def _chain(typed: Typed, chain: Chain, after: str) -> None:
    origin: Origin | None = typed.first_output(after) if after else None
    for item in chain:
        if not isinstance(item, From):
            origin = _item(typed, item, origin)
        else:
            origin = _lead_back(typed, item.name, origin) if origin else typed.origin(item.name)


def _lead_back(typed: Typed, text: str, origin: Origin) -> Origin:
    """Wires what flows into a node that is there already, by its first free input or the one behind the dot."""
    name, _, port = text.partition(".")
    node = typed.nodes[name]
    taken = {wire.input for wire in typed.inbound.get(name, ())}
    if not port:
        ports = _ports(typed, node.kind, node.fields, len(taken) + 1, name)
        port = next(each for each in ports if each not in taken)
    typed.wire(origin, name, port)
    typed.shapes.clear()
    return typed.first_output(name)


def _item(typed: Typed, item: Item, origin: Origin | None) -> Origin | None:
    if not origin and not item.joins and all(layers[kind].inputs and kind != DELAY for kind, _ in item.meanings):
        raise ProjectProblem(f"“{item.word}” needs something before it; begin with input, such as input 1x28x28.")
    kind, fields, bridge = sense(typed, item, origin)
    if bridge and origin:
        between = typed.add(bridge, {}, "")
        typed.wire(origin, between, layers[bridge].inputs[0].name)
        origin = typed.first_output(between)
    node = typed.add(kind, fields, item.name)
    sources = [origin] if origin and kind != INPUT else []
    sources += [typed.origin(name) for name in item.joins]
    for source, port in zip(sources, _ports(typed, kind, fields, len(sources), item.word), strict=True):
        typed.wire(source, node, port)
    return None if kind == OUTPUT else typed.first_output(node)


def _ports(typed: Typed, kind: str, fields: Mapping[str, Value], count: int, word: str) -> list[str]:
    """The names of the first so many inputs."""
    if kind == BLOCK:
        inner = typed.start.networks.get(str(fields.get("network", "")))
        ports: tuple[Port, ...] = tuple(Port(each.id) for each in inner.of_kind(INPUT)) if inner else (Port("x"),)
    else:
        try:
            ports = make(layers[kind], fields, {}).ports_in()
        except (BadFields, Refused):
            ports = layers[kind].inputs
    if ports and ports[0].many:
        return [f"{ports[0].name}{i + 1}" for i in range(count)]
    if count > len(ports):
        raise ProjectProblem(f"“{word}” has {len(ports)} inputs, but {count} things would be wired into it.")
    return [port.name for port in ports[:count]]


def close(project: Project, where: str) -> Project:
    """An Output put at each loose end."""
    network = project.networks[where]
    typed = Typed(project, where)
    for node in network.nodes.values():
        if node.id not in network.outbound and node.kind != OUTPUT:
            origin = typed.first_output(node.id)
            typed.wire(origin, typed.add(OUTPUT, {}, ""), "x")
    return typed.project
