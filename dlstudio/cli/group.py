"""Studio: the command group that takes a project where a command is expected, and tells mistakes in one line."""

import sys
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup

from dlstudio.cli.speech import complain
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.meant import closest, did_you_mean

Misuse: Any = typer.BadParameter.__mro__[1]
"""What the parser raises for a command line that it does not understand; older typers take it from click."""

WINDOW = "window"


class Studio(TyperGroup):
    """`dlstudio PROJECT` opens the window on it; whatever goes wrong through a user's mistake is one clear line."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command; a first word that is none is a project for the window."""
        first = args[0]
        if first not in self.commands and not (first.startswith("-") and len(first) > 1):
            _refuse_typo(first, [name for name, command in self.commands.items() if not command.hidden])
            args = [WINDOW, *args]
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        """The commands, and the templates, since a project may stand there too."""
        [project] = self.commands[WINDOW].params[:1]
        return [*super().shell_complete(ctx, incomplete), *project.shell_complete(ctx, incomplete)]

    def main(self, *args: Any, **named: Any) -> Any:
        """Runs and exits, with 0 only on success."""
        named["standalone_mode"] = False
        try:
            code = super().main(*args, **named)
            sys.stdout.flush()
        except Misuse as misuse:
            code = complain(f"{_sentence(misuse.format_message())} {_advice(misuse)}", misuse.exit_code)
        except ProjectProblem as problem:
            code = complain(str(problem))
        except BrokenPipeError:
            code = _hush()
        except (KeyboardInterrupt, typer.Abort):
            code = 130
        sys.exit(code if isinstance(code, int) else 0)


def _refuse_typo(first: str, commands: list[str]) -> None:
    """A word that is neither file nor template but nearly a command was meant as the command."""
    close = closest(first, commands, cutoff=0.7)
    if close and not Path(first).exists():
        raise ProjectProblem(f"There is no command “{first}”.{did_you_mean(close)}")


def _sentence(text: str) -> str:
    plain = " ".join(text.split())
    return plain if plain.endswith((".", "?", "!")) else f"{plain}."


def _advice(misuse: Any) -> str:
    return f"See {misuse.ctx.command_path} --help." if misuse.ctx is not None else "See dlstudio --help."


def _hush() -> int:
    """Whoever read our output has closed it: end quietly, also when Python empties its buffers at exit."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1
