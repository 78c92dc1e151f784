"""Motions: exact where they can be, and boxes and masks that stay on what they mark."""

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from dlstudio.core.tensor import FEATURE, HEIGHT, WIDTH
from dlstudio.data.augment.boxes import moved
from dlstudio.data.augment.dice import Dice
from dlstudio.data.augment.motions import Bent, Flipped, Motion, Size, Turned, Warped, Windowed
from dlstudio.data.augment.moving import stretch, turn
from dlstudio.data.prepare import Part
from tests.data.augmenting import augmented, column, part, pictures, random

NOTHING = torch.zeros(1, 1, 1)
YES, NO = torch.tensor([True]), torch.tensor([False])


def flip(across: Tensor, down: Tensor, size: Size) -> Flipped:
    return Flipped(across, down, size)


def shift(right: int, down: int, size: Size) -> Windowed:
    return Windowed(torch.tensor([-right]), torch.tensor([-down]), size)


@pytest.mark.parametrize(("across", "down"), [(YES, NO), (NO, YES), (YES, YES)])
def test_AUG_05_a_flip_of_a_flip_is_the_image(across: Tensor, down: Tensor) -> None:
    x = random(1, 3, 5, 7)
    motion = flip(across, down, (5, 7))
    once = motion.pixels(x, NOTHING, "dark")
    assert not torch.equal(once, x)
    assert torch.equal(motion.pixels(once, NOTHING, "dark"), x)


def test_AUG_05_flips_mirror_the_chosen_half() -> None:
    x = random(200, 1, 4, 6)
    train = part(pictures(x))
    for direction, axis in (("horizontal", -1), ("vertical", -2)):
        made = augmented(train, {"kind": "Flip", "direction": direction})["image"]
        mirrored = (made == x.flip(axis)).flatten(1).all(1)
        same = (made == x).flatten(1).all(1)
        assert (mirrored ^ same).all()
        assert 70 < int(mirrored.sum()) < 130
        assert torch.equal(augmented(train, {"kind": "Flip", "direction": direction, "p": 1})["image"], x.flip(axis))


def test_AUG_06_a_shift_moves_by_whole_pixels() -> None:
    x = random(1, 2, 5, 6)
    made = shift(2, -1, (5, 6)).pixels(x, NOTHING, "dark")
    expected = torch.zeros_like(x)
    expected[:, :, :4, 2:] = x[:, :, 1:, :4]
    assert torch.equal(made, expected)


def test_AUG_06_what_comes_in_is_dark_or_the_edge_or_a_mirror() -> None:
    x = torch.tensor([[[[1.0, 2.0, 3.0]]]])
    motion = shift(2, 0, (1, 3))
    rows = {border: motion.pixels(x, NOTHING - 9, border)[0, 0, 0].tolist() for border in ("dark", "edge", "mirror")}
    assert rows == {"dark": [-9, -9, 1], "edge": [1, 1, 1], "mirror": [2, 1, 1]}


def test_AUG_06_every_image_shifts_within_its_limits_on_its_own() -> None:
    x = torch.zeros(300, 1, 9, 9)
    x[:, :, 4, 4] = 1
    made = augmented(part(pictures(x)), {"kind": "Shift", "across": 2, "down": 1})["image"]
    places = made.nonzero()[:, 2:]
    assert len(places) == 300
    assert places[:, 0].unique().tolist() == [3, 4, 5]
    assert places[:, 1].unique().tolist() == [2, 3, 4, 5, 6]


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_AUG_07_a_quarter_turn_is_exact(quarters: int) -> None:
    x = random(1, 3, 6, 6)
    motion = Turned(torch.tensor([quarters]), (6, 6))
    assert torch.equal(motion.pixels(x, NOTHING, "dark"), x.rot90(quarters, (-2, -1)))
    free = Warped.about_middle(turn(torch.tensor([90.0 * quarters])), (6, 6)).pixels(x, NOTHING, "dark")
    torch.testing.assert_close(free, x.rot90(quarters, (-2, -1)), atol=1e-5, rtol=0)


def test_AUG_07_quarters_turn_each_image_exactly() -> None:
    x = random(60, 1, 4, 4)
    made = augmented(part(pictures(x)), {"kind": "Rotate", "quarters": True})["image"]
    hits = [int((made == x.rot90(k, (-2, -1))).flatten(1).all(1).sum()) for k in range(4)]
    assert hits[0] == 0
    assert sum(hits) == 60
    assert min(hits[1:]) > 8


def test_AUG_07_an_image_that_is_not_square_turns_without_distortion() -> None:
    x = torch.zeros(1, 1, 9, 21)
    x[..., 4, 8:13] = 1
    made = Warped.about_middle(turn(torch.tensor([90.0])), (9, 21)).pixels(x, NOTHING, "dark")
    expected = torch.zeros_like(x)
    expected[..., 2:7, 10] = 1
    torch.testing.assert_close(made, expected, atol=1e-5, rtol=0)


def test_a_straight_motion_is_what_torchs_affine_grid_makes() -> None:
    x, matrix = random(2, 3, 8, 8), turn(torch.tensor([20.0, -35.0]))
    theta = torch.cat([matrix, torch.zeros(2, 2, 1)], 2)
    expected = F.grid_sample(x, F.affine_grid(theta, [2, 3, 8, 8], align_corners=False), align_corners=False)
    torch.testing.assert_close(Warped.about_middle(matrix, (8, 8)).pixels(x, NOTHING, "dark"), expected)


def test_AUG_03_a_scale_stays_in_its_range() -> None:
    x = torch.zeros(200, 1, 41, 41)
    x[:, :, 11:30, 11:30] = 1
    sizes = augmented(part(pictures(x)), {"kind": "RandomScale", "smallest": 0.5, "largest": 1.5})["image"]
    factors = (sizes.sum((1, 2, 3)) / 19**2).sqrt()
    assert 0.47 < float(factors.min()) < 0.55
    assert 1.45 < float(factors.max()) < 1.53
    same = augmented(part(pictures(x)), {"kind": "RandomScale", "smallest": 1, "largest": 1})["image"]
    torch.testing.assert_close(same, x, atol=1e-5, rtol=0)


@pytest.mark.parametrize("extra", [{}, {"smallest": 0.3, "aspect": 2}])
def test_AUG_04_a_crop_has_exactly_the_wanted_size(extra: dict[str, float]) -> None:
    train = part(pictures(random(9, 3, 20, 30)))
    assert augmented(train, {"kind": "RandomCrop", "height": 13, "width": 11, **extra})["image"].shape == (9, 3, 13, 11)
    assert augmented(train, {"kind": "RandomCrop", **extra})["image"].shape == (9, 3, 20, 30)
    assert augmented(train, {"kind": "RandomCrop", "height": 64, "width": 64})["image"].shape == (9, 3, 64, 64)


def test_AUG_04_a_crop_without_resizing_is_a_piece_of_the_image() -> None:
    x = torch.arange(1.0, 401).reshape(1, 1, 20, 20)
    spec = {"kind": "RandomCrop", "height": 7, "width": 5, "padding": 0}
    for seed in range(20):
        made = augmented(part(pictures(x)), spec, seed=seed)["image"][0, 0]
        row, start = divmod(int(made[0, 0]) - 1, 20)
        assert torch.equal(made, x[0, 0, row : row + 7, start : start + 5])


def test_AUG_04_pieces_that_vary_are_of_the_wanted_areas() -> None:
    rows = torch.arange(64.0)[None, None, :, None].expand(400, 1, 64, 64).contiguous()
    made = augmented(part(pictures(rows)), {"kind": "RandomCrop", "smallest": 0.25, "border": "edge"})["image"]
    sides = (made[:, 0, -2, 0] - made[:, 0, 1, 0]) / 61
    assert 0.49 < float(sides.min()) < 0.56
    assert 0.94 < float(sides.max()) <= 1.001


def test_AUG_08_a_stretch_keeps_one_direction_apart_from_the_other() -> None:
    x = torch.zeros(1, 1, 20, 20)
    x[..., 8:12, 8:12] = 1
    wide = Warped.about_middle(stretch(torch.tensor([2.0]), torch.tensor([1.0])), (20, 20))
    made = wide.pixels(x, NOTHING, "dark")
    assert float(made[..., 8:12, 7:13].min()) == 1
    assert float(made.sum()) == pytest.approx(32, abs=0.1)


def test_AUG_08_elastic_distortion_moves_pixels_as_far_as_it_says() -> None:
    x = torch.arange(40.0)[None, None, None, :].expand(5, 1, 40, 40).contiguous()
    made = augmented(part(pictures(x)), {"kind": "ElasticDistortion", "alpha": 3, "border": "edge"})["image"]
    way = (made - x)[..., 4:-4].abs().amax((1, 2, 3))
    assert (way <= 3.001).all()
    assert (way > 1).all()
    still = augmented(part(pictures(x)), {"kind": "ElasticDistortion", "alpha": 0})["image"]
    torch.testing.assert_close(still, x, atol=1e-4, rtol=0)


def test_a_dark_border_is_as_dark_as_the_training_images() -> None:
    x = random(4, 3, 8, 8) - torch.tensor([0.0, 1.0, 2.0])[:, None, None]
    made = augmented(part(pictures(x)), {"kind": "Shift", "across": 3, "down": 3}, seed=1)["image"]
    assert torch.equal(made.amin((0, 2, 3)), x.amin((0, 2, 3)))


MOTIONS: list[Motion] = [
    flip(YES, NO, (24, 24)),
    flip(NO, YES, (24, 24)),
    shift(4, -3, (24, 24)),
    *(Turned(torch.tensor([k]), (24, 24)) for k in (1, 2, 3)),
    Windowed(torch.tensor([3]), torch.tensor([2]), (18, 16)),
    Warped.about_middle(stretch(torch.tensor([1.5]), torch.tensor([0.5])), (24, 24), torch.tensor([[2.0, 1.0]])),
    Warped.about_middle(turn(torch.tensor([90.0])), (24, 24)),
    Warped(torch.diag_embed(torch.tensor([[0.5, 0.75]])), torch.tensor([[4.0, 3.0]]), (24, 24)),
    Bent(torch.full((1, 24, 24), 2.0), torch.full((1, 24, 24), -1.0)),
]


@pytest.mark.parametrize("motion", MOTIONS)
def test_a_box_stays_around_the_rectangle_that_it_marks(motion: Motion) -> None:
    x = torch.zeros(1, 1, 24, 24)
    x[..., 8:12, 10:16] = 1
    made = motion.pixels(x, NOTHING, "dark")[0, 0]
    rows, columns = (made > 0.5).nonzero().unbind(1)
    seen = [int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1]
    box = moved(torch.tensor([[10.0, 8, 16, 12]]), motion, (24, 24), relative=False)[0]
    assert box.tolist() == pytest.approx(seen, abs=0.51)


def marked() -> Part:
    """Images with one bright rectangle, its box in pixels and in parts, and its mask of class 2."""
    image, mask, box = torch.zeros(40, 3, 20, 30), torch.zeros(40, 20, 30, dtype=torch.long), torch.zeros(40, 2, 4)
    for i in range(40):
        left, top = 6 + i % 5, 5 + i % 3
        image[i, :, top : top + 6, left : left + 9] = 1
        mask[i, top : top + 6, left : left + 9] = 2
        box[i, 0] = torch.tensor([left, top, left + 9, top + 6])
    parts = box / torch.tensor([30.0, 20, 30, 20])
    boxes = (column("box", box, ("axis", FEATURE), role="target"), column("part", parts, ("axis", FEATURE)))
    return part(pictures(image), column("mask", mask, (HEIGHT, WIDTH), role="target"), *boxes)


@pytest.mark.parametrize(
    "spec",
    [
        {"kind": "Flip"},
        {"kind": "Flip", "direction": "both"},
        {"kind": "Shift", "across": 4, "down": 3},
        {"kind": "RandomScale"},
        {"kind": "Stretch"},
        {"kind": "RandomCrop", "padding": 3},
        {"kind": "RandomCrop", "height": 18, "width": 26, "padding": 2},
    ],
)
def test_boxes_and_masks_move_with_their_image(spec: dict[str, object]) -> None:
    train = marked()
    made = augmented(train, {**spec, "boxes": ["box"], "masks": ["mask"]})
    image, mask, box = made["image"], made["mask"], made["box"]
    assert mask.dtype == torch.long
    assert set(mask.unique().tolist()) == {0, 2}
    assert float(((image[:, 0] > 0.5) == (mask == 2)).float().mean()) > 0.985
    for i in range(len(image)):
        rows, columns = (image[i, 0] > 0.5).nonzero().unbind(1)
        seen = [int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1]
        assert box[i, 0].tolist() == pytest.approx(seen, abs=0.51)
    assert not box[:, 1].any()
    related = augmented(train, {**spec, "boxes": ["part"]})["part"]
    torch.testing.assert_close(related * torch.tensor([*image.shape[:1:-1]] * 2), box, atol=1e-4, rtol=0)


def test_the_unit_of_boxes_can_be_said() -> None:
    one, two, seen = (
        augmented(marked(), {"kind": "Flip", "boxes": ["part"], "box_unit": unit, "p": 1})["part"]
        for unit in ("pixels", "relative", "auto")
    )
    assert torch.equal(two, seen)
    assert not torch.equal(one, two)


def test_a_turned_box_holds_what_it_held() -> None:
    train = marked()
    made = augmented(train, {"kind": "Affine", "degrees": 30, "boxes": ["box"]})
    for image, box in zip(made["image"], made["box"][:, 0].tolist(), strict=True):
        rows, columns = (image[0] > 0.5).nonzero().unbind(1)
        assert box[0] - 0.5 <= int(columns.min())
        assert box[2] + 0.5 >= int(columns.max()) + 1
        assert box[1] - 0.5 <= int(rows.min())
        assert box[3] + 0.5 >= int(rows.max()) + 1


def test_a_box_that_leaves_the_image_becomes_all_zero() -> None:
    boxes = torch.tensor([[[0.0, 0, 3, 3], [4, 4, 8, 8]]])
    assert moved(boxes, shift(-5, 0, (8, 8)), (8, 8), relative=False).tolist() == [[[0, 0, 0, 0], [0, 4, 3, 8]]]


def test_whole_number_boxes_stay_whole() -> None:
    box = torch.tensor([[1, 2, 3, 5]])
    made = moved(box, shift(2, 1, (8, 8)), (8, 8), relative=False)
    assert made.dtype == torch.int64
    assert made.tolist() == [[3, 3, 5, 6]]


def test_a_factor_is_as_likely_half_as_double() -> None:
    drawn = Dice(torch.Generator().manual_seed(0)).factor(0.5, 2.0, 20000)
    assert float(drawn.log().mean()) == pytest.approx(0, abs=0.01)
    assert float(drawn.min()) >= 0.4999
    assert float(drawn.max()) <= 2.0001
