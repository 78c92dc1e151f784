"""Report curves: what a run measured, drawn as SVG with axes: training drawn through, validation dashed."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from dlstudio.exchange.reached import words
from dlstudio.exchange.report_markup import Markup, element
from dlstudio.runs.folder import RunFolder
from dlstudio.runs.metrics import MetricReader
from dlstudio.runs.overview import Overview

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 520, 250, 58, 12, 12, 34
POINTS, MOST = 400, 24
"""Points of a line, and plots of a report."""
TICKS = 5
WIDE = 200.0
"""From so many times the smallest value on, an axis counts in powers of ten."""
PARTS = ("validation", "test", "train")


@dataclass(frozen=True)
class Axis:
    """From numbers to places along a line."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def place(self, value: float) -> float:
        low, high, at = (math.log10(each) if self.log else each for each in (self.low, self.high, value))
        return self.start + (at - low) / (high - low or 1.0) * (self.end - self.start)

    def ticks(self) -> list[float]:
        """Round numbers along the line."""
        if self.log:
            powers = range(math.ceil(math.log10(self.low)), math.floor(math.log10(self.high)) + 1)
            step = max(1, -(-len(powers) // TICKS))
            found = [10.0**power for power in powers[::step]]
            if len(found) > 1:
                return found
        return _round(self.low, self.high)


def _round(low: float, high: float) -> list[float]:
    span = high - low or 1.0
    step = 10.0 ** math.floor(math.log10(span / TICKS))
    step *= next((times for times in (1, 2, 5, 10) if span / (step * times) <= TICKS), 10)
    first = math.ceil(low / step - 1e-9)
    return [number * step for number in range(first, first + TICKS + 2) if number * step <= high + 1e-9 * span]


def curves(run: RunFolder) -> Markup:
    """A plot for each thing that was measured, training and validation in the same one."""
    reader = MetricReader(run.metrics)
    found = reader.overviews(most=POINTS)
    groups: dict[str, dict[str, Overview]] = {}
    for name, curve in found.items():
        if len(curve.steps):
            groups.setdefault(_measure(name), {})[name] = curve
    plots = [_plot(title, lines) for title, lines in list(groups.items())[:MOST]]
    return element("div", *plots, class_="plots") if plots else Markup("")


def _measure(name: str) -> str:
    part, slash, rest = name.partition("/")
    return rest if slash and part in PARTS else name


def _plot(title: str, lines: Mapping[str, Overview]) -> Markup:
    """One plot with its legend."""
    values = [float(v) for line in lines.values() for v in (*line.lows, *line.highs) if math.isfinite(v)]
    if not values:
        return element("figure", element("figcaption", words(title)), "No number was measured.")
    steps = [int(step) for line in lines.values() for step in line.steps]
    low, high = min(values), max(values)
    log = low > 0 and high / low > WIDE
    room = 0.0 if log else 0.06 * (high - low or abs(high) or 1.0)
    across = Axis(min(steps), max(*steps, min(steps) + 1), LEFT, WIDTH - RIGHT)
    down = Axis(low - room, high + room, HEIGHT - BOTTOM, TOP, log)
    inside = [*_axes(across, down), *(part for name, line in lines.items() for part in _line(name, line, across, down))]
    head = f'viewBox="0 0 {WIDTH} {HEIGHT}" role="img" xmlns="http://www.w3.org/2000/svg"'
    svg = Markup(f'<svg class="plot" {head} aria-label="{escape(words(title))}">{"".join(inside)}</svg>')
    keys = [element("span", words(name), class_=_class(name)) for name in lines]
    return element("figure", element("figcaption", element("b", words(title)), *keys), svg)


def _class(name: str) -> str:
    return "key dashed" if name.partition("/")[0] in PARTS[:2] and "/" in name else "key"


def _axes(across: Axis, down: Axis) -> Iterator[str]:
    for tick in down.ticks():
        y = down.place(tick)
        yield f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>'
        yield f'<text class="tick end" x="{LEFT - 8}" y="{y + 4:.1f}">{_told(tick)}</text>'
    for tick in across.ticks():
        if tick == int(tick):
            yield f'<text class="tick" x="{across.place(tick):.1f}" y="{HEIGHT - BOTTOM + 16}">{_told(tick)}</text>'
    yield f'<path class="axis" d="M{LEFT} {TOP}V{HEIGHT - BOTTOM}H{WIDTH - RIGHT}"/>'
    yield f'<text class="tick end" x="{WIDTH - RIGHT}" y="{HEIGHT - 2}">step</text>'


def _told(value: float) -> str:
    text = f"{value:,.0f}" if 1000 <= abs(value) < 1e6 else f"{value:.3g}"
    return text.replace("e-0", "e-").replace("e+0", "e")


def _line(name: str, curve: Overview, across: Axis, down: Axis) -> Iterator[str]:
    """A curve, broken where no number was, over the band of what lies between its extremes."""
    kind = "dashed" if "dashed" in _class(name) else "through"
    x = [across.place(float(step)) for step in curve.steps]
    pieces = _pieces(curve.values.tolist())
    if kind == "through" and any(high > low for low, high in zip(curve.lows, curve.highs, strict=True)):
        for piece in _pieces(curve.lows.tolist()):
            upper = [f"{x[i]:.1f} {down.place(float(curve.highs[i])):.1f}" for i in piece]
            lower = [f"{x[i]:.1f} {down.place(float(curve.lows[i])):.1f}" for i in reversed(piece)]
            yield f'<path class="band" d="M{"L".join([*upper, *lower])}Z"/>'
    for piece in pieces:
        points = [f"{x[i]:.1f} {down.place(float(curve.values[i])):.1f}" for i in piece]
        if len(points) == 1:
            yield f'<circle class="dot {kind}" cx="{points[0].split()[0]}" cy="{points[0].split()[1]}" r="3"/>'
        else:
            yield f'<path class="line {kind}" d="M{"L".join(points)}"/>'


def _pieces(values: Sequence[float]) -> list[list[int]]:
    """The stretches in which every value is a number."""
    found: list[list[int]] = [[]]
    for place, value in enumerate(values):
        if math.isfinite(value):
            found[-1].append(place)
        elif found[-1]:
            found.append([])
    return [piece for piece in found if piece]


def scatter(target: Sequence[float], answer: Sequence[float]) -> Markup:
    """What a network answered, over what was right; a line where both are the same."""
    every = [value for value in (*target, *answer) if math.isfinite(value)]
    if not every:
        return Markup("")
    low, high = min(every), max(every)
    room = 0.05 * (high - low or 1.0)
    across = Axis(low - room, high + room, LEFT, WIDTH - RIGHT)
    down = Axis(low - room, high + room, HEIGHT - BOTTOM, TOP)
    ends = f"M{across.place(low):.1f} {down.place(low):.1f}L{across.place(high):.1f} {down.place(high):.1f}"
    dots = [
        f'<circle class="point" cx="{across.place(one):.1f}" cy="{down.place(other):.1f}" r="2.5"/>'
        for one, other in zip(target, answer, strict=True)
        if math.isfinite(one) and math.isfinite(other)
    ]
    axes = "".join(_axes(across, down)).replace(">step<", ">what is right<")
    head = f'viewBox="0 0 {WIDTH} {HEIGHT}" role="img" xmlns="http://www.w3.org/2000/svg"'
    told = "Answers over what is right"
    svg = f'<svg class="plot" {head} aria-label="{told}">{axes}<path class="grid" d="{ends}"/>{"".join(dots)}</svg>'
    return element("figure", element("figcaption", element("b", told)), Markup(svg))
