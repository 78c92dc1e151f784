"""What lies where on the canvas: layouts that can be read, wires that find their way, and differences only."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dlstudio as dl
from dlstudio.core import edits
from dlstudio.core.document import Point, Project, Rect, Wire
from dlstudio.core.frozen import Frozen
from dlstudio.core.templates import template, templates
from dlstudio.ui.canvas.buckets import Buckets
from dlstudio.ui.canvas.camera import Camera, free
from dlstudio.ui.canvas.curve import Curve, curve
from dlstudio.ui.canvas.plane import touch
from dlstudio.ui.canvas.scene import Scene
from dlstudio.ui.canvas.tidy import placed
from dlstudio.ui.session import Session

SMALL, LARGE = (780, 560), (1280, 800)
LEAST = 0.55
"""No template is shown smaller than this in the small window."""


@lru_cache(maxsize=256)
def laid(name: str, size: tuple[int, int]) -> tuple[tuple[str, Scene, Camera], ...]:
    """Every network of a template as a canvas of this size shows it."""
    room = free(*size)
    session = Session(placed(replace(template(name), sheets=Frozen()), (room.width, room.height)))
    found = []
    for where in session.state.project.networks:
        session.show(where)
        scene = Scene()
        scene.show(None, session.state)
        found.append((where, scene, Camera.fit(scene.bounds, *size)))
    return tuple(found)


def inner(box: Rect) -> Rect:
    return Rect(box.x + 1, box.y + 1, box.width - 2, box.height - 2)


def pieces(scene: Scene) -> Iterator[tuple[Wire, Curve]]:
    return ((wire, scene.curve(wire)) for wire in scene.wires)


@pytest.mark.parametrize("size", [SMALL, LARGE])
@pytest.mark.parametrize("name", templates())
def test_every_template_is_seen_whole_and_large_and_no_node_lies_on_another(name: str, size: tuple[int, int]) -> None:
    for where, scene, camera in laid(name, size):
        assert camera.zoom >= LEAST, where
        for box in scene.boxes.values():
            left, top = camera.to_screen(Point(box.x, box.y))
            right, bottom = camera.to_screen(Point(box.x + box.width, box.y + box.height))
            assert min(left, top) >= 0
            assert right <= size[0]
            assert bottom <= size[1]
        for one, other in combinations(scene.boxes.values(), 2):
            assert not touch(one, other), where


@pytest.mark.parametrize("name", templates())
def test_no_wire_of_a_template_runs_through_a_node(name: str) -> None:
    for where, scene, _ in laid(name, SMALL):
        for wire, way in pieces(scene):
            line = [Point(way.line[0].x + 2, way.line[0].y), *way.line[1:-1], Point(way.line[-1].x - 2, way.line[-1].y)]
            samples = [Point(a.x + (b.x - a.x) * t / 8, a.y + (b.y - a.y) * t / 8)
                       for a, b in pairwise(line) for t in range(9)]  # fmt: skip
            for node, box in scene.boxes.items():
                hit = [point for point in samples if touch(inner(box), Rect(*point, 0, 0))]
                assert not hit, f"{where}: {wire} runs through {node}"


@pytest.mark.parametrize("name", templates())
def test_ways_at_right_angles_do_not_lie_on_each_other(name: str) -> None:
    for where, scene, _ in laid(name, SMALL):
        bent = [(wire, way) for wire, way in pieces(scene) if not way.smooth]
        for (one, first), (other, second) in combinations(bent, 2):
            if one[:2] != other[:2]:
                assert shared(first, second) <= 30, f"{where}: {one} and {other}"


def shared(first: Curve, second: Curve) -> float:
    """How far two ways run on one another."""
    total = 0.0
    for a, b in pairwise(first.points):
        for c, d in pairwise(second.points):
            if a.y == b.y == c.y == d.y:
                total += max(0.0, min(max(a.x, b.x), max(c.x, d.x)) - max(min(a.x, b.x), min(c.x, d.x)))
            if a.x == b.x == c.x == d.x:
                total += max(0.0, min(max(a.y, b.y), max(c.y, d.y)) - max(min(a.y, b.y), min(c.y, d.y)))
    return total


def test_lenet_is_read_without_effort_in_a_small_window_with_the_bottom_panel_too() -> None:
    for size in (SMALL, (780, 427)):
        ((_, _, camera),) = laid("lenet5", size)
        assert 11 * camera.zoom >= 9


def test_the_ports_of_a_chain_lie_in_one_line() -> None:
    session = Session(placed(dl.line("input 8 > fc 4 > relu")))
    scene = Scene()
    scene.show(None, session.state)
    assert all(start.y == end.y for start, end in scene.wires.values())


def test_a_wire_goes_around_what_is_in_its_way() -> None:
    wall = Rect(200, -100, 100, 220)
    way = curve(Point(0, 0), Point(500, 0), lambda _: [wall])
    assert not any(touch(wall, Rect(min(a.x, b.x), min(a.y, b.y), abs(a.x - b.x), abs(a.y - b.y)))
                   for a, b in pairwise(way.line))  # fmt: skip


def test_two_wires_around_the_same_card_keep_apart() -> None:
    walls = [Rect(100, 0, 176, 64), Rect(100, 104, 176, 64)]
    first = curve(Point(276, 32), Point(100, 136), lambda _: walls)
    second = curve(Point(276, 48), Point(100, 152), lambda _: walls, lambda _: ([first.points], []))
    assert not first.smooth
    assert not second.smooth
    assert shared(first, second) == 0


rects = st.builds(Rect, *[st.integers(-2000, 2000)] * 2, *[st.integers(0, 900)] * 2)


@given(st.lists(rects, max_size=20), rects)
def test_buckets_forget_nothing_that_touches(boxes: list[Rect], asked: Rect) -> None:
    buckets: Buckets[int] = Buckets()
    for number, box in enumerate(boxes):
        buckets.put(number, Rect(0, 0, 1, 1))
        buckets.put(number, box)
    found = list(buckets.near(asked))
    assert len(found) == len(set(found))
    assert {number for number, box in enumerate(boxes) if touch(box, asked)} <= set(found)


def some_edit(project: Project, dice: random.Random) -> Project:
    """A random change of the model: a field, a place, a wire, a node."""
    network = project.networks["model"]
    node = dice.choice(sorted(network.nodes))
    match dice.randrange(5):
        case 0:
            return edits.move(project, "model", {node: Point(8.0 * dice.randrange(99), 8.0 * dice.randrange(99))})
        case 1:
            return edits.mute(project, "model", [node], not network.nodes[node].muted)
        case 2 if network.nodes[node].kind == "Conv2d":
            return edits.put(project, "model", node, out_channels=dice.randrange(1, 40))
        case 3:
            wire = dice.choice(sorted(network.wires))
            return edits.disconnect(project, "model", wire)
        case _ if len(network.nodes) > 6:
            return edits.remove(project, "model", [node], heal=True)
    return project


@pytest.mark.parametrize("seed", range(8))
def test_taking_over_differences_gives_the_scene_that_a_fresh_one_would_show(seed: int) -> None:
    dice = random.Random(seed)
    session = Session(placed(replace(template("lenet5"), sheets=Frozen())))
    scene = Scene()
    scene.show(None, session.state)
    session.listen(scene.show)
    for _ in range(12):
        version, before = scene.version, dict(scene.cards)
        dice.choice([session.undo, lambda: session.do("Edit", lambda p: some_edit(p, dice))])()
        fresh = Scene()
        fresh.show(None, session.state)
        assert (scene.cards, scene.boxes, scene.wires) == (fresh.cards, fresh.boxes, fresh.wires)
        news = scene.since(version)
        assert news is not None
        changed = {node for node in before.keys() | scene.cards if before.get(node) != scene.cards.get(node)}
        assert changed <= news[0]


def test_an_edit_makes_only_the_cards_anew_that_it_reaches() -> None:
    session = Session(placed(dl.line("input 1x28x28 > conv 6 5x5 > relu > flatten > fc 10")))
    scene = Scene()
    scene.show(None, session.state)
    session.listen(scene.show)
    before = dict(scene.cards)
    session.do("Set", lambda project: edits.put(project, "model", "linear1", out_features=12))
    assert {node for node, card in scene.cards.items() if card is not before[node]} <= {"linear1", "output", "output1"}


def test_cards_through_which_something_else_flows_look_as_if_made_anew() -> None:
    session = Session(template("lenet5"))
    scene = Scene()
    scene.show(None, session.state)
    first = next(node.id for node in session.state.plan.order if node.kind == "Conv2d") if session.state.plan else ""
    wire = session.state.network.inbound[first][0]
    pool = edits.new_node(session.state.network, "MaxPool2d")

    def insert(project: Project) -> Project:
        return edits.insert(project, session.state.where, wire, pool)

    for change in (lambda: session.do("Insert", insert), session.undo, session.redo):
        before = session.state
        change()
        scene.show(before, session.state)
        fresh = Scene()
        fresh.show(None, session.state)
        assert scene.cards == fresh.cards
        assert (scene.boxes, scene.wires) == (fresh.boxes, fresh.wires)


def test_a_card_through_which_another_shape_flows_is_made_anew_when_somebody_looks_at_it() -> None:
    session = Session(template("lenet5"))
    scene = Scene()
    scene.show(None, session.state)
    session.listen(scene.show)
    session.do("Edit", lambda project: edits.put(project, "model", "conv1", padding=(0, 0)))
    assert [socket.text for socket in scene.cards.roughly("pool1").outs] == ["6×14×14"]
    assert [socket.text for socket in scene.cards["pool1"].outs] == ["6×12×12"]
    assert [socket.text for socket in scene.cards.roughly("pool1").outs] == ["6×12×12"]


def test_an_input_says_what_it_gets_and_follows_the_recipe() -> None:
    session = Session(template("gan"))
    lines: dict[tuple[str, str], str] = {}
    for where in ("critic", "generator", "model"):
        session.show(where)
        scene = Scene()
        scene.show(None, session.state)
        lines |= {(where, node): card.line for node, card in scene.cards.items() if card.kind == "Input"}
    assert lines[("critic", "point")] == "from Points"
    assert lines[("generator", "noise")] == "noise"
    assert "Points" not in lines[("model", "noise")]
    session.do("Rename", lambda project: edits.rename(project, "generator", "noise", "label"))
    session.show("generator")
    scene = Scene()
    scene.show(None, session.state)
    assert scene.cards["label"].line == "column label, else noise"
    session.listen(scene.show)
    supervised = session.state.project.training.put("kind", "Supervised")
    session.show("model")
    session.do("Recipe", lambda project: replace(project, training=supervised))
    assert scene.cards["noise"].line == "from Points"
