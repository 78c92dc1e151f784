"""`python3 tests` runs every check of the clone; `python3 tests ARGUMENTS` runs pytest alone with those arguments.

Old syntax on purpose: an old python must get as far as the sentence that asks for a newer one.
"""

import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)

# pytest comes last: its closing line is what a reader, or a machine, looks for at the end.
CHECKS = (
    ("format", ["-m", "ruff", "format", "--check", "--output-format", "concise"]),
    ("lint", ["-m", "ruff", "check", "--output-format", "concise"]),
    ("types", ["-m", "mypy"]),
    ("imports", ["-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-logo"]),
    ("tests", ["-m", "pytest", "-n", "2"]),
)

SCREEN = {"xvfb": "Xvfb", "xdotool": "xdotool"}
BROWSER = {"chromium-headless-shell": "chromium-headless-shell"}  # 100 MB; exported pages are tried in it


def enter_clone() -> None:
    """Run in the clone's own environment, with what tests need."""
    if sys.version_info < (3, 11):  # noqa: UP036
        sys.exit(f"dlstudio needs Python 3.11 or newer; this is Python {sys.version.split()[0]}.")
    sys.path[:] = [ROOT] + [path for path in sys.path if os.path.abspath(path or os.curdir) not in (HERE, ROOT)]
    from dlstudio.bootstrap import start

    start(ROOT, HERE, extras=("test",))


def prepare_variables() -> None:
    """Draw windows in memory, and give each of the parallel workers one thread."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("OMP_NUM_THREADS", "1")


def provide_screen() -> None:
    """Fetch the screen that nobody sees, the hand that works on it and a browser, where that may be done unasked."""
    import shutil

    from dlstudio.bootstrap import debian

    for wanted in (SCREEN, BROWSER):  # apart: not every relative of Debian has the browser
        lacking = [package for package, program in wanted.items() if not shutil.which(program)]
        if lacking and debian.is_root() and debian.is_debian():
            debian.install(lacking)


def run(arguments: "list[str]") -> int:
    """Run one tool in the clone."""
    return subprocess.call([sys.executable, *arguments], cwd=ROOT)


def run_checks() -> int:
    """Run every check, also when an earlier one fails."""
    provide_screen()
    failed = 0
    for name, arguments in CHECKS:
        print("== " + name, flush=True)
        failed += run(arguments) != 0
    return int(failed > 0)


if __name__ == "__main__":
    if not __package__:
        enter_clone()
    prepare_variables()
    sys.exit(run(["-m", "pytest", *sys.argv[1:]]) if sys.argv[1:] else run_checks())
