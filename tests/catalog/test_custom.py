"""A layer in the user's own Python: its ports are read from the code, which is never run here."""

from typing import Any

import pytest

from dlstudio.catalog.layers.custom import EXAMPLE
from dlstudio.catalog.refusal import Refused
from dlstudio.core.tensor import Tensor
from tests.catalog.goldens import made

TWO = """
from torch import nn

class Helper(nn.Module):
    def forward(self, x):
        return x

class Mixer(Helper):
    def __init__(self, width, depth=2):
        super().__init__()

    def forward(self, a, b, mask=None, *, scale):
        return a, b
"""


def code(body: str) -> Any:
    return made("Custom", code=f"from torch import nn\n{body}")


def refusal(layer: Any, **ins: Tensor) -> Refused:
    with pytest.raises(Refused) as caught:
        layer.shape(**ins)
    return caught.value


def test_the_example_keeps_the_shape_of_its_input() -> None:
    layer = made("Custom")
    assert [port.name for port in layer.ports_in()] == ["x"]
    assert layer.shape(x=Tensor.of(3, 8, 8)) == {"y": Tensor.of(3, 8, 8)}
    assert layer.class_name() == "Swish"
    assert layer.definition() == EXAMPLE
    assert layer.construct(x=Tensor.of(4)).callee == "Swish"


def test_the_parameters_of_forward_are_the_ports_and_those_with_a_default_are_optional() -> None:
    ports = made("Custom", code=TWO).ports_in()
    assert [(port.name, port.optional) for port in ports] == [
        ("a", False),
        ("b", False),
        ("mask", True),
        ("scale", False),
    ]


def test_the_last_module_of_the_code_is_the_layer_also_when_it_derives_from_another() -> None:
    assert made("Custom", code=TWO).class_name() == "Mixer"


def test_optional_and_keyword_inputs_are_given_by_name() -> None:
    x = Tensor.of(4)
    layer = made("Custom", code=TWO, settings={"width": 3})
    assert layer.forward(a=x, b=x, scale=x).text == "{module}({a}, {b}, scale={scale})"
    assert layer.forward(a=x, b=x, mask=x, scale=x).text == "{module}({a}, {b}, mask={mask}, scale={scale})"


def test_settings_are_the_keywords_of_the_constructor() -> None:
    call = made("Custom", code=TWO, settings={"width": 3}).construct()
    assert (call.callee, call.keywords) == ("Mixer", (("width", 3),))


def test_several_results_have_the_size_that_is_said() -> None:
    layer = made("Custom", code=TWO, settings={"width": 3}, results=("y", "z"), size=(5,))
    x = Tensor.of(4)
    assert layer.shape(a=x, b=x, scale=x) == {"y": Tensor.of(5), "z": Tensor.of(5)}
    assert layer.targets() == "{y}, {z}"


def test_code_is_never_run_to_be_read() -> None:
    layer = code("raise SystemExit\nclass A(nn.Module):\n    def forward(self, x):\n        return x\n")
    assert [port.name for port in layer.ports_in()] == ["x"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("class A(nn.Module)\n    pass", "Line 2: expected ':'"),
        ("x = 1", "no class that derives from nn.Module"),
        ("class A:\n    def forward(self, x):\n        return x", "no class that derives from nn.Module"),
        ("class A(nn.Module):\n    pass", "Line 2: the class A has no method forward"),
        ("class A(nn.Module):\n    def forward(self, *xs):\n        return xs", "Line 3: forward takes *xs"),
        ("class A(nn.Module):\n    def forward(self, **xs):\n        return xs", "Line 3: forward takes **xs"),
        ("class A(nn.Module):\n    def forward():\n        return 1", "Line 3: forward needs self"),
        ("class A(nn.Module):\n    def forward(self):\n        return 1", "Line 3: forward takes no input"),
        ("class A(nn.Module):\n    def forward(self, module):\n        return 1", "cannot be called “module”"),
        ("\0", "The code"),
        ("x = " + "(" * 5000, "too many nested parentheses"),
    ],
)
def test_code_that_cannot_be_a_layer_is_refused_with_its_line(body: str, said: str) -> None:
    layer = code(body)
    assert layer.ports_in() == ()
    problem = refusal(layer)
    assert said in problem.text
    assert problem.code == "code"


@pytest.mark.parametrize("name", ["a b", "lambda", "1", "x=1, y", "größe", ""])
def test_a_setting_that_is_no_name_never_reaches_the_source(name: str) -> None:
    assert "takes no" in refusal(made("Custom", settings={name: 1}), x=Tensor.of(4)).text


def test_settings_that_the_constructor_does_not_know_or_lacks_are_told() -> None:
    x = Tensor.of(4)
    assert "takes no “width” (it takes: start)" in refusal(made("Custom", settings={"width": 1}), x=x).text
    assert "needs width" in refusal(made("Custom", code=TWO), a=x, b=x, scale=x).text


@pytest.mark.parametrize("names", [(), ("y", "y"), ("a b",), ("import",)])
def test_results_need_names(names: tuple[str, ...]) -> None:
    assert "need names" in refusal(made("Custom", results=names), x=Tensor.of(4)).text
