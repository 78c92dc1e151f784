"""Templates do what their notes promise: answer as they should, look where they should, and learn."""

import torch
from torch import Tensor, nn

from dlstudio.compiler.emit import emit
from dlstudio.compiler.load import build
from dlstudio.core import edits
from dlstudio.core.templates import template


def test_a_siamese_pair_has_one_encoder_and_no_first_and_second_ARC_37() -> None:
    model = build(template("siamese")).eval()
    a, b = torch.randn(2, 4, 1, 28, 28)
    torch.testing.assert_close(model(a, b), model(b, a), rtol=0, atol=0)
    assert [name for name, _ in model.named_children()] == ["encoder", "drop", "weigh", "same"]
    assert ((model(a, b) > 0) & (model(a, b) < 1)).all()


def test_gpt_never_looks_ahead() -> None:
    model = build(template("gpt")).eval()
    text = torch.randint(0, 65, (1, 64))
    changed = text.clone()
    changed[0, 40] = (changed[0, 40] + 1) % 65
    before, after = model(text), model(changed)
    torch.testing.assert_close(before[:, :40], after[:, :40])
    assert not torch.allclose(before[:, 40:], after[:, 40:])


def test_a_deeper_gpt_is_one_number_away() -> None:
    deep = edits.put(template("gpt"), "model", "blocks", repeat=12)
    with torch.device("meta"):
        assert sum(each.numel() for each in build(deep).parameters()) == 818_176 + 8 * 198_272


XOR = ([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 0])


def test_four_nand_gates_compute_xor_untrained_ARC_05() -> None:
    table, answers = XOR
    assert build(template("xor_nand"))(torch.tensor(table)).flatten().tolist() == answers


def test_two_neurons_with_a_skip_compute_xor_ARC_48() -> None:
    model = build(template("xor_skip"))
    table, answers = XOR
    assert model(torch.tensor(table)).flatten().tolist() == answers


def test_ten_lines_cut_out_two_pentagons_ARC_54_NUM_63() -> None:
    """A point of a convex polygon lies on one side of all lines through neighbouring corners."""
    model = build(template("pentagons"))
    points = torch.cartesian_prod(torch.linspace(-3, 3, 181), torch.linspace(-1.5, 1.5, 91))
    inside = torch.zeros(len(points), dtype=torch.bool)
    for middle in (-1.5, 1.5):
        angles = 2 * torch.pi * (torch.arange(6) / 5 + 0.05 - 0.1)
        corners = torch.stack([angles.cos() + middle, angles.sin()], 1)
        along, to = corners[1:] - corners[:-1], points.unsqueeze(1) - corners[:-1]
        inside |= (along[:, 0] * to[..., 1] - along[:, 1] * to[..., 0] > 0).all(1)
    assert torch.equal(model(points).flatten().bool(), inside)
    assert 0.2 < inside.float().mean() < 0.35


def test_the_bidirectional_tagger_reads_both_ways_ARC_13() -> None:
    model = build(template("bidirectional_tagger")).eval()
    words = torch.randint(0, 100, (1, 20))
    changed = words.clone()
    changed[0, 19] = (words[0, 19] + 1) % 100
    assert not torch.allclose(model(words)[:, 0], model(changed)[:, 0])


def test_heights_and_widths_fall_while_channels_rise_ARC_27_ARC_29() -> None:
    for name, sides in {"lenet5": [28, 14, 10, 5], "vgg16": [224, 112, 56, 28, 14, 7]}.items():
        source = emit(template(name)).text
        seen = [
            tuple(map(int, line.rsplit("# ", 1)[1].split("×")))
            for line in source.splitlines()
            if "×" in line and "# " in line
        ]
        images = [shape for shape in seen if len(shape) == 3]
        assert list(dict.fromkeys(side for _, side, _ in images)) == sides
        assert [channels for channels, _, _ in images] == sorted(channels for channels, _, _ in images)


def spirals() -> tuple[torch.Tensor, torch.Tensor]:
    """Two interleaved spirals of 200 points each."""
    torch.manual_seed(0)
    turn = torch.rand(200).sqrt() * 3 * torch.pi
    arm = torch.stack([turn * turn.cos(), turn * turn.sin()], 1) / 5
    return torch.cat([arm, -arm]), torch.arange(2).repeat_interleave(200)


def right_after(name: str, steps: int) -> float:
    """The share of two spirals that a template tells apart after some steps of Adam."""
    points, kinds = spirals()
    model = build(template(name))
    optimizer = torch.optim.Adam(model.parameters(), 0.01)
    for _ in range(steps):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(points), kinds).backward()
        optimizer.step()
    return float((model(points).argmax(1) == kinds).float().mean())


def test_twenty_layers_learn_with_skips_and_not_without_ARC_30() -> None:
    assert right_after("plain20", 400) < 0.6
    assert right_after("residual20", 400) > 0.98


def test_no_hidden_layer_is_a_line_three_part_the_spirals_and_twenty_do_not_learn_VIS_06() -> None:
    points, kinds = spirals()
    model = build(template("depths"))
    names = [node.id for node in template("depths").networks["model"].of_kind("Output")]
    optimizer = torch.optim.Adam(model.parameters(), 0.005)
    for _ in range(800):
        optimizer.zero_grad()
        torch.stack([nn.functional.cross_entropy(each, kinds) for each in model(points)]).sum().backward()
        optimizer.step()
    right = {
        name: float((each.argmax(1) == kinds).float().mean()) for name, each in zip(names, model(points), strict=True)
    }
    assert 0.5 < right["none"] < 0.75
    assert right["three"] > 0.97
    assert right["twenty"] < 0.75


def test_three_hidden_layers_part_two_spirals_ARC_08() -> None:
    assert right_after("deep_feed_forward", 1000) >= 0.97


def test_a_variational_autoencoder_rolls_its_code_in_training_only() -> None:
    model = build(template("variational_autoencoder"))
    image = torch.rand(2, 1, 28, 28)
    assert not torch.equal(model(image)[0], model(image)[0])
    model.eval()
    torch.testing.assert_close(model(image)[0], model(image)[0], rtol=0, atol=0)
    assert (model(image)[1] >= 0).all()


def test_the_detector_speaks_in_shares_and_sizes_ARC_44() -> None:
    sure, size, kind, place = build(template("grid_detector")).eval()(torch.randn(2, 3, 64, 64))
    assert ((sure > 0) & (sure < 1)).all()
    assert ((place > 0) & (place < 1)).all()
    assert (size > 0).all()
    assert kind.shape == (2, 3, 8, 8)


def test_the_decoder_hears_of_the_source_through_the_states_alone_ARC_17() -> None:
    model = build(template("sequence_to_sequence")).eval()
    source, written = torch.randint(0, 30, (2, 1, 9))
    one, other = model(source[:, :8], written), model(source[:, :8].flip(1), written)
    assert not torch.allclose(one[:, 0], other[:, 0])


def test_a_map_of_answers_is_the_windows_one_by_one_ARC_45() -> None:
    model = build(template("sliding_window")).eval()
    answer: list[Tensor] = []
    model.fc3.register_forward_hook(lambda _module, _given, made: answer.append(made))  # type: ignore[union-attr]
    image = torch.randn(1, 1, 44, 44)
    surest = model(image)
    (answers,) = answer
    torch.testing.assert_close(surest, answers.amax((2, 3)))
    for row in range(5):
        for column in range(5):
            window = image[:, :, 4 * row : 4 * row + 28, 4 * column : 4 * column + 28]
            torch.testing.assert_close(model(window), answers[:, :, row, column], rtol=0, atol=1e-5)


def test_a_spatial_transformer_turns_by_its_angle_ARC_43() -> None:
    model = build(template("spatial_transformer")).eval()
    seen: list[Tensor] = []
    model.conv.register_forward_pre_hook(lambda _module, given: seen.append(given[0]))  # type: ignore[union-attr]
    pose = model.pose
    assert isinstance(pose, nn.Linear)
    nn.init.zeros_(pose.weight)
    image = torch.rand(1, 1, 40, 40)
    for quarter in range(2):
        with torch.no_grad():
            pose.bias.copy_(torch.tensor([quarter * torch.pi / 2, 0.0, 0.0]))
        model(image)
    torch.testing.assert_close(seen[0], image)
    torch.testing.assert_close(seen[1], image.rot90(1, (2, 3)))


def test_a_frame_is_answered_from_what_came_before_ARC_18() -> None:
    model = build(template("frame_tagger")).eval()
    film = torch.randn(1, 8, 3, 16, 16)
    other = film.clone()
    other[:, 3] += 1
    torch.testing.assert_close(model(film)[:, :3], model(other)[:, :3])
    assert not torch.allclose(model(film)[:, 7], model(other)[:, 7])


def test_the_middle_and_the_size_of_an_object_are_shares_of_the_picture_ARC_46() -> None:
    box, kind = build(template("localiser")).eval()(torch.randn(2, 3, 32, 32))
    middle, size = (box[:, 2:] + box[:, :2]) / 2, box[:, 2:] - box[:, :2]
    assert ((middle > 0) & (middle < 1) & (size > 0) & (size < 1)).all()
    assert kind.shape == (2, 3)
