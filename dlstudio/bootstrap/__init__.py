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
            _prepare(place, extras)
        _provide_libraries(first_use=not ready)
        if not (ready and place.is_current()):
            _hand_over(place, program)
        os.environ.pop(HANDED_OVER, None)
    except Refusal as refusal:
        say(str(refusal))
        sys.exit(1)
    except KeyboardInterrupt:
        say("stopped; the next start begins again")
        sys.exit(130)


def _prepare(place: Place, extras: tuple[str, ...]) -> None:
    from dlstudio.bootstrap.environment import prepare

    try:
        prepare(place, extras)
    except OSError as error:
        raise Refusal(f"the environment in {place.folder} cannot be made: {error}") from error


def _provide_libraries(*, first_use: bool) -> None:
    if sys.platform == "linux":
        from dlstudio.bootstrap.libraries import provide_libraries

        provide_libraries(first_use=first_use)


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
