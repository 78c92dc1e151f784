"""Gan as a script: a critic learns to tell real samples from made ones, a generator to trick it, in turns."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from dlstudio.catalog.recipes import Gan
from dlstudio.core.document import MODEL
from dlstudio.data.wiring import wire
from dlstudio.exchange.scripts.lesson import Lesson, teaches
from dlstudio.exchange.scripts.optimizer_code import optimizer_code, spread
from dlstudio.exchange.scripts.schedule_code import SLOWER, schedule_code

GENERATOR, CRITIC = "generator", "critic"
LOSSES = {"trick": "trick", "least squares": "least_squares", "wasserstein": "wasserstein"}
MAKE = '''def make(generator: nn.Module, batch: dict[str, Tensor]) -> Tensor:
    """As many samples as the batch holds, from noise."""
    count, device = len(batch[REAL]), batch[REAL].device
'''
SCORE = '''def score(critic: nn.Module, samples: Tensor, batch: dict[str, Tensor]) -> Tensor:
    """The critic's one number for each sample."""
'''
REPEATED = """    times = len(samples) // len(batch[REAL])  # conditions are the same for real and made samples
"""


@teaches("Gan")
class GanLesson(Lesson):
    """Two networks, each with its own optimizer."""

    files = ("learner.py", "training.py", "gan.py")
    judges = False
    recipe: Gan

    @cached_property
    def seen(self) -> Mapping[str, str]:
        """The column that each input of the critic gets."""
        return wire(self.subject.project, self.prepared.columns, CRITIC).inputs

    @property
    def shown(self) -> str:
        """The critic's input for samples; those that the generator has too are conditions."""
        given = self.sources[GENERATOR].inputs
        return next((name for name in self.seen if name not in given), next(iter(self.seen)))

    def columns(self) -> list[str]:
        wired = {*self.seen.values(), *self.sources[GENERATOR].inputs}
        return [name for name in self.prepared.columns if name in wired]

    def settings(self) -> Mapping[str, Any]:
        critic = self.modules[CRITIC]
        return {
            "REAL": self.seen[self.shown],
            "CRITIC_STEPS": self.recipe.critic_steps,
            "CLIP_WEIGHTS": self.recipe.clip_weights,
            "GRADIENT_PENALTY": self.recipe.gradient_penalty,
            "BORDER": 0.5 if self.recipe.loss == "least squares" else 0.0,
            "STATISTICS": any(True for _ in critic.buffers()),
            "CHANNELS_LAST": self.lies_last(GENERATOR),
            "CRITIC_CHANNELS_LAST": self.lies_last(CRITIC),
            "SLOWER": self.recipe.critic_steps > 1 and self.schedule.kind not in ("Constant", "Plateau"),
            **self._slower(),
        }

    def _slower(self) -> Mapping[str, int]:
        every, an_epoch = self.recipe.critic_steps, -(-len(self.prepared.train) // self.recipe.batch_size)
        steps = self.total or an_epoch * self.recipe.epochs
        return {"SLOWER_STEPS": max(1, steps // every), "SLOWER_STEPS_PER_EPOCH": max(1, an_epoch // every)}

    def epochs(self) -> int:
        """The critic's scores are no loss that could get better: patience ends it after so many looks."""
        recipe = self.recipe
        enough = recipe.patience * recipe.evaluate_every if recipe.patience and len(self.prepared.validation) else 0
        return min(recipe.epochs, enough) if enough else recipe.epochs

    def lies_last(self, role: str = GENERATOR) -> bool:
        return super().lies_last(GENERATOR if role == MODEL else role)

    def functions(self) -> Iterator[str]:
        name = LOSSES[self.recipe.loss]
        self.ours.setdefault("forgery", set()).update((f"{name}_critic", f"{name}_generator"))
        if self.recipe.gradient_penalty:
            self.ours["forgery"].add("slope_penalty")
        yield self._make()
        yield self._score()
        rules = {GENERATOR: self.recipe.optimizer, CRITIC: self.recipe.critic_optimizer or self.recipe.optimizer}
        for role, spec in rules.items():
            yield optimizer_code(self.recipe, spec, self.weights(role), self.callee, f"{role}_optimizer_of")

    def aliases(self) -> Mapping[str, str]:
        """What stands for names of the files that it carries."""
        name = LOSSES[self.recipe.loss]
        return {"critic_loss": f"{name}_critic", "generator_loss": f"{name}_generator"}

    def rates(self) -> list[str]:
        slower = schedule_code(self.schedule, "slower_factor", SLOWER)
        return list(dict.fromkeys([*schedule_code(self.schedule), *slower]))

    def _make(self) -> str:
        columns, inputs = self.prepared.columns, self.sources[GENERATOR].inputs
        given = [
            f'batch["{name}"]'
            if name in columns
            else f"torch.randn({', '.join(map(str, ('count', *x.shape)))}, device=device)"
            for name, x in inputs.items()
        ]
        return MAKE + spread("    return generator(", given, ")")

    def _score(self) -> str:
        more = {node: column for node, column in self.seen.items() if node != self.shown}
        given = [f'torch.cat([batch["{more[node]}"]] * times)' if node in more else "samples" for node in self.seen]
        scores = spread("    return critic(", given, f"){'.float()' if self.recipe.precision in HALVES else ''}")
        return SCORE + (REPEATED if more else "") + scores


HALVES = ("bf16", "fp16")
