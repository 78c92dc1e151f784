"""Random projects for hypothesis: everything that a file may hold, odd names and unknown kinds included."""

from hypothesis import strategies as st

from dlstudio.core.document import Frame, Network, Node, Point, Project, Rect, Sheet, Wire
from dlstudio.core.frozen import Frozen

KINDS = ["Input", "Output", "Conv2d", "Linear", "ReLU", "Add", "Delay", "Block", "NoSuchKind", ""]
ODD = [
    "",
    " ",
    "a b",
    'say "hi"',
    "naïve",
    "шум",
    "層1",
    "x\ny",
    "\\",
    "conv01",
    "conv1",
    "conv2",
    "conv10",
    "𝛼",
    "\x00",
]
KEYS = ["size", "note!", "out_channels", "network", "given", "same_weights_as", "zeta", "été"]

texts = st.one_of(st.sampled_from(ODD), st.text(max_size=12))
names = st.one_of(st.sampled_from(ODD), st.from_regex(r"[a-z]{1,6}[0-9]{0,3}", fullmatch=True))
whole = st.one_of(st.integers(-300, 300), st.integers(), st.sampled_from([10**300, -(10**999)]))
real = st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from([1.0, -0.0, 0.1, 1e300, 5e-324]))
plain = st.one_of(st.none(), st.booleans(), whole, real, texts)


def tables(values, most=4):
    """Frozen mappings of text keys to values."""
    return st.dictionaries(st.one_of(st.sampled_from(KEYS), texts), values, max_size=most).map(Frozen)


values = st.recursive(
    plain, lambda inner: st.one_of(st.lists(inner, max_size=4).map(tuple), tables(inner)), max_leaves=8
)


def extras(*reserved):
    """What only an older or newer program understands."""
    return tables(values, most=2).map(lambda extra: extra.drop(*reserved))


coordinate = st.one_of(st.integers(-(10**6), 10**6), st.floats(-1e9, 1e9), st.sampled_from([-0.0, 1e300]))
points = st.builds(Point, coordinate, coordinate)
frames = st.builds(
    Frame,
    texts,
    st.builds(Rect, coordinate, coordinate, coordinate, coordinate),
    st.sampled_from(["", "#ff8800", "blue"]),
    extras("rect", "title", "color"),
)


def nodes(name):
    return st.builds(
        Node,
        st.just(name),
        st.sampled_from(KINDS),
        tables(values),
        st.booleans(),
        texts,
        extras("kind", "fields", "muted", "note"),
    )


@st.composite
def networks(draw):
    """Nodes with any wires, some of them from or to nothing."""
    ids = draw(st.lists(names, max_size=6, unique=True))
    ends = st.sampled_from([*ids, "nowhere"])
    ports = st.sampled_from(["x", "y", "x1", "x2", "x10", "initial", "an odd port"])
    wires = draw(st.lists(st.builds(Wire, ends, ports, ends, ports), max_size=8))
    return Network.of(
        [draw(nodes(name)) for name in ids],
        wires,
        kind=draw(st.sampled_from(["tensor", "tensor", "markov", ""])),
        arguments=draw(tables(values)),
        note=draw(texts),
        extra=draw(extras("kind", "nodes", "wires", "arguments", "note")),
    )


def named(things, most=3):
    return st.dictionaries(names, things, max_size=most).map(Frozen)


sheets = st.builds(Sheet, named(points, 5), named(frames), named(frames), extras("positions", "frames", "notes"))

projects = st.builds(
    Project,
    name=texts,
    notes=texts,
    networks=named(networks()),
    data=tables(values),
    training=tables(values),
    search=tables(values),
    sheets=named(sheets),
    panels=tables(values),
    extra=extras("format", "name", "notes", "networks", "data", "training", "search", "layout"),
)


@st.composite
def wired(draw, most=8):
    """A sound project of one network `model` whose wires go one way, from an input to an output, with a few delays."""
    count = draw(st.integers(2, most))
    kinds = st.sampled_from(["Linear", "ReLU", "Add", "LSTM", "Delay"])
    ids = ["input1", *(f"n{i}" for i in range(count)), "output1"]
    made = [Node("input1", "Input"), *(Node(name, draw(kinds)) for name in ids[1:-1]), Node("output1", "Output")]
    wires = []
    for at in range(1, len(ids)):
        ports = (
            ["x"]
            if at == len(ids) - 1
            else draw(st.lists(st.sampled_from(["x", "x1", "x2", "key"]), unique=True, max_size=3))
        )
        wires += [Wire(ids[draw(st.integers(0, at - 1))], draw(st.sampled_from("yh")), ids[at], port) for port in ports]
    places = {name: Point(draw(st.integers(-999, 999)), draw(st.integers(-999, 999))) for name in ids}
    return Project(
        networks=Frozen({"model": Network.of(made, wires, arguments=Frozen({"c": 3, "d": 4}))}),
        sheets=Frozen({"model": Sheet(Frozen(places))}),
    )
