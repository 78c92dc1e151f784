"""Colour: light and hue within the range of the training images, and the main directions of colour."""

import colorsys

import pytest
import torch

from dlstudio.data.augment.color import gray, hue_shifted
from tests.data.augmenting import augmented, built, part, pictures, random

OFF = {"kind": "ColorJitter", "brightness": 0, "contrast": 0, "saturation": 0, "hue": 0}


@pytest.mark.parametrize("channels", [1, 3])
def test_AUG_01_no_jitter_is_no_change(channels: int) -> None:
    x = random(5, channels, 6, 6)
    torch.testing.assert_close(augmented(part(pictures(x)), OFF)["image"], x, atol=1e-6, rtol=0)


def test_AUG_01_brightness_multiplies_each_image_by_its_factor() -> None:
    x = torch.full((500, 1, 2, 2), 0.5)
    x[0, 0, 0] = torch.tensor([0.0, 1.0])
    made = augmented(part(pictures(x)), {**OFF, "brightness": 0.4})["image"][1:]
    factors = made[:, 0, 0, 0] / 0.5
    assert torch.equal(made.amin((1, 2, 3)), made.amax((1, 2, 3)))
    assert 0.6 - 1e-6 <= float(factors.min()) < 0.62
    assert 1.38 < float(factors.max()) <= 1.4 + 1e-6


def test_AUG_01_contrast_and_saturation_keep_the_mean_light() -> None:
    x = 0.4 + 0.2 * random(20, 3, 5, 5)
    x[0, :, 0, 0], x[0, :, 0, 1] = 0, 1
    for amount in ("contrast", "saturation"):
        made = augmented(part(pictures(x)), {**OFF, amount: 0.5})["image"]
        torch.testing.assert_close(gray(made)[1:].mean((1, 2, 3)), gray(x)[1:].mean((1, 2, 3)))
        assert not torch.allclose(made, x)


def test_AUG_01_hue_is_that_of_the_standard_library() -> None:
    x, shift = random(4, 3, 3, 3), torch.tensor([0.0, 1 / 3, -0.2, 0.5])
    made = hue_shifted(x, shift)
    for i in range(4):
        for colour, found in zip(x[i].flatten(1).T.tolist(), made[i].flatten(1).T.tolist(), strict=True):
            hue, saturation, value = colorsys.rgb_to_hsv(*colour)
            expected = colorsys.hsv_to_rgb((hue + float(shift[i])) % 1, saturation, value)
            assert found == pytest.approx(expected, abs=1e-5)


def test_AUG_01_images_that_are_normalized_stay_in_their_own_range() -> None:
    x = (
        random(30, 3, 4, 4) * torch.tensor([4.0, 2.0, 1.0])[:, None, None]
        - torch.tensor([2.0, 1.0, 7.0])[:, None, None]
    )
    made = augmented(part(pictures(x)), {"kind": "ColorJitter", "brightness": 1, "contrast": 1})["image"]
    assert (made >= x.amin((0, 2, 3))[:, None, None] - 1e-5).all()
    assert (made <= x.amax((0, 2, 3))[:, None, None] + 1e-5).all()


def colored(count: int = 40) -> torch.Tensor:
    """Images whose colours differ most along one known direction, 0.8·red + 0.6·green."""
    along, across = random(count, 1, 8, 8), random(count, 1, 8, 8, seed=1)
    direction, other = torch.tensor([0.8, 0.6, 0.0]), torch.tensor([-0.6, 0.8, 0.0])
    x = along * direction[:, None, None] * 0.5 + across * other[:, None, None] * 0.1
    return x + 0.01 * random(count, 3, 8, 8, seed=2) + 0.2


def test_AUG_02_the_directions_are_those_of_the_covariance_of_all_pixels() -> None:
    x = colored()
    measured = built(part(pictures(x)), {"kind": "PCAJitter"}).steps[0].scene.measured
    values, vectors = torch.linalg.eigh(torch.cov(x.double().movedim(1, 0).flatten(1), correction=0))
    torch.testing.assert_close(measured["variances"], values.float())
    torch.testing.assert_close(measured["directions"].abs(), vectors.abs().float(), atol=1e-4, rtol=0)
    assert measured["directions"][:, 2].abs().tolist() == pytest.approx([0.8, 0.6, 0.0], abs=0.02)


def test_AUG_02_they_are_measured_on_the_training_part_alone() -> None:
    x = colored()
    train = part(pictures(torch.cat([x, random(40, 3, 8, 8)])))
    only = type(train)(train.dataset, torch.arange(40))
    spec = {"kind": "PCAJitter"}
    one, two = (built(each, spec).steps[0].scene.measured["variances"] for each in (only, part(pictures(x))))
    torch.testing.assert_close(one, two)


def test_AUG_02_alpha_0_is_identity() -> None:
    x = colored()
    assert torch.equal(augmented(part(pictures(x)), {"kind": "PCAJitter", "alpha": 0})["image"], x)


@pytest.mark.parametrize(("measure", "power"), [("spread", 0.5), ("variance", 1.0)])
def test_AUG_02_colours_move_along_the_directions_by_alpha(measure: str, power: float) -> None:
    x = colored(2000)
    x[0, :, 0, 0], x[0, :, 0, 1] = -9, 9
    train = part(pictures(x))
    spec = {"kind": "PCAJitter", "alpha": 0.1, "measure": measure}
    measured = built(train, spec).steps[0].scene.measured
    moved = (augmented(train, spec)["image"] - x)[1:]
    torch.testing.assert_close(moved, moved[:, :, :1, :1].expand_as(moved), atol=1e-5, rtol=0)
    spread = (moved[:, :, 0, 0] @ measured["directions"]).std(0)
    torch.testing.assert_close(spread, 0.1 * measured["variances"] ** power, rtol=0.06, atol=1e-6)
