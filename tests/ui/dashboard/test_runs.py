"""The table of runs, worked by hand: seen, sifted, sorted, noted, renamed, deleted, overlaid, compared."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLineEdit, QTreeWidgetItem

from dlstudio.core import files
from dlstudio.runs.census import Census
from dlstudio.runs.folder import RunFolder
from dlstudio.runs.library import note_of
from dlstudio.runs.metrics import MetricReader
from dlstudio.runs.terms import sifted
from dlstudio.ui.files.question import Question
from dlstudio.ui.panels.runs.columns import NONE, setting
from dlstudio.ui.panels.runs.model import RECORD
from dlstudio.ui.panels.runs.panel import Runs
from dlstudio.ui.panels.runs.view import tint
from tests.ui.conftest import Opener
from tests.ui.dashboard.conftest import LOADING, lenet, shows
from tests.ui.dashboard.kept import keep
from tests.ui.hand import LEFT, Hand

NAME, TICK = 1, 0
WAIT = 10_000


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The folder of runs beside the document."""
    return tmp_path / "work" / "runs"


@pytest.fixture
def hand(opened: Opener, root: Path) -> Hand:
    """A window on LeNet-5 that lies beside its runs."""
    root.parent.mkdir(parents=True)
    file = root.parent / "lenet.dls"
    files.save(lenet(), file)
    return opened(files.load(file), path=file)


def table(hand: Hand, qtbot: Any, count: int) -> Runs:
    """The panel, when it lists so many runs."""
    panel = shows(hand, "runs")
    assert isinstance(panel, Runs)
    qtbot.waitUntil(lambda: len(panel.rows.all) == count and not panel.census.left, timeout=LOADING)
    return panel


def names(panel: Runs) -> list[str]:
    return [record.run.name for record in panel.rows.rows]


def column(panel: Runs, key: str) -> int:
    return next(number for number, each in enumerate(panel.rows.columns) if each.key == key)


def click(panel: Runs, name: str, place: int = NAME, keys: Any = Qt.KeyboardModifier.NoModifier) -> None:
    """Clicks into a cell of a run."""
    index = panel.rows.index(names(panel).index(name), place)
    panel.view.scrollTo(index)
    at = panel.view.visualRect(index).center()
    QTest.mouseClick(panel.view.viewport(), LEFT, keys, QPoint(min(at.x(), panel.view.viewport().width() - 2), at.y()))


def title(panel: Runs, key: str) -> None:
    """Clicks on the title of a column."""
    header, number = panel.view.header(), column(panel, key)
    panel.view.scrollTo(panel.rows.index(0, number))
    QTest.mouseClick(header.viewport(), LEFT, pos=QPoint(header.sectionViewportPosition(number) + 10, 8))


def answers(hand: Hand, number: int) -> None:
    (question,) = (each for each in hand.window.findChildren(Question) if each.isVisible())
    hand.press(question.buttons[number])


def test_without_runs_it_says_what_to_do(hand: Hand, qtbot: Any) -> None:
    panel = table(hand, qtbot, 0)
    assert panel.empty.isVisible()
    assert "F5" in panel.empty.text()
    assert not any(button.isEnabled() for button in panel.bar.buttons.values())


def test_a_run_is_listed_with_how_it_stands_what_it_was_asked_and_what_came_out(
    hand: Hand, qtbot: Any, root: Path
) -> None:
    keep(root, name="one", lr=0.003)
    keep(root, name="two", lr=0.01, status="failed")
    keep(root, name="killed", lr=0.01, status="running")
    panel = table(hand, qtbot, 3)
    cells = {name: {} for name in names(panel)}  # type: ignore[var-annotated]
    for row, name in enumerate(names(panel)):
        cells[name] = {each.key: panel.rows.index(row, n).data() for n, each in enumerate(panel.rows.columns)}
    assert {name: found["status"] for name, found in cells.items()} == {
        "one": "finished", "two": "failed", "killed": "interrupted",
    }  # fmt: skip
    assert (cells["one"]["optimizer.lr"], cells["two"]["optimizer.lr"]) == ("0.003", "0.01")
    assert "batch_size" not in cells["one"]
    assert cells["one"]["epochs"] == "2/2"
    best = MetricReader(root / "one" / "metrics.sqlite").read("validation/accuracy")[1].max()
    assert cells["one"]["validation/accuracy"] == f"{100 * best:.1f} %"


def test_the_row_that_is_clicked_is_seen_in_the_whole_dashboard(hand: Hand, qtbot: Any, root: Path) -> None:
    run = keep(root, name="one")
    keep(root, name="two")
    panel = table(hand, qtbot, 2)
    click(panel, "one")
    viewing = hand.window.viewing
    qtbot.waitUntil(lambda: viewing.path == run.path and len(viewing.series.get("loss", ())) == 40, timeout=WAIT)
    assert viewing.series["loss"].values.tolist() == MetricReader(run.metrics).read("loss")[1].tolist()
    hand.key(Qt.Key.Key_Down, widget=panel.view) if names(panel)[0] == "one" else hand.key(
        Qt.Key.Key_Up, widget=panel.view
    )
    qtbot.waitUntil(lambda: viewing.path == root / "two", timeout=WAIT)
    assert panel.view.seen == root / "two"


def test_words_and_comparisons_sift_and_titles_sort(hand: Hand, qtbot: Any, root: Path) -> None:
    for number, lr in enumerate((0.001, 0.01, 0.003)):
        keep(root, name=f"run {number}", lr=lr, status="stopped" if lr == 0.003 else "finished")
    panel = table(hand, qtbot, 3)
    hand.type("lr>0.002 status:finished", widget=panel.bar.filter)
    assert names(panel) == ["run 1"]
    assert panel.bar.count.text() == "1 of 3 runs"
    panel.bar.filter.clear()
    hand.type("nothing of the kind", widget=panel.bar.filter)
    assert panel.empty.isVisible()
    panel.bar.filter.clear()
    title(panel, "optimizer.lr")
    assert names(panel) == ["run 0", "run 2", "run 1"]
    title(panel, "optimizer.lr")
    assert names(panel) == ["run 1", "run 2", "run 0"]
    title(panel, "validation/accuracy")
    assert names(panel) == ["run 1", "run 2", "run 0"]
    title(panel, "validation/loss")
    assert names(panel) == ["run 1", "run 2", "run 0"]


def test_a_name_and_a_note_are_written_into_the_row_and_onto_the_disk(hand: Hand, qtbot: Any, root: Path) -> None:
    keep(root, name="one")
    keep(root, name="taken")
    panel = table(hand, qtbot, 2)
    click(panel, "one")
    qtbot.waitUntil(lambda: hand.window.viewing.path == root / "one", timeout=WAIT)
    _write(hand, panel, Qt.Key.Key_F4, "the first try")
    qtbot.waitUntil(lambda: panel.chosen[0].run.note == "the first try", timeout=WAIT)
    assert note_of(RunFolder(root / "one")) == "the first try"
    _write(hand, panel, Qt.Key.Key_F2, "baseline")
    assert (root / "baseline" / "project.dls").exists()
    assert not (root / "one").exists()
    qtbot.waitUntil(lambda: [record.run.name for record in panel.chosen] == ["baseline"], timeout=WAIT)
    assert panel.chosen[0].run.note == "the first try"
    qtbot.waitUntil(lambda: hand.window.viewing.path == root / "baseline", timeout=WAIT)
    _write(hand, panel, Qt.Key.Key_F2, "taken")
    assert "already a run “taken”" in panel.said.text()
    assert (root / "baseline").exists()
    _write(hand, panel, Qt.Key.Key_F4, "")
    assert note_of(RunFolder(root / "baseline")) == ""


def _write(hand: Hand, panel: Runs, key: Any, text: str) -> None:
    """Opens a cell with a key, types and presses Enter."""
    hand.key(key, widget=panel.view)
    (field,) = (each for each in panel.view.findChildren(QLineEdit) if each.isVisible())
    field.selectAll()
    hand.key(Qt.Key.Key_Delete, widget=field)
    hand.type(text, widget=field)
    hand.key(Qt.Key.Key_Return, widget=field)


def test_deleting_asks_and_refuses_a_run_that_is_written(hand: Hand, qtbot: Any, root: Path) -> None:
    keep(root, name="one")
    busy = keep(root, name="busy", status="running")
    with busy.lock():
        panel = table(hand, qtbot, 2)
        click(panel, "busy")
        assert not panel.bar.buttons["run-delete"].isEnabled()
        assert "is being written" in panel.bar.buttons["run-delete"].toolTip()
        click(panel, "one")
        qtbot.waitUntil(lambda: hand.window.viewing.path == root / "one", timeout=WAIT)
        hand.press(panel.bar.buttons["run-delete"])
        answers(hand, 1)
        assert (root / "one").exists()
        hand.key(Qt.Key.Key_Delete, widget=panel.view)
        answers(hand, 0)
        qtbot.waitUntil(lambda: names(panel) == ["busy"], timeout=WAIT)
    assert not (root / "one").exists()
    assert hand.window.viewing.path is None


def test_ticked_runs_are_drawn_over_the_seen_one_with_the_numbers_on_the_disk(
    hand: Hand, qtbot: Any, root: Path
) -> None:
    runs = [keep(root, name=f"run {n}", lr=lr) for n, lr in enumerate((0.001, 0.003, 0.01))]
    shows(hand, "dashboard")
    hand.window.do("arrange-runs")
    panel = table(hand, qtbot, 3)
    click(panel, "run 0")
    qtbot.waitUntil(lambda: len(hand.window.viewing.series.get("loss", ())) == 40, timeout=WAIT)
    click(panel, "run 1", TICK)
    click(panel, "run 2", TICK)
    charts = hand.window.panels["dashboard"].stands  # type: ignore[attr-defined]
    expected = {f"run {n} · {part}" for n in range(3) for part in ("training", "validation")}
    qtbot.waitUntil(
        lambda: bool(charts) and {line.name for line in charts[0].chart.legend.lines} == expected, timeout=WAIT
    )

    def drawn() -> bool:
        return all(len(line.steps) in (40, 4) for line in charts[0].chart.legend.lines)

    qtbot.waitUntil(drawn, timeout=WAIT)
    lines = {line.name: line for line in charts[0].chart.legend.lines}
    for number, run in enumerate(runs):
        for part, name in (("training", "loss"), ("validation", "validation/loss")):
            steps, values = MetricReader(run.metrics).read(name)
            assert np.array_equal(lines[f"run {number} · {part}"].steps, steps)
            assert np.array_equal(lines[f"run {number} · {part}"].values, values)
    hues = {name: line.hue for name, line in lines.items()}
    assert len(set(hues.values())) == 6
    assert all(hues[f"run {n} · training"] % 8 == hues[f"run {n} · validation"] % 8 for n in range(3))
    click(panel, "run 1", TICK)
    qtbot.waitUntil(lambda: len(charts[0].chart.legend.lines) == 4, timeout=WAIT)


def test_no_more_than_twelve_runs_are_drawn(hand: Hand, qtbot: Any, root: Path) -> None:
    for number in range(13):
        keep(root, name=f"run {number}", steps=10)
    panel = table(hand, qtbot, 13)
    panel.view.setFocus()
    panel.view.setCurrentIndex(panel.rows.index(0, NAME))
    for _ in range(13):
        hand.key(Qt.Key.Key_Space, widget=panel.view)
        hand.key(Qt.Key.Key_Down, widget=panel.view)
    assert len(panel.rows.ticked) == 12
    assert sorted(panel.rows.ticked.values()) == list(range(1, 13))
    qtbot.waitUntil(lambda: not panel._settle.isActive())
    assert "12 runs" in panel.said.text(), "the run that is seen a moment later takes no words away"
    hand.key(Qt.Key.Key_Up, widget=panel.view)
    assert panel.said.text() == "", "they were about the run that was chosen"


def test_two_runs_are_compared_and_a_line_leads_to_its_node(hand: Hand, qtbot: Any, root: Path) -> None:
    keep(root, name="narrow", lr=0.003)
    keep(root, name="wide", lr=0.01, filters=8)
    panel = table(hand, qtbot, 2)
    click(panel, "narrow")
    click(panel, "wide", keys=Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bool(panel.difference.lines), timeout=WAIT)
    told = {line.what: (line.before, line.after) for line in panel.difference.lines if not line.title}
    assert told["optimizer.lr"] == ("0.003", "0.01")
    assert told["conv1 out_channels"] == ("6", "8")
    assert set(told) == {"optimizer.lr", "conv1 out_channels", "loss", "val. loss", "val. accuracy"}
    assert panel.difference.isVisible()
    tree = panel.difference.tree
    item = next(each for each in _items(panel) if each.text(0) == "conv1 out_channels")
    tree.scrollToItem(item)
    QTest.mouseClick(tree.viewport(), LEFT, pos=tree.visualItemRect(item).center())
    assert hand.chosen == {"conv1"}
    hand.press(panel.difference.copy)
    text = QGuiApplication.clipboard().text()
    assert text.startswith("narrow → wide\n")
    assert "  ~ conv1 out_channels: 6 → 8\n" in text
    click(panel, "wide")
    assert not panel.difference.isVisible()


def test_the_curves_of_two_runs_that_are_compared_are_drawn_over_each_other_until_one_is_chosen(
    hand: Hand, qtbot: Any, root: Path
) -> None:
    runs = {name: keep(root, name=name, lr=lr) for name, lr in (("slow", 0.001), ("fast", 0.01), ("other", 0.003))}
    hand.window.do("arrange-runs")
    panel = table(hand, qtbot, 3)
    click(panel, "slow")
    qtbot.waitUntil(lambda: len(hand.window.viewing.series.get("loss", ())) == 40, timeout=WAIT)
    click(panel, "fast", keys=Qt.KeyboardModifier.ControlModifier)
    charts = hand.window.panels["dashboard"].stands  # type: ignore[attr-defined]

    def drawn() -> set[str]:
        return {line.name for line in charts[0].chart.legend.lines if len(line.steps)} if charts else set()

    def of(*names: str) -> set[str]:
        return {f"{name} · {part}" for name in names for part in ("training", "validation")}

    qtbot.waitUntil(lambda: drawn() == of("slow", "fast"), timeout=WAIT)
    lines = {line.name: line for line in charts[0].chart.legend.lines}
    for name in ("slow", "fast"):
        expected = MetricReader(runs[name].metrics).read("loss")[1]
        assert np.array_equal(lines[f"{name} · training"].values, expected)
    assert not panel.rows.ticked, "nobody ticked them"
    click(panel, "other", TICK)
    qtbot.waitUntil(lambda: of("slow", "other") <= drawn(), timeout=WAIT)
    click(panel, "slow")
    qtbot.waitUntil(lambda: drawn() == of("slow", "other"), timeout=WAIT)
    assert set(panel.rows.ticked) == {runs["other"].path}
    click(panel, "other", TICK)
    qtbot.waitUntil(lambda: drawn() == {"training", "validation"}, timeout=WAIT)


def test_the_tick_of_the_run_that_is_seen_has_the_colour_of_its_curve(hand: Hand, qtbot: Any, root: Path) -> None:
    keep(root, name="one")
    keep(root, name="two", lr=0.01)
    panel = table(hand, qtbot, 2)
    click(panel, "one", TICK)
    click(panel, "two", TICK)
    click(panel, "one")
    qtbot.waitUntil(lambda: hand.window.viewing.path == root / "one", timeout=WAIT)

    def wears(name: str, hue: int) -> bool:
        box = panel.view.visualRect(panel.rows.index(names(panel).index(name), TICK))
        seen = panel.view.viewport().grab(box).toImage()
        found = {seen.pixelColor(x, y).name() for x in range(seen.width()) for y in range(seen.height())}
        return tint(hue, panel.theme).lower() in found

    qtbot.waitUntil(lambda: wears("one", 0), timeout=WAIT)
    assert wears("two", panel.rows.ticked[root / "two"])
    assert not wears("one", panel.rows.ticked[root / "one"])


def test_two_runs_of_the_same_say_that_nothing_differs(hand: Hand, qtbot: Any, root: Path) -> None:
    made = keep(root, name="one")
    shutil.copytree(made.path, root / "two")
    panel = table(hand, qtbot, 2)
    click(panel, "one")
    click(panel, "two", keys=Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bool(panel.difference.lines), timeout=WAIT)
    assert panel.difference.head.text() == "No differences"
    assert panel.difference.tree.topLevelItem(0).text(0) == "Both were asked for the same."  # type: ignore[union-attr]


def test_settings_of_numbers_stand_under_each_other(hand: Hand, qtbot: Any, root: Path) -> None:
    keep(root, name="one", lr=0.003)
    keep(root, name="two", lr=0.01)
    panel = table(hand, qtbot, 2)
    assert [each.right for each in panel.rows.columns if each.key == "optimizer.lr"] == [True]


def _items(panel: Runs) -> list[QTreeWidgetItem]:
    tree = panel.difference.tree
    return [item for number in range(tree.topLevelItemCount()) if (item := tree.topLevelItem(number))]


def test_two_hundred_runs_are_listed_sifted_and_kept_in_sight(hand: Hand, qtbot: Any, root: Path) -> None:
    made = [keep(root, name=f"run {number}", steps=10, lr=0.001 * (1 + number)) for number in range(4)]
    for number in range(4, 200):
        shutil.copytree(made[number % 4].path, root / f"run {number}")
    panel = table(hand, qtbot, 200)
    assert panel.bar.count.text() == "200 runs"
    panel.choose(root / "run 150")
    title(panel, "optimizer.lr")
    assert [record.run.name for record in panel.chosen] == ["run 150"]
    hand.type("lr=0.002", widget=panel.bar.filter)
    assert len(names(panel)) == 50
    keep(root, name="one more", steps=10, lr=0.002)
    panel.look()
    qtbot.waitUntil(lambda: "one more" in names(panel), timeout=WAIT)


def test_the_numbers_are_exported_whole(hand: Hand, qtbot: Any, root: Path, monkeypatch: Any, tmp_path: Path) -> None:
    run = keep(root, name="one")
    panel = table(hand, qtbot, 1)
    click(panel, "one")
    target = tmp_path / "numbers"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(target), ""))
    hand.press(panel.bar.buttons["run-csv"])
    file = target.with_suffix(".csv")
    qtbot.waitUntil(file.exists, timeout=WAIT)
    qtbot.waitUntil(lambda: hand.window.toasts.now is not None, timeout=WAIT)
    with file.open(newline="") as opened:
        rows = list(csv.DictReader(opened))
    steps, losses = MetricReader(run.metrics).read("loss")
    assert [int(row["step"]) for row in rows] == steps.tolist()
    assert [float(row["loss"]) for row in rows] == losses.tolist()
    assert rows[0]["validation/loss"] == ""


def test_a_folder_that_was_added_is_offered_from_then_on(
    hand: Hand, qtbot: Any, root: Path, monkeypatch: Any, tmp_path: Path
) -> None:
    keep(root, name="one")
    keep(tmp_path / "other", name="two")
    panel = table(hand, qtbot, 1)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_, **__: str(tmp_path / "other"))
    hand.window.do("runs-folder")
    qtbot.waitUntil(lambda: names(panel) == ["two"], timeout=WAIT)
    offered = [panel.bar.where.itemText(number) for number in range(panel.bar.where.count())]
    assert offered[-2:] == ["Every folder", "Add a folder…"]
    hand.key(Qt.Key.Key_Down, widget=panel.bar.where)
    qtbot.waitUntil(lambda: sorted(names(panel)) == ["one", "two"], timeout=WAIT)


def test_open_gives_the_project_a_window_that_watches_the_run(hand: Hand, qtbot: Any, root: Path) -> None:
    from dlstudio.ui.app import desk

    run = keep(root, name="wide", filters=8)
    panel = table(hand, qtbot, 1)
    click(panel, "wide")
    hand.key(Qt.Key.Key_Return, widget=panel.view)
    [other] = [each.window for each in desk().documents if each.window is not hand.window]
    try:
        assert other.session.state.project.networks["model"].nodes["conv1"].fields["out_channels"] == 8
        assert other.viewing.path == run.path
    finally:
        other.close()


def test_a_census_reads_only_what_changed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        keep(root, name=f"run {number}", steps=10)
    census, read, look = Census(), list[str](), MetricReader.names

    def names_of(reader: MetricReader) -> list[str]:
        read.append(reader.path.parent.name)
        return look(reader)

    monkeypatch.setattr(MetricReader, "names", names_of)
    assert len(census.take([root])) == len(read) == 3
    census.take([root])
    assert len(read) == 3
    RunFolder(root / "run 1").set_status("stopped")
    found = census.take([root])
    assert read[3:] == ["run 1"]
    assert {each.run.name: each.run.status for each in found}["run 1"] == "stopped"


def test_terms_compare_numbers_and_find_words(root: Path) -> None:
    keep(root, name="slow", lr=0.001)
    keep(root, name="fast", lr=0.01, status="stopped")
    records = Census().take([root])

    def found(words: str) -> set[str]:
        return {record.run.name for record in sifted(records, words)}

    assert found("lr>0.001") == {"fast"}
    assert found("optimizer.lr<=0.001") == {"slow"}
    assert found("status:stop") == {"fast"}
    assert found("optimizer:adam") == {"slow", "fast"}
    assert found("status!=stopped") == {"slow"}
    assert found("accuracy>2") == set()
    assert found("LR>0.001 fas") == {"fast"}


def test_a_damaged_run_says_so_and_the_others_are_listed(hand: Hand, qtbot: Any, root: Path) -> None:
    keep(root, name="sound")
    broken = keep(root, name="broken")
    (broken.path / "state.json").write_text("{")
    panel = table(hand, qtbot, 2)
    index = panel.rows.index(names(panel).index("broken"), column(panel, "status"))
    assert index.data() == "damaged"
    assert "is damaged" in index.data(Qt.ItemDataRole.ToolTipRole)
    click(panel, "broken")
    qtbot.waitUntil(lambda: "is damaged" in panel.said.text(), timeout=WAIT)
    assert index.data(RECORD).path == broken.path
    assert panel.view.selectionModel().isSelected(index)


def test_settings_are_told_as_people_write_them() -> None:
    shift = {"kind": "Shift", "across": 1, "fill_with": 0.5}
    assert setting((shift, {"kind": "Flip"})) == "Shift (across 1, fill with 0.5), Flip"
    assert setting([3, 5]) == "3 5"
    assert setting({}) == setting(()) == NONE
