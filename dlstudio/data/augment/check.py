"""Check: what is wrong or unwise about a project's augmentations, told before anything is trained."""

from collections.abc import Mapping

from dlstudio.catalog.augmentations import Augmentation, augmentations
from dlstudio.catalog.augmentations.augmentation import Motion
from dlstudio.catalog.augmentations.motion import RandomCrop, Rotate
from dlstudio.catalog.augmentations.sequences import SynonymReplacement
from dlstudio.catalog.augmentations.targets import CutMix, LabelShuffle, Mixup
from dlstudio.core.document import Project
from dlstudio.core.issue import Issue, ProjectProblem
from dlstudio.data.augment.doubts import crop_size, doubts, entries
from dlstudio.data.augment.mixing import mixable
from dlstudio.data.dataset import Column
from dlstudio.data.declared import declared

Columns = Mapping[str, Column]


def check(project: Project, columns: Columns) -> list[Issue]:
    """Errors keep the augmentations from working; warnings are about labels that may no longer be true."""
    issues: list[Issue] = []
    for place, raw in enumerate(entries(project)):
        try:
            form = declared(augmentations, raw)
            column = chosen(form, columns)
        except ProjectProblem as problem:
            issues.append(Issue("error", "augment-wrong", f"Augmentation {place + 1}: {problem}"))
        else:
            issues += doubts(form, column, place, columns)
    return issues


def chosen(form: Augmentation, columns: Columns) -> Column:
    """The column that an augmentation is for, or a ProjectProblem that says why there is none."""
    if form.column and form.column not in columns:
        raise ProjectProblem(f"{form.title} is for the column “{form.column}”; the data has {', '.join(columns)}.")
    found = [columns[form.column]] if form.column else [c for c in columns.values() if fits(form, c)]
    found = found or [next(iter(columns.values()))]
    if not fits(form, found[0]):
        raise ProjectProblem(_misfit(form, found[0]))
    _demand(form, found[0], columns)
    return found[0]


def fits(form: Augmentation, column: Column) -> bool:
    """Whether an augmentation can work on a column."""
    if isinstance(form, LabelShuffle):
        return column.label and column.role == "target"
    tensor = column.tensor
    right = column.role == "input" and tensor.form in form.forms and tensor.dtype == form.dtype
    if isinstance(form, SynonymReplacement):
        return right and bool(column.classes)
    return right and form.channels in (0, tensor.channels if tensor.rank > 2 else 1)


def _misfit(form: Augmentation, column: Column) -> str:
    if isinstance(form, LabelShuffle):
        wanted = "a target that is a class"
    elif isinstance(form, SynonymReplacement):
        wanted = "an input of words with a vocabulary"
    else:
        wanted = f"{', '.join(form.forms[:-1])}{' or ' if form.forms[1:] else ''}{form.forms[-1]} as an input"
        wanted += f" with {form.channels} channels" if form.channels else ""
    return (
        f"{form.title} works on {wanted}, but the column {column.name} is {column.tensor.describe()} "
        f"({column.role}). Choose another column, or take it out."
    )


def _demand(form: Augmentation, column: Column, columns: Columns) -> None:
    """Raises what the fields ask of this column and of those that go with it."""
    size = column.tensor.shape[-2:]
    if isinstance(form, Rotate) and form.quarters and size[0] != size[1]:
        raise ProjectProblem(f"Rotate by quarters needs square images; those of {column.name} are {size[0]}×{size[1]}.")
    if isinstance(form, RandomCrop) and form.p < 1 and crop_size(form, column) != size:
        raise ProjectProblem("RandomCrop to another size must hit all images of a batch; set its p to 1.")
    if isinstance(form, Motion):
        _companions(form, column, columns)
    if isinstance(form, Mixup | CutMix):
        fixed = [c.name for c in columns.values() if c.role == "target" and not mixable(c)]
        if fixed:
            raise ProjectProblem(f"{form.title} cannot blend the target {fixed[0]}, which is neither class nor number.")


def _companions(form: Motion, column: Column, columns: Columns) -> None:
    for name in (*form.boxes, *form.masks):
        if name not in columns:
            raise ProjectProblem(f"{form.title} moves the column “{name}” along; the data has {', '.join(columns)}.")
    for name in form.boxes:
        shape = columns[name].tensor.shape
        if not shape or shape[-1] != 4:
            raise ProjectProblem(
                f"{form.title}: boxes have 4 numbers x1, y1, x2, y2; {name} is {columns[name].tensor}."
            )
    for name in form.masks:
        shape = columns[name].tensor.shape
        if shape[-2:] != column.tensor.shape[-2:]:
            raise ProjectProblem(
                f"{form.title}: the mask {name} ({columns[name].tensor}) must be as large as the image."
            )
