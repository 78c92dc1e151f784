"""All loaders, imported here once so that every declared source is bound to its own."""

from dlstudio.data import bundled, functions, points

__all__ = ["bundled", "functions", "points"]
