"""examine: all that the doctor finds in one training, what is worst first."""

from collections.abc import Callable, Iterator

from dlstudio.training.doctor import gradients, progress, project, units
from dlstudio.training.doctor.case import Case
from dlstudio.training.doctor.finding import Finding

Rule = Callable[[Case], Iterator[Finding]]

RULES: tuple[Rule, ...] = (
    progress.not_a_number,
    gradients.exploding,
    gradients.symmetric,
    gradients.vanishing,
    units.dead,
    units.saturated,
    progress.rate_too_high,
    progress.rate_too_low,
    progress.no_progress,
    progress.overfitting,
    progress.critic_too_good,
    gradients.unused,
    project.drawn,
    project.data,
    project.not_shuffled,
    project.little_data,
    project.small_batch,
)


def examine(case: Case) -> tuple[Finding, ...]:
    """The findings; empty for a training in which nothing is wrong."""
    return tuple(finding for rule in RULES for finding in rule(case))
