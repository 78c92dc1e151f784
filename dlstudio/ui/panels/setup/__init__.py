"""setup: how the project is trained: its recipe with all fields, losses, first weights, and the rate while it runs."""
