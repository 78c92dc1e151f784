"""Exporting: a trained network is written for other programs, and what the proof found is shown."""
