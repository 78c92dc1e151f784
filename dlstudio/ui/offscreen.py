"""Offscreen: what Qt's platform without a screen says of every window is left out of the terminal; all else is told."""

import atexit
import sys
from collections.abc import Callable
from typing import cast

from PySide6.QtCore import QMessageLogContext, QtMsgType, qFormatLogMessage, qInstallMessageHandler

Handler = Callable[[QtMsgType, QMessageLogContext, str], object]

PLATFORM = "offscreen"
USELESS = frozenset(f"This plugin does not support {what}()" for what in ("propagateSizeHints", "raise"))
"""What it can do nothing about, and nobody else either: there is no screen on which a window could be raised."""


def keep_to_what_matters() -> None:
    """From now on Qt's messages go to the terminal as before, but for these lines."""
    before = cast(Handler | None, qInstallMessageHandler(None))

    def tell(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        if message in USELESS:
            return
        if before:
            before(kind, context, message)
        elif sys.stderr:
            sys.stderr.write(f"{qFormatLogMessage(kind, context, message)}\n")

    qInstallMessageHandler(tell)
    atexit.register(qInstallMessageHandler, None)
