"""Replies: what an output says to any samples, also to such as nobody knows the right answer of."""

import torch
from torch import Tensor

from dlstudio.catalog.metrics import MEASURED
from dlstudio.core.document import MODEL
from dlstudio.training.asking.question import Subject
from dlstudio.training.measures.reading import read
from dlstudio.training.measures.subject import Subject as Asked


def asked(subject: Subject) -> dict[str, Asked]:
    """How each output that is compared with a column is to be read, by its name; none where nothing is compared."""
    meters = vars(subject.method).get("meters")
    return dict(meters.subjects) if meters is not None else {}


def outputs(subject: Subject, fed: tuple[Tensor, ...], network: str = MODEL) -> dict[str, Tensor]:
    """What a network gives out, by the names of its outputs."""
    made = subject.module(network)(*fed)
    names = [node.id for node in subject.project.networks[network].of_kind("Output")]
    found = made if isinstance(made, tuple) else (made,)
    return dict(zip(names, found, strict=False))


def likelihoods(how: Asked, made: Tensor) -> Tensor:
    """Samples × places × classes: how likely each class is; of numbers samples × numbers."""
    made = made.detach().float()
    if how.answer in MEASURED:
        return read(how, made, made).answers
    places = made.numel() // len(made) // (made.shape[how.axis] if how.choice else 1)
    nothing = torch.zeros(len(made), places, dtype=torch.long, device=made.device)
    found = read(how, made, nothing).answers
    if found.ndim == 2:
        return torch.stack([1 - found, found], 2)
    return found.softmax(2)
