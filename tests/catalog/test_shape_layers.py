"""Shape layers: golden rows of the sources, and what axes are called afterwards."""

import pytest
import torch
import torch.nn.functional as F

from dlstudio.catalog.refusal import Refused
from dlstudio.compiler.line import line
from dlstudio.compiler.load import build
from dlstudio.core.tensor import FORMS, Tensor
from tests.catalog.goldens import made, node

IMAGE = torch.tensor([[1.0, 2, 1, 0], [0, 2, 1, 2], [1, 2, 1, 2], [1, 2, 1, 1]], dtype=torch.float64)
KERNEL = torch.tensor([[1.0, -1, 1], [0, 1, 0], [1, 1, -1]], dtype=torch.float64)
MAP_001 = torch.tensor([[-1.0, 3, 2, 3], [0, 4, 3, 6], [2, 3, 6, 3], [2, 2, 4, 0]], dtype=torch.float64)


def whole(*rows: list[int]) -> torch.Tensor:
    return torch.tensor(rows)


def one_hot(*rows: list[int], classes: tuple[int, ...]) -> list[list[int]]:
    x = Tensor((len(rows[0]),), ("feature",), "int")
    written: list[list[int]] = node("OneHot", x, classes=classes)(whole(*rows)).int().tolist()
    return written


def test_NUM_30_and_LAY_38_one_hot_features_stand_side_by_side() -> None:
    assert one_hot([0, 1, 3], [1, 2, 1], classes=(2, 3, 4)) == [
        [1, 0, 0, 1, 0, 0, 0, 0, 1],
        [0, 1, 0, 0, 1, 0, 1, 0, 0],
    ]
    assert made("OneHot", classes=(2, 3, 4)).shape(Tensor((3,), ("feature",), "int")) == Tensor.of(9)


def test_NUM_31_six_states_are_six_registers_of_which_one_is_on() -> None:
    states = node("OneHot", Tensor.of(6, dtype="int"), classes=6)(whole([0, 1, 2, 3, 4, 5]))[0]
    printed = ["".join(map(str, reversed(row))) for row in states.int().tolist()]
    assert printed == ["000001", "000010", "000100", "001000", "010000", "100000"]
    words = node("OneHot", Tensor.of(3, dtype="int"), classes=3)(whole([0, 1, 2]))[0]
    assert words.int().tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]


def test_one_hot_of_steps_is_a_sequence_and_of_a_map_an_image() -> None:
    assert made("OneHot", classes=4).shape(Tensor.of(5, dtype="int")) == Tensor.of(5, 4)
    label_map = Tensor((3, 2), FORMS["a map"], "int")
    assert made("OneHot", classes=4).shape(label_map) == Tensor.of(4, 3, 2)
    made_map = node("OneHot", label_map, classes=4)(torch.tensor([[[0, 1], [2, 3], [1, 1]]]))
    assert torch.equal(made_map.argmax(1), torch.tensor([[[0, 1], [2, 3], [1, 1]]]))


def test_NUM_90_and_LAY_43_a_convolution_is_a_matrix_product_with_its_patches() -> None:
    columns = node("Unfold", Tensor.of(1, 4, 4), kernel_size=3, padding=1)(IMAGE.reshape(1, 1, 4, 4))
    assert made("Unfold", kernel_size=3, padding=1).shape(Tensor.of(1, 4, 4)).shape == (9, 16)
    patches = columns[0].T
    assert patches.shape == (16, 9)
    assert torch.equal((patches @ KERNEL.reshape(9)).reshape(4, 4), MAP_001)


def test_LAY_43_patches_times_weights_equal_conv2d_forwards_and_backwards() -> None:
    torch.manual_seed(0)
    x = torch.randn(2, 3, 6, 5, dtype=torch.float64, requires_grad=True)
    weight = torch.randn(4, 3, 3, 2, dtype=torch.float64)
    columns = node("Unfold", Tensor.of(3, 6, 5), kernel_size=(3, 2), stride=(2, 1), padding=(1, 0))(x)
    product = (weight.reshape(4, -1) @ columns).reshape(2, 4, 3, 4)
    direct = F.conv2d(x, weight, stride=(2, 1), padding=(1, 0))
    torch.testing.assert_close(product, direct, atol=1e-5, rtol=0)
    ours, theirs = (torch.autograd.grad(y.square().sum(), x, retain_graph=True)[0] for y in (product, direct))
    torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=0)


def test_fold_undoes_unfold_where_patches_do_not_overlap() -> None:
    x = torch.randn(2, 3, 4, 6, dtype=torch.float64)
    columns = node("Unfold", Tensor.of(3, 4, 6), kernel_size=2, stride=2)(x)
    back = node("Fold", Tensor((12, 6), FORMS["a signal"]), output_size=(4, 6), kernel_size=2, stride=2)(columns)
    assert torch.equal(back, x)


@pytest.mark.parametrize("patch", [(1, 1), (2, 2), (4, 2), (2, 3)])
def test_to_image_undoes_to_sequence(patch: tuple[int, int]) -> None:
    x = torch.randn(2, 3, 4, 6, dtype=torch.float64)
    steps = made("ToSequence", patch=patch).shape(Tensor.of(3, 4, 6))
    sequence = node("ToSequence", Tensor.of(3, 4, 6), patch=patch)(x)
    assert torch.equal(node("ToImage", steps, size=(4, 6), patch=patch)(sequence), x)


def test_a_step_of_a_sequence_of_pixels_rows_or_columns_is_what_its_name_says() -> None:
    x = torch.randn(2, 3, 4, 6, dtype=torch.float64)
    assert torch.equal(node("ToSequence", Tensor.of(3, 4, 6))(x)[:, 6 + 2], x[:, :, 1, 2])
    assert torch.equal(node("ToSequence", Tensor.of(3, 4, 6), steps="rows")(x)[:, 1], x[:, :, 1].flatten(1))
    assert torch.equal(node("ToSequence", Tensor.of(3, 4, 6), steps="columns")(x)[:, 5], x[:, :, :, 5].flatten(1))


def test_LAY_21_a_flatten_is_put_in_by_the_line_and_says_how_many() -> None:
    assert made("Flatten").formula(Tensor.of(16, 5, 5)) == {"feature": "400 = 16·5·5"}
    assert [type(m).__name__ for m in build(line("input 3x4x4 > fc 2")).children()] == ["Flatten", "Linear"]


@pytest.mark.parametrize(
    ("kind", "fields", "x", "wanted"),
    [
        ("Flatten", {"start_dim": 2}, Tensor((5, 3, 4, 4), FORMS["a clip"]), Tensor.of(5, 48)),
        ("Flatten", {"start_dim": 2}, Tensor.of(8, 4, 4), Tensor((8, 16), FORMS["a signal"])),
        ("Transpose", {}, Tensor.of(5, 8), Tensor((8, 5), FORMS["a signal"])),
        ("Transpose", {}, Tensor((8, 5), FORMS["a signal"]), Tensor.of(5, 8)),
        ("Squeeze", {}, Tensor.of(64, 1, 1), Tensor.of(64)),
        ("Squeeze", {"axis": "height"}, Tensor.of(64, 1, 9), Tensor((64, 9), FORMS["a signal"])),
        ("Unsqueeze", {}, Tensor((5, 6), FORMS["a map"]), Tensor.of(1, 5, 6)),
        ("TakeStep", {}, Tensor.of(5, 8), Tensor.of(8)),
        ("TakeStep", {}, Tensor((5, 3, 4, 4), FORMS["a clip"]), Tensor.of(3, 4, 4)),
        ("Select", {}, Tensor.of(3, 4, 5), Tensor((4, 5), FORMS["a map"])),
        ("Repeat", {"times": 7}, Tensor.of(8), Tensor.of(7, 8)),
        ("Reduce", {"axes": ("height",)}, Tensor.of(8, 4, 9), Tensor((8, 9), FORMS["a signal"])),
        ("Permute", {"order": (1, 2, 0)}, Tensor.of(3, 4, 5), Tensor((4, 5, 3), ("height", "width", "channel"))),
    ],
)
def test_axes_are_called_what_they_mean_afterwards(kind: str, fields: dict, x: Tensor, wanted: Tensor) -> None:
    assert made(kind, **fields).shape(x) == wanted


def test_split_parts_put_together_again_are_the_whole() -> None:
    x = torch.randn(2, 6, 4, 4, dtype=torch.float64)
    parts = node("Split", Tensor.of(6, 4, 4), sizes=(1, 2, 3))(x)
    assert [part.shape[1] for part in parts] == [1, 2, 3]
    assert torch.equal(torch.cat(parts, 1), x)


def test_a_size_that_does_not_hold_all_numbers_is_refused_with_what_does() -> None:
    with pytest.raises(Refused, match="holds 48 numbers, but a vector 100 has 100"):
        made("Reshape", size=(3, 4, 4)).shape(Tensor.of(100))
    assert made("Reshape", size=(128, -1, 7)).shape(Tensor.of(6272)) == Tensor.of(128, 7, 7)


def test_a_reversed_sequence_reads_from_right_to_left() -> None:
    x = torch.randn(2, 5, 3, dtype=torch.float64)
    assert torch.equal(node("Flip", Tensor.of(5, 3))(x), x.flip(1))
