"""What holds for every file of dlstudio/modules: it stands alone, and its module behaves as torch's own do."""

import ast
import importlib
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import torch
from torch import Tensor, nn

import dlstudio.modules

FOLDER = Path(dlstudio.modules.__file__).parent
FILES = sorted(path for path in FOLDER.glob("*.py") if path.name != "__init__.py")
HEADER = {
    "from collections.abc import Callable",
    "from collections.abc import Callable, Iterable",
    "from collections.abc import Iterable",
    "import math",
    "import torch",
    "import torch.nn.functional as F",
    "from torch import Tensor",
    "from torch import Tensor, nn",
    "from typing import NamedTuple",
}


class Case(NamedTuple):
    """A module as the generated source would write it, and the shapes of what it takes."""

    file: str
    call: str
    shapes: tuple[tuple[int, ...], ...]
    random: str = ""  # the mode in which it draws at random
    smooth: bool = True  # its gradient is the derivative of its output

    def build(self) -> nn.Module:
        torch.manual_seed(0)
        module = eval(self.call, vars(importlib.import_module(f"dlstudio.modules.{self.file}")))
        assert isinstance(module, nn.Module)
        return module

    def inputs(self, **options: Any) -> tuple[Tensor, ...]:
        torch.manual_seed(1)
        return tuple(torch.rand(shape, **options) for shape in self.shapes)


SEQUENCE = ((2, 5, 3),)
CASES = (
    Case("rbf", "RBF(3, 4)", ((2, 3),)),
    Case("rbf", "RBF(in_features=3, out_features=4)", ((2, 5, 3),)),
    Case("local_conv2d", "LocalConv2d(2, 3, (5, 6), (3, 2), (2, 1), (1, 0))", ((2, 2, 5, 6),)),
    Case("local_conv2d", "LocalConv2d(2, 3, 5, 3, bias=False)", ((2, 2, 5, 5),)),
    Case("source_batch_norm", "SourceBatchNorm(3)", ((4, 3),)),
    Case("source_batch_norm", "SourceBatchNorm(3, affine=False)", ((2, 3, 4, 2),)),
    Case("sigmoid_rnn", "SigmoidRNN(3, 4)", SEQUENCE),
    Case("sigmoid_rnn", "SigmoidRNN(3, 2, num_layers=2, bias=False, bidirectional=True)", ((2, 5, 3), (4, 2, 2))),
    Case("early_reset_gru", "EarlyResetGRU(3, 4)", SEQUENCE),
    Case(
        "early_reset_gru", "EarlyResetGRU(3, 2, num_layers=2, bias=False, bidirectional=True)", ((2, 5, 3), (4, 2, 2))
    ),
    Case("peephole_lstm", "PeepholeLSTM(3, 4)", SEQUENCE),
    Case("peephole_lstm", "PeepholeLSTM(3, 2, num_layers=2, bias=False, peepholes=('output',))", SEQUENCE),
    Case("coupled_lstm", "CoupledLSTM(3, 4)", SEQUENCE),
    Case("coupled_lstm", "CoupledLSTM(3, 2, num_layers=2, bias=False)", SEQUENCE),
    Case("depth_gated_lstm", "DepthGatedLSTM(3, 2)", SEQUENCE),
    Case("depth_gated_lstm", "DepthGatedLSTM(3, 2, num_layers=3, bias=False)", SEQUENCE),
    Case("clockwork_rnn", "ClockworkRNN(3, 4)", SEQUENCE),
    Case("clockwork_rnn", "ClockworkRNN(3, 5, periods=(1, 3), bias=False)", ((2, 5, 3), (1, 2, 5))),
    Case("recurrent_weight_norm", "RecurrentWeightNorm(nn.Linear(3, 4))", SEQUENCE),
    Case("spiking", "LeakyIntegrateFire()", SEQUENCE, smooth=False),
    Case("spiking", "LeakyIntegrateFire(decay=0.5, threshold=0.6, reset='subtract')", SEQUENCE, smooth=False),
    Case("sampling", "BernoulliSample()", ((4, 3),), random="always", smooth=False),
    Case("sampling", "BernoulliSample(in_eval='probability')", ((4, 3),), random="train"),
    Case("sampling", "GaussianSample()", ((4, 3), (4, 3)), random="train"),
    Case("sampling", "GaussianSample(in_eval='sample')", ((4, 3), (4, 3)), random="always"),
    Case("noise", "GaussianNoise(0.2)", ((4, 3),), random="train"),
    Case("noise", "MaskNoise()", ((4, 3),), random="train"),
    Case("noise", "SaltPepperNoise()", ((4, 3),), random="train"),
    Case("drop_path", "DropPath(0.5)", ((4, 3, 2),), random="train"),
    Case("drop_connect", "DropConnectLinear(3, 4)", ((2, 3),), random="train"),
    Case("drop_connect", "DropConnectLinear(3, 4, bias=False, p=0.2)", ((2, 5, 3),), random="train"),
    Case("self_attention", "SelfAttention(8, 2)", ((2, 5, 8),)),
    Case("self_attention", "SelfAttention(8, 2, bias=False, causal=True, rotary=True)", ((2, 5, 8),)),
    Case("self_attention", "SelfAttention(8, 2, dropout=0.3)", ((2, 5, 8),), random="train"),
    Case("location_attention", "LocationAttention(4, 3, 5)", ((2, 4, 3), (2, 5))),
    Case("location_attention", "LocationAttention(4, 3, 5, score='additive')", ((2, 4, 3), (2, 5))),
    Case("location_attention", "LocationAttention(4, 3, 5, score='dot')", ((2, 4, 3), (2, 5))),
    Case("positions", "SinusoidalPositions(5)", ((2, 4, 5),)),
    Case("positions", "LearnedPositions(6, 3)", ((2, 4, 3),)),
    Case("class_token", "ClassToken(3)", SEQUENCE),
    Case("sparsity", "SparsityPenalty(0.1)", ((4, 3),)),
    Case("channel_leaky_relu", "ChannelLeakyReLU((0.5, 0.25, 0.1))", ((2, 3, 4),)),
    Case("maxout", "Maxout(3, 4)", ((2, 3),)),
    Case("maxout", "Maxout(3, 4, pieces=3, bias=False)", ((2, 5, 3),)),
    Case("vector_quantizer", "VectorQuantizer(6, 3)", ((2, 5, 3),), smooth=False),
    Case("expert_mixture", "MixtureOfExperts(3, 4)", ((2, 5, 3),)),
    Case("expert_mixture", "MixtureOfExperts(3, 4, experts=3, top=1)", ((2, 3),)),
)
every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.call)


def flat(result: Any) -> list[Tensor]:
    return [result] if isinstance(result, Tensor) else [tensor for part in result for tensor in flat(part)]


def defined(tree: ast.Module) -> list[str]:
    """The names that a file puts into the source that it is copied into."""
    names = [node.name for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef)]
    assigned = [node for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign)]
    return names + [node.id for statement in assigned for node in ast.walk(statement) if isinstance(node, ast.Name)]


@every_file
def test_a_file_needs_nothing_but_torch(path: Path) -> None:
    tree = ast.parse(path.read_text("utf8"))
    imports = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)}
    assert imports <= HEADER
    assert ast.get_docstring(tree)
    public = [node for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name[0] != "_"]
    assert public
    assert all(ast.get_docstring(node) for node in public)
    alone: dict[str, Any] = {"__name__": "alone"}
    exec(compile(tree, path.name, "exec"), alone)
    assert all(node.name in alone for node in public)


def test_the_files_can_stand_in_one_source() -> None:
    counts = Counter(name for path in FILES for name in defined(ast.parse(path.read_text("utf8"))))
    assert [name for name, count in counts.items() if count > 1] == []
    source: dict[str, Any] = {"__name__": "source"}
    for path in FILES:
        exec(path.read_text("utf8"), source)
    for case in CASES:
        assert flat(eval(case.call, source)(*case.inputs()))


def test_every_module_has_a_case() -> None:
    files = [vars(importlib.import_module(f"dlstudio.modules.{path.stem}")) for path in FILES]
    classes = [value for file in files for name, value in file.items() if isinstance(value, type) and name[0] != "_"]
    modules = {cls.__name__ for cls in classes if issubclass(cls, nn.Module)}
    assert modules == {case.call.partition("(")[0] for case in CASES}


@every_case
def test_shapes_are_known_on_the_meta_device(case: Case) -> None:
    expected = flat(case.build()(*case.inputs()))
    with torch.device("meta"):
        module = case.build()
    found = flat(module(*case.inputs(device="meta")))
    assert {parameter.device.type for parameter in module.parameters()} <= {"meta"}
    assert [(tensor.shape, tensor.dtype, tensor.device.type) for tensor in found] == [
        (tensor.shape, tensor.dtype, "meta") for tensor in expected
    ]


@every_case
@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16, torch.float16], ids=str)
def test_the_result_keeps_the_precision_of_the_module(case: Case, dtype: torch.dtype) -> None:
    module = case.build().to(dtype).eval()
    results = flat(module(*case.inputs(dtype=dtype)))
    assert {result.dtype for result in results} == {dtype}
    assert all(torch.isfinite(result).all() for result in results)


@every_case
@pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
def test_mixed_precision_trains(case: Case, training: bool) -> None:
    module = case.build().train(training)
    with torch.autocast("cpu", torch.bfloat16):
        results = flat(module(*[tensor.requires_grad_() for tensor in case.inputs()]))
    torch.stack([result.float().sum() for result in results]).sum().backward()
    assert all(torch.isfinite(result).all() for result in results)
    assert all(p.grad is not None and torch.isfinite(p.grad).all() for p in module.parameters())


@pytest.mark.parametrize("case", [case for case in CASES if case.smooth], ids=lambda case: case.call)
def test_the_gradient_is_the_derivative(case: Case) -> None:
    module = case.build().double().train(case.random != "train")
    names = [name for name, _ in module.named_parameters()]

    def run(*values: Tensor) -> tuple[Tensor, ...]:
        torch.manual_seed(2)
        weights = dict(zip(names, values, strict=False))
        return tuple(flat(torch.func.functional_call(module, weights, values[len(names) :])))

    values = [*module.parameters(), *case.inputs(dtype=torch.float64)]
    assert torch.autograd.gradcheck(run, [value.detach().requires_grad_() for value in values])


@every_case
def test_weights_travel_in_the_state_dict(case: Case) -> None:
    module, other = case.build(), case.build()
    for parameter in other.parameters():
        nn.init.zeros_(parameter)
    other.load_state_dict(module.state_dict())
    torch.manual_seed(2)
    expected = flat(module(*case.inputs()))
    torch.manual_seed(2)
    assert all(torch.equal(a, b) for a, b in zip(flat(other(*case.inputs())), expected, strict=True))


@every_case
def test_reset_parameters_reaches_every_parameter(case: Case) -> None:
    module = case.build()
    for parameter in module.parameters():
        nn.init.constant_(parameter, torch.nan)
    reset = getattr(module, "reset_parameters", lambda: None)
    reset()
    assert all(torch.isfinite(parameter).all() for parameter in module.parameters())


@every_case
def test_printing_shows_the_arguments(case: Case) -> None:
    assert any(sign.isdigit() or sign == "'" for sign in str(case.build()))


@every_case
def test_export_keeps_the_result_for_another_batch_size(case: Case) -> None:
    module = case.build().eval()
    batch = torch.export.Dim("batch", min=2, max=64)
    names = module.forward.__code__.co_varnames[1 : len(case.shapes) + 1]
    axis = {"h0": 1}
    dynamic = {name: {axis.get(name, 0): batch} for name in names}
    program = torch.export.export(module, case.inputs(), dynamic_shapes=dynamic, strict=False).module()
    wider = [torch.cat([tensor] * 3, axis.get(name, 0)) for name, tensor in zip(names, case.inputs(), strict=True)]
    found, expected = flat(program(*wider)), flat(module(*wider))
    assert [tensor.shape for tensor in found] == [tensor.shape for tensor in expected]
    if case.random != "always":
        torch.testing.assert_close(found, expected)


@pytest.mark.parametrize("case", {case.file: case for case in CASES}.values(), ids=lambda case: case.call)
def test_compiling_needs_no_graph_break(case: Case) -> None:
    torch.compiler.reset()
    module = case.build().eval()
    compiled = torch.compile(module, backend="aot_eager", fullgraph=True)
    if case.random != "always":
        torch.testing.assert_close(flat(compiled(*case.inputs())), flat(module(*case.inputs())))
    module.train()
    assert flat(compiled(*case.inputs()))
