"""Words: rows of symbols written as text, to be compared as people compare texts."""

from collections.abc import Sequence

from dlstudio.training.measures.reading import Reading


def spelled(reading: Reading, names: Sequence[str], unit: str, *, nested: bool) -> tuple[list[str], list[object]]:
    """Each row as it was answered and as it should be, without padding.

    Letters stand side by side. Compared by words, a text of letters with spaces is split there; without any, and
    where the symbols are words themselves, each symbol is one."""
    answers, targets = reading.decided.tolist(), reading.targets.tolist()
    kept = reading.counted.tolist() if reading.counted is not None else [[True] * len(row) for row in targets]
    letters = all(len(name) <= 1 for name in names)
    joiner = "" if letters and (unit == "letters" or " " in names) else " "

    def text(row: list[int], counts: list[bool]) -> str:
        return joiner.join(names[symbol] for symbol, counted in zip(row, counts, strict=True) if counted)

    wanted = [text(row, counts) for row, counts in zip(targets, kept, strict=True)]
    given = [text(row, counts) for row, counts in zip(answers, kept, strict=True)]
    return given, [[each] if nested else each for each in wanted]
