"""Templates against networks written by hand in torch, with the same weights."""

import pytest
import torch
from torch import Tensor, nn

from dlstudio.compiler.load import build
from dlstudio.core.templates import template


def with_weights_of(theirs: nn.Module, ours: nn.Module) -> nn.Module:
    """A hand-written module with the weights of one of ours, which has them in the same order."""
    theirs.load_state_dict(dict(zip(theirs.state_dict(), ours.state_dict().values(), strict=True)))
    return theirs.eval()


def count(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def shaken(module: nn.Module) -> nn.Module:
    """The module with norms that do something."""
    for each in module.modules():
        if isinstance(each, nn.BatchNorm2d):
            for tensor in (each.weight, each.bias, each.running_mean):
                assert tensor is not None
                nn.init.normal_(tensor)
    return module.eval()


def test_lenet5_is_the_network_of_the_paper() -> None:
    theirs = nn.Sequential(
        *(nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2)),
        *(nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Flatten()),
        *(nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10)),
    )
    ours = build(template("lenet5")).eval()
    image = torch.randn(2, 1, 28, 28)
    torch.testing.assert_close(ours(image), with_weights_of(theirs, ours)(image))


class BasicBlock(nn.Module):
    def __init__(self, inside: int, channels: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inside, channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        fits = inside == channels and stride == 1
        self.skip = nn.Sequential() if fits else projection(inside, channels, stride)

    def forward(self, x: Tensor) -> Tensor:
        y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        return torch.relu(y + self.skip(x))


class Bottleneck(nn.Module):
    def __init__(self, inside: int, width: int, stride: int) -> None:
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(inside, width, 1, bias=False), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = nn.Conv2d(width, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width)
        self.conv3, self.bn3 = nn.Conv2d(width, width * 4, 1, bias=False), nn.BatchNorm2d(width * 4)
        fits = inside == width * 4 and stride == 1
        self.skip = nn.Sequential() if fits else projection(inside, width * 4, stride)

    def forward(self, x: Tensor) -> Tensor:
        y = torch.relu(self.bn1(self.conv1(x)))
        y = torch.relu(self.bn2(self.conv2(y)))
        return torch.relu(self.bn3(self.conv3(y)) + self.skip(x))


def projection(inside: int, channels: int, stride: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(inside, channels, 1, stride, bias=False), nn.BatchNorm2d(channels))


@pytest.mark.parametrize(
    ("block", "inside", "theirs"),
    [
        ("BasicBlock", 64, BasicBlock(64, 64, 1)),
        ("BasicDown", 64, BasicBlock(64, 128, 2)),
    ],
)
def test_the_basic_blocks_of_resnet18(block: str, inside: int, theirs: nn.Module) -> None:
    ours = shaken(build(template("resnet18"), block))
    x = torch.randn(2, inside, 14, 14)
    torch.testing.assert_close(ours(x), with_weights_of(theirs, ours)(x))


@pytest.mark.parametrize(
    ("block", "theirs"),
    [
        ("Bottleneck", Bottleneck(256, 64, 1)),
        ("BottleneckDown", Bottleneck(256, 128, 2)),
    ],
)
def test_the_bottlenecks_of_resnet50(block: str, theirs: nn.Module) -> None:
    ours = shaken(build(template("resnet50"), block))
    x = torch.randn(2, 256, 14, 14)
    torch.testing.assert_close(ours(x), with_weights_of(theirs, ours)(x))


@pytest.mark.parametrize(("name", "blocks"), [("resnet50", (3, 4, 6, 3)), ("resnet152", (3, 8, 36, 3))])
def test_the_deep_resnets_have_the_layers_of_torchvision(name: str, blocks: tuple[int, ...]) -> None:
    with torch.device("meta"):
        layers: list[nn.Module] = [nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64)]
        inside = 64
        for i, many in enumerate(blocks):
            width = 64 * 2**i
            for j in range(many):
                layers.append(Bottleneck(inside, width, 2 if i and not j else 1))
                inside = width * 4
        theirs, ours = nn.Sequential(*layers, nn.Linear(2048, 1000)), build(template(name))
    shapes = [tuple(each.shape) for each in theirs.state_dict().values()]
    assert [tuple(each.shape) for each in ours.state_dict().values()] == shapes


class Inception(nn.Module):
    def __init__(self, inside: int, c1: int, c3r: int, c3: int, c5r: int, c5: int, pp: int) -> None:
        super().__init__()
        self.one = nn.Sequential(nn.Conv2d(inside, c1, 1), nn.ReLU())
        self.three = nn.Sequential(nn.Conv2d(inside, c3r, 1), nn.ReLU(), nn.Conv2d(c3r, c3, 3, padding=1), nn.ReLU())
        self.five = nn.Sequential(nn.Conv2d(inside, c5r, 1), nn.ReLU(), nn.Conv2d(c5r, c5, 5, padding=2), nn.ReLU())
        self.pool = nn.Sequential(nn.MaxPool2d(3, 1, 1), nn.Conv2d(inside, pp, 1), nn.ReLU())

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([self.one(x), self.three(x), self.five(x), self.pool(x)], 1)


def test_googlenet_has_the_parameters_of_the_papers_table() -> None:
    numbers = [
        (192, 64, 96, 128, 16, 32, 32),
        (256, 128, 128, 192, 32, 96, 64),
        (480, 192, 96, 208, 16, 48, 64),
        (512, 160, 112, 224, 24, 64, 64),
        (512, 128, 128, 256, 24, 64, 64),
        (512, 112, 144, 288, 32, 64, 64),
        (528, 256, 160, 320, 32, 128, 128),
        (832, 256, 160, 320, 32, 128, 128),
        (832, 384, 192, 384, 48, 128, 128),
    ]
    with torch.device("meta"):
        modules = [Inception(*row) for row in numbers]
        stem = [nn.Conv2d(3, 64, 7, 2, 3), nn.Conv2d(64, 64, 1), nn.Conv2d(64, 192, 3, padding=1)]
        assert count(build(template("googlenet"))) == count(nn.ModuleList([*stem, *modules, nn.Linear(1024, 1000)]))


def test_an_inception_module_stacks_its_branches_by_channel_ARC_32() -> None:
    ours = build(template("googlenet"), "Inception").eval()
    theirs = Inception(192, 64, 96, 128, 16, 32, 32)
    for name, branch in {"conv1": (theirs.one, 0), "reduce3": (theirs.three, 0), "conv3": (theirs.three, 2)}.items():
        branch[0][branch[1]].load_state_dict(getattr(ours, name).state_dict())
    for name, branch in {"reduce5": (theirs.five, 0), "conv5": (theirs.five, 2), "project": (theirs.pool, 1)}.items():
        branch[0][branch[1]].load_state_dict(getattr(ours, name).state_dict())
    x = torch.randn(2, 192, 14, 14)
    torch.testing.assert_close(ours(x), theirs(x))


def test_mobilenet_splits_its_convolutions_ARC_34() -> None:
    ours = shaken(build(template("mobilenet"), "Separable"))
    theirs = nn.Sequential(
        *(nn.Conv2d(32, 32, 3, padding=1, groups=32, bias=False), nn.BatchNorm2d(32), nn.ReLU()),
        *(nn.Conv2d(32, 64, 1, bias=False), nn.BatchNorm2d(64), nn.ReLU()),
    )
    x = torch.randn(2, 32, 12, 12)
    torch.testing.assert_close(ours(x), with_weights_of(theirs, ours)(x))


def test_the_lstm_drawn_by_hand_is_the_lstm_of_torch_ARC_19() -> None:
    ours, theirs = build(template("lstm_by_hand"), "Cell"), nn.LSTM(8, 16, batch_first=True)
    gates: list[nn.Linear] = [getattr(ours, name) for name in ("write", "forget", "candidate", "show")]
    weights = torch.cat([gate.weight for gate in gates])
    biases = torch.cat([gate.bias for gate in gates])
    theirs.load_state_dict(
        {
            "weight_ih_l0": weights[:, :8],
            "weight_hh_l0": weights[:, 8:],
            "bias_ih_l0": biases,
            "bias_hh_l0": torch.zeros(64),
        }
    )
    x = torch.randn(3, 12, 8)
    torch.testing.assert_close(ours(x), theirs(x)[0], rtol=0, atol=1e-6)
