"""Curves: what is measured while a network trains."""
