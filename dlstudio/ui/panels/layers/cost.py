"""Cost: how much of the time looking inside takes."""

from dlstudio.ui.elided import Elided
from dlstudio.ui.viewing.viewing import Viewing

ROOMY = 520
HELP = "The share of the training's time that goes into looks inside at this pace; panels out of sight cost nothing"


class CostLabel(Elided):
    """Says it while somebody looks."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "small")
        self.setAccessibleName("What looking inside costs")
        self.setToolTip(HELP)

    def show_cost(self, viewing: Viewing, *, room: int) -> None:
        """Says it where there is room beside what can be chosen."""
        look = viewing.look
        self.say(str(look.cost) if look and look.cost.seconds else "", "")
        self.setToolTip(HELP)
        self.setVisible(room >= ROOMY)
