"""Forms, typed into by hand, without a window around them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from dlstudio.catalog.by_hand import Weight
from dlstudio.catalog.layers import layers
from dlstudio.catalog.recipes import recipes
from dlstudio.catalog.registries import REGISTRIES
from dlstudio.core.fields import Code, Int, Real, Size, Words
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.spec import Field
from dlstudio.ui.app import application
from dlstudio.ui.forms.around import MIXED, Around
from dlstudio.ui.forms.choice import Combo
from dlstudio.ui.forms.form import Form
from dlstudio.ui.forms.number import stepped

SHIFT, CONTROL, FREE = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.NoModifier,
)


class Held:
    """A form with the values that a document would hold for it."""

    def __init__(self, form: Form, raw: dict[str, Value], around: Around) -> None:
        self.form, self.raw, self.around = form, raw, around
        self.log: list[tuple[str, Value]] = []
        form.edited.connect(self._put)
        form.cleared.connect(self._drop)
        self.show()

    def show(self, *, fresh: bool = True) -> None:
        self.form.show_values(self.raw, self.around, fresh=fresh)

    def _put(self, name: str, value: Value) -> None:
        self.log.append((name, value))
        self.raw[name] = value
        self.show(fresh=False)

    def _drop(self, name: str) -> None:
        self.raw.pop(name, None)
        self.show(fresh=False)

    def line(self, name: str) -> Any:
        return self.form.rows[name].editor.line  # type: ignore[attr-defined]

    def type(self, name: str, text: str) -> None:
        line = self.line(name)
        line.setFocus()
        line.selectAll()
        QTest.keyClicks(line, text)

    def note(self, name: str) -> str:
        return self.form.rows[name].note.text()


Maker = Callable[..., Held]


@pytest.fixture
def form(qapp: Any) -> Iterator[Maker]:
    made: list[QWidget] = []
    application()

    def make(fields: Any, raw: dict[str, Value] | None = None, around: Around | None = None) -> Held:
        if isinstance(fields, str):
            fields = layers[fields].specs.values()
        held = Held(Form(fields), dict(raw or {}), around or Around())
        made.append(held.form)
        held.form.resize(260, 600)
        held.form.show()
        held.form.activateWindow()
        QApplication.processEvents()
        return held

    yield make
    for each in made:
        each.close()
        each.deleteLater()
    QApplication.processEvents()


def test_every_declaration_has_a_form(form: Maker) -> None:
    every = [*layers, *recipes, *(cls for registry in REGISTRIES.values() for cls in registry)]
    for marker in {tuple(cls.specs.values()) for cls in every}:
        held = form(marker)
        assert set(held.form.rows) == {field.name for field in marker}
        assert not [row.field for row in held.form.rows.values() if row.bad and row.field.default]
        assert held.log == []


def test_a_number_is_typed_and_one_that_cannot_be_stays_with_the_sentence(form: Maker) -> None:
    held = form("Conv2d", {"out_channels": 6})
    held.type("out_channels", "12")
    assert held.raw["out_channels"] == 12
    held.type("out_channels", "0")
    assert held.raw["out_channels"] == 12
    assert held.line("out_channels").text() == "0"
    assert held.line("out_channels").property("state") == "bad"
    assert held.note("out_channels") == "The out channels must be from 1 to 65,536, not 0."
    QTest.keyClick(held.line("out_channels"), Qt.Key.Key_Escape)
    assert held.line("out_channels").text() == "12"
    assert held.line("out_channels").property("state") == ""


def test_a_wrong_value_stays_when_the_focus_goes_and_goes_with_another_node(form: Maker) -> None:
    held = form("Conv2d", {"out_channels": 6})
    held.type("out_channels", "abc")
    held.line("groups").setFocus()
    assert held.line("out_channels").text() == "abc"
    held.show(fresh=True)
    assert held.line("out_channels").text() == "6"
    assert not held.form.rows["out_channels"].bad


@pytest.mark.parametrize(
    ("text", "value"), [("5", (5, 5)), ("5x3", (5, 3)), ("5×3", (5, 3)), ("7, 2", (7, 2)), ("4 3", (4, 3))]
)
def test_a_size_is_one_number_or_one_for_each_direction(form: Maker, text: str, value: Value) -> None:
    held = form("Conv2d")
    held.type("kernel_size", text)
    assert held.raw["kernel_size"] == value
    QTest.keyClick(held.line("kernel_size"), Qt.Key.Key_Return)
    assert held.line("kernel_size").text() == "×".join(map(str, value))


def test_a_padding_may_be_the_word_same(form: Maker) -> None:
    held = form("Conv2d")
    held.type("padding", "same")
    assert held.raw["padding"] == "same"


def test_arrow_keys_and_the_label_move_a_number(form: Maker) -> None:
    held = form("Conv2d", {"out_channels": 6})
    line = held.line("out_channels")
    QTest.keyClick(line, Qt.Key.Key_Up)
    assert held.raw["out_channels"] == 7
    QTest.keyClick(line, Qt.Key.Key_Up, SHIFT)
    assert held.raw["out_channels"] == 17
    QTest.keyClick(held.line("kernel_size"), Qt.Key.Key_Up)
    assert held.raw["kernel_size"] == (4, 4)
    label = held.form.rows["out_channels"].label
    QTest.mousePress(label, Qt.MouseButton.LeftButton, FREE, QPoint(10, 8))
    QTest.mouseMove(label, QPoint(30, 8))
    QTest.mouseRelease(label, Qt.MouseButton.LeftButton, FREE, QPoint(30, 8))
    assert held.raw["out_channels"] == 22


def test_steps_follow_the_size_of_a_real_number_and_stay_within_the_limits() -> None:
    assert stepped(Real(low=0), 0.01, 1) == 0.011
    assert stepped(Real(low=0), 0.0, -1) == 0.0
    assert stepped(Real(low=0, open_low=True), 0.001, -10) == 0.001
    assert stepped(Real(high=1), 0.95, 10) == 1.0
    assert stepped(Int(1, 8), 3, 10) == 8


def test_an_expression_shows_what_it_comes_to(form: Maker) -> None:
    held = form("Conv2d", around=Around(arguments=Frozen({"channels": 64})))
    held.type("out_channels", "=channels*2")
    assert held.raw["out_channels"] == "=channels*2"
    assert held.line("out_channels").property("role") == "formula"
    assert held.form.rows["out_channels"].result.text() == "→ 128"
    held.type("out_channels", "=width")
    assert "“width” is not an argument" in held.note("out_channels")
    assert held.raw["out_channels"] == "=channels*2"


def test_a_value_goes_back_to_its_default(form: Maker) -> None:
    held = form("Conv2d", {"out_channels": 6})
    row = held.form.rows["out_channels"]
    assert row.back.isVisible()
    assert not held.form.rows["groups"].back.isVisible()
    QTest.mouseClick(row.back, Qt.MouseButton.LeftButton)
    assert "out_channels" not in held.raw
    assert held.line("out_channels").text() == "32"
    assert not row.back.isVisible()
    held.type("groups", "2")
    QTest.keyClick(held.line("groups"), Qt.Key.Key_Backspace, CONTROL)
    assert "groups" not in held.raw


def test_help_and_limits_stand_under_the_field_that_has_the_focus(form: Maker) -> None:
    held = form("Conv2d")
    row = held.form.rows["out_channels"]
    held.line("groups").setFocus()
    assert not row.note.isVisible()
    held.line("out_channels").setFocus()
    assert row.note.text() == "How many filters, so how many feature maps · from 1 to 65,536"
    QTest.keyClick(held.line("out_channels"), Qt.Key.Key_Tab)
    assert not row.note.isVisible()
    assert QApplication.focusWidget() is held.line("kernel_size")


def test_few_options_are_buttons_and_many_a_list(form: Maker) -> None:
    held = form("Block")
    group = held.form.rows["share"].editor.group  # type: ignore[attr-defined]
    shared = next(button for button in group.buttons() if button.text() == "shared")
    QTest.mouseClick(shared, Qt.MouseButton.LeftButton)
    assert held.raw["share"] == "shared"
    held = form("Conv2d")
    combo = held.form.rows["activation"].editor.combo  # type: ignore[attr-defined]
    combo.setFocus()
    QTest.keyClick(combo, Qt.Key.Key_Down)
    assert held.raw["activation"] == "relu"


def test_a_flag_is_ticked(form: Maker) -> None:
    held = form("Conv2d")
    box = held.form.rows["bias"].editor.box  # type: ignore[attr-defined]
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, FREE, QPoint(8, box.height() // 2))
    assert held.raw["bias"] is False


def test_a_kind_is_chosen_and_its_own_fields_stand_under_it(form: Maker) -> None:
    held = form("Conv2d")
    editor: Any = held.form.rows["weight_init"].editor
    _pick(editor.combo, "Normal")
    assert held.raw["weight_init"] == {"kind": "Normal"}
    inner = editor.form.rows["std"].editor.line
    inner.setFocus()
    inner.selectAll()
    QTest.keyClicks(inner, "0.5")
    assert held.raw["weight_init"] == {"kind": "Normal", "std": 0.5}
    _pick(editor.combo, "TruncatedNormal")
    assert held.raw["weight_init"] == {"kind": "TruncatedNormal", "std": 0.5}
    _pick(editor.combo, "")
    assert held.raw["weight_init"] == {}
    assert not editor.below.isVisible()


def test_a_list_of_kinds_grows_and_shrinks(form: Maker) -> None:
    held = form(recipes["Supervised"].specs.values())
    editor: Any = held.form.rows["regularizers"].editor
    for kind in ("L2", "L1"):
        _pick(editor.add, kind)
        QTest.mouseClick(editor.plus, Qt.MouseButton.LeftButton)
    assert [each["kind"] for each in held.raw["regularizers"]] == ["L2", "L1"]
    first = editor.items[0][1].findChildren(QWidget)
    remove = next(w for w in first if w.accessibleName().startswith("Remove"))
    QTest.mouseClick(remove, Qt.MouseButton.LeftButton)
    assert [each["kind"] for each in held.raw["regularizers"]] == ["L1"]


def test_arguments_that_are_known_stand_ready(form: Maker) -> None:
    around = Around(arguments=Frozen({"width": 4}), parameters=Frozen({"channels": 64, "stride": 1}))
    held = form("Block", around=around)
    editor: Any = held.form.rows["given"].editor
    assert list(editor.lines) == ["channels", "stride"]
    assert editor.lines["channels"].placeholderText() == "64"
    QTest.keyClicks(editor.lines["channels"], "=width*2")
    QTest.keyClicks(editor.lines["stride"], "2")
    assert held.raw["given"] == {"channels": "=width*2", "stride": 2}


def test_weights_are_typed_pasted_and_filled_in_a_grid(form: Maker) -> None:
    held = form("Linear", around=Around(weights=Frozen({"weight_init": Weight((2, 2))})))
    editor: Any = held.form.rows["weight_init"].editor
    _pick(editor.combo, "Given")
    assert held.raw["weight_init"]["values"] == ((0.0, 0.0), (0.0, 0.0))
    array = editor.form.rows["values"].editor
    grid = array.grid
    grid.setFocus()
    grid.setCurrentIndex(grid.model().index(0, 0))
    QGuiApplication.clipboard().setText("0.15\t0.2\n0.25\t0.3")
    QTest.keyClick(grid, Qt.Key.Key_V, CONTROL)
    assert held.raw["weight_init"]["values"] == ((0.15, 0.2), (0.25, 0.3))
    QTest.keyClick(grid, Qt.Key.Key_C, CONTROL)
    assert QGuiApplication.clipboard().text() == "0.15"
    array.fill.setFocus()
    QTest.keyClicks(array.fill, "-1")
    QTest.keyClick(array.fill, Qt.Key.Key_Return)
    assert held.raw["weight_init"]["values"] == ((-1.0, -1.0), (-1.0, -1.0))
    array.line.setFocus()
    array.line.selectAll()
    QTest.keyClicks(array.line, "[[1, 2], [3, 4]]")
    assert held.raw["weight_init"]["values"] == ((1.0, 2.0), (3.0, 4.0))
    assert grid.model().index(1, 0).data() == "3"


def test_values_that_differ_are_mixed_until_one_is_typed(form: Maker) -> None:
    held = form("Conv2d", {"out_channels": MIXED})
    assert held.line("out_channels").placeholderText() == "mixed"
    held.type("out_channels", "9")
    assert held.raw["out_channels"] == 9


def test_lists_words_and_code_are_typed(form: Maker) -> None:
    fields = (
        Field("size", Size(dims=1), (3,)),
        Field("names", Words(), ()),
        Field("source", Code(), "x = 1"),
    )
    held = form(fields)
    held.type("size", "7")
    held.type("names", "conv1, conv2")
    page = held.form.rows["source"].editor.page  # type: ignore[attr-defined]
    page.setFocus()
    QTest.keyClick(page, Qt.Key.Key_End)
    QTest.keyClicks(page, "0")
    assert held.raw == {"size": (7,), "names": ("conv1", "conv2"), "source": "x = 10"}


def _pick(combo: Any, value: str) -> None:
    """Chooses an entry of a list by opening it and clicking."""
    combo.showPopup()
    QApplication.processEvents()
    view = combo.view()
    index = combo.model().index(combo.findData(value), 0)
    view.scrollTo(index)
    QTest.mouseMove(view.viewport(), view.visualRect(index).center())
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, FREE, view.visualRect(index).center())
    QApplication.processEvents()


def test_a_choice_of_which_nothing_is_chosen_shows_what_to_do(qapp: Any) -> None:
    combo = Combo()
    combo.addItem("weight", "weight")
    combo.resize(240, 28)
    combo.choose("", unknown="type the numbers of …")
    assert combo.read == "type the numbers of …"
    told = combo.grab().toImage()
    combo.setPlaceholderText("")
    assert combo.grab().toImage() != told
