"""Sides: how an output and its target are brought into the shapes in which torch compares them."""

from dlstudio.core.tensor import Tensor


def is_class(y: Tensor | None, t: Tensor | None) -> bool:
    """Whether the target has one class where the output has a score for each class."""
    if y is None or t is None or t.dtype != "int" or not y.rank:
        return False
    return t.shape == without(y, y.channel_position) and y.channels > 1


def without(x: Tensor, axis: int) -> tuple[int, ...]:
    return x.shape[:axis] + x.shape[axis + 1 :]


def classes_second(x: Tensor | None, text: str) -> str:
    """With the axis of classes or channels right after the samples."""
    if x is None or x.rank < 2 or x.channel_position == 0:
        return text
    axis = x.channel_position + 1
    return f"{text}.movedim({-1 if axis == x.rank else axis}, 1)"


def like(y: Tensor | None, t: Tensor | None) -> str:
    """The target with a number for each number of the output: classes one-hot, of its shape and kind."""
    if y is None or t is None:
        return "{t}"
    if is_class(y, t):
        back = f".movedim(-1, {y.channel_position + 1})" if y.channel_position != y.rank - 1 else ""
        return f"F.one_hot({{t}}, {y.channels}){back}.to({{y}}.dtype)"
    shaped = "{t}" if y.shape == t.shape else "{t}.reshape({y}.shape)"
    return shaped if t.dtype == "float" else f"{shaped}.to({{y}}.dtype)"


def unlike(name: str, y: Tensor, t: Tensor | None, classes: int) -> str:
    """Why an output cannot be compared number by number with a target, if it cannot."""
    if is_class(y, t) and classes > y.channels:
        return f"The target has {classes} classes, but the output gives {y.channels} numbers. Make them {classes}."
    if t is None or y.size == t.size or is_class(y, t):
        return ""
    if t.dtype == "int" and classes > 1:
        return f"{name} compares one number for each of the {classes} classes; the output is {y}. Give it {classes}."
    return f"{name} compares numbers one by one, but the output is {y} and the target {t}. Make them alike."


def unscored(name: str, y: Tensor, t: Tensor | None, classes: int) -> str:
    """Why an output is no set of scores for the classes of a target, if it is none."""
    if t is None:
        return ""
    if y.rank == 0 or (t.dtype == "int" and y.channels == 1):
        return f"{name} needs a score for each class; the output is {y}. For yes or no take BinaryCrossEntropy."
    if t.dtype == "int" and t.shape != without(y, y.channel_position):
        return f"{name} needs scores for each target {t}; the output is {y}. Make its other axes those of the target."
    if t.dtype == "int" and classes > y.channels:
        return f"The target has {classes} classes, but the output gives {y.channels} scores. Make them {classes}."
    if t.dtype != "int" and t.shape != y.shape:
        return f"{name} compares scores with classes or with a share for each; the output is {y} and the target {t}."
    return ""
