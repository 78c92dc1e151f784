"""All loaders, imported here once so that every declared source is bound to its own."""

from dlstudio.data import (
    arrays,
    bundled,
    functions,
    hugging_face,
    pictures,
    points,
    records,
    sequences,
    shapes,
    sounds,
    table,
    texts,
)

__all__ = [
    "arrays",
    "bundled",
    "functions",
    "hugging_face",
    "pictures",
    "points",
    "records",
    "sequences",
    "shapes",
    "sounds",
    "table",
    "texts",
]
