"""Report parts: settings, networks, data, findings, environment, and how to do it again, as sections of a report."""

import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from dlstudio.catalog.recipes import recipes
from dlstudio.compiler.cost import summary
from dlstudio.core import files
from dlstudio.core.document import Project
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.spec import BadFields, make
from dlstudio.core.topology import placed
from dlstudio.data.prepare import Prepared
from dlstudio.exchange.graph_picture import graph_picture
from dlstudio.exchange.report_markup import Markup, element, facts, folded, hint, joined, table
from dlstudio.runs.comparison import leaves
from dlstudio.runs.findings import read_findings
from dlstudio.runs.folder import PROJECT, RunFolder

LONGEST = 300
"""Letters of a setting; lists of names can be long."""
MOST_CLASSES = 40


def networks(project: Project) -> Markup:
    """Each network with its picture and its nodes, what is placed in others after those."""
    found = []
    inner = {name for network in project.networks.values() for name in placed(network)}
    for name, network in sorted(project.networks.items(), key=lambda item: item[0] in inner):
        if network.nodes:
            title = element("h3", name) if len(project.networks) > 1 else ""
            picture = element("div", Markup(graph_picture(project, name)), class_="scroll")
            found.append(joined([title, picture, _nodes(project, name)]))
    return joined(found)


def _nodes(project: Project, name: str) -> Markup:
    try:
        found = summary(project, name)
    except ProjectProblem as problem:
        return hint(str(problem))
    rows = [
        (
            row.node,
            row.title,
            row.text,
            f"{row.parameters:,}" if row.parameters else "",
            f"{row.macs:,}" if row.macs else "",
        )
        for row in found.rows
    ]
    total = ("together", "", "", f"{found.parameters:,}", f"{found.macs:,}")
    head = ("node", "kind", "what comes out", "parameters", "multiplications")
    note = project.networks[name].note
    return joined([table(head, [*rows, total]), hint(note) if note else ""]) if rows else Markup("")


def settings(project: Project, around: Mapping[str, Any]) -> Markup:
    """Every setting of the training, also those that were left as they are usually."""
    said = dict(leaves(project.training))
    kind = str(project.training.get("kind", "Supervised"))
    usual: dict[str, Any] = {}
    if kind in recipes:
        try:
            own = {name: value for name, value in project.training.items() if name != "kind"}
            usual = dict(leaves(make(recipes[kind], own, {}).values()))
        except BadFields:
            usual = {}
    every = {"recipe": kind, **usual, **{name: value for name, value in said.items() if name != "kind"}}
    rows = [(name, element("b", _value(value)) if name in said else _value(value)) for name, value in every.items()]
    asked = {name: value for name, value in around.items() if name in ("device", "seed", "steps", "epochs")}
    rows += [(f"asked for: {name}", _value(value)) for name, value in asked.items() if value is not None]
    return joined([table(("setting", "value"), rows), hint("Bold is what the project says; the rest is usual.")])


def _value(value: object) -> str:
    """A value of a setting as people write it."""
    text = _written(value)
    return f"{text[:LONGEST]}…" if len(text) > LONGEST else text or "none"


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        rest = ", ".join(f"{name} {_written(each)}" for name, each in value.items() if name != "kind")
        return f"{value['kind']} ({rest})" if "kind" in value and rest else str(value.get("kind", rest))
    if isinstance(value, tuple | list):
        return ", ".join(map(_written, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def data(project: Project, prepared: Prepared | None, why: str) -> Markup:
    """Where the samples come from, how many there are, and what is done to them."""
    said = [(name, _value(value)) for name, value in leaves(project.data)]
    if prepared is None:
        return joined([table(("setting", "value"), said), hint(why)])
    parts = [(name, f"{len(part):,}") for name, part in prepared.parts.items()]
    columns = [
        (name, column.role, column.tensor.describe(), ", ".join(column.classes[:MOST_CLASSES]))
        for name, column in prepared.columns.items()
    ]
    issues = [element("li", issue.text) for issue in prepared.issues]
    return joined(
        [
            table(("setting", "value"), said),
            table(("part", "samples"), parts),
            table(("column", "for", "holds", "classes"), columns),
            element("ul", *issues) if issues else "",
        ]
    )


def findings(run: RunFolder) -> Markup:
    """What the doctor found while it trained."""
    rows = read_findings(run.path)
    if not rows:
        return hint("The doctor found nothing, or was not asked.")
    return element("ul", *(element("li", *_finding(row)) for row in rows), class_="findings")


def _finding(row: Any) -> Iterator[object]:
    if row.node:
        yield element("b", f"{row.node}: ")
    yield row.text
    until = "still so at the end" if row.now else f"until step {row.seen_step:,}"
    yield element("span", f" Since step {row.since_step:,}, {until}.", class_="hint")


def environment(around: Mapping[str, Any]) -> Markup:
    """What it was trained with; the machine's name stays out of what is passed on."""
    versions = around.get("versions")
    pairs = [("platform", around.get("platform", "")), ("machine", around.get("machine", ""))]
    pairs += [("device", around.get("device") or "auto")]
    return facts([*pairs, *(versions.items() if isinstance(versions, dict) else ())])


def again(run: RunFolder, project: Project, around: Mapping[str, Any]) -> Markup:
    """The commands that do all this again, with the project and the source themselves."""
    seed, device = around.get("seed"), around.get("device")
    options = f" --seed {int(seed)}" if isinstance(seed, int) else ""
    options += f" --device {shlex.quote(str(device))}" if device else ""
    versions = around.get("versions")
    own = versions.get("dlstudio") if isinstance(versions, dict) else None
    lines = [f"pip install {shlex.quote(f'dlstudio=={own}')}"] if own else []
    lines += [f"dlstudio train {PROJECT}{options}", f"dlstudio eval runs/{shlex.quote(run.name)}"]
    note = hint(f"{PROJECT} is the project as it was when the run began; save the text below under that name.")
    parts = [element("pre", "\n".join(lines)), note, folded(f"The project ({PROJECT})", files.dumps(project))]
    try:
        parts.append(folded("The source that was trained (model.py)", run.source()))
    except ProjectProblem as problem:
        parts.append(hint(str(problem)))
    return joined(parts)
