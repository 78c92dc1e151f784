"""dlstudio templates: what comes with the program and what each of it shows."""

import re

from rich.padding import Padding
from rich.text import Text

from dlstudio.cli.arguments import Json
from dlstudio.cli.speech import console, plain, result, say, tell
from dlstudio.core.document import MODEL, Project
from dlstudio.core.span import roughly
from dlstudio.core.templates import duration, template
from dlstudio.core.templates import templates as names


def templates(json: Json = False) -> None:
    """List the ready-made projects and what each of them shows."""
    found = [(name, template(name)) for name in names()]
    for name, project in found:
        if json:
            facts = {"about": about(project), "parameters": parameters(project), "seconds": duration(name)}
            tell({"name": name, "title": project.name, **facts})
        else:
            _print(name, project)
    if json:
        result({"templates": len(found)})
    elif not found:
        say("No templates came with this version.")


def about(project: Project) -> str:
    """What a template shows: the first paragraph of its notes on one line."""
    return " ".join(project.notes.strip().partition("\n\n")[0].split())


def parameters(project: Project) -> int:
    """How many trainable numbers the model of a template has."""
    from dlstudio.compiler.cost import summary

    return summary(project).parameters if MODEL in project.networks else 0


def _print(name: str, project: Project) -> None:
    """The name to type, the title and the first sentence of what it shows."""
    first = re.split(r"(?<=[.!?])\s", about(project), maxsplit=1)[0]
    seconds = duration(name)
    took = f", trains in about {roughly(seconds)}" if seconds is not None else ""
    say(Text.assemble((name, "bold"), f"  {plain(project.name)}, {parameters(project):,} parameters{took}"))
    if first:
        console().print(Padding(Text(plain(first), "dim"), (0, 0, 0, 4)))
