"""The gated recurrent unit as it was first described: the reset gate acts on the state."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class EarlyResetGRU(nn.Module):
    """A gated recurrent unit (Cho et al. 2014) whose reset gate acts on h before U does; that of nn.GRU acts on U·h.

    r = σ(W_r x + U_r h + b_r),  z = σ(W_z x + U_z h + b_z)
    n = tanh(W_n x + U_n (r ∘ h) + b_n),  h_t = (1 - z) ∘ n + z ∘ h

    x is (N, T, input_size); returns y (N, T, D·hidden_size) and h (num_layers·D, N, hidden_size), D directions,
    with the parameters of nn.GRU(batch_first=True).
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        bidirectional: bool = False,
    ) -> None:
        super().__init__()
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.bias = bias
        self.directions = ("", "_reverse") if bidirectional else ("",)
        for layer in range(num_layers):
            width = input_size if layer == 0 else hidden_size * len(self.directions)
            for direction in self.directions:
                self._add_cell(f"l{layer}{direction}", width)
        self.reset_parameters()

    def _add_cell(self, name: str, width: int) -> None:
        rows = 3 * self.hidden_size
        self.register_parameter(f"weight_ih_{name}", nn.Parameter(torch.empty(rows, width)))
        self.register_parameter(f"weight_hh_{name}", nn.Parameter(torch.empty(rows, self.hidden_size)))
        self.register_parameter(f"bias_ih_{name}", nn.Parameter(torch.empty(rows)) if self.bias else None)
        self.register_parameter(f"bias_hh_{name}", nn.Parameter(torch.empty(rows)) if self.bias else None)

    def reset_parameters(self) -> None:
        bound = 1 / math.sqrt(self.hidden_size)
        for parameter in self.parameters():
            nn.init.uniform_(parameter, -bound, bound)

    def forward(self, x: Tensor, h0: Tensor | None = None) -> tuple[Tensor, Tensor]:
        if h0 is None:
            h0 = x.new_zeros(self.num_layers * len(self.directions), x.shape[0], self.hidden_size)
        starts = iter(h0.unbind(0))
        last: list[Tensor] = []
        for layer in range(self.num_layers):
            sides: list[Tensor] = []
            for direction in self.directions:
                states = self._run(f"l{layer}{direction}", x, next(starts), backwards=direction != "")
                last.append(states[-1])
                sides.append(torch.stack(states[::-1] if direction else states, 1))
            x = torch.cat(sides, -1)
        return x, torch.stack(last)

    def _run(self, name: str, x: Tensor, h: Tensor, backwards: bool) -> list[Tensor]:
        weight, bias = getattr(self, f"weight_hh_{name}"), getattr(self, f"bias_hh_{name}")
        many = 2 * self.hidden_size
        gate_weight, weight = weight[:many], weight[many:]
        gate_bias, bias = (None, None) if bias is None else (bias[:many], bias[many:])
        steps = F.linear(x, getattr(self, f"weight_ih_{name}"), getattr(self, f"bias_ih_{name}")).unbind(1)
        states: list[Tensor] = []
        for step in steps[::-1] if backwards else steps:
            r, z = torch.sigmoid(step[:, :many] + F.linear(h, gate_weight, gate_bias)).chunk(2, -1)
            n = torch.tanh(step[:, many:] + F.linear(r * h, weight, bias))
            h = (1 - z) * n + z * h
            states.append(h)
        return states

    def extra_repr(self) -> str:
        return (
            f"{self.input_size}, {self.hidden_size}, num_layers={self.num_layers}, bias={self.bias}, "
            f"bidirectional={len(self.directions) == 2}"
        )
