"""StepsSection: a list of steps in their order: what normalizes the samples, or what changes them at random."""

from functools import partial
from typing import Any

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QFrame, QMenu, QPushButton, QVBoxLayout

from dlstudio.catalog.augmentations import augmentations
from dlstudio.catalog.transforms import transforms
from dlstudio.core.frozen import Frozen
from dlstudio.core.spec import Registry
from dlstudio.ui.panels.data.changes import Raw, added, listed_of, moved, removed, replaced, thing
from dlstudio.ui.panels.data.facts import Facts
from dlstudio.ui.panels.data.section import Section
from dlstudio.ui.panels.data.step_card import StepCard
from dlstudio.ui.panels.inspector.page import label
from dlstudio.ui.panels.panel import Panel
from dlstudio.ui.session import State


class StepsSection(Section):
    """Cards one under the other, and a button that adds one."""

    def __init__(self, panel: Panel, title: str, entry: str, registry: Registry[Any], empty: str) -> None:
        super().__init__(title, panel)
        self.entry, self.registry = entry, registry
        self.cards: list[StepCard] = []
        self.list = QVBoxLayout()
        self.list.setSpacing(2)
        self.empty = label(empty, "small", wrap=True)
        self.line = QFrame(self)
        self.line.setStyleSheet(f"background: {panel.theme.accent};")
        self.line.setFixedHeight(2)
        self.line.hide()
        self.add = QPushButton(f"Add {registry.noun}…")
        self.add.clicked.connect(self._offer)
        self.menu: QMenu | None = None
        """Made when it is first wanted."""
        self.body.addWidget(self.empty)
        self.body.addLayout(self.list)
        self.body.addWidget(self.add)

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        families = self.registry.families()
        for family, kinds in families.items():
            under = menu.addMenu(family) if len(families) > 1 else menu
            under.setToolTipsVisible(True)
            for cls in kinds:
                action = under.addAction(cls.title, partial(self._add, cls.kind))
                action.setToolTip(cls.purpose())
        return menu

    def _offer(self) -> None:
        self.menu = self.menu or self._menu()
        self.menu.popup(self.add.mapToGlobal(QPoint(0, self.add.height())))

    # What is shown

    def show_project(self, state: State) -> None:
        listed = [thing(each) for each in listed_of(state.project, self.entry)]
        while len(self.cards) > len(listed):
            card = self.cards.pop()
            card.hide()
            card.deleteLater()
        while len(self.cards) < len(listed):
            self.cards.append(self._card())
        for at, (card, raw) in enumerate(zip(self.cards, listed, strict=True)):
            card.show_step(raw, at, len(listed))
        self.empty.setVisible(not listed)

    def show_facts(self, facts: Facts) -> None:
        for at, card in enumerate(self.cards):
            card.show_mistake(facts.mistakes.get(f"{self.entry}/{at}", ""))

    def set_theme(self) -> None:
        super().set_theme()
        self.line.setStyleSheet(f"background: {self.panel.theme.accent};")
        for card in self.cards:
            card.set_theme(self.panel.theme)

    def _card(self) -> StepCard:
        card = StepCard(self.registry, self.panel.theme)
        card.edited.connect(lambda raw, field: self._edit(card, raw, field))
        card.settled.connect(self.stroke.settle)
        card.reverted.connect(lambda: self.stroke.take_back((self.entry, self.cards.index(card))))
        card.moved.connect(lambda by: self._move(card, self.cards.index(card) + by))
        card.removed.connect(lambda: self._remove(card))
        card.grip.pulled.connect(lambda y: self._pull(card, y))
        card.grip.let_go.connect(lambda y: self._drop(card, y))
        self.list.addWidget(card)
        return card

    # What is done

    def _add(self, kind: str) -> None:
        title = self.registry[kind].title
        self.session.do(f"Add {title}", partial(added, entry=self.entry, raw=Frozen({"kind": kind})))
        if self.cards:
            self.cards[-1].head.setChecked(True)
            self.cards[-1].head.setFocus()

    def _edit(self, card: StepCard, raw: Raw, field: str) -> None:
        at = self.cards.index(card)
        edit = partial(replaced, entry=self.entry, at=at, raw=raw)
        self.stroke.put((self.entry, at), f"Set the {field} of {raw.get('kind')}", edit)

    def _remove(self, card: StepCard) -> None:
        at = self.cards.index(card)
        name = card.raw.get("kind") if card.raw else "a step"
        self.session.do(f"Remove {name}", partial(removed, entry=self.entry, at=at))
        (self.cards[min(at, len(self.cards) - 1)].head if self.cards else self.add).setFocus()

    def _move(self, card: StepCard, to: int) -> None:
        at = self.cards.index(card)
        to = max(0, min(len(self.cards) - 1, to))
        name = card.raw.get("kind") if card.raw else "a step"
        opened = [each.head.isChecked() for each in self.cards]
        if self.session.do(f"Move {name}", partial(moved, entry=self.entry, at=at, to=to)):
            opened.insert(to, opened.pop(at))
            for each, on in zip(self.cards, opened, strict=True):
                each.head.setChecked(on)
            self.cards[to].head.setFocus()

    def _target(self, card: StepCard, height: int) -> int:
        """Which place a card that is pulled to a height of the screen would take."""
        others = [each for each in self.cards if each is not card]
        return sum(each.mapToGlobal(each.rect().center()).y() < height for each in others)

    def _pull(self, card: StepCard, height: int) -> None:
        to, at = self._target(card, height), self.cards.index(card)
        other = self.cards[to]
        edge = other.rect().bottomLeft() if to > at else other.rect().topLeft()
        self.line.setGeometry(0, other.mapTo(self, edge).y(), self.width(), 2)
        self.line.setVisible(to != at)
        self.line.raise_()

    def _drop(self, card: StepCard, height: int) -> None:
        self.line.hide()
        self._move(card, self._target(card, height))


def transforms_section(panel: Panel) -> StepsSection:
    """What is done with every sample, measured on the training part."""
    empty = "Samples go to the network as they are. Transforms are measured on the training part alone."
    return StepsSection(panel, "Transforms", "transforms", transforms, empty)


def augment_section(panel: Panel) -> StepsSection:
    """What is done with training samples at random."""
    empty = "Training samples are the same in every epoch. Augmentations change them at random."
    return StepsSection(panel, "Augmentation", "augment", augmentations, empty)
