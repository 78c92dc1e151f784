"""What goes wrong in a method that Qt calls is heard of, and the program goes on."""

from __future__ import annotations

import subprocess
import sys

import pytest

PRESSED = """
import sys
import dlstudio.ui
from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QApplication, QWidget

class Broken(QWidget):
    def focusInEvent(self, event):
        {mistake}
    def event(self, event):
        return super().event(event)

class Deeper(Broken):
    def focusInEvent(self, event):
        super().focusInEvent(event)

app = QApplication([])
sys.excepthook = lambda kind, error, trace: print(kind.__name__, flush=True)
for kind in (Broken, Deeper):
    widget = kind()
    QApplication.postEvent(widget, QFocusEvent(QEvent.Type.FocusIn))
    QTimer.singleShot(0, app.quit)
    app.exec()
print("goes on")
"""


@pytest.mark.parametrize(
    ("mistake", "kind"),
    [
        ("1 // 0", "ZeroDivisionError"),
        ("[][1]", "IndexError"),
        ("object() - object()", "TypeError"),
        ("raise KeyError('a')", "KeyError"),
    ],
)
def test_a_mistake_in_an_override_is_heard_of_and_the_program_goes_on(mistake: str, kind: str) -> None:
    text = PRESSED.replace("{mistake}", mistake)
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[:3] == [kind, kind, "goes on"]
