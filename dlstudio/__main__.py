"""The three ways in: `python3 dlstudio` in a clone, `python -m dlstudio` where it is installed, and `dlstudio`.

Old syntax on purpose: an old python must get as far as the sentence that asks for a newer one.
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)


def enter_clone() -> None:
    """Import dlstudio as a package, and from an environment that has what it needs."""
    if sys.version_info < (3, 11):  # noqa: UP036
        sys.exit(f"dlstudio needs Python 3.11 or newer; this is Python {sys.version.split()[0]}.")
    # Python put this very folder first, where our `data` or `runs` would hide anybody else's.
    sys.path[:] = [ROOT] + [path for path in sys.path if os.path.abspath(path or os.curdir) not in (HERE, ROOT)]
    if os.path.isfile(os.path.join(ROOT, "pyproject.toml")):
        from dlstudio.bootstrap import start

        start(ROOT, HERE)


if __name__ == "__main__":
    if not __package__:
        enter_clone()
    from dlstudio.cli import main

    sys.exit(main())
