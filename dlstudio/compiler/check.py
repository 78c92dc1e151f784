"""check: everything that is wrong or unwise in a project, and the shapes of all that is sound."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from dlstudio.compiler import findings
from dlstudio.compiler.faults import unsound
from dlstudio.compiler.hints import hints
from dlstudio.compiler.plan import Plan
from dlstudio.compiler.planner import Planner
from dlstudio.core.document import Project
from dlstudio.core.issue import Issue, ProjectProblem
from dlstudio.core.topology import placed


@dataclass(frozen=True, slots=True)
class Checked:
    """A project looked over: its issues, and one plan for each network (for a block, as first placed)."""

    project: Project
    issues: tuple[Issue, ...]
    plans: Mapping[str, Plan]

    @property
    def sound(self) -> bool:
        return not any(issue.severity == "error" for issue in self.issues)


_RANK = {"error": 0, "warning": 1, "hint": 2}


def examine(project: Project, before: Checked | None = None, known: Plan | None = None) -> Checked:
    """Plans every network, as it is placed or on its own, and gathers what was found.

    What the project shares with one examined `before` is taken over; one plan may be `known` already."""
    planner = Planner(project, before.project if before else None)
    earlier = before.plans if before else {}
    tensors = [name for name, network in project.networks.items() if network.kind == "tensor"]
    inside = {inner for name in tensors for inner in placed(project.networks[name])}
    plans: dict[str, Plan] = {}
    every: dict[int, Plan] = {}
    for name in [*(n for n in tensors if n not in inside), *tensors]:
        if name not in plans:
            whole = known if known and known.name == name else planner.plan(name, earlier.get(name))
            for plan in every_plan(whole):
                every[id(plan)] = plan
                plans.setdefault(plan.name, plan)
    found = {(i.network, i.node, i.port, i.code, i.text): i for plan in every.values() for i in plan.issues}
    extra = [*findings.project(project), *unsound(project), *(hint for plan in plans.values() for hint in hints(plan))]
    return Checked(project, ranked([*found.values(), *extra]), plans)


def ranked(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """The worst first."""
    return tuple(sorted(issues, key=lambda issue: _RANK[issue.severity]))


def every_plan(plan: Plan) -> Iterator[Plan]:
    """The plan and, once each, all that it places."""
    seen: set[int] = set()
    waiting = [plan]
    while waiting:
        current = waiting.pop()
        if id(current) not in seen:
            seen.add(id(current))
            yield current
            waiting.extend(inner for rounds in current.inner.values() for inner in rounds)


def check(project: Project) -> list[Issue]:
    """All issues of a project, errors first. Never raises on a user's mistake."""
    return list(examine(project).issues)


def sound_plan(project: Project, network: str = "model") -> Plan:
    """The plan of a network that can be built, or a ProjectProblem that says what is in the way."""
    if network not in project.networks:
        raise ProjectProblem(f"The project has no network “{network}” (it has: {', '.join(project.networks)}).")
    plan = Planner(project).plan(network)
    errors = tuple(
        issue for inner in every_plan(plan) for issue in inner.issues if issue.severity == "error"
    ) or findings.emptiness(project, network)
    if errors:
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        deepest = next((issue for issue in errors if issue.code != "block"), errors[0])
        raise ProjectProblem(f"{deepest.place}: {deepest.text}{more}", errors)
    return plan
