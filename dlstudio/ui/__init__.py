"""ui: the window, and the only room that knows Qt."""

from dlstudio.ui.imports import plain
from dlstudio.ui.overrides import mend

plain()
mend()
