"""loading: torch comes into memory in a thread without holding up the window."""

import ctypes
import os
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from dlstudio.ui.sweep import unswept

MODULES = ("numpy", "torch", "torch._dynamo", "dlstudio.training.run")
"""What is imported, in this order; the first optimizer would import torch._dynamo when a loss is waited for."""
LIBRARIES = ("libtorch_global_deps", "libtorch_python")
"""What `import torch` opens, in its order; the second brings all the others."""


def load_torch() -> None:
    """Imports torch, and all that trains; to be called in a thread."""
    if "dlstudio.training.run" in sys.modules:
        return
    with unswept():
        _link()
        for name in MODULES:
            import_module(name)


def _link() -> None:
    """Opens torch's libraries before they are imported.

    An import holds Python's lock while they are linked, half a second and more; a call through ctypes does not."""
    found = find_spec("torch")
    if "torch" in sys.modules or found is None or found.origin is None or os.name != "posix":
        return
    ending = "dylib" if sys.platform == "darwin" else "so"
    link = ctypes.CDLL(None).dlopen
    link.restype, link.argtypes = ctypes.c_void_p, [ctypes.c_char_p, ctypes.c_int]
    for name in LIBRARIES:
        path = Path(found.origin).parent / "lib" / f"{name}.{ending}"
        if path.exists():
            link(os.fsencode(path), os.RTLD_NOW | (os.RTLD_GLOBAL if name == LIBRARIES[0] else os.RTLD_LOCAL))
