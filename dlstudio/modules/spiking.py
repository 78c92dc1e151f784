"""Spiking units."""

import torch
from torch import Tensor, nn


class LeakyIntegrateFire(nn.Module):
    """Integrates a current over time, leaks, and fires a spike where the potential reaches the threshold.

    v_t = decay · v_{t-1} + x_t,  s_t = 1 if v_t >= threshold else 0; after a spike v is 0 (reset "zero")
    or loses one threshold (reset "subtract"). Takes currents (N, T, F), gives spikes (N, T, F).

    Backwards the step counts as a fast sigmoid, ds/dv = 1 / (1 + slope·|v - threshold|)² (Zenke & Ganguli 2018),
    and the reset as constant.
    """

    def __init__(self, decay: float = 0.9, threshold: float = 1.0, reset: str = "zero", slope: float = 25.0) -> None:
        super().__init__()
        if reset not in ("zero", "subtract"):
            raise ValueError(f"reset is 'zero' or 'subtract', not {reset!r}")
        self.decay = decay
        self.threshold = threshold
        self.reset = reset
        self.slope = slope

    def forward(self, x: Tensor) -> Tensor:
        potential = torch.zeros_like(x[:, 0])
        spikes: list[Tensor] = []
        for current in x.unbind(1):
            potential = self.decay * potential + current
            fired = (potential >= self.threshold).to(x.dtype)
            spikes.append(fired + self._surrogate(potential))
            potential = potential * (1 - fired) if self.reset == "zero" else potential - self.threshold * fired
        return torch.stack(spikes, 1)

    def _surrogate(self, potential: Tensor) -> Tensor:
        """Zero in value, a fast sigmoid in its derivative."""
        above = potential - self.threshold
        soft = above / (1 + self.slope * above.abs())
        return soft - soft.detach()

    def extra_repr(self) -> str:
        return f"decay={self.decay}, threshold={self.threshold}, reset={self.reset!r}, slope={self.slope}"
