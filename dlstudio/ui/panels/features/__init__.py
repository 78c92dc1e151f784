"""Feature maps: what nodes make of a sample."""
