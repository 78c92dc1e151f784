"""loading: torch comes into memory in a thread without holding up the window."""

import ctypes
import os
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules
from threading import Lock

from dlstudio.data.progress import begun
from dlstudio.ui.gate import Gate
from dlstudio.ui.loader import Loader
from dlstudio.ui.sweep import unswept

ARRAYS = ("numpy", "numpy.ma")
"""What curves are read with; the first question after what is alike would import numpy.ma where it is asked."""
MODULES = (*ARRAYS, "torch", "torch._dynamo", "dlstudio.training.run")
"""What is imported, in this order; the first optimizer would import torch._dynamo when a loss is waited for."""
QUESTIONS = "dlstudio.training.questions"
"""What panels ask: made here as well, or each would hold the window when it first asks."""
NUMPY = (("numpy", "_core/_multiarray_umath.*.so"),)
TORCH = (("torch", "lib/libtorch_global_deps.*"), ("torch", "lib/libtorch_python.*"))
"""What the imports of packages open, in their order; each brings others with it."""
SHARED = "libtorch_global_deps"
"""What all libraries after it see."""
SAID = "Loading PyTorch"
"""What whoever waits for it reads."""
_lock = Lock()


def linking() -> bool:
    """Whether libraries are linked just now: another one would wait for them, and with it Python's lock."""
    return _lock.locked()


def load_numpy() -> None:
    """Imports numpy; to be called in a thread."""
    _link(NUMPY)
    for name in ARRAYS:
        import_module(name)


def loaded() -> bool:
    """Whether torch, and all that trains, is in memory."""
    last = sys.modules.get(MODULES[-1])
    return last is not None and not getattr(last.__spec__, "_initializing", False)


def load_torch() -> None:
    """Returns when torch, and all that trains, is in memory; to be called in a thread, whose progress tells of it.

    Who cancels that progress ends the wait at once: torch goes on to come for the next who asks."""
    if not loaded():
        _loader.wait(lambda: begun(SAID))


def under_way() -> bool:
    """Whether torch comes just now, for whomever."""
    return _loader.alive


def load_ahead() -> bool:
    """Imports the same for later, as whoever uses the window leaves time for it; whether that is still under way."""
    return not loaded() and _loader.begin()


def leave() -> None:
    """The program ends: an import that is under way does so too."""
    _loader.leave()


def _bring(gate: Gate) -> None:
    """Imports it all."""
    gate.wait()
    with unswept(), gate.standing():
        _link(NUMPY + TORCH)
        for name in MODULES[:-1]:
            import_module(name)
        asked = import_module(QUESTIONS)
        for each in iter_modules(asked.__path__):
            import_module(f"{QUESTIONS}.{each.name}")
        import_module(MODULES[-1])


_loader = Loader(_bring)


def _link(libraries: tuple[tuple[str, str], ...]) -> None:
    """Opens the libraries of packages before they are imported.

    An import holds Python's lock while they are linked, half a second and more; a call through ctypes does not."""
    if os.name != "posix":
        return
    link = ctypes.CDLL(None).dlopen
    link.restype, link.argtypes = ctypes.c_void_p, [ctypes.c_char_p, ctypes.c_int]
    for package, library in libraries:
        found = find_spec(package) if package not in sys.modules else None
        for path in Path(found.origin).parent.glob(library) if found and found.origin else ():
            with _lock:
                link(os.fsencode(path), os.RTLD_NOW | (os.RTLD_GLOBAL if SHARED in path.name else os.RTLD_LOCAL))
