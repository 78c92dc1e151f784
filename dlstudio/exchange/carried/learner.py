"""What an exported training carries to move weights: rates, sums of gradients, limits, averages."""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

ACCUMULATE, AVERAGE = 1, 0.0
SCHEDULED, PLATEAU, SCALED, PENALISED, LIMITED, BOUNDED, SLOWER = (False,) * 7
WITH_GRADIENTS = True
WAITING: Mapping[str, Any] = {}


def factor(step: int) -> float:
    raise NotImplementedError


def slower_factor(step: int) -> float:
    raise NotImplementedError


def after_validation(state: Mapping[str, Any], metric: float) -> dict[str, Any]:
    raise NotImplementedError


def penalty(named: Mapping[str, nn.Parameter]) -> Tensor:
    raise NotImplementedError


def limit_gradients(named: Mapping[str, nn.Parameter]) -> None:
    raise NotImplementedError


def limit_weights(named: Mapping[str, nn.Parameter]) -> None:
    raise NotImplementedError


class Learner:
    """Weights that learn, what moves them, and how often they were moved."""

    def __init__(self, named: dict[str, nn.Parameter], optimizer: torch.optim.Optimizer) -> None:
        self.named, self.optimizer, self.count = named, optimizer, 0
        if SCHEDULED or PLATEAU:
            self.rates = [group["lr"] for group in optimizer.param_groups]
        if SLOWER:
            self.factor = factor
        if PLATEAU:
            self.waiting = dict(WAITING)
        if SCALED:
            self.scaler = torch.amp.GradScaler(next(iter(named.values())).device.type)
        if AVERAGE:
            self.mean = [weight.detach().clone() for weight in named.values()]

    def learn(self, loss: Tensor) -> None:
        """Takes a step down the gradients of a loss, or of several that are added up."""
        self.count += 1
        if PENALISED:
            loss = loss + penalty(self.named)
        if ACCUMULATE > 1:
            loss = loss / ACCUMULATE
        if SCALED:
            loss = self.scaler.scale(loss)
        loss.backward()  # type: ignore[no-untyped-call]
        if ACCUMULATE == 1 or self.count % ACCUMULATE == 0:
            self.move()

    def move(self) -> None:
        """One step of the optimizer."""
        if SCHEDULED or PLATEAU:
            self.set_rate(self.count - 1)
        if LIMITED:
            if SCALED:
                self.scaler.unscale_(self.optimizer)
            limit_gradients(self.named)
        if SCALED:
            self.scaler.step(self.optimizer)
            self.scaler.update()
        else:
            self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        if BOUNDED:
            limit_weights(self.named)
        if AVERAGE:
            self.remember()

    def minimise(self, compute: Callable[[], Tensor]) -> Tensor:
        """One step of an optimizer that asks for the loss as often as it likes; the loss that it asked for last."""
        last: list[Tensor] = []

        def closure() -> Tensor:
            with torch.enable_grad():
                self.optimizer.zero_grad(set_to_none=True)
                loss = compute()
                last[:] = [loss.detach()]
                if PENALISED:
                    loss = loss + penalty(self.named)
                if WITH_GRADIENTS:
                    loss.backward()  # type: ignore[no-untyped-call]
            return loss

        self.asked(closure)
        return last[0]

    def asked(self, closure: Callable[[], Tensor]) -> None:
        """One step of an optimizer that asks."""
        if SCHEDULED or PLATEAU:
            self.set_rate(self.count)
        self.optimizer.step(closure)  # type: ignore[arg-type]
        self.optimizer.zero_grad(set_to_none=True)
        self.count += 1
        if BOUNDED:
            limit_weights(self.named)
        if AVERAGE:
            self.remember()

    def set_rate(self, step: int) -> None:
        """The learning rate of a step."""
        if PLATEAU:
            now = self.waiting["factor"]
        elif SLOWER:
            now = self.factor(step)
        else:
            now = factor(step)
        for group, rate in zip(self.optimizer.param_groups, self.rates, strict=True):
            group["lr"] = rate * now

    def look_at(self, loss: float) -> None:
        """Lowers the rate where the validation loss has not fallen for a while."""
        self.waiting = after_validation(self.waiting, loss)

    def remember(self) -> None:
        """Moves the averages towards the weights: quickly at first, when there is little worth keeping."""
        kept = min(AVERAGE, (1 + self.count) / (10 + self.count))
        torch._foreach_lerp_(self.mean, [weight.detach() for weight in self.named.values()], 1 - kept)

    @torch.no_grad()
    def swap(self) -> None:
        """Puts the averages in the place of the weights, and the weights in theirs."""
        for weight, mean in zip(self.named.values(), self.mean, strict=True):
            other = weight.clone()
            weight.copy_(mean)
            mean.copy_(other)
