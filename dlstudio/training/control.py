"""Control: the small handle by which any caller pauses, stops, steps and retunes a training that runs elsewhere."""

import threading
from dataclasses import dataclass, field


@dataclass
class Control:
    """Set from any thread, read by the loop between steps."""

    _go: threading.Event = field(default_factory=threading.Event)
    _stop: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _singles: int = 0
    _rate: float | None = None

    def __post_init__(self) -> None:
        self._go.set()

    def pause(self) -> None:
        self._go.clear()

    def resume(self) -> None:
        self._go.set()

    def step(self, count: int = 1) -> None:
        """Takes so many steps while paused."""
        with self._lock:
            self._singles += count

    def stop(self) -> None:
        """Ends the training after the step that is under way."""
        self._stop.set()
        self._go.set()

    def set_rate(self, factor: float) -> None:
        """Multiplies the learning rate that the schedule gives, from the next step on."""
        self._rate = factor

    @property
    def stopped(self) -> bool:
        return self._stop.is_set()

    @property
    def paused(self) -> bool:
        return not self._go.is_set()

    @property
    def rate(self) -> float:
        return 1.0 if self._rate is None else self._rate

    def may_step(self, wait: float) -> bool:
        """Whether a step may be taken now; while paused, waits a little for a change."""
        if self._go.is_set():
            return not self._stop.is_set()
        with self._lock:
            if self._singles:
                self._singles -= 1
                return True
        self._go.wait(wait)
        return False
