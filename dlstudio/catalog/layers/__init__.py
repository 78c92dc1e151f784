"""The layers by family, one file each; a new file here is found without being named anywhere."""

import importlib
import pkgutil

from dlstudio.catalog.layer import layers

for found in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{found.name}")

__all__ = ["layers"]
