"""gestures: what the mouse does on the canvas, one class for each; each is one step of the history."""
