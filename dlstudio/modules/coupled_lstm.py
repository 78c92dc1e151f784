"""LSTM with one gate for forgetting and for writing."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class CoupledLSTM(nn.Module):
    """An LSTM that writes exactly where it forgets: i = 1 - f (Greff et al. 2017, variant CIFG).

    f = σ(W_f x + U_f h + b_f),  c = f ∘ c_{t-1} + (1 - f) ∘ tanh(W_g x + U_g h + b_g)
    o = σ(W_o x + U_o h + b_o),  h = o ∘ tanh(c)

    Parameters are named as those of nn.LSTM(batch_first=True), with three blocks of rows (f, g, o) in place of four.
    """

    def __init__(self, input_size: int, hidden_size: int, num_layers: int = 1, bias: bool = True) -> None:
        super().__init__()
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.bias = bias
        for layer in range(num_layers):
            self._add_layer(f"l{layer}", input_size if layer == 0 else hidden_size)
        self.reset_parameters()

    def _add_layer(self, name: str, width: int) -> None:
        rows = 3 * self.hidden_size
        self.register_parameter(f"weight_ih_{name}", nn.Parameter(torch.empty(rows, width)))
        self.register_parameter(f"weight_hh_{name}", nn.Parameter(torch.empty(rows, self.hidden_size)))
        self.register_parameter(f"bias_ih_{name}", nn.Parameter(torch.empty(rows)) if self.bias else None)
        self.register_parameter(f"bias_hh_{name}", nn.Parameter(torch.empty(rows)) if self.bias else None)

    def reset_parameters(self) -> None:
        bound = 1 / math.sqrt(self.hidden_size)
        for parameter in self.parameters():
            nn.init.uniform_(parameter, -bound, bound)

    def forward(self, x: Tensor, state: tuple[Tensor, Tensor] | None = None) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        if state is None:
            zeros = x.new_zeros(self.num_layers, x.shape[0], self.hidden_size)
            state = zeros, zeros
        last_h: list[Tensor] = []
        last_c: list[Tensor] = []
        for layer in range(self.num_layers):
            x, h, c = self._run(f"l{layer}", x, state[0][layer], state[1][layer])
            last_h.append(h)
            last_c.append(c)
        return x, (torch.stack(last_h), torch.stack(last_c))

    def _run(self, name: str, x: Tensor, h: Tensor, c: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        weight, bias = getattr(self, f"weight_hh_{name}"), getattr(self, f"bias_hh_{name}")
        states: list[Tensor] = []
        for step in F.linear(x, getattr(self, f"weight_ih_{name}"), getattr(self, f"bias_ih_{name}")).unbind(1):
            f, g, o = (step + F.linear(h, weight, bias)).chunk(3, -1)
            keep = torch.sigmoid(f)
            c = keep * c + (1 - keep) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(c)
            states.append(h)
        return torch.stack(states, 1), h, c

    def extra_repr(self) -> str:
        return f"{self.input_size}, {self.hidden_size}, num_layers={self.num_layers}, bias={self.bias}"
