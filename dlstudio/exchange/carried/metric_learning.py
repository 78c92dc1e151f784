"""What an exported training of an encoder carries: codes of a batch, compared with each other by their labels."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from dlstudio.exchange.carried.learner import Learner
from dlstudio.modules.partners import partners, squares

HARD, NORMALIZE, SUMMED = False, False, False
HALF: torch.dtype | None = None
INPUTS: tuple[str, ...] = ()
LABEL = ""


def losses_of(anchor: Tensor, same: Tensor, different: Tensor) -> Tensor:
    raise NotImplementedError


def codes_of(model: nn.Module, batch: dict[str, Tensor]) -> Tensor:
    """One code for each sample."""
    if HALF:
        with torch.autocast(batch[LABEL].device.type, HALF):
            codes = model(*(batch[name] for name in INPUTS)).float()
    else:
        codes = model(*(batch[name] for name in INPUTS))
    return F.normalize(codes, dim=1) if NORMALIZE else codes


def compared(codes: Tensor, labels: Tensor, luck: torch.Generator | None = None) -> tuple[Tensor, Tensor]:
    """The loss of codes, and the share of partners from which there is still something to learn."""
    chosen = partners(squares(codes.detach()), labels, hard=HARD, generator=luck)
    each = losses_of(codes[chosen.anchors], codes[chosen.same], codes[chosen.other])
    active = (each.detach() > 0).float().sum() / max(1, len(each))
    total = each.sum() + codes.sum() * 0.0
    return (total if SUMMED else total / max(1, len(each))), active


def learn(model: nn.Module, learner: Learner, batch: dict[str, Tensor]) -> dict[str, float]:
    """Learns from one batch; its loss, and how many of its partners were active."""
    loss, active = compared(codes_of(model, batch), batch[LABEL])
    learner.learn(loss)
    return {"loss": loss.item(), "active": active.item()}


def loss_on(model: nn.Module, batch: dict[str, Tensor], luck: torch.Generator | None = None) -> tuple[Tensor, float]:
    """The loss of a batch that it does not learn from, and how much the batch counts."""
    return compared(codes_of(model, batch), batch[LABEL], luck)[0], len(batch[LABEL])
