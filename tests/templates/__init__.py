"""The templates that come with the program: the scripts that write them, and their tests."""

import importlib
import pkgutil

from tests.templates.authoring import scripts

for found in pkgutil.iter_modules(__path__):
    if not found.name.startswith(("test_", "_")):
        importlib.import_module(f"{__name__}.{found.name}")

__all__ = ["scripts"]
