"""Tally: sums over batches, kept on the device until somebody looks at them."""

from dataclasses import dataclass, field

from torch import Tensor


@dataclass
class Tally:
    """The means of what was measured in several batches, each batch counted by its samples or their weights."""

    count: float = 0
    sums: dict[str, Tensor] = field(default_factory=dict)

    def add(self, count: float, values: dict[str, Tensor]) -> None:
        self.count += count
        for name, value in values.items():
            self.sums[name] = self.sums[name] + value * count if name in self.sums else value * count

    def means(self) -> dict[str, float]:
        return {name: float(total) / self.count for name, total in self.sums.items()} if self.count else {}
