"""dlstudio doctor: whether this machine has what dlstudio needs, and the command that brings what is missing."""

from dataclasses import asdict

import typer
from rich.text import Text

from dlstudio.cli.arguments import Json
from dlstudio.cli.environment import Finding, Mark, findings
from dlstudio.cli.speech import plain, result, say, tell

SIGNS: dict[Mark, tuple[str, str]] = {"good": ("ok", "green"), "missing": ("–", "yellow"), "bad": ("!!", "bold red")}


def doctor(json: Json = False) -> None:
    """Look over the environment: versions, devices, and what is missing with the command that installs it."""
    found = list(findings())
    bad = [each for each in found if each.mark == "bad"]
    for each in found:
        if json:
            tell(asdict(each))
        else:
            _line(each)
    if json:
        result({"healthy": not bad, "bad": [each.name for each in bad]})
    else:
        say(f"{len(bad)} to mend: {', '.join(each.name for each in bad)}." if bad else "Everything needed is here.")
    if bad:
        raise typer.Exit(1)


def _line(finding: Finding) -> None:
    sign, style = SIGNS[finding.mark]
    say(Text.assemble((f"{sign:<3}", style), f"{finding.name:<20} {plain(finding.text)}"))
