"""Containing: modules that only hold others, such as a ModuleList, get their place among the blocks back."""

from collections.abc import Mapping

from dlstudio.exchange.arriving.trace import Frame, Step, taken

Families = Mapping[str, tuple[str, ...]]
Item = Step | Frame


def contained(frame: Frame, families: Families) -> Frame:
    """A call in which each module of a container is inside a call of that container, wherever that is possible."""
    inside = [_single(contained(each, families)) if isinstance(each, Frame) else each for each in frame.items]
    heads = dict.fromkeys(head for item in inside if (head := _head(frame, item)))
    for head in heads:
        inside = _gathered(frame, inside, head, families)
    frame.items = inside
    return frame


def _head(frame: Frame, item: Item) -> str:
    """The container that an item's module is in, if it is in one that was not called itself."""
    local = item.path.removeprefix(f"{frame.path}.") if frame.path else item.path
    return local.partition(".")[0] if "." in local and item.path.startswith(frame.path) else ""


def _gathered(frame: Frame, items: list[Item], head: str, families: Families) -> list[Item]:
    places = [i for i, item in enumerate(items) if _head(frame, item) == head]
    if not places:
        return items
    first, last = places[0], places[-1] + 1
    path = f"{frame.path}.{head}" if frame.path else head
    between = [item for item in items[first:last] if _head(frame, item) != head]
    if any(_holds(item, path) for item in between):
        return items
    made = Frame(path, "ModuleList", items[first:last], stateful=any(_stateful(items[i]) for i in places))
    return [*items[:first], contained(made, families), *items[last:]]


def _holds(item: Item, path: str) -> bool:
    """Whether an item has weights that do not belong into a container."""
    if isinstance(item, Frame):
        return item.stateful or any(_holds(each, path) for each in item.items)
    outside = [value for value in taken(item) if value.path and not value.path.startswith(f"{path}.")]
    return bool(outside) or _stateful(item)


def _stateful(item: Item) -> bool:
    if isinstance(item, Frame):
        return item.stateful
    return item.module is not None and any(True for _ in item.module.state_dict())


def _single(frame: Frame) -> Item:
    """A module that takes one step with weights of its own is that step."""
    step = frame.items[0] if len(frame.items) == 1 else None
    if not isinstance(step, Step) or step.module is not None:
        return frame
    paths = [value.path for value in taken(step) if value.path]
    if any(path.rpartition(".")[0] != frame.path for path in paths):
        return frame
    step.path = frame.path
    return step
