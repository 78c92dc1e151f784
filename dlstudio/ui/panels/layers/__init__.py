"""Layers and weights: what gradients, updates, activations and weights of each node do over time."""
