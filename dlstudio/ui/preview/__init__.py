"""Preview: what the nodes of a graph that is being drawn make of a real sample."""
