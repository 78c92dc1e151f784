"""Notice: the desktop tells of the end of a training that nobody looks at."""

import os

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from dlstudio.ui.session import State
from dlstudio.ui.settings import settings
from dlstudio.ui.theme.icons import icon
from dlstudio.ui.window import Window

KEY = "notify"
LASTS = 15_000
"""Milliseconds that the sign in the tray stays behind what it says."""
TITLES = {
    "finished": "Training finished", "early": "Training finished early", "stopped": "Training stopped",
    "failed": "Training failed",
}  # fmt: skip


def wanted() -> bool:
    """Whether the user wants to be told."""
    return str(settings().value(KEY, "true")) == "true"


def want(told: bool) -> None:
    settings().setValue(KEY, "true" if told else "false")


class Notice:
    """Waits for the end of each training of a window."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self.tray: QSystemTrayIcon | None = None
        window.session.listen(self._on_state)

    def _on_state(self, old: State, new: State) -> None:
        job = self.window.runner.job
        if old.phase and not new.phase and job and job.ended and wanted() and not self.window.isActiveWindow():
            QApplication.alert(self.window)
            name = job.ended.path.name if job.ended.path else job.project.name
            self.show(f"{TITLES.get(job.ended.status, 'Training ended')}: {name}", job.ended.text)

    def show(self, title: str, text: str) -> None:
        """Says it where the desktop has a place for such sentences."""
        if not desktop():
            return
        if self.tray is None:
            self.tray = QSystemTrayIcon(icon("activity", self.window.theme), self.window)
            self.tray.messageClicked.connect(self._come)
        self.tray.show()
        self.tray.showMessage(title, text, self.tray.icon())
        QTimer.singleShot(LASTS, self.tray, self.tray.hide)

    def _come(self) -> None:
        self.window.raise_()
        self.window.activateWindow()


def desktop() -> bool:
    """Whether there is a desktop that shows messages."""
    shown = QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages()
    return shown and "PYTEST_CURRENT_TEST" not in os.environ
