"""Viewing: what the window sees of one run, wherever it trains: curves, looks inside, answers, findings."""
