"""How the learning rate changes while training: every schedule that a project can name."""

from dlstudio.catalog.schedules import cyclic, falling, measured
from dlstudio.catalog.schedules.schedule import Schedule, schedules

__all__ = ["Schedule", "cyclic", "falling", "measured", "schedules"]
