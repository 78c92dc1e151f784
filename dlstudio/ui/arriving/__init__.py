"""Arriving: models and weights of other programs come into the window, and what became of them is told."""
