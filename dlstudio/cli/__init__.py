"""The command line: everything that the window does to a project, for terminals, scripts and machines."""

import sys

__all__ = ["main"]


def main() -> int:
    """The console entry; returns the exit code."""
    try:
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):  # a terminal that cannot show × or → gets a question mark, no crash
                stream.reconfigure(errors="replace")
        from dlstudio.cli.app import run

        return run()
    except KeyboardInterrupt:
        return 130
