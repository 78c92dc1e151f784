"""Formulas of the user's own: they compile, they are differentiable, and nothing else gets through."""

import math

import pytest
import torch

from dlstudio.catalog.refusal import Refused
from dlstudio.core.spec import BadFields
from dlstudio.core.tensor import Tensor
from tests.catalog.goldens import close, made, node, numbers

X = Tensor.of(1)


def value(expression: str, **given: float) -> float:
    """The value of a formula by the compiled network, whose inputs stand in the order of their names."""
    model = node("Expression", *(X for _ in given), expression=expression)
    return float(model(*(numbers((given[name],)) for name in sorted(given, key=lambda n: f"in_{n}"))))


@pytest.mark.parametrize(
    ("expression", "given", "wanted"),
    [
        ("a * b + 1", {"a": 2.0, "b": 3.0}, 7),
        ("a - b - 1", {"a": 2.0, "b": 3.0}, -2),
        ("a - (b - 1)", {"a": 2.0, "b": 3.0}, 0),
        ("-a ** 2", {"a": 3.0}, -9),
        ("2 ** -a", {"a": 1.0}, 0.5),
        ("a // 2 + a % 2", {"a": 7.0}, 4),
        ("max(a, b, 5)", {"a": 2.0, "b": 3.0}, 5),
        ("min(1, a, b)", {"a": 2.0, "b": -3.0}, -3),
        ("max(a)", {"a": 2.0}, 2),
        ("sqrt(2) * a / pi", {"a": math.pi}, math.sqrt(2)),
        ("exp(log(a)) + sin(a) ** 2 + cos(a) ** 2", {"a": 2.0}, 3),
        ("sigmoid(a) + tanh(a) + relu(-a) + abs(-a)", {"a": 1.0}, 1 / (1 + math.exp(-1)) + math.tanh(1) + 1),
        ("p * log(p / q)", {"p": 0.5, "q": 0.25}, 0.5 * math.log(2)),
    ],
)
def test_LAY_49_a_formula_has_the_value_that_arithmetic_gives(expression, given, wanted) -> None:
    assert value(expression, **given) == pytest.approx(wanted, abs=1e-12)


def test_LAY_49_gradients_pass_through_a_formula_number_by_number() -> None:
    x = numbers((0.3, -1.2, 2.0)).requires_grad_()
    jacobian = torch.autograd.functional.jacobian(node("Expression", Tensor.of(3), expression="x * sigmoid(x)"), x)
    s = torch.sigmoid(x[0].detach())
    close(jacobian.reshape(3, 3), *torch.diag(s + x[0].detach() * s * (1 - s)).flatten().tolist())


def test_names_are_ports_in_the_order_in_which_they_appear() -> None:
    ports = made("Expression", expression="b * exp(a) + b * pi").ports_in()
    assert [port.name for port in ports] == ["b", "a"]


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("foo(a)", "“foo” is no function here"),
        ("exp(a, b)", "exp takes one number, not 2"),
        ("sqrt(-1) * a", "sqrt has no value at -1"),
        ("a + 1 / 0", "divides by zero"),
        ("1 + 1", "has no input"),
        ("self * 2", "cannot be called “self”"),
        ("module * 2", "cannot be called “module”"),
        ("exp * 2", "cannot be called “exp”"),
    ],
)
def test_what_has_no_meaning_is_refused_in_words(expression: str, said: str) -> None:
    layer = made("Expression", expression=expression)
    with pytest.raises(Refused) as caught:
        layer.shape(**{port.name: X for port in layer.ports_in()})
    assert said in caught.value.text


@pytest.mark.parametrize(
    "expression", ["a.data", "a[0]", "__import__('os')", "lambda: a", "a if b else c", "a; b", "(a"]
)
def test_nothing_but_arithmetic_is_a_formula(expression: str) -> None:
    with pytest.raises(BadFields):
        made("Expression", expression=expression)


def test_inputs_of_different_shapes_are_refused_with_their_names() -> None:
    with pytest.raises(Refused, match="b is 4"):
        made("Expression", expression="a + b").shape(a=Tensor.of(3), b=Tensor.of(4))
