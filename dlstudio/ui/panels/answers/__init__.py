"""Answers: how right a network is, live: who is taken for whom, how far numbers are off, and the samples themselves."""
