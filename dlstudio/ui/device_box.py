"""DeviceBox: the choice of where to train; what there is beside the CPU is looked for when somebody opens it."""

from collections.abc import Callable

from dlstudio.ui.background import Background
from dlstudio.ui.elided_combo import ElidedCombo
from dlstudio.ui.loading import load_torch

ALWAYS = ("auto", "cpu")


class DeviceBox(ElidedCombo):
    """Names of devices; only those that are present, once torch has said so."""

    def __init__(self, choose: Callable[[str], object]) -> None:
        super().__init__()
        self.setAccessibleName("Device")
        self.setToolTip("Where to train; auto takes a GPU when there is one")
        self.setSizeAdjustPolicy(ElidedCombo.SizeAdjustPolicy.AdjustToContents)
        self.setMinimumWidth(72)
        self.present: tuple[str, ...] = ALWAYS
        self.background: Background[int, tuple[str, ...]] = Background(_present, self._found, self)
        self._asked = False
        self._fill("auto")
        self.activated.connect(lambda index: choose(self.itemText(index)))

    def show_device(self, name: str) -> None:
        """What the project says, also where it is not present."""
        if self.findText(name) < 0:
            self._fill(name)
        self.setCurrentText(name)

    def _fill(self, chosen: str) -> None:
        names = dict.fromkeys([*self.present, chosen])
        self.clear()
        self.addItems(list(names))
        self.setCurrentText(chosen)

    def showPopup(self) -> None:  # noqa: N802
        """The first time, torch is asked; what it knows is added while the list is open."""
        if not self._asked:
            self._asked = True
            self.background.ask(0)
        super().showPopup()

    def _found(self, _: int, present: tuple[str, ...]) -> None:
        self.present = present
        self.addItems([name for name in present if self.findText(name) < 0])

    def stop(self) -> None:
        self.background.stop()


def _present(_: int) -> tuple[str, ...]:
    """In the background: what torch can compute on."""
    load_torch()
    from dlstudio.training.devices import present

    return ("auto", *present())
