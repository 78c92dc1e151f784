"""Table: every panel there is, in the order of the View menu; its code is loaded when it is first wanted."""

from dataclasses import dataclass
from importlib import import_module

from dlstudio.ui.panels.panel import Area, Panel


@dataclass(frozen=True, slots=True)
class Listed:
    """A panel as it is known before it is made; the panel says the same of itself."""

    name: str
    title: str
    icon: str
    area: Area
    where: str
    """The module and the class: "issues:Issues"."""

    def load(self) -> type[Panel]:
        """The panel itself."""
        module, _, made = self.where.partition(":")
        found: type[Panel] = getattr(import_module(f"dlstudio.ui.panels.{module}"), made)
        return found


PANELS = (
    Listed("palette", "Palette", "blocks", "left", "palette.palette:Palette"),
    Listed("data", "Data", "database", "left", "data.panel:Data"),
    Listed("inspector", "Inspector", "sliders-horizontal", "right", "inspector.inspector:Inspector"),
    Listed("setup", "Recipe", "settings", "right", "setup.setup:Setup"),
    Listed("issues", "Issues", "circle-alert", "right", "issues:Issues"),
    Listed("dashboard", "Training", "chart-line", "bottom", "curves.panel:Curves"),
    Listed("answers", "Answers", "target", "bottom", "answers.panel:Answers"),
    Listed("features", "Feature maps", "image", "bottom", "features.panel:FeatureMapsPanel"),
    Listed("space", "Space", "circle-dot", "bottom", "space.panel:Space"),
    Listed("samples", "Samples", "layout-grid", "bottom", "samples.panel:Samples"),
    Listed("try", "Try it", "zap", "bottom", "trying.panel:Trying"),
    Listed("layers", "Layers", "layers", "bottom", "layers.panel:Layers"),
    Listed("weights", "Weights", "grid-3x3", "bottom", "layers.weights:Weights"),
    Listed("summary", "Summary", "table-2", "bottom", "summary:Summary"),
    Listed("code", "Code", "code", "bottom", "code:Code"),
    Listed("runs", "Runs", "history", "bottom", "runs.panel:Runs"),
)
