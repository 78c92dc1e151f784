"""Glow: what the canvas shows of a training, or of a sample, on its nodes and wires."""
