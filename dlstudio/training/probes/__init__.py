"""The look inside a network while it trains: gradients, weights, activations, feature maps; only where asked for."""

from dlstudio.training.probes.attach import attach
from dlstudio.training.probes.looks import Look, looks
from dlstudio.training.probes.pace import Pace
from dlstudio.training.probes.probes import Probes
from dlstudio.training.probes.snapshot import Cost, Histogram, NodeStats, Picture, Snapshot
from dlstudio.training.probes.wish import Wish

__all__ = ["Cost", "Histogram", "Look", "NodeStats", "Pace", "Picture", "Probes", "Snapshot", "Wish", "attach", "looks"]
