"""Origin: where what is shown comes from, in a line and in ever fewer words."""

from dataclasses import dataclass

from dlstudio.ui.viewing.source import Standing

EARLIER = "of the graph before it was edited"


@dataclass(frozen=True, slots=True)
class Origin:
    """A run, the step of it that is shown, and whether the graph on the canvas is another one by now."""

    name: str
    standing: Standing
    at: int | None
    edited: bool

    @property
    def step(self) -> str:
        return f"step {self.standing.step if self.at is None else self.at:,}"

    @property
    def status(self) -> str:
        """How the run ended; nothing while it goes on."""
        return "" if self.standing.status == "running" else self.standing.status

    @property
    def lines(self) -> tuple[str, ...]:
        """The whole line first; what stays to the last is what would mislead if it were left out."""
        earlier = "" if self.at is None else f" of {self.standing.step:,}"
        whole = (self.name, self.step + earlier, self.status, EARLIER if self.edited else "")
        mark = "earlier graph" if self.edited else ""
        shorter = ((self.step, self.status, mark), (self.step, mark), (mark or self.step,), ())
        return tuple(dict.fromkeys(map(_joined, (whole, whole[1:], *shorter))))


def _joined(parts: tuple[str, ...]) -> str:
    return " · ".join(filter(None, parts))
