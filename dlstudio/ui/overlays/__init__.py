"""Overlays: what is done over the darkened window, on one sheet of several pages."""
