"""Crew: how a training of one process becomes one of many: its networks, its task, its method, its keeper, its loop."""

import itertools
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import torch
from torch import nn

from dlstudio.core.document import DELAY, MODEL, Project
from dlstudio.data.batches import Batches
from dlstudio.runs.folder import RunFolder
from dlstudio.training.control import Control
from dlstudio.training.keeper import Keeper, Listener, Trained
from dlstudio.training.loop import Loop
from dlstudio.training.method import Method, Task
from dlstudio.training.ranks import luck
from dlstudio.training.ranks.folder import Follower, Leader, Silence
from dlstudio.training.ranks.loop import SharedLoop
from dlstudio.training.ranks.meeting import Meeting
from dlstudio.training.ranks.method import SharedMethod
from dlstudio.training.ranks.networks import agreeing, in_pieces, with_whole_batches
from dlstudio.training.ranks.rank import Ranks
from dlstudio.training.ranks.share import Share, SharedTask, gathered_codes
from dlstudio.training.sight import Tell
from dlstudio.training.watch import Watch

PIECES = "shard"
BY_PAIRS = ("MetricLearning",)
"""Recipes whose loss compares the samples of a batch with each other, by their `label`."""


def spread(
    modules: Mapping[str, nn.Module], project: Project, sharding: str, device: torch.device
) -> dict[str, nn.Module]:
    """The networks as each of many ranks holds them."""
    made = {role: with_whole_batches(module, device) for role, module in modules.items()}
    if sharding != PIECES:
        return made
    nodes = [node for network in project.networks.values() for node in network.nodes.values()]
    # A weight that is lent, or used in a loop over time, is used outside the call of the part that owns it.
    apart = not any(node.kind == DELAY or node.fields.get("same_weights_as") for node in nodes)
    return {role: in_pieces(module, device, apart=apart) for role, module in made.items()}


def shared_task(task: Task, ranks: Ranks, feed: Batches, validation: Batches) -> SharedTask:
    """The task with this rank's share of it; the samples of both feeds are shared out."""
    feed.share = (ranks.rank, ranks.world)
    size = even(len(validation.part), validation.batch_size, ranks.world)
    if size is not None:
        validation.share, validation.batch_size = feed.share, size
    return SharedTask(**vars(task), ranks=ranks, share=Share(ranks, feed))


def even(count: int, batch_size: int, world: int) -> int | None:
    """The next size of batches that leaves no rank without a sample in the last one; None where there are too few."""
    if count < world:
        return None
    return next(size for size in itertools.count(max(batch_size, world)) if not 0 < count % size < world)


def shared_method(method: Method, control: Control, validation: Batches) -> SharedMethod:
    """The method at work in step with the other ranks."""
    task = method.task
    assert isinstance(task, SharedTask)
    agreeing(task.modules.values())
    if task.recipe.kind in BY_PAIRS:
        task.share.column = str(vars(method)["label"])
        task.modules[MODEL].register_forward_hook(gathered_codes(task.ranks))
    if task.recipe.sharding == PIECES:
        _unfused(method)
    meeting = Meeting(share=task.share, own=control)
    task.rate = lambda: meeting.rate
    luck.part_ways(task.recipe.seed, task.ranks)
    return SharedMethod(method, meeting, validation)


def _unfused(method: Method) -> None:
    """Torch's fused steps do not know all of the pieces' operations."""
    for optimizer in method.optimizers():
        for group in optimizer.param_groups:
            group.update({"fused": False} if "fused" in group else {})


def watch_for(method: Method, folder: RunFolder, sight: Any, said: Tell) -> Watch:
    """Looks inside from the first rank alone, and not at all where it holds but a piece."""
    if not isinstance(method, SharedMethod):
        return Watch(method, folder.path, sight, said)
    nobody: Any = Silence()
    return Watch(method, folder.path, sight, said) if method.ranks.first and not method.pieces else nobody


def keeper_for(training: Trained, folder: RunFolder, watch: Watch, listen: Listener | None, said: Tell) -> Keeper:
    method = training.method
    if not isinstance(method, SharedMethod):
        return Keeper(training, folder, watch, listen, said)
    return Leader(training, folder, watch, listen, said) if method.ranks.first else Follower(training, folder)


def loop_for(loop: Loop) -> Loop:
    """The loop as it was made, or where there are many ranks one in which all stand where they stood."""
    method = loop.method
    if not isinstance(method, SharedMethod):
        return loop
    method.begin(loop.position.step)
    share = method.share
    feeds = {"feed": share.gathering(loop.feed), "validation": loop.validation and share.gathering(loop.validation)}
    kept = {each.name: getattr(loop, each.name) for each in fields(loop) if each.init}
    return SharedLoop(**{**kept, **feeds, "control": method.meeting}, meeting=method.meeting)
