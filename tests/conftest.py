"""What every test runs under."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "1")

PATIENCE = 60.0
"""Seconds within which a thread that was told to end has ended, on a machine with much other work too."""
SLOW = 1800.0
"""Seconds that a slow test may take: what is minutes on a machine of its own is many more on a shared one."""
MONITOR = "TMonitor"
"""The thread of tqdm's own, which some libraries start for good."""

settings.register_profile(
    "ci", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow tests have their own limit of time, where they do not say one themselves."""
    for item in items:
        if item.get_closest_marker("slow") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(SLOW))


@pytest.fixture(autouse=True)
def nothing_stays_behind() -> Iterator[None]:
    """No test may leave a thread that still runs or a window that still shows."""
    before = set(threading.enumerate())
    yield
    left = [thread for thread in threading.enumerate() if thread not in before and type(thread).__name__ != MONITOR]
    for thread in left:
        thread.join(timeout=PATIENCE)
    assert [thread for thread in left if thread.is_alive()] == []
    windows = visible_windows()
    for window in windows:
        window.close()
    assert windows == []


def visible_windows() -> list[Any]:
    """The windows on the screen, without loading Qt for tests that did not."""
    widgets = sys.modules.get("PySide6.QtWidgets")
    return [window for window in widgets.QApplication.topLevelWidgets() if window.isVisible()] if widgets else []
