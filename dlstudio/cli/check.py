"""dlstudio check: what is wrong or unwise in a project."""

from itertools import groupby

import typer
from rich.text import Text

from dlstudio.cli.arguments import Json, ProjectName, project
from dlstudio.cli.speech import plain, result, say, tell
from dlstudio.core.issue import Issue, Severity

STYLE: dict[Severity, str] = {"error": "bold red", "warning": "yellow", "hint": "cyan"}


def check(name: ProjectName, json: Json = False) -> None:
    """Say what is wrong or unwise in a project, and what mends it; fails when there are errors."""
    from dlstudio.compiler.check import check as find

    issues = find(project(name))
    counts = {severity: sum(issue.severity == severity for issue in issues) for severity in STYLE}
    if json:
        for issue in issues:
            tell(_record(issue))
        result({"sound": not counts["error"], **{f"{severity}s": count for severity, count in counts.items()}})
    else:
        _list(issues, counts)
    if counts["error"]:
        raise typer.Exit(1)


def _record(issue: Issue) -> dict[str, object]:
    return {
        "severity": issue.severity,
        "code": issue.code,
        "network": issue.network,
        "node": issue.node,
        "port": issue.port,
        "text": issue.text,
        "fixes": [fix.label for fix in issue.fixes],
    }


def _list(issues: list[Issue], counts: dict[Severity, int]) -> None:
    for severity, group in groupby(issues, key=lambda issue: issue.severity):
        say(Text(counted(counts[severity], severity), STYLE[severity]))
        for issue in group:
            say(Text.assemble("  ", (plain(issue.place), "bold"), f": {plain(issue.text)}"))
            for fix in issue.fixes:
                say(Text(f"    fix: {plain(fix.label)}", "dim"))
    if not counts["error"]:
        say("No errors: the project can be built." if issues else "Nothing to mend: the project can be built.")


def counted(number: int, noun: str) -> str:
    """A number with its noun: 1 error, 2 errors."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
