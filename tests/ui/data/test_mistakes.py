"""What is wrong with data is said in a sentence, at its place, with what mends it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from dlstudio.core.frozen import Frozen
from dlstudio.ui.panels.data.changes import added
from dlstudio.ui.panels.data.panel import Data
from tests.ui.conftest import Opener
from tests.ui.data.looking import look, pick, project, said, tab, tiles, wait
from tests.ui.test_accessible import nameless

ROWS = "length,width,kind\n" + "".join(f"{i}.5,{i % 7},{'ab'[i % 2]}\n" for i in range(40))


def written(tmp_path: Path, text: str) -> str:
    path = tmp_path / "leaves.csv"
    path.write_text(text)
    return str(path)


def test_a_word_where_a_number_is_needed_is_told_with_its_line_and_may_be_left_out(
    opened: Opener, tmp_path: Path
) -> None:
    hand, panel = look(opened, project(kind="Table", file=written(tmp_path, ROWS + "long,3,a\n")))
    assert "leaves.csv, line 42: length “long” is no number" in panel.seen.wrong.told.text()
    assert panel.source.told.text() == panel.seen.wrong.told.text()
    hand.press(panel.seen.wrong.skip)
    wait(panel)
    assert said(hand)["bad_rows"] == "skip"
    assert panel.facts.total == 40
    tab(hand, panel, "Remarks")
    assert any("1 row was left out" in issue.text for issue in panel.facts.issues)


def test_the_role_of_a_column_mends_it_too(opened: Opener, tmp_path: Path) -> None:
    hand, panel = look(opened, project(kind="Table", file=written(tmp_path, ROWS + "long,3,a\n")))
    assert {c.name: c.role for c in panel.facts.table} == {"length": "number", "width": "number", "kind": "class"}
    pick(hand, panel.roles.combos["length"], "ignore")
    wait(panel)
    assert said(hand)["source"]["roles"] == {"length": "ignore"}
    assert panel.facts.total == 41
    assert panel.seen.samples.pages.heads == ("width", "kind")


def test_a_missing_file_is_named(opened: Opener, tmp_path: Path) -> None:
    _, panel = look(opened, project(kind="Table", file="nowhere.csv"), tmp_path / "p.dls")
    assert f"There is no file {tmp_path / 'nowhere.csv'}" in panel.seen.wrong.told.text()


def test_one_class_only_is_told(opened: Opener, tmp_path: Path) -> None:
    text = ROWS.replace(",b\n", ",a\n")
    _, panel = look(opened, project(kind="Table", file=written(tmp_path, text)))
    assert any(issue.code == "data-one-class" for issue in panel.facts.issues)
    assert panel.seen.tabs["Remarks"].text().startswith("Remarks · ")


def test_a_leak_names_its_rows_and_an_imbalance_is_mended_by_its_button(opened: Opener, tmp_path: Path) -> None:
    text = ROWS.replace("b\n", "a\n", 16) + "7,7,b\n" * 12
    hand, panel = look(opened, project(kind="Table", file=written(tmp_path, text)))
    tab(hand, panel, "Remarks")
    leak = next(issue for issue in panel.facts.issues if issue.code == "data-leak")
    assert "leaves.csv, line" in leak.text
    buttons = panel.seen.remarks.findChildren(QPushButton)
    button = next((b for b in buttons if b.text() == "Draw every class equally often"), None)
    if button:
        hand.press(button)
        wait(panel)
        assert said(hand)["sampling"] == "balanced"


def test_a_mended_file_is_read_again(opened: Opener, tmp_path: Path) -> None:
    path = Path(written(tmp_path, ROWS))
    hand, panel = look(opened, project(kind="Table", file=str(path)))
    assert panel.facts.total == 40
    path.write_text(ROWS + "1,1,a\n")
    pick(hand, panel.split.kind, "By time")
    wait(panel)
    assert panel.facts.total == 41


class Shown(QObject):
    """Hears of windows that come up."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.seen.append(type(watched).__name__)
        return False


def test_no_part_of_the_panel_flashes_up_as_a_window_of_its_own(opened: Opener, tmp_path: Path) -> None:
    hand = opened(project("input 3 > fc 2", kind="Table", file=written(tmp_path, ROWS + "long,3,a\n")))
    shown = Shown()
    QApplication.instance().installEventFilter(shown)  # type: ignore[union-attr]
    hand.window.arrange("Data")
    panel = hand.window.panels["data"]
    assert isinstance(panel, Data)
    wait(panel)
    hand.press(panel.seen.wrong.skip)
    wait(panel)
    for name in panel.seen.tabs:
        tab(hand, panel, name)
    panel.seen.samples.rows.opened.emit(0)
    wait(panel)
    hand.window.session.do("Add", partial(added, entry="transforms", raw=Frozen({"kind": "Standardize"})))
    wait(panel)
    QApplication.instance().removeEventFilter(shown)  # type: ignore[union-attr]
    assert shown.seen == []


def test_every_part_of_the_panel_has_a_name(opened: Opener, tmp_path: Path) -> None:
    hand, panel = look(opened, project("input 3 > fc 2", kind="Table", file=written(tmp_path, ROWS)))
    found = set(nameless(panel))
    for name in panel.seen.tabs:
        tab(hand, panel, name)
        found |= set(nameless(panel))
    hand.press(panel.source.change)
    found |= set(nameless(panel))
    assert found == set()
    assert tiles(panel)
