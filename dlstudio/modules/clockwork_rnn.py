"""Recurrent network whose parts tick at different periods."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class ClockworkRNN(nn.Module):
    """A simple recurrent network cut into modules with clocks of their own (Koutník et al. 2014).

    h_t = tanh(W_ih x_t + b_ih + (mask ∘ W_hh) h_{t-1} + b_hh) for a module whose period divides t, else h_{t-1};
    the mask lets a module hear only modules of an equal or a longer period. The first step is t = 0, where all change.

    The hidden units are shared out among the periods as evenly as hidden_size allows. Returns y (N, T, hidden_size)
    and h (1, N, hidden_size); the parameters are those of nn.RNN(batch_first=True).
    """

    clock: Tensor

    def __init__(
        self, input_size: int, hidden_size: int, periods: tuple[int, ...] = (1, 2, 4, 8), bias: bool = True
    ) -> None:
        super().__init__()
        if not 0 < len(periods) <= hidden_size:
            raise ValueError(f"{hidden_size} hidden units cannot be shared out among {len(periods)} periods")
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.periods = tuple(periods)
        self.weight_ih_l0 = nn.Parameter(torch.empty(hidden_size, input_size))
        self.weight_hh_l0 = nn.Parameter(torch.empty(hidden_size, hidden_size))
        self.bias_ih_l0 = nn.Parameter(torch.empty(hidden_size)) if bias else None
        self.bias_hh_l0 = nn.Parameter(torch.empty(hidden_size)) if bias else None
        clock = [periods[unit * len(periods) // hidden_size] for unit in range(hidden_size)]
        self.register_buffer("clock", torch.tensor(clock), persistent=False)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        bound = 1 / math.sqrt(self.hidden_size)
        for parameter in self.parameters():
            nn.init.uniform_(parameter, -bound, bound)

    def forward(self, x: Tensor, h0: Tensor | None = None) -> tuple[Tensor, Tensor]:
        h = x.new_zeros(x.shape[0], self.hidden_size) if h0 is None else h0[0]
        weight = self.weight_hh_l0 * (self.clock >= self.clock.unsqueeze(1))
        steps = F.linear(x, self.weight_ih_l0, self.bias_ih_l0).unbind(1)
        ticks = torch.arange(len(steps), device=x.device).unsqueeze(1) % self.clock == 0
        states: list[Tensor] = []
        for step, tick in zip(steps, ticks.unbind(0), strict=True):
            h = torch.where(tick, torch.tanh(step + F.linear(h, weight, self.bias_hh_l0)), h)
            states.append(h)
        return torch.stack(states, 1), h.unsqueeze(0)

    def extra_repr(self) -> str:
        return f"{self.input_size}, {self.hidden_size}, periods={self.periods}, bias={self.bias_ih_l0 is not None}"
