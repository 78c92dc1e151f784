"""dlstudio templates: what comes with the program and what each of it shows."""

from rich.table import Table

from dlstudio.cli.arguments import Json
from dlstudio.cli.speech import console, plain, result, say, tell
from dlstudio.core.document import Project
from dlstudio.core.templates import template
from dlstudio.core.templates import templates as names


def templates(json: Json = False) -> None:
    """List the ready-made projects and what each of them shows."""
    from dlstudio.compiler.cost import summary

    rows = [(name, made, summary(made).parameters if "model" in made.networks else 0) for name, made in _all()]
    if json:
        for name, made, parameters in rows:
            tell({"name": name, "title": made.name, "about": about(made), "parameters": parameters})
        result({"templates": len(rows)})
    elif rows:
        console().print(_table(rows))
    else:
        say("No templates came with this version.")


def _all() -> list[tuple[str, Project]]:
    return [(name, template(name)) for name in names()]


def about(project: Project) -> str:
    """What a template shows: the first paragraph of its notes on one line."""
    return " ".join(project.notes.strip().partition("\n\n")[0].split())


def _table(rows: list[tuple[str, Project, int]]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("name", no_wrap=True)
    table.add_column("title")
    table.add_column("parameters", justify="right", no_wrap=True)
    table.add_column("shows")
    for name, project, parameters in rows:
        table.add_row(name, plain(project.name), f"{parameters:,}", plain(about(project)))
    return table
