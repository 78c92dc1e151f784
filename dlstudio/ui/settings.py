"""Settings: what the window remembers from one start to the next, in one small file of the user's."""

import os
from pathlib import Path

from PySide6.QtCore import QSettings, QStandardPaths

PLACE = "DLSTUDIO_SETTINGS"
"""The environment variable that says where the file is, for tests and for programs without a home."""


def settings() -> QSettings:
    """The settings file; it is made when something is first written."""
    return QSettings(str(folder() / "settings.ini"), QSettings.Format.IniFormat)


def folder() -> Path:
    """Where settings, recent projects and thumbnails are kept."""
    said = os.environ.get(PLACE)
    if said:
        return Path(said)
    place = QStandardPaths.StandardLocation.GenericConfigLocation
    return Path(QStandardPaths.writableLocation(place)) / "dlstudio"
