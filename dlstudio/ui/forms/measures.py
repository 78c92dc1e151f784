"""Measures: the columns of a form in pixels."""

LABEL, RESET, INDENT, GAP = 100, 18, 12, 4
"""How wide labels are, how wide the way back to the default, how far inner forms are indented, and what is between."""
