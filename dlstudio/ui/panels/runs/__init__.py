"""Runs: the table of all runs, what is done with them, and in what two of them differ."""
