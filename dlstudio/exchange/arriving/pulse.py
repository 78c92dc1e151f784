"""Pulse: the signs of life of a file that runs, for the process that waits for it; what only repeats gives none."""

import sys
import time
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

from dlstudio.exchange.arriving.memory import allow

MOST = 100_000
"""How many steps count as getting on; a model of more weights and calls than these is none that ends."""
SELDOM = 0.1
"""Seconds between two signs, which cost a file each."""
FILE = "pulse"


class Pulse(MetaPathFinder):
    """Beats with each module that is imported, each weight that is made, and each part of a network that is called."""

    def __init__(self, folder: Path) -> None:
        self._path, self._left, self._told = folder / FILE, MOST, 0.0

    def feel(self) -> None:
        """From here on it beats by itself, and the weights of a network are memory that it may have."""
        from torch.nn.modules import module

        sys.meta_path.insert(0, self)
        module.register_module_parameter_registration_hook(self._weight)
        module.register_module_forward_pre_hook(lambda _part, _given: self.beat())

    def beat(self) -> None:
        """Something was done that was not done before."""
        self._left -= 1
        now = time.monotonic()
        if self._left > 0 and now - self._told > SELDOM:
            self._told = now
            self._path.write_text(str(self._left), "utf-8")

    def find_spec(self, *_: Any) -> ModuleSpec | None:
        """Finds nothing: it only sees that something is imported."""
        self.beat()
        return None

    def _weight(self, _part: Any, _name: str, weight: Any) -> None:
        self.beat()
        if weight is not None:
            allow(weight.numel() * weight.element_size())
