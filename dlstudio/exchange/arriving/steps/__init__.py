"""Steps: how each of torch's functions and modules becomes a layer; one file for each family."""

import importlib
import pkgutil

from dlstudio.exchange.arriving.steps.writer import write

for found in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{found.name}")

__all__ = ["write"]
