"""Plot: a plane over steps in its frame, which follows what is measured."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from dlstudio.ui.plots.frame import Frame
from dlstudio.ui.plots.line import Mark
from dlstudio.ui.plots.plane import Plane
from dlstudio.ui.plots.tools import Tool
from dlstudio.ui.theme.icons import icon
from dlstudio.ui.theme.tokens import Theme


class Plot(Frame):
    """The frame of all plots over steps; those who derive from it have their own plane."""

    plane: Plane

    def __init__(self, theme: Theme, plane: Plane, name: str) -> None:
        self.catch_up = QPushButton("Follow", plane)
        super().__init__(theme, plane, name)
        self.catch_up.setToolTip("Go to the newest step and stay there (End)")
        self.catch_up.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.catch_up.clicked.connect(plane.follow)
        self.catch_up.hide()
        plane.changed.connect(self._show_changes)

    def tool_list(self) -> list[Tool]:
        plane, [*before, export, detach] = self.plane, super().tool_list()
        follow = Tool("follow", "Go to the newest step and stay there", ("End",), plane.follow, "skip-forward",
                      lambda: plane.following)  # fmt: skip
        return [*before, follow, export, detach]

    def show_marks(self, marks: Sequence[Mark]) -> None:
        """What happened at which steps."""
        self.plane.show_marks(marks)

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self.catch_up.setIcon(icon("skip-forward", theme))

    def _show_changes(self) -> None:
        """The follow button is there while the newest is out of sight."""
        self.catch_up.setVisible(not self.plane.following and self.plane.extent() is not None)

    def place(self) -> None:
        super().place()
        self.catch_up.adjustSize()
        room = self.plane.room
        self.catch_up.move(
            round(room.right()) - self.catch_up.width() - 4, round(room.bottom()) - self.catch_up.height() - 4
        )
