"""Questions: what can be asked of a network that trains, or has been trained."""
