"""Leaky ReLU by channel, ACT-08 and ACT-09."""

import pytest
import torch

from dlstudio.modules.channel_leaky_relu import ChannelLeakyReLU


def test_act_08_and_act_09_half_of_minus_two_is_minus_one() -> None:
    assert ChannelLeakyReLU((0.5,))(torch.tensor([[-2.0]])).item() == -1
    assert ChannelLeakyReLU((1 / 2,))(torch.tensor([[2.0]])).item() == 2


@pytest.mark.parametrize("shape", [(2, 3), (2, 3, 4), (2, 3, 4, 5)])
def test_act_09_each_channel_has_its_slope(shape) -> None:
    slopes = (0.5, 0.25, 2.0)
    y = ChannelLeakyReLU(slopes)(torch.full(shape, -4.0))
    for channel, slope in enumerate(slopes):
        assert torch.equal(y[:, channel], torch.full_like(y[:, channel], -4.0 * slope))
    x = torch.rand(shape)
    assert torch.equal(ChannelLeakyReLU(slopes)(x), x)


def test_slopes_are_fixed() -> None:
    layer = ChannelLeakyReLU((0.5, 0.25))
    assert list(layer.parameters()) == []
    assert layer.state_dict() == {}
