"""Weight normalization for recurrent modules."""

import torch
from torch import Tensor, nn


class RecurrentWeightNorm(nn.Module):
    """Runs a recurrent module with each row of its matrices as W = g · v/‖v‖ (Salimans & Kingma 2016).

    v is the module's own matrix and g, one length for each row, starts at ‖v‖, so nothing changes at first. Torch's
    own weight_norm reaches nn.LSTM too, but the module can then no longer be copied.
    """

    def __init__(self, rnn: nn.RNNBase) -> None:
        super().__init__()
        self.rnn = rnn
        matrices = [name for name, weight in rnn.named_parameters() if weight.dim() == 2]
        self.length = nn.ParameterDict({name: _lengths(rnn.get_parameter(name)) for name in matrices})

    def reset_parameters(self) -> None:
        self.rnn.reset_parameters()
        with torch.no_grad():
            for name, length in self.length.items():
                length.copy_(_lengths(getattr(self.rnn, name)))

    def forward(
        self, x: Tensor, state: Tensor | tuple[Tensor, Tensor] | None = None
    ) -> tuple[Tensor, Tensor | tuple[Tensor, Tensor]]:
        weights = {name: self.weight(name) for name in self.length}
        given = (x,) if state is None else (x, state)
        result: tuple[Tensor, Tensor | tuple[Tensor, Tensor]] = torch.func.functional_call(self.rnn, weights, given)
        return result

    def weight(self, name: str) -> Tensor:
        """A matrix as it is used: each row of the stored one, with its length g."""
        stored: Tensor = getattr(self.rnn, name)
        weight: Tensor = self.length[name] * stored / stored.norm(dim=1, keepdim=True)
        return weight


def _lengths(matrix: Tensor) -> Tensor:
    lengths: Tensor = matrix.detach().norm(dim=1, keepdim=True)
    return lengths
