"""Recent: which commands were used last, kept from one start to the next."""

from dlstudio.ui.settings import settings

KEY, KEPT = "commands/recent", 12


def recent() -> list[str]:
    """Their names, the last one first."""
    return [name for name in str(settings().value(KEY, "")).split("\n") if name]


def used(name: str) -> None:
    """One of them was used."""
    names = [name, *(other for other in recent() if other != name)]
    settings().setValue(KEY, "\n".join(names[:KEPT]))
