"""Reading: from the looks at a training to what each node on the canvas shows."""

import warnings
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from math import isfinite
from typing import TYPE_CHECKING

from dlstudio.catalog.layers import layers
from dlstudio.ui.glow.glow import BACK, FORWARD, NOTHING, Glow, NodeGlow
from dlstudio.ui.session import State
from dlstudio.ui.viewing.looks import Looks
from dlstudio.ui.viewing.names import fronts, placed, plain
from dlstudio.ui.viewing.viewing import Viewing

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dlstudio.training.probes import NodeStats, Snapshot

    Numbers = NDArray[np.float32]

PAST = 32
"""So many looks make a sparkline."""
SHAPE = "Shape"
"""The family of layers that compute nothing."""
NO_NUMBER = "not-a-number"
"""What the doctor calls it."""

Homes = Mapping[str, tuple[int, ...]]
"""By node on the canvas, where it (or for a block, what is in it) stands in the looks."""


class Reading:
    """Reads what is shown; which node is which is found out once for each network."""

    def __init__(self) -> None:
        self._known: tuple[object, ...] = ()
        self._homes: Homes = {}

    def read(self, viewing: Viewing, state: State) -> Glow | None:
        """What the canvas shows of the run that is seen, at the step that is shown; None where nothing was seen."""
        looks = viewing.looks
        if not len(looks):
            return None
        homes = self._placed(looks, state)
        look = viewing.look
        glows = _glows(looks, viewing.at, homes, _reshaping(look))
        broken = _broken(look, looks.nodes, homes)
        began = {each.node for each in viewing.findings if each.code == NO_NUMBER}
        back = _back(state, glows)
        found = {}
        for node in homes.keys() | back.keys():
            inside = {looks.nodes[place] for place in homes.get(node, ())}
            found[node] = replace(
                glows.get(node, NodeGlow()),
                arrives=back.get(node, NOTHING),
                broken=node in broken,
                origin=node in broken and bool(began & (inside | {node})),
            )
        return Glow(found, True, viewing.origin, str(look.cost) if look else "")

    def _placed(self, looks: Looks, state: State) -> Homes:
        known = (looks.nodes, state.network.nodes, state.trail)
        if len(self._known) != len(known) or any(a is not b for a, b in zip(known, self._known, strict=True)):
            self._known, self._homes = known, homes(state, looks.nodes)
        return self._homes


def homes(state: State, known: Sequence[str]) -> Homes:
    """Where the nodes on the canvas stand among those that train; all rounds of a block, and all that is in one."""
    found: dict[str, list[int]] = {}
    before, whole = fronts(state, known), placed(state, known)
    for place, name in enumerate(known):
        parts = plain(name).split(".")
        for node in (node for node, network in whole.items() if network == parts[0]):
            found.setdefault(node, []).append(place)
        for front in before:
            depth = front.count(".") + 1 if front else 0
            if len(parts) > depth and (not front or parts[:depth] == front.split(".")):
                found.setdefault(parts[depth], []).append(place)
    return {node: tuple(found[node]) for node in state.network.nodes if node in found}


def _reshaping(look: "Snapshot | None") -> frozenset[str]:
    """The nodes that only hand on what they get: zeros there, as the border of a picture has them, kill nothing."""
    known = look.nodes.items() if look else ()
    return frozenset(name for name, stats in known if stats.kind in layers and layers[stats.kind].family == SHAPE)


def _glows(looks: Looks, at: int | None, homes: Homes, reshaping: Collection[str] = ()) -> dict[str, NodeGlow]:
    """The numbers of each node; of several, the mean, and of what is wrong the worst."""
    import numpy as np

    recent = looks.recent(PAST, at)
    own = [name not in reshaping for name in looks.nodes]
    recent["dead"] = np.where(own, recent["dead"], np.nan)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)  # the mean of nothing is nothing
        spread, gradient = (_merged(recent[name], homes, np.nanmean) for name in ("std", "gradient_each"))
        dead, saturated = (_merged(recent[name][-1:], homes, np.nanmax)[0] for name in ("dead", "saturated"))
    columns = (spread[-1], gradient[-1], dead, saturated, _levels(spread, FORWARD).T, _levels(gradient, BACK).T)
    found = {}
    for node, numbers in zip(homes, zip(*(column.tolist() for column in columns), strict=True), strict=True):
        spread_now, gradient_now, dead_now, saturated_now, forward, back = numbers
        worst = _worst(looks, homes[node], recent) if len(homes[node]) > 1 else ""
        found[node] = NodeGlow(spread_now, gradient_now, dead_now, saturated_now, worst, tuple(forward), tuple(back))
    return found


def _merged(values: "Numbers", homes: Homes, merge: "Callable[..., Numbers]") -> "Numbers":
    """The numbers of what belongs to each node as one, as looks by nodes of the canvas."""
    found = values[:, [places[0] for places in homes.values()]]
    for column, places in enumerate(homes.values()):
        if len(places) > 1:
            found[:, column] = merge(values[:, list(places)], axis=1)
    return found


def _levels(values: "Numbers", decades: tuple[float, float]) -> "Numbers":
    """Where sizes lie between two powers of ten, from 0 to 1."""
    import numpy as np

    with np.errstate(all="ignore"):
        found: Numbers = np.clip((np.log10(values) - decades[0]) / (decades[1] - decades[0]), 0, 1)
    return found


def _worst(looks: Looks, places: Sequence[int], recent: "Mapping[str, Numbers]") -> str:
    """The node inside with the largest share of dead or saturated units."""
    import numpy as np

    ill = np.fmax(recent["dead"][-1, list(places)], recent["saturated"][-1, list(places)])
    return "" if np.isnan(ill).all() else looks.nodes[places[int(np.nanargmax(ill))]]


def _broken(look: "Snapshot | None", known: Sequence[str], homes: Homes) -> frozenset[str]:
    """The nodes in which something is no number."""
    bad = {name for name, stats in look.nodes.items() if _is_broken(stats)} if look else set()
    return frozenset(node for node, places in homes.items() if bad and any(known[each] in bad for each in places))


def _is_broken(stats: "NodeStats") -> bool:
    numbers = (stats.mean, stats.std, stats.gradient, stats.weight)
    return any(number is not None and not isfinite(number) for number in numbers)


def _back(state: State, glows: Mapping[str, NodeGlow]) -> dict[str, float]:
    """By node the level of the gradient that goes back through it: its own, else the largest that goes further back."""
    plan, found = state.plan, dict[str, float]()
    for node in plan.order if plan else ():
        own = glows[node.id].back[-1] if node.id in glows else NOTHING
        before = [found[wire.source] for wire in state.network.inbound.get(node.id, ()) if wire.source in found]
        arrives = own if own == own else max(before, default=NOTHING)
        if arrives == arrives:
            found[node.id] = arrives
    return found
