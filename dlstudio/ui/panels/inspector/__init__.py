"""inspector: all about what is chosen, and the place to change it."""
