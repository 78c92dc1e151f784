"""Table: every panel there is, in the order of the View menu; its code is loaded when it is first wanted."""

import sys
from dataclasses import dataclass
from importlib import import_module

from dlstudio.ui.coming import PLOTS
from dlstudio.ui.panels.panel import Area, Panel

DATA = (
    "numpy", "dlstudio.catalog.sources", "dlstudio.catalog.splits", "dlstudio.catalog.transforms",
    "dlstudio.catalog.augmentations", "dlstudio.ui.panels.data.samples", "dlstudio.ui.panels.data.seen",
    "dlstudio.ui.panels.data.chooser",
)  # fmt: skip
"""What data can be made of, and what shows it."""
ANSWERS = (*PLOTS, "dlstudio.ui.panels.answers.gallery", "dlstudio.ui.panels.answers.side")
"""What is shown of answers."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A panel as it is known before it is made; the panel says the same of itself."""

    name: str
    title: str
    icon: str
    area: Area
    where: str
    """The module and the class: "issues:Issues"."""
    needs: tuple[str, ...] = ()
    """What it is made of that takes long to come into memory."""

    @property
    def module(self) -> str:
        return f"dlstudio.ui.panels.{self.where.partition(':')[0]}"

    @property
    def whole(self) -> tuple[str, ...]:
        """All modules that it takes, in their order."""
        return (*self.needs, self.module)

    @property
    def in_memory(self) -> bool:
        """Whether its code is loaded."""
        return self.module in sys.modules

    def load(self) -> type[Panel]:
        """The panel itself."""
        found: type[Panel] = getattr(import_module(self.module), self.where.partition(":")[2])
        return found


PANELS = (
    Listed("palette", "Palette", "blocks", "left", "palette.palette:Palette"),
    Listed("data", "Data", "database", "left", "data.panel:Data", DATA),
    Listed("inspector", "Inspector", "sliders-horizontal", "right", "inspector.inspector:Inspector"),
    Listed("setup", "Recipe", "settings", "right", "setup.setup:Setup"),
    Listed("issues", "Issues", "circle-alert", "right", "issues:Issues"),
    Listed("dashboard", "Training", "chart-line", "bottom", "curves.panel:Curves", PLOTS),
    Listed("answers", "Answers", "target", "bottom", "answers.panel:Answers", ANSWERS),
    Listed("features", "Feature maps", "image", "bottom", "features.panel:FeatureMapsPanel", PLOTS),
    Listed("space", "Space", "circle-dot", "bottom", "space.panel:Space", PLOTS),
    Listed("samples", "Samples", "layout-grid", "bottom", "samples.panel:Samples", PLOTS),
    Listed("try", "Try it", "zap", "bottom", "trying.panel:Trying", PLOTS),
    Listed("layers", "Layers", "layers", "bottom", "layers.panel:Layers", PLOTS),
    Listed("weights", "Weights", "grid-3x3", "bottom", "layers.weights:Weights", PLOTS),
    Listed("summary", "Summary", "table-2", "bottom", "summary:Summary"),
    Listed("code", "Code", "code", "bottom", "code:Code"),
    Listed("runs", "Runs", "history", "bottom", "runs.panel:Runs", PLOTS),
)
