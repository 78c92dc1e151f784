"""Asking: how a network that trains is asked something, and how looks and answers are kept as bytes."""
