"""Where data comes from: every kind of source that a project can name."""

from dlstudio.catalog.sources import bundled, environments, files, generated, handwriting, labelled_texts, shapes, texts
from dlstudio.catalog.sources.source import Source, sources

__all__ = [
    "Source",
    "bundled",
    "environments",
    "files",
    "generated",
    "handwriting",
    "labelled_texts",
    "shapes",
    "sources",
    "texts",
]
