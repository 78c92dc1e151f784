"""What Qt says where no screen is: two lines that help nobody are left out, all others are told."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PROGRAM = """
from PySide6.QtCore import qCritical, qDebug, qWarning
from PySide6.QtWidgets import QWidget
from dlstudio.ui.app import application
app = application()
window = QWidget()
window.setMinimumSize(100, 100)
window.show()
window.raise_()
app.processEvents()
qWarning("This plugin does not support propagateSizeHints()")
qWarning("This plugin does not support raise() of the dead")
qWarning("a real warning")
qCritical("a grave one")
qDebug("a word")
"""


def test_real_warnings_are_told_and_what_nobody_can_mend_is_not(tmp_path: Path) -> None:
    environment = {
        **os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(Path(__file__).parents[2]),
        "DLSTUDIO_SETTINGS": str(tmp_path / "settings"),
    }  # fmt: skip
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    told = done.stderr.splitlines()
    assert told == ["This plugin does not support raise() of the dead", "a real warning", "a grave one", "a word"]
