"""Runs: a training on disk, with its project, numbers, checkpoints and samples; needs no torch to be listed."""
