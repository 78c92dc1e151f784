"""How weights follow their gradients: every optimizer that a project can name."""

from dlstudio.catalog.optimizers import adaptive, curvature, descent, sparse
from dlstudio.catalog.optimizers.optimizer import Optimizer, optimizers

__all__ = ["Optimizer", "adaptive", "curvature", "descent", "optimizers", "sparse"]
