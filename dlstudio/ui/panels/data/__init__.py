"""data: where the samples come from, what they look like, and what becomes of them on the way to the network."""
