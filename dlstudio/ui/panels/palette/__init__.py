"""palette: all that can be added, to search and to drag."""
