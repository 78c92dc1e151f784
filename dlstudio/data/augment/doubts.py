"""Doubts: what is unwise about an augmentation that works: labels, sizes and places that no longer are true."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from dlstudio.catalog.augmentations import Augmentation
from dlstudio.catalog.augmentations.augmentation import Motion
from dlstudio.catalog.augmentations.motion import Affine, Flip, RandomCrop, Rotate
from dlstudio.core.document import Project
from dlstudio.core.frozen import Value, freeze
from dlstudio.core.issue import Fix, Issue, ProjectProblem
from dlstudio.data.dataset import Column

Columns = Mapping[str, Column]

QUARTER = 90.0
"""Turned this far, a 6 may be a 9."""


def entries(project: Project) -> Sequence[Value]:
    """The augmentations that a project lists."""
    listed = project.data.get("augment", ())
    if isinstance(listed, str) or not isinstance(listed, Sequence):
        raise ProjectProblem('The entry augment is a list such as [{"kind": "Flip", "p": 0.5}]; write it in brackets.')
    return listed


def crop_size(form: RandomCrop, column: Column) -> tuple[int, ...]:
    """Height and width of the pieces."""
    height, width = column.tensor.shape[-2:]
    return form.height or height, form.width or width


def doubts(form: Augmentation, column: Column, place: int, columns: Columns) -> Iterator[Issue]:
    """What is unwise about the augmentation at this place of the project's list."""
    fix = Fix(f"Take {form.title} out", lambda project: without(project, place))
    yield from _labels(form, fix, columns)
    if isinstance(form, RandomCrop):
        yield from _sizes(form, column, fix)
    if isinstance(form, Motion):
        yield from _left_behind(form, column, place, columns)


def _labels(form: Augmentation, fix: Fix, columns: Columns) -> Iterator[Issue]:
    """Digits and letters that a turn or a mirror makes into others."""
    signs = next((c.name for c in columns.values() if c.role == "target" and _signs(c)), "")
    if signs and (doubt := _doubt(form)):
        text = f"{doubt}, so the {signs} of a sample may become wrong. Turn by less than 90°, and mirror no signs."
        yield Issue("warning", "augment-label", text, fixes=(fix,))


def _sizes(form: RandomCrop, column: Column, fix: Fix) -> Iterator[Issue]:
    """Pieces of another size than the images that are judged."""
    height, width = crop_size(form, column)
    if (height, width) != column.tensor.shape[-2:]:
        text = (
            f"RandomCrop gives images of {height}×{width} for training, but {column.name} is {column.tensor}: "
            "the network must take both, or the size of the crop must be left at 0."
        )
        yield Issue("warning", "augment-size", text, fixes=(fix,))


def _left_behind(form: Motion, column: Column, place: int, columns: Columns) -> Iterator[Issue]:
    """Targets that tell a place in the picture and do not move with it."""
    for each in columns.values():
        field = _tells_place(each, column)
        if each.role == "target" and field and each.name not in (*form.boxes, *form.masks):
            text = (
                f"{form.title} moves {column.name}, but {each.name} stays where it is; "
                f"list it under {field} if it tells where something is."
            )
            fix = Fix(f"Move {each.name} along", partial(along, place=place, field=field, name=each.name))
            yield Issue("warning", "augment-left-behind", text, fixes=(fix,))


def _tells_place(target: Column, image: Column) -> str:
    """The field that a target belongs to when it looks like boxes or a mask of the image."""
    shape = target.tensor.shape
    if len(shape) > 1 and shape[-2:] == image.tensor.shape[-2:]:
        return "masks"
    return "boxes" if shape and shape[-1] == 4 and "box" in target.name.lower() else ""


def along(project: Project, *, place: int, field: str, name: str) -> Project:
    """The project with a column moving along with the augmentation at this place."""
    listed = entries(project)
    raw = listed[place] if isinstance(listed[place], Mapping) else {"kind": listed[place]}
    changed = freeze({**raw, field: (*raw.get(field, ()), name)})
    return replace(project, data=project.data.put("augment", (*listed[:place], changed, *listed[place + 1 :])))


def _signs(column: Column) -> bool:
    """Whether the classes are digits or letters."""
    return column.label and len(column.classes) > 1 and all(len(n) == 1 and n.isalnum() for n in column.classes)


def _doubt(form: Augmentation) -> str:
    if isinstance(form, Flip) and form.p:
        return "A mirrored digit or letter is no digit or letter, or another one (2 and 5, b and d)"
    if isinstance(form, Rotate | Affine) and form.p and _angle(form) >= QUARTER:
        return "Turned by 90° or more, a 6 looks like a 9"
    return ""


def _angle(form: Rotate | Affine) -> float:
    return QUARTER if isinstance(form, Rotate) and form.quarters else form.degrees


def without(project: Project, place: int) -> Project:
    """The project without one of its augmentations."""
    listed = entries(project)
    return replace(project, data=project.data.put("augment", (*listed[:place], *listed[place + 1 :])))
