"""All loaders, imported here once so that every declared source is bound to its own."""

from dlstudio.data import (
    arrays,
    bundled,
    environments,
    functions,
    handwriting,
    hugging_face,
    labelled_texts,
    pictures,
    points,
    records,
    sentences,
    sequences,
    shapes,
    sounds,
    table,
    texts,
)

__all__ = [
    "arrays",
    "bundled",
    "environments",
    "functions",
    "handwriting",
    "hugging_face",
    "labelled_texts",
    "pictures",
    "points",
    "records",
    "sentences",
    "sequences",
    "shapes",
    "sounds",
    "table",
    "texts",
]
