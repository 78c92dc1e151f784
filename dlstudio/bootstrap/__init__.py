"""Makes the environment of a clone on first use and starts the program in it.

Runs under whatever python the machine has, before anything is installed: the standard library, and nothing of dlstudio
outside this folder.
"""

from __future__ import annotations

import os
import sys

from dlstudio.bootstrap.place import Place, find_place
from dlstudio.bootstrap.speech import Refusal, say

HANDED_OVER = "DLSTUDIO_HANDED_OVER"


def start(root: str, program: str, extras: tuple[str, ...] = ()) -> None:
    """Return when this process runs in the clone's environment; else make that if need be and run `program` in it."""
    try:
        place = find_place(root, extras)
        ready = place.is_ready(extras)
        if not ready:
            from dlstudio.bootstrap.environment import prepare

            prepare(place, extras)
        if HANDED_OVER not in os.environ:
            _provide_libraries(first_use=not ready)
        if not (ready and place.is_current()):
            _hand_over(place, program)
        os.environ.pop(HANDED_OVER, None)
    except Refusal as refusal:
        say(str(refusal))
        sys.exit(1)
    except OSError as error:
        say(f"the environment cannot be made: {error}")
        sys.exit(1)
    except KeyboardInterrupt:
        say("stopped; the next start begins again")
        sys.exit(130)


def _provide_libraries(*, first_use: bool) -> None:
    from dlstudio.bootstrap.libraries import advice, missing_libraries

    # Later starts care only for what they need: without a display nobody misses the libraries of one.
    display = first_use or bool(os.environ.get("DISPLAY"))
    missing = missing_libraries(display=display)
    if missing:
        from dlstudio.bootstrap import debian

        if debian.is_root() and debian.is_debian() and debian.install(sorted(set(missing.values()))):
            missing = missing_libraries(display=display)
    if missing:
        say(advice(missing))


def _hand_over(place: Place, program: str) -> None:
    """Go on as the same program under the environment's own python."""
    if os.environ.get(HANDED_OVER) == place.folder:
        raise Refusal(f"{place.python} does not start in its own environment; delete {place.folder} and start again.")
    os.environ[HANDED_OVER] = place.folder
    os.environ.pop("PYTHONHOME", None)
    arguments = [place.python, program, *sys.argv[1:]]
    if sys.platform == "win32":
        import subprocess

        # Windows has no exec: it would return to the prompt while the program still runs.
        sys.exit(subprocess.call(arguments))
    os.execv(place.python, arguments)
