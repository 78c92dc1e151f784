"""Announce: what changed, for those who hear the window instead of seeing it."""

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent
from PySide6.QtWidgets import QWidget

from dlstudio.ui.session import State

MOST = 5
"""How many names are read out."""


def announce(widget: QWidget, text: str) -> None:
    """Has a sentence read out."""
    if QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, text))


def describe(widget: QWidget, text: str) -> None:
    """Gives a widget another description and has it read out."""
    if widget.accessibleDescription() != text:
        widget.setAccessibleDescription(text)
        QAccessible.updateAccessibility(QAccessibleEvent(widget, QAccessible.Event.DescriptionChanged))
        announce(widget, text)


def spoken(state: State) -> str:
    """The canvas in a sentence: what is selected with its shapes, or what there is."""
    chosen = sorted(state.choice.nodes)
    if len(chosen) == 1:
        return _node(state, chosen[0])
    if chosen:
        names = ", ".join(chosen[:MOST]) + (" …" if len(chosen) > MOST else "")
        return f"{len(chosen)} nodes selected: {names}"
    if state.choice.wires:
        return ", ".join(f"wire {wire}" for wire in sorted(state.choice.wires)[:MOST])
    count = len(state.network.nodes)
    return f"{state.where}: {count} node{'' if count == 1 else 's'}, nothing selected"


def _node(state: State, name: str) -> str:
    node = state.network.nodes[name]
    shapes = state.plan.shapes if state.plan else {}
    inbound = state.network.inbound.get(name, ())
    comes = [f"{wire.input} {shapes[wire[:2]]} from {wire.source}" for wire in inbound if wire[:2] in shapes]
    verdict = state.plan.verdicts.get(name) if state.plan else None
    goes = [f"{port} {shape}" for port, shape in verdict.step.outs.items()] if verdict and verdict.step else []
    parts = [f"{name}, {node.kind}", "muted" if node.muted else ""]
    parts += [f"in: {'; '.join(comes)}" if comes else "", f"out: {'; '.join(goes)}" if goes else ""]
    parts += [f"{issue.severity}: {issue.text}" for issue in state.issues_here.get(name, ())]
    return ", ".join(part for part in parts if part)
