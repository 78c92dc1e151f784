"""Products: matrices multiplied, and sums of products by their letters."""

from dataclasses import replace
from math import prod

from dlstudio.exchange.arriving.scribe import Scribe, Unfit
from dlstudio.exchange.arriving.steps.arithmetic import formula, two, written
from dlstudio.exchange.arriving.steps.rule import Told, does, name_of, only, plain_name
from dlstudio.exchange.arriving.steps.shapes import turned
from dlstudio.exchange.arriving.trace import Step, Value


@does("matmul", "bmm", "mm", "imatmul")
def matmul(scribe: Scribe, step: Step) -> None:
    """Each row of a with each column of b, in each of the tables that stand in front."""
    names = "input mat2" if step.op in ("bmm", "mm") else "input other"
    told = Told(step, names)
    given = [told.value(name) for name in names.split()]
    out = only(step)
    if any(value.batch == value.rank - 1 or (value.batch == value.rank - 2 and value.rank > 2) for value in given):
        raise Unfit("it multiplies the samples of a batch with one another")
    scribe.give(out, product(scribe, step, *given))


@does("addmm", "baddbmm")
def added(scribe: Scribe, step: Step) -> None:
    """A product of two tables and what is added to it, each times a number."""
    names = "input batch1 batch2" if "b" in plain_name(step) else "input mat1 mat2"
    told = Told(step, names, beta=1, alpha=1)
    left, right = (told.value(name) for name in names.split()[1:])
    out, beta, alpha = only(step), told.number("beta"), told.number("alpha")
    made = replace(out, name=f"{out.name}\0product")
    matmul(scribe, Step(step.name, "bmm", (left, right), {}, made, path=step.path))
    if beta == alpha == 1:
        two(scribe, Step(step.name, "add", (made, told["input"]), {}, out, path=step.path))
    elif beta == 0:
        formula(scribe, step, f"{written(alpha)} * a", {"a": made})
    else:
        text = f"{written(alpha)} * a + {written(beta)} * b"
        formula(scribe, step, text, {"a": made, "b": told.value("input")})


def product(scribe: Scribe, step: Step, a: Value, b: Value) -> str:
    """A MatMul of two values, each brought to as many axes as it needs."""
    left, right = scribe.known(a), scribe.known(b)
    if b.batch == 0 and b.rank == 2 and a.batch == 0:
        raise Unfit("it multiplies the samples of a batch with one another")
    one, other = scribe.tensor(left).shape, scribe.tensor(right).shape
    if len(other) < 2:
        raise Unfit("it multiplies with a vector")
    if b.batch is None and len(other) == 2 and len(one) != 2:
        left = scribe.shaped(left, (prod(one[:-1]), one[-1]))
    else:
        front = tuple(max(pair) for pair in zip(_front(one, len(other)), _front(other, len(one)), strict=True))
        one = (*front, *one[-2:])
        left, right = (stack(scribe, name, front) for name in (left, right))
    made = scribe.layer("MatMul", name_of(scribe, step), {}, {"a": left, "b": right})[0]
    return scribe.shaped(made, (*one[:-1], other[-1])) if len(one) > 3 or len(one) != scribe.tensor(made).rank else made


def _front(shape: tuple[int, ...], rank: int) -> tuple[int, ...]:
    return (1,) * (rank - len(shape)) + shape[:-2]


def stack(scribe: Scribe, name: str, front: tuple[int, ...]) -> str:
    """Tables with these axes in front, as one stack where there are several."""
    shape = scribe.tensor(name).shape
    if shape[:-2] != front:
        wide = (1,) * (len(front) + 2 - len(shape)) + shape
        name = scribe.shaped(name, wide)
        if wide[:-2] != front:
            name = scribe.layer("Expand", scribe.fresh("stack_expand"), {"size": (*front, *shape[-2:])}, {"x": name})[0]
    if len(front) > 1:
        name = scribe.shaped(name, (prod(front), *shape[-2:]))
    return name


@does("einsum")
def einsum(scribe: Scribe, step: Step) -> None:
    """Two tensors by their letters: turned so that they are stacks of tables, multiplied, and turned back."""
    told = Told(step, "equation operands")
    operands = told.list("operands")
    if len(operands) != 2 or "." in told["equation"]:
        raise Unfit("it takes other than two tensors")
    left, _, result = told["equation"].replace(" ", "").partition("->")
    first, _, second = left.partition(",")
    if not result or any(len(set(word)) < len(word) for word in (first, second, result)):
        raise Unfit("it takes diagonals or leaves its result open")
    _letters(scribe, step, (first, second, result), *operands)


def _letters(scribe: Scribe, step: Step, words: tuple[str, str, str], a: Value, b: Value) -> None:
    first, second, result = words
    sizes = dict(zip(first + second, a.shape + b.shape, strict=True))
    batch = {word[value.batch] for word, value in ((first, a), (second, b)) if value.batch is not None}
    if len(batch) != 1 or not batch <= set(result):
        raise Unfit("it sums over samples")
    sample = next(iter(batch))
    shared = [x for x in first if x in second and x in result and x != sample]
    summed = [x for x in first if x in second and x not in result]
    rows = [x for x in first if x not in second and x != sample]
    columns = [x for x in second if x not in first and x != sample]
    if not summed or set(rows) | set(columns) > set(result):
        raise Unfit("it sums over axes of one tensor")
    lengths = [prod(sizes[x] for x in group) for group in (shared, rows, summed, columns)]
    left = _table(scribe, a, first, [*shared, *rows, *summed], sample, lengths[:3])
    right = _table(scribe, b, second, [*shared, *summed, *columns], sample, [lengths[0], *lengths[2:]])
    made = scribe.layer("MatMul", name_of(scribe, step), {}, {"a": left, "b": right})[0]
    letters = [*shared, *rows, *columns]
    wanted = [x for x in result if x != sample]
    made = scribe.shaped(made, [sizes[x] for x in letters])
    if letters != wanted:
        order = tuple(letters.index(x) for x in wanted)
        made = scribe.layer("Permute", scribe.fresh("einsum_order"), {"order": order, "form": "auto"}, {"x": made})[0]
    scribe.give(only(step), made)


def _table(scribe: Scribe, value: Value, word: str, order: list[str], sample: str, lengths: list[int]) -> str:
    """One tensor as a stack of tables, its letters in that order."""
    name = scribe.known(value)
    letters = [x for x in word if x != sample or value.batch is None]
    places = tuple(letters.index(x) for x in order)
    if places != tuple(range(len(places))):
        name = scribe.layer("Permute", scribe.fresh("einsum_turn"), {"order": places, "form": "auto"}, {"x": name})[0]
    return scribe.shaped(name, lengths if lengths[0] > 1 else lengths[1:])


__all__ = ["einsum", "matmul", "product", "turned"]
