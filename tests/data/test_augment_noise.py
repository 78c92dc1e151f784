"""Noise, blur and holes: how much, and no more."""

import pytest
import torch
import torch.nn.functional as F

from dlstudio.core.tensor import CHANNEL, FEATURE, TIME
from dlstudio.data.augment.noise import blurred
from dlstudio.data.augment.signals import stretched
from tests.data.augmenting import augmented, column, part, pictures, random


def middle(count: int, *shape: int) -> torch.Tensor:
    """Images of even grey, and one that shows how dark and bright they may be."""
    x = torch.full((count, *shape), 0.5)
    x[0, :, 0, 0], x[0, :, 0, 1] = 0, 1
    return x


@pytest.mark.parametrize("std", [0.05, 0.1])
@pytest.mark.parametrize("clip", [True, False])
def test_AUG_09_the_spread_of_gaussian_noise_is_right_within_3_percent(std: float, clip: bool) -> None:
    train = part(pictures(middle(65, 1, 32, 32)))
    made = augmented(train, {"kind": "GaussianNoise", "std": std, "clip": clip})["image"][1:]
    assert float(made.std()) == pytest.approx(std, rel=0.03)
    assert float(made.mean()) == pytest.approx(0.5, abs=0.002)


def test_AUG_09_salt_and_pepper_hit_as_many_pixels_as_they_should() -> None:
    train = part(pictures(middle(50, 3, 32, 32)))
    made = augmented(train, {"kind": "SaltPepper", "amount": 0.2, "salt": 0.25})["image"][1:]
    assert float((made == 1).float().mean()) == pytest.approx(0.05, abs=0.005)
    assert float((made == 0).float().mean()) == pytest.approx(0.15, abs=0.007)
    assert torch.equal(made.amin(1), made.amax(1))


def test_AUG_09_a_blur_is_a_gaussian_of_each_images_own_width() -> None:
    x, sigma = random(2, 3, 16, 16), torch.tensor([0.7, 1.4])
    made = blurred(x, sigma, 1.4)
    for i in range(2):
        places = torch.arange(-5, 6)
        bell = torch.exp(-(places**2) / (2 * sigma[i] ** 2))
        kernel = bell[:, None] * bell / bell.sum() ** 2
        expected = F.conv2d(F.pad(x[i][:, None], [5] * 4, mode="replicate"), kernel[None, None])
        torch.testing.assert_close(made[i], expected[:, 0], atol=1e-6, rtol=1e-4)


def test_AUG_09_a_blur_leaves_an_even_image() -> None:
    x = middle(4, 1, 9, 9)
    torch.testing.assert_close(augmented(part(pictures(x)), {"kind": "Blur"})["image"][1:], x[1:])


@pytest.mark.parametrize("fill", ["dark", "middle", "noise"])
def test_erase_covers_one_rectangle_of_the_wanted_area(fill: str) -> None:
    x = 0.5 + random(100, 1, 40, 40) / 2
    spec = {"kind": "Erase", "smallest": 0.1, "largest": 0.2, "fill": fill}
    hidden = (augmented(part(pictures(x)), spec)["image"] != x)[:, 0]
    rows, columns = hidden.any(2).sum(1), hidden.any(1).sum(1)
    assert torch.equal(hidden.sum((1, 2)), rows * columns)
    parts = hidden.float().mean((1, 2))
    assert 0.08 < float(parts.min()) < 0.12
    assert 0.18 < float(parts.max()) < 0.22


@pytest.mark.parametrize("decibels", [0.0, 20.0])
def test_AUG_11_noise_is_so_many_decibels_below_the_signal(decibels: float) -> None:
    loud = torch.sin(torch.arange(8000) / 7)[None, None] * torch.tensor([0.01, 1.0, 50.0])[:, None, None]
    train = part(column("sound", loud, (CHANNEL, TIME)))
    made = augmented(train, {"kind": "SignalNoise", "lowest": decibels, "highest": decibels})["sound"]
    noise = (made - loud).square().mean((1, 2))
    ratio = 10 * torch.log10(loud.square().mean((1, 2)) / noise)
    torch.testing.assert_close(ratio, torch.full((3,), decibels), atol=0.3, rtol=0)


def test_AUG_11_silence_stays_silent() -> None:
    train = part(column("sound", torch.zeros(2, 1, 50), (CHANNEL, TIME)))
    assert not augmented(train, {"kind": "SignalNoise"})["sound"].any()


@pytest.mark.parametrize("axes", [(CHANNEL, TIME), (TIME, FEATURE)])
def test_a_shift_in_time_moves_all_channels_by_the_same_whole_steps(axes: tuple[str, str]) -> None:
    x = random(30, 2, 20) + 1
    x = x if axes[1] == TIME else x.transpose(1, 2).contiguous()
    made = {}
    for fill in ("around", "silence"):
        spec = {"kind": "TimeShift", "largest": 0.25, "fill": fill}
        changed = augmented(part(column("sound", x, axes)), spec)["sound"]
        made[fill] = changed if axes[1] == TIME else changed.transpose(1, 2)
    plain = x if axes[1] == TIME else x.transpose(1, 2)
    for one, other, before in zip(made["around"], made["silence"], plain, strict=True):
        steps = [k for k in range(-5, 6) if torch.equal(one, before.roll(k, -1))]
        assert len(steps) == 1
        kept = other != 0
        assert int(kept.sum()) == 2 * (20 - abs(steps[0]))
        assert torch.equal(other[kept], one[kept])


def test_a_stretch_in_time_changes_the_frequency() -> None:
    time = torch.arange(2001.0)
    wave = torch.sin(0.05 * (time - 1000))[None, None].expand(2, 1, -1)
    made = stretched(wave, torch.tensor([0.5, 2.0]))
    torch.testing.assert_close(made[0, 0], torch.sin(0.025 * (time - 1000)), atol=1e-3, rtol=0)
    torch.testing.assert_close(made[1, 0, 500:1501], torch.sin(0.1 * (time - 1000))[500:1501], atol=1e-3, rtol=0)
    assert not made[1, 0, :499].any()
    assert torch.equal(stretched(wave, torch.ones(2)), wave)


def test_a_spectrograms_mask_covers_whole_bands_and_spans() -> None:
    x = 1 + random(50, 1, 20, 30)
    made = augmented(part(pictures(x)), {"kind": "SpecMask", "band": 0.2, "span": 0.1})["image"]
    hidden = (made != x)[:, 0]
    bands, spans = hidden.all(2), hidden.all(1)
    assert torch.equal(hidden, bands[:, :, None] | spans[:, None, :])
    assert int(bands.sum(1).max()) == 4
    assert int(spans.sum(1).max()) == 3
    assert (made[hidden[:, None]] > 1).all()
