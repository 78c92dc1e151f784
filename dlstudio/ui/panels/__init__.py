"""panels: what stands around the canvas."""
