"""theme: the look of everything, as tokens with a meaning; no widget names a colour."""
