"""emit: a project as Python source that needs torch only and defines the class that is trained."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dlstudio.catalog.layers.custom import Custom
from dlstudio.compiler.carry import definitions, imports
from dlstudio.compiler.check import every_plan, sound_plan
from dlstudio.compiler.classes import ClassWriter, Use, signature
from dlstudio.compiler.formula import OURS
from dlstudio.compiler.forward import Written
from dlstudio.compiler.names import class_name
from dlstudio.compiler.plan import Plan
from dlstudio.core.document import MODEL, Project
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.tensor import Tensor


@dataclass(frozen=True)
class Source:
    """Generated source: its text, the class that is the network, and the node behind each line."""

    text: str
    class_name: str
    places: dict[int, tuple[str, str]]
    inputs: dict[str, Tensor]
    outputs: dict[str, Tensor]
    own_code: tuple[str, ...] = ()
    """The nodes that carry Python code of the user's own."""


def emit(project: Project, network: str = MODEL) -> Source:
    """The source of a network; a ProjectProblem says what stands in the way."""
    return write(project, sound_plan(project, network))


def write(project: Project, root: Plan) -> Source:
    """The source of a sound plan."""
    uses: dict[int, Use] = {}
    classes: list[tuple[str, list[Written]]] = []
    own_classes = _own_code(root)
    taken = {name for name, _ in own_classes.values()}
    own = _class_title(project, root)
    root_name = class_name(own, taken)
    for name, plans in _by_network(root):
        for variants in _alike(plans, uses):
            is_root = variants[0] is root
            title = class_name(own if is_root else name, taken - {root_name} if is_root else taken | {root_name})
            taken.add(title)
            doc = _doc(project, variants[0], is_root)
            writer = ClassWriter(title, variants, uses, doc)
            classes.append((name, writer.write()))
            uses.update(writer.uses_of_plans())
    return _assemble(project, root, uses[id(root)].class_name, classes, own_classes)


def _class_title(project: Project, root: Plan) -> str:
    return project.name if root.name == MODEL and project.name != "untitled" else root.name


def _by_network(root: Plan) -> list[tuple[str, list[Plan]]]:
    """All plans under the root by network, what is placed before what places it."""
    ordered: dict[int, Plan] = {}

    def visit(plan: Plan) -> None:
        if id(plan) in ordered:
            return
        for rounds in plan.inner.values():
            for inner in rounds:
                visit(inner)
        ordered[id(plan)] = plan

    visit(root)
    groups: dict[str, list[Plan]] = {}
    depth = {name: i for i, name in enumerate(dict.fromkeys(_deepest_first(root)))}
    for plan in ordered.values():
        groups.setdefault(plan.name, []).append(plan)
    return sorted(groups.items(), key=lambda item: depth[item[0]])


def _deepest_first(root: Plan) -> Iterator[str]:
    """Network names so that each stands behind everything that it can place."""
    seen: set[int] = set()

    def visit(plan: Plan) -> Iterator[str]:
        if id(plan) not in seen:
            seen.add(id(plan))
            for rounds in plan.inner.values():
                for inner in rounds:
                    yield from visit(inner)
            yield plan.name

    return visit(root)


def _alike(plans: list[Plan], uses: dict[int, Use]) -> list[list[Plan]]:
    groups: dict[tuple[object, ...], list[Plan]] = {}
    for plan in plans:
        groups.setdefault(signature(plan, uses), []).append(plan)
    return list(groups.values())


def _doc(project: Project, plan: Plan, is_root: bool) -> str:
    text = plan.network.note or (project.notes if is_root else "") or f"The network “{plan.name}”."
    line = text.strip().split("\n")[0].split(". ")[0].strip()
    return _quoted(line if line.endswith((".", "!", "?")) else f"{line}.")


def _quoted(text: str) -> str:
    """Free text on one line that no docstring can end in."""
    return " ".join(text.split()).replace("\\", "/").replace('"', "'")


_FUTURE = re.compile(r"^from __future__ import .*$", re.MULTILINE)
"""These may stand at the head of a file only."""


def _own_code(root: Plan) -> dict[str, tuple[str, str]]:
    """The class name and text of each node in Python of the user's own; two texts of one name are refused."""
    found: dict[str, tuple[str, str]] = {}
    homes: dict[str, tuple[str, str]] = {}
    for plan in every_plan(root):
        for step in plan.steps.values():
            if isinstance(step.layer, Custom) and step.id in plan.live:
                name, text, place = step.layer.class_name(), step.layer.definition(), f"{plan.name}/{step.id}"
                if homes.setdefault(name, (text, place))[0] != text:
                    raise ProjectProblem(
                        f"{place} and {homes[name][1]} both define a class {name}, but not the same one; rename one."
                    )
                found[place] = (name, text)
    return found


def _assemble(
    project: Project,
    root: Plan,
    title: str,
    classes: Sequence[tuple[str, list[Written]]],
    own: Mapping[str, tuple[str, str]],
) -> Source:
    wanted: dict[str, set[str]] = {}

    def ours(line: str) -> str:
        for file, name in OURS.findall(line):
            wanted.setdefault(file, set()).add(name)
        return OURS.sub(r"\2", line)

    body = [
        (network, Written(ours(line.text), line.node)) for network, lines in classes for line in [*lines, _GAP, _GAP]
    ]
    carried = [text.strip("\n") for text in dict.fromkeys(text for _, text in own.values())]
    carried += [text for file, names in wanted.items() for text in definitions(file, frozenset(names))]
    plain = "\n".join([*carried, *(line.text for _, line in body)])
    future = sorted({line for _, text in own.values() for line in _FUTURE.findall(text)})
    head = [f'"""{_title(project, root)}"""', "", *future, *([""] if future else []), *imports(plain), "", ""]
    for text in carried:
        head += [*_FUTURE.sub("", text).strip("\n").split("\n"), "", ""]
    places = {len(head) + i + 1: (network, line.node) for i, (network, line) in enumerate(body) if line.node}
    lines = [*head, *(line.text for _, line in body), *_main(root, title)]
    return Source("\n".join(lines) + "\n", title, places, dict(root.inputs), dict(root.outputs), tuple(own))


_GAP = Written("")


def _title(project: Project, root: Plan) -> str:
    name = project.name if root.name == MODEL else f"{project.name}, {root.name}"
    return _quoted(f"{name}: written by dlstudio; needs torch only.")


def _main(root: Plan, title: str) -> list[str]:
    """Lines that try the class when the file is run."""
    lines = ['if __name__ == "__main__":', f"    model = {title}()", "    print(model)"]
    for name, x in root.inputs.items():
        lines.append(f"    {name} = {_sample(x)}")
    lines.append(f"    result = model({', '.join(root.inputs)})")
    if len(root.outputs) == 1:
        lines.append("    print(tuple(result.shape))")
    else:
        lines.append("    print([tuple(each.shape) for each in result])")
    return lines


def _sample(x: Tensor) -> str:
    shape = ", ".join(map(str, (2, *x.shape)))
    if x.dtype == "float":
        return f"torch.randn({shape})"
    return f"torch.zeros({shape}, dtype=torch.{'long' if x.dtype == 'int' else 'bool'})"
