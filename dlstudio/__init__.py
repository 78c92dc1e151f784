"""dlstudio: a desktop studio for neural networks."""
