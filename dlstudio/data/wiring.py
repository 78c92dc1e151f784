"""Wiring: which column of the data goes into which input of a network, and which its outputs are compared with."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dlstudio.catalog.forms import shape_fields
from dlstudio.catalog.layers.structure import Input
from dlstudio.catalog.refusal import Refused
from dlstudio.core import edits
from dlstudio.core.document import INPUT, MODEL, OUTPUT, Node, Project
from dlstudio.core.frozen import Value
from dlstudio.core.issue import Issue, ProjectProblem
from dlstudio.core.spec import BadFields, make
from dlstudio.core.tensor import Tensor
from dlstudio.data.dataset import Column, Role

Columns = Mapping[str, Column]


@dataclass(frozen=True)
class Wiring:
    """The column of each input, and the column that each output is compared with; both by the node's name.

    An output without a column (a penalty, say) is left out."""

    inputs: Mapping[str, str]
    targets: Mapping[str, str]


def wire(project: Project, columns: Columns, network: str = MODEL) -> Wiring:
    """Who gets which column, or a ProjectProblem that says what does not fit."""
    wiring = Wiring(_inputs(project, columns, network), _targets(project, columns, network))
    issues = tuple(_misfits(project, columns, wiring, network))
    if issues:
        raise ProjectProblem(issues[0].text, issues)
    return wiring


def judged(project: Project, columns: Columns, network: str = MODEL) -> tuple[Wiring, tuple[Issue, ...]]:
    """Who gets which column as far as that can be said, and all that does not fit."""
    sides: list[dict[str, str]] = []
    issues: list[Issue] = []
    for side in (_inputs, _targets):
        try:
            sides.append(side(project, columns, network))
        except ProjectProblem as problem:
            sides.append({})
            issues.append(Issue("error", "data-column", str(problem), network))
    wiring = Wiring(*sides)
    return wiring, (*issues, *_misfits(project, columns, wiring, network))


def bind(project: Project, columns: Columns, network: str = MODEL) -> Project:
    """The project with its inputs given the size, the form and the kind of number of their columns."""
    for name, column in _inputs(project, columns, network).items():
        project = edits.put(project, network, name, **shape_fields(columns[column].tensor))
    return project


def _inputs(project: Project, columns: Columns, network: str) -> dict[str, str]:
    nodes = [node.id for node in project.networks[network].of_kind(INPUT)]
    said = project.data.get("inputs", {})
    chosen = {node: _known(said[node], columns, f"the input {node}") for node in nodes if node in said}
    strange = [name for name in said if name not in nodes]
    if strange:
        raise ProjectProblem(f"The data names the input “{strange[0]}”; the network has {_list(nodes, 'no input')}.")
    return _matched(nodes, chosen, _by_role(columns, "input"), columns, "input")


def _targets(project: Project, columns: Columns, network: str) -> dict[str, str]:
    outputs = project.networks[network].of_kind(OUTPUT)
    said = {node.id: str(node.fields["target"]) for node in outputs if node.fields.get("target")}
    chosen = {node: _known(column, columns, f"the output {node}") for node, column in said.items()}
    free = [node.id for node in outputs if node.id not in chosen]
    targets = _by_role(columns, "target")
    found = _matched(free, {}, targets, columns, "output") if len(targets) >= len(free) else _named(free, columns)
    if free and targets and not found and not chosen:
        found = dict(zip(free, targets, strict=False))
    return chosen | found


def _named(nodes: Sequence[str], columns: Columns) -> dict[str, str]:
    return {node: node for node in nodes if node in columns}


def _matched(
    nodes: Sequence[str], chosen: dict[str, str], usual: Sequence[str], columns: Columns, what: str
) -> dict[str, str]:
    """What was said, then equal names, then the order in which both stand."""
    found = chosen | _named([node for node in nodes if node not in chosen], columns)
    free = [column for column in usual if column not in found.values()]
    rest = [node for node in nodes if node not in found]
    if len(rest) > len(free):
        raise ProjectProblem(
            f"No column of the data is left for the {what} {rest[len(free)]}; "
            f"the data has {_list(list(columns), 'none')}. "
            f"Name the column in {'data.inputs' if what == 'input' else 'the target of the output'}."
        )
    found |= dict(zip(rest, free, strict=False))
    return {node: found[node] for node in nodes}


def _by_role(columns: Columns, role: Role) -> list[str]:
    return [name for name, column in columns.items() if column.role == role]


def _known(column: Value, columns: Columns, who: str) -> str:
    if column not in columns:
        raise ProjectProblem(f"The data has no column “{column}” for {who}; it has {_list(list(columns), 'none')}.")
    return str(column)


def _list(names: Sequence[str], nothing: str) -> str:
    return ", ".join(names) or nothing


def _misfits(project: Project, columns: Columns, wiring: Wiring, network: str) -> Iterator[Issue]:
    for name, column in wiring.inputs.items():
        wanted = _wanted(project.networks[network].nodes[name])
        if wanted and (text := _misfit(name, wanted, columns[column])):
            yield Issue("error", "data-shape", text, network, name)
    for name, column in wiring.targets.items():
        if len(columns[column].classes) == 1:
            text = f"All samples of {column} are of one class, {columns[column].classes[0]}"
            yield Issue(
                "error", "data-one-class", f"{text}: there is nothing to tell apart. Add others.", network, name
            )


def _wanted(node: Node) -> Tensor | None:
    """What an input takes; one that is itself wrong is for the check to tell."""
    try:
        return make(Input, node.fields, {}).shape()
    except (BadFields, Refused):
        return None


_KINDS = {"float": "real numbers", "int": "whole numbers", "bool": "yes or no"}


def _misfit(name: str, wanted: Tensor, column: Column) -> str:
    there = column.tensor
    if wanted.shape != there.shape:
        difference = f"takes {wanted}, but the column {column.name} holds {there}"
    elif wanted.dtype != there.dtype:
        difference = f"takes {_KINDS[wanted.dtype]}, but the column {column.name} holds {_KINDS[there.dtype]}"
    else:
        return ""
    return f"The input {name} {difference}. Give the input the column's shape, or choose another column."
