"""Aligning: the same samples seen again are turned so that they lie as near as can be to where they lay before."""

import numpy as np

from dlstudio.ui.plots.line import Array


def aligned(points: Array, before: Array | None) -> Array:
    """Principal directions are found up to a turn and a flip; the turn nearest to before is taken (Procrustes)."""
    if before is None or before.shape != points.shape or not np.isfinite(points).all():
        return points
    left, _, right = np.linalg.svd(points.T @ before)
    found: Array = points @ (left @ right)
    return found
