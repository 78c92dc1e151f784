"""adding: everything by which nodes come onto the canvas."""
