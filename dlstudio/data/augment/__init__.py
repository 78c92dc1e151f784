"""Augment: random changes of training batches, on their device, each one reproducible from one generator."""
