"""Stacked LSTM with gates between the cell states of its layers."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class DepthGatedLSTM(nn.Module):
    """Stacked LSTM layers where a depth gate lets the cell state below flow into the one above (Yao et al. 2015).

    d = σ(W_xd x + w_cd ∘ c_{t-1} + w_ld ∘ c_below + b_d)
    c = f ∘ c_{t-1} + i ∘ tanh(W_g x + U_g h + b_g) + d ∘ c_below,  h = o ∘ tanh(c)

    i, f and o are those of nn.LSTM(batch_first=True), and so are the parameters, with weight_xd_l1, weight_cd_l1,
    weight_ld_l1 and bias_d_l1 beside them from the second layer on. Where d is 0 (bias_d far below 0) this is nn.LSTM.
    """

    def __init__(self, input_size: int, hidden_size: int, num_layers: int = 2, bias: bool = True) -> None:
        super().__init__()
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.bias = bias
        for layer in range(num_layers):
            self._add_layer(f"l{layer}", input_size if layer == 0 else hidden_size)
            if layer > 0:
                self._add_depth_gate(f"l{layer}")
        self.reset_parameters()

    def _add_layer(self, name: str, width: int) -> None:
        rows = 4 * self.hidden_size
        self.register_parameter(f"weight_ih_{name}", nn.Parameter(torch.empty(rows, width)))
        self.register_parameter(f"weight_hh_{name}", nn.Parameter(torch.empty(rows, self.hidden_size)))
        self.register_parameter(f"bias_ih_{name}", nn.Parameter(torch.empty(rows)) if self.bias else None)
        self.register_parameter(f"bias_hh_{name}", nn.Parameter(torch.empty(rows)) if self.bias else None)

    def _add_depth_gate(self, name: str) -> None:
        size = self.hidden_size
        self.register_parameter(f"weight_xd_{name}", nn.Parameter(torch.empty(size, size)))
        self.register_parameter(f"weight_cd_{name}", nn.Parameter(torch.empty(size)))
        self.register_parameter(f"weight_ld_{name}", nn.Parameter(torch.empty(size)))
        self.register_parameter(f"bias_d_{name}", nn.Parameter(torch.empty(size)) if self.bias else None)

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
        below: Tensor | None = None
        for layer in range(self.num_layers):
            x, below = self._run(f"l{layer}", x, below, state[0][layer], state[1][layer])
            last_h.append(x[:, -1])
            last_c.append(below[:, -1])
        return x, (torch.stack(last_h), torch.stack(last_c))

    def _run(self, name: str, x: Tensor, below: Tensor | None, h: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
        """All h and all c of one layer, from the h (x) and the c (below) of the layer under it."""
        weight, bias = getattr(self, f"weight_hh_{name}"), getattr(self, f"bias_hh_{name}")
        steps = F.linear(x, getattr(self, f"weight_ih_{name}"), getattr(self, f"bias_ih_{name}")).unbind(1)
        depths = self._depth_steps(name, x, below) if below is not None else [None] * len(steps)
        hidden: list[Tensor] = []
        cells: list[Tensor] = []
        for step, depth in zip(steps, depths, strict=True):
            i, f, g, o = (step + F.linear(h, weight, bias)).chunk(4, -1)
            kept = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            if depth is not None:
                gate, under = depth
                kept = kept + torch.sigmoid(gate + getattr(self, f"weight_cd_{name}") * c) * under
            c = kept
            h = torch.sigmoid(o) * torch.tanh(c)
            hidden.append(h)
            cells.append(c)
        return torch.stack(hidden, 1), torch.stack(cells, 1)

    def _depth_steps(self, name: str, x: Tensor, below: Tensor) -> list[tuple[Tensor, Tensor]]:
        """For each step what the depth gate gets from below, and the cell state that it lets through."""
        gates = F.linear(x, getattr(self, f"weight_xd_{name}"), getattr(self, f"bias_d_{name}"))
        gates = gates + getattr(self, f"weight_ld_{name}") * below
        return list(zip(gates.unbind(1), below.unbind(1), strict=True))

    def extra_repr(self) -> str:
        return f"{self.input_size}, {self.hidden_size}, num_layers={self.num_layers}, bias={self.bias}"
