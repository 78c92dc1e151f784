"""Table: every panel there is, in the order of the View menu."""

from dlstudio.ui.panels.code import Code
from dlstudio.ui.panels.inspector.inspector import Inspector
from dlstudio.ui.panels.issues import Issues
from dlstudio.ui.panels.palette.palette import Palette
from dlstudio.ui.panels.panel import Panel
from dlstudio.ui.panels.summary import Summary
from dlstudio.ui.panels.training import Training

PANELS: tuple[type[Panel], ...] = (Palette, Inspector, Issues, Training, Summary, Code)
