"""Live modules become projects that answer as they do and take their weights as they are."""

import gc
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

import dlstudio as dl
from dlstudio.compiler.emit import emit
from dlstudio.core.issue import ProjectProblem
from dlstudio.exchange.arriving.arrive import arrive
from dlstudio.exchange.arriving.arrived import Arrived
from dlstudio.exchange.arriving.report import Remark, Report
from tests.exchange.arriving import models

CASES: dict[str, tuple[Any, Any]] = {
    "LeNet": (models.LeNet, (1, 28, 28)),
    "perceptron": (lambda: nn.Sequential(nn.Flatten(), nn.Linear(12, 8), nn.ReLU(), nn.Linear(8, 3)), (3, 4)),
    "ResNet": (models.ResNet, (3, 16, 16)),
    "UNet": (models.UNet, (3, 16, 16)),
    "GPT": (models.GPT, (6,)),
    "Encoder": (models.Encoder, (9, 5)),
    "Transformer": (lambda: nn.Transformer(8, 2, 2, 2, 16, batch_first=True), ((5, 8), (4, 8))),
    "Sentiment": (models.Sentiment, (12,)),
    "TwoInputs": (models.TwoInputs, ((3,), (1, 8, 8))),
    "Siamese": (models.Siamese, ((4,), (4,))),
    "Heads": (models.Heads, (5, 8)),
}


def sample(arrived: Arrived, count: int) -> dict[str, Tensor]:
    made = {}
    for name, x in emit(arrived.project).inputs.items():
        made[name] = torch.randn(count, *x.shape) if x.dtype == "float" else torch.randint(0, 5, (count, *x.shape))
    return made


@pytest.mark.parametrize("name", CASES)
def test_a_model_takes_its_own_weights_and_answers_as_before(name: str) -> None:
    torch.manual_seed(1)
    make, size = CASES[name]
    model = make().eval()
    arrived = arrive(model, inputs=size)
    assert arrived.report.whole, str(arrived.report)
    assert not [issue for issue in dl.check(arrived.project) if issue.severity == "error"]
    module = dl.build(arrived.project).eval()
    module.load_state_dict(model.state_dict())
    given = sample(arrived, 4)
    with torch.no_grad():
        wanted, found = model(**given), module(**given)
    if isinstance(wanted, dict):
        wanted = tuple(wanted[name] for name in emit(arrived.project).outputs)
    torch.testing.assert_close(found, wanted, rtol=1e-6, atol=1e-6)


def test_equal_blocks_in_a_row_are_one_block_that_repeats() -> None:
    project = arrive(models.ResNet(), inputs=(3, 16, 16)).project
    layer1 = project.networks["model"].nodes["layer1"]
    assert layer1.kind == "Block"
    assert layer1.fields["repeat"] == 3
    assert layer1.fields["network"] == "Residual"


def test_floors_in_a_module_list_are_one_block_that_repeats() -> None:
    project = arrive(models.GPT(), inputs=(6,)).project
    blocks = [node for network in project.networks.values() for node in network.of_kind("Block")]
    assert [(block.id, block.fields["network"]) for block in blocks if block.fields.get("repeat") == 3] == [
        ("h", "Floor")
    ]


def test_a_module_that_is_called_twice_has_one_set_of_weights() -> None:
    project = arrive(models.Siamese(), inputs=((4,), (4,))).project
    towers = project.networks["model"].of_kind("Block")
    assert [tower.fields.get("same_weights_as") for tower in towers] == [None, towers[0].id]
    assert dl.summary(project).parameters == sum(p.numel() for p in models.Siamese().parameters())


def test_a_model_that_reads_steps_first_takes_samples_first_here() -> None:
    model = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16), 2, enable_nested_tensor=False).eval()
    arrived = arrive(model, inputs=(5, 8))
    module = dl.build(arrived.project).eval()
    module.load_state_dict(model.state_dict())
    x = torch.randn(3, 5, 8)
    with torch.no_grad():
        torch.testing.assert_close(module(x), model(x.transpose(0, 1)).transpose(0, 1), rtol=1e-5, atol=1e-6)
    assert "steps before samples" in str(arrived.report)


def test_dropout_that_is_a_function_still_drops_in_training() -> None:
    project = arrive(models.LeNet(), inputs=(1, 28, 28)).project
    drops = project.networks["model"].of_kind("Dropout")
    assert [node.fields["p"] for node in drops] == [0.3]


def test_a_model_that_looks_at_its_data_ends_in_a_sentence() -> None:
    with pytest.raises(ProjectProblem, match="cannot be drawn as a graph: a tensor's number decides"):
        dl.import_model(models.DependsOnData(), inputs=(4,))


def test_what_no_layer_does_is_kept_and_named_and_the_rest_is_there() -> None:
    arrived = arrive(models.Strange(), inputs=(4,))
    (kept,) = arrived.report.kept
    assert kept.what == "torch.special_i0"
    nodes = arrived.project.networks["model"].nodes
    assert nodes[kept.node].kind == "torch.special_i0"
    assert {node.kind for node in nodes.values()} >= {"Linear", "Input", "Output"}
    assert kept.node in str(arrived.report)


def test_a_module_that_cannot_be_drawn_is_kept_or_carried_as_code_where_that_is_allowed() -> None:
    model = models.Gated().eval()
    kept = arrive(model, inputs=(4,))
    assert kept.project.networks["model"].nodes["gate"].kind == "nn.Gate"
    assert [remark.node for remark in kept.report.kept] == ["gate"]
    carried = arrive(model, inputs=(4,), allow_code=True)
    assert carried.project.networks["model"].nodes["gate"].kind == "Custom"
    with pytest.raises(ProjectProblem, match="carries Python code of its own"):
        dl.build(carried.project)
    module = dl.build(carried.project, allow_code=True).eval()
    module.load_state_dict(model.state_dict())
    x = torch.randn(3, 4)
    with torch.no_grad():
        assert torch.equal(module(x), model(x))


def test_a_model_whose_inputs_are_not_said_asks_for_them() -> None:
    with pytest.raises(ProjectProblem, match=r"say the shape of one sample.*its forward takes x"):
        dl.import_model(models.LeNet())


def test_a_shape_that_does_not_fit_is_told_with_the_models_own_reason() -> None:
    with pytest.raises(ProjectProblem, match="LeNet does not take samples of the shape x 3×28×28"):
        dl.import_model(models.LeNet(), inputs=(3, 28, 28))


def test_the_model_is_left_as_it_was() -> None:
    model = models.LeNet().train()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    dl.import_model(model, inputs=(1, 28, 28))
    assert model.training
    assert set(model.state_dict()) == set(before)
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())


def test_the_weights_wait_in_the_cache_and_training_starts_from_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DLSTUDIO_CACHE", str(tmp_path))
    model = models.Heads()
    project = dl.import_model(model, inputs=(5, 8))
    start = Path(project.training["start"]["from"])
    assert start.parent == tmp_path
    module = dl.build(project)
    assert dl.load_weights(module, start).whole
    assert torch.equal(module.state_dict()["qkv.weight"], model.qkv.weight)


def test_a_saved_import_has_its_weights_beside_it_under_a_relative_name(tmp_path: Path) -> None:
    arrive(models.Heads(), inputs=(5, 8)).save(tmp_path / "heads.dls")
    project = dl.load(tmp_path / "heads.dls")
    assert project.training["start"]["from"] == "heads.safetensors"
    assert dl.load_weights(dl.build(project), tmp_path / "heads.safetensors").whole


def test_a_file_of_weights_alone_is_told_where_it_belongs(tmp_path: Path) -> None:
    with pytest.raises(ProjectProblem, match=r"holds weights without a graph.*training\.start\.from"):
        dl.import_model(tmp_path / "best.safetensors")


def test_a_single_layer_is_named_for_its_kind() -> None:
    layer = nn.Linear(3, 2)
    arrived = arrive(layer)
    nodes = arrived.project.networks["model"].nodes
    assert {node.kind: name for name, node in nodes.items()}["Linear"] == "linear1"
    assert torch.equal(arrived.weights["linear1.weight"], layer.weight)


def test_what_is_said_of_a_node_names_the_block_around_it() -> None:
    inner, outer = Report(), Report()
    for remarks in (inner.kept, inner.left, inner.hints):
        remarks.append(Remark("conv1", "it is odd"))
    for _ in range(3):
        outer.merge(inner, "stage/")
    assert outer.kept == outer.left == outer.hints == [Remark("stage/conv1", "it is odd")]
    assert "To know: stage/conv1: it is odd." in str(outer)
    assert Report.of(outer.plain()) == outer


class Witness(TorchDispatchMode):
    """Notes each operation that torch is asked for meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self.seen.append(str(func))
        return func(*args, **(kwargs or {}))


def test_what_is_left_of_an_import_asks_torch_for_nothing_when_it_is_collected() -> None:
    gc.collect()
    gc.disable()
    try:
        arrive(models.ResNet(), inputs=(3, 16, 16))
        with Witness() as witness:
            gc.collect()
    finally:
        gc.enable()
    assert not witness.seen
