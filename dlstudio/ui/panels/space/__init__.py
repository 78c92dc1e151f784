"""Space: where a network puts its samples, and what it answers all over the plane."""
