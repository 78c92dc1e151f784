"""python -m tests.bench NAME [OPTION ...] ... runs benchmarks and prints tables of ratios."""

import importlib
import os
import pkgutil
import sys
import tempfile

import tests.bench

PARTS = ("__main__", "album", "heartbeat", "measure", "tower")
"""What benchmarks are made of."""


def main(arguments: list[str]) -> int:
    """Each run has settings of its own: how somebody arranged the window before would be measured with it."""
    with tempfile.TemporaryDirectory() as settings:
        os.environ["DLSTUDIO_SETTINGS"] = settings
        return measured(arguments)


def measured(arguments: list[str]) -> int:
    known = sorted(found.name for found in pkgutil.iter_modules(tests.bench.__path__))
    known = [name for name in known if name not in PARTS]
    if arguments and arguments[0] not in known:
        sys.stderr.write(f"There is no benchmark “{arguments[0]}”; there are {', '.join(known)}.\n")
        return 2
    for name, options in grouped(arguments or known, known):
        importlib.import_module(f"tests.bench.{name}").run(options)
    return 0


def grouped(arguments: list[str], known: list[str]) -> list[tuple[str, list[str]]]:
    """Each benchmark with the words that follow it."""
    found: list[tuple[str, list[str]]] = []
    for word in arguments:
        if word in known:
            found.append((word, []))
        else:
            found[-1][1].append(word)
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
