"""LSTM whose gates look at the cell state."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class PeepholeLSTM(nn.Module):
    """An LSTM whose gates also see the cell state (Gers & Schmidhuber 2000).

    i = σ(W_i x + U_i h + b_i + p_i ∘ c_{t-1}),  f = σ(W_f x + U_f h + b_f + p_f ∘ c_{t-1})
    c = f ∘ c_{t-1} + i ∘ tanh(W_g x + U_g h + b_g)
    o = σ(W_o x + U_o h + b_o + p_o ∘ c),  h = o ∘ tanh(c)

    peepholes names the gates that have one: any of "input", "forget", "output". Parameters, their order (i, f, g, o)
    and the results are those of nn.LSTM(batch_first=True), with weight_pi_l0, weight_pf_l0, weight_po_l0 beside them.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        peepholes: tuple[str, ...] = ("input", "forget", "output"),
    ) -> None:
        super().__init__()
        unknown = set(peepholes) - {"input", "forget", "output"}
        if unknown:
            raise ValueError(f"no such gates: {', '.join(sorted(unknown))}; there are input, forget and output")
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.bias = bias
        self.peepholes = tuple(peepholes)
        for layer in range(num_layers):
            self._add_layer(f"l{layer}", input_size if layer == 0 else hidden_size)
        self.reset_parameters()

    def _add_layer(self, name: str, width: int) -> None:
        rows = 4 * self.hidden_size
        self.register_parameter(f"weight_ih_{name}", nn.Parameter(torch.empty(rows, width)))
        self.register_parameter(f"weight_hh_{name}", nn.Parameter(torch.empty(rows, self.hidden_size)))
        self.register_parameter(f"bias_ih_{name}", nn.Parameter(torch.empty(rows)) if self.bias else None)
        self.register_parameter(f"bias_hh_{name}", nn.Parameter(torch.empty(rows)) if self.bias else None)
        for gate in ("input", "forget", "output"):
            peephole = nn.Parameter(torch.empty(self.hidden_size)) if gate in self.peepholes else None
            self.register_parameter(f"weight_p{gate[0]}_{name}", peephole)

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
        p_i, p_f, p_o = (getattr(self, f"weight_p{gate}_{name}") for gate in "ifo")
        states: list[Tensor] = []
        for step in F.linear(x, getattr(self, f"weight_ih_{name}"), getattr(self, f"bias_ih_{name}")).unbind(1):
            i, f, g, o = (step + F.linear(h, weight, bias)).chunk(4, -1)
            i = i if p_i is None else i + p_i * c
            f = f if p_f is None else f + p_f * c
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            o = o if p_o is None else o + p_o * c
            h = torch.sigmoid(o) * torch.tanh(c)
            states.append(h)
        return torch.stack(states, 1), h, c

    def extra_repr(self) -> str:
        return (
            f"{self.input_size}, {self.hidden_size}, num_layers={self.num_layers}, bias={self.bias}, "
            f"peepholes={self.peepholes}"
        )
