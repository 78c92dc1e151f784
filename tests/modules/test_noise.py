"""Noisy input cells, LAY-30."""

import math

import pytest
import torch

from dlstudio.modules.noise import GaussianNoise, MaskNoise, SaltPepperNoise

DRAWS = 10_000


@pytest.mark.parametrize("noise", [GaussianNoise(), MaskNoise(), SaltPepperNoise()], ids=str)
def test_lay_30_noise_is_there_while_training_only(noise) -> None:
    x = torch.rand(100) + 0.5
    assert not torch.equal(noise.train()(x), x)
    assert torch.equal(noise.eval()(x), x)


def test_gaussian_noise_has_its_deviation() -> None:
    torch.manual_seed(0)
    noise = GaussianNoise(0.2)(torch.full((DRAWS,), 3.0)).double() - 3
    assert abs(noise.mean().item()) < 3 * 0.2 / math.sqrt(DRAWS)
    assert abs(noise.std().item() - 0.2) < 3 * 0.2 / math.sqrt(2 * DRAWS)


@pytest.mark.parametrize("p", [0.0, 0.3, 1.0])
def test_a_mask_silences_its_share_and_rescales_nothing(p) -> None:
    torch.manual_seed(0)
    y = MaskNoise(p)(torch.full((DRAWS,), 2.0))
    assert set(y.tolist()) <= {0.0, 2.0}
    assert abs((y == 0).double().mean().item() - p) <= 3 * math.sqrt(p * (1 - p) / DRAWS)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_salt_and_pepper_share_p_between_them(dtype) -> None:
    torch.manual_seed(0)
    y = SaltPepperNoise(0.1, low=-1.0, high=2.0)(torch.zeros(DRAWS, dtype=dtype))
    assert set(y.tolist()) == {-1.0, 0.0, 2.0}
    for extreme in (-1.0, 2.0):
        assert abs((y == extreme).double().mean().item() - 0.05) < 3 * math.sqrt(0.05 * 0.95 / DRAWS)
