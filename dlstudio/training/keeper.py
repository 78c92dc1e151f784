"""Keeper: puts the numbers and checkpoints of one training into its run folder, and takes them up again."""

import math
from collections.abc import Callable

import torch

from dlstudio.runs.checkpoints import Checkpoints
from dlstudio.runs.folder import RunFolder
from dlstudio.runs.metrics import MetricReader, MetricWriter
from dlstudio.training import randomness
from dlstudio.training.loop import Position
from dlstudio.training.recorder import NotFinite, Numbers
from dlstudio.training.rewind import Trained, origin, rewind
from dlstudio.training.sight import Tell
from dlstudio.training.watch import Watch

__all__ = ["Keeper", "Listener", "Trained"]

Listener = Callable[[int, int, Numbers], None]
"""Hears a step, its epoch and what was measured, in the training's thread."""


class Keeper:
    """One training's hand on its run folder."""

    def __init__(self, training: Trained, folder: RunFolder, watch: Watch, listen: Listener | None, tell: Tell) -> None:
        self.training, self.folder, self.watch, self.listen, self.tell = training, folder, watch, listen, tell
        self.checkpoints = Checkpoints(folder.checkpoints)
        self.writer = MetricWriter(folder.metrics)

    def numbers(self, step: int, epoch: int, values: Numbers) -> None:
        self.writer.append(step, values, epoch=epoch)
        self.watch.measured(step, epoch, values)
        if self.listen:
            self.listen(step, epoch, values)

    def checkpoint(self, position: Position, *, best: bool) -> None:
        training = self.training
        self._refuse_poison(position.step)
        self.writer.flush()
        state = {
            "position": position.state(),
            "batch_size": training.method.task.recipe.batch_size,
            "method": training.method.state(),
            "random": randomness.state(training.device),
        }
        self.checkpoints.save(position.step, weights=training.weights(), state=state, best=best)
        self.folder.set_status("running", step=position.step, epoch=position.epoch)

    @torch.no_grad()
    def _refuse_poison(self, step: int) -> None:
        """A loss may still be a number when the step has already spoilt the weights: such weights are never kept."""
        for module in self.training.modules.values():
            named = [(name, p) for name, p in module.named_parameters() if p.is_floating_point() and p.numel()]
            lengths = torch._foreach_norm([p.detach() for _, p in named], math.inf) if named else ()
            for (name, _), length in zip(named, torch.stack(list(lengths)).tolist() if named else (), strict=True):
                if not math.isfinite(length):
                    raise NotFinite(step, f"weight {name.removeprefix('_orig_mod.')}", length)

    def resume(self) -> Position:
        """Puts the training back to its last whole checkpoint, and forgets what was measured after it."""
        loaded = self.checkpoints.load_latest()
        for warning in loaded.warnings:
            self.tell(warning)
        if loaded.entry is None:
            self.writer.truncate(0)
            self.watch.rewound(0)
            self.tell("There is no checkpoint yet, so it starts anew.")
            return Position()
        position = rewind(self.training, loaded)
        self.writer.truncate(position.step)
        self.watch.rewound(position.step)
        self.watch.curves.recall(MetricReader(self.folder.metrics))
        self.tell(f"Going on from step {position.step:,} in epoch {position.epoch + 1:,}.")
        return position

    def origin(self, step: int) -> str | None:
        """The node in which numbers broke at a step; nothing that is kept changes, but the training has ended."""
        return origin(self.training, self.checkpoints.load_latest(), step)

    def close(self) -> None:
        self.writer.close()
