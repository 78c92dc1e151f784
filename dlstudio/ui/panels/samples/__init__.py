"""Samples: what a network makes: reconstructions, samples from noise, texts, and where it looks."""
