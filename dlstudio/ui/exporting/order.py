"""Order: one export as it was put together in the dialog, and the work itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlstudio.catalog.formats import Format
from dlstudio.core.frozen import Value
from dlstudio.ui.errand import Tell
from dlstudio.ui.exporting.offer import Offer
from dlstudio.ui.loading import load_torch

if TYPE_CHECKING:
    from dlstudio.exchange.certificate import Certificate


@dataclass(frozen=True)
class Order:
    """What is written, as what, and where to."""

    offer: Offer
    network: str
    best: bool
    form: type[Format]
    options: Mapping[str, Value]
    path: Path
    home: Path | None = None
    """Where relative paths of the project's data start."""
    allow_code: bool = False
    apart: bool = False
    """Whether another process does it, since a training goes on in this one."""


def carry_out(order: Order, tell: Tell) -> "Certificate":
    """Writes and proves the file; to be called in a thread."""
    tell("torch comes into memory", 0.0)
    load_torch()
    what = order.offer.run or order.offer.project
    how: dict[str, Any] = {"network": order.network, "best": order.best, "allow_code": order.allow_code}
    how["folder"] = str(order.home) if order.home else None
    if order.apart:
        from dlstudio.exchange.apart import export_apart

        return export_apart(what, order.form.kind, order.path, tell=tell, options=order.options, **how)
    from dlstudio.exchange.export import export

    return export(what, order.form.kind, order.path, tell=tell, **how, **order.options)


def wrong_path(text: str, form: type[Format]) -> str:
    """Why a file, or a folder where the format is one, cannot be written there; or nothing."""
    thing = "file" if form.suffix else "folder"
    if not text.strip():
        return f"Say which {thing} to write."
    path = Path(text.strip()).expanduser()
    if form.suffix and path.is_dir():
        return f"{path.name or path} is a folder; name the file, such as model{form.suffix}."
    if form.suffix and path.suffix != form.suffix:
        return f"A file of {form.title} ends in {form.suffix}."
    if not form.suffix and path.is_file():
        return f"{path.name} is a file; name a folder, which is made anew."
    if not path.is_absolute():
        return "Name it with its folder, or choose it with the button."
    if not path.parent.is_dir():
        return f"There is no folder {path.parent}."
    return ""
