"""ui: the window, and the only room that knows Qt."""

from dlstudio.ui.imports import plain

plain()
