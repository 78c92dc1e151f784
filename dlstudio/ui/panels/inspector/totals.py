"""Totals: what a whole network takes."""

from dlstudio.compiler.cost import Summary, short, size
from dlstudio.ui.panels.inspector.counted import Counted
from dlstudio.ui.panels.inspector.facts import Facts
from dlstudio.ui.panels.panel import Panel


class Totals(Counted):
    """Parameters, work, and memory at the project's batch size."""

    def __init__(self, panel: Panel) -> None:
        super().__init__("Totals", panel)
        self.facts = Facts()
        self.body.addWidget(self.facts)

    def show_summary(self, found: Summary) -> None:
        memory = found.memory
        self.setVisible(bool(found.rows))
        self.facts.show_facts(
            {
                "parameters": f"{found.parameters:,}",
                "MACs a sample": short(found.macs),
                f"training at batch {memory.batch}": size(memory.training),
                f"running at batch {memory.batch}": size(memory.inference),
            }
        )
