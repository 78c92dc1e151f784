"""The tour: a minute around the window, for who never saw it."""
