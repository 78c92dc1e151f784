"""The boundary and the latent scatter, against the model on the same places, numpy and plain geometry."""

import json
from dataclasses import fields
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load, save

from dlstudio.data.prepare import prepare
from dlstudio.training.asking.plates import pack, unpack
from dlstudio.training.questions.boundary import Boundary, lattice
from dlstudio.training.questions.folding import Folding
from dlstudio.training.questions.latent import Latent, spread
from tests.training.questions.asking import answers, asked


def test_vis_03_the_boundary_is_what_the_model_answers_on_the_same_grid(tmp_path: Path) -> None:
    run, [plane] = asked("deep_feed_forward", tmp_path, Boundary(), steps=20)
    model, side = run.model(best=False), plane.field.shape[1]
    x = np.linspace(plane.low[0], plane.high[0], side + 1)
    y = np.linspace(plane.low[1], plane.high[1], side + 1)
    places = np.stack(np.meshgrid((x[1:] + x[:-1]) / 2, (y[1:] + y[:-1]) / 2), -1).reshape(-1, 2)
    with torch.no_grad():
        chances = model(torch.tensor(places, dtype=torch.float32)).softmax(1)
    assert np.allclose(plane.field.float().numpy().reshape(2, -1).T, chances, atol=2e-3)
    part = prepare(run.project).train
    assert torch.isin(plane.points[plane.parts == 0], part.dataset.take(part.indices)["point"]).all()
    with torch.no_grad():
        wrong = model(plane.points).argmax(1) != plane.kinds
    assert torch.equal(plane.wrong, wrong)


def test_vis_04_the_pattern_of_a_neuron_is_what_a_hook_hears(tmp_path: Path) -> None:
    run, [plane] = asked("deep_feed_forward", tmp_path, Boundary(("tanh1",)))
    heard: list[torch.Tensor] = []
    model = run.model(best=False)
    model.get_submodule("tanh1").register_forward_hook(lambda _m, _i, made: heard.append(made))
    with torch.no_grad():
        model(lattice(plane.low, plane.high, 96))
    assert plane.units == {"tanh1": 16}
    assert torch.allclose(plane.patterns["tanh1"].float(), heard[0].T.view(16, 96, 96)[:, 1::3, 1::3], atol=2e-3)


def test_vis_15_vis_16_the_line_of_the_perceptron_its_radius_and_margin(tmp_path: Path) -> None:
    run, [plane] = asked("perceptron", tmp_path, Boundary(), steps=20)
    weight, bias = run.model(best=False).get_submodule("neuron").parameters()
    line = plane.border
    assert (*line.weights, line.offset) == (*weight[0].tolist(), bias.item())
    assert np.isclose(line.radius, np.sqrt(2))
    corners = np.array([(0, 0), (0, 1), (1, 0), (1, 1)])
    away = (corners @ line.weights + line.offset) / np.hypot(*line.weights)
    assert np.isclose(line.margin, (np.array([-1, -1, -1, 1]) * away).min())
    assert not plane.wrong.any()


def test_a_boundary_of_pictures_is_a_sentence(tmp_path: Path) -> None:
    _, [found] = answers("lenet5", tmp_path, Boundary(), steps=1)
    assert found.problem == "A boundary can be drawn where two numbers go in; here 1×28×28 does."


def test_principal_directions_are_those_of_numpy() -> None:
    for count, width in ((200, 12), (20, 300)):
        values = torch.randn(count, width, generator=torch.Generator().manual_seed(1)) * torch.linspace(3, 1, width)
        points, explained = spread(values)
        middled = values.double().numpy() - values.double().numpy().mean(0)
        left, lengths, _ = np.linalg.svd(middled, full_matrices=False)
        expected = (left * lengths)[:, :2]
        signs = np.sign((expected * points.numpy()).sum(0))
        assert np.allclose(points.numpy(), expected * signs, atol=1e-3)
        assert explained is not None
        assert np.allclose(explained, (lengths**2 / (lengths**2).sum())[:2])
        assert np.allclose(points, spread(values)[0])


def test_vis_66_the_scatter_is_of_the_node_before_the_scores(tmp_path: Path) -> None:
    run, [cloud] = asked("lenet5", tmp_path, Latent(most=60), steps=2)
    part = prepare(run.project).validation
    batch = part.dataset.take(part.indices[list(cloud.rows)])
    heard: list[torch.Tensor] = []
    model = run.model(best=False)
    model.get_submodule("act4").register_forward_hook(lambda _m, _i, made: heard.append(made))
    with torch.no_grad():
        answers = model(batch["image"]).argmax(1)
    assert (cloud.node, cloud.width) == ("act4", 84)
    assert torch.allclose(cloud.points, spread(heard[0])[0], atol=1e-3)
    assert torch.equal(cloud.kinds.long(), batch["digit"])
    assert torch.equal(cloud.answers.long(), answers)


def test_vis_71_distances_are_those_of_every_pair_of_codes(tmp_path: Path) -> None:
    run, [cloud] = asked("triplet", tmp_path, Latent(most=40), steps=1)
    part = prepare(run.project).validation
    batch = part.dataset.take(part.indices[list(cloud.rows)])
    with torch.no_grad():
        codes = torch.nn.functional.normalize(run.model(best=False)(batch["image"]), dim=1)
    apart = torch.cdist(codes, codes)[*torch.triu_indices(len(codes), len(codes), 1)]
    assert np.isclose(cloud.distances.longest, float(apart.max()), atol=1e-3)
    assert int(cloud.distances.same.sum() + cloud.distances.other.sum()) == len(apart)
    assert cloud.distances.margin == 0.2


def test_vis_84_every_sample_has_the_chances_of_its_classes(tmp_path: Path) -> None:
    run, [cloud] = asked("softmax_regression", tmp_path, Latent(), steps=5)
    part = prepare(run.project).validation
    batch = part.dataset.take(part.indices[list(cloud.rows)])
    with torch.no_grad():
        chances = run.model(best=False)(batch["point"]).softmax(1)
    held = cloud.held
    assert held.likely
    assert held.names == cloud.classes
    assert torch.allclose(held.chances.float(), chances.sort(descending=True).values, atol=2e-3)
    assert torch.allclose(chances.gather(1, held.best.long()), held.chances.float(), atol=2e-3)
    assert torch.equal(cloud.answers.long(), chances.argmax(1))


def test_a_network_that_tells_nothing_apart_has_no_chances(tmp_path: Path) -> None:
    _, [cloud] = asked("linear_autoencoder", tmp_path, Latent(), steps=1)
    assert cloud.held is None
    assert (cloud.answers == -1).all()


def test_a_plate_of_before_has_what_came_later_by_itself(tmp_path: Path) -> None:
    _, [cloud] = asked("softmax_regression", tmp_path, Latent(), steps=1)
    older = {each.name: getattr(cloud, each.name) for each in fields(cloud) if each.name not in ("held", "distances")}
    body = pack(cloud)
    text = json.loads(load(body)["plate"].numpy().tobytes())
    text["f"] = text["f"][: len(older)]
    head = torch.frombuffer(bytearray(json.dumps(text).encode()), dtype=torch.uint8)
    again = unpack(save({**load(body), "plate": head}))
    assert torch.equal(again.points, cloud.points)
    assert again.held is None


def test_vis_05_each_layer_folds_the_grid_as_a_hook_hears_it(tmp_path: Path) -> None:
    run, [folded] = asked("xor", tmp_path, Folding(side=9), steps=30)
    model = run.model(best=False)
    part = prepare(run.project).train
    points = part.dataset.take(part.indices)[next(iter(part.dataset.columns))]
    grid = folded.stages[0].points[:81]
    assert torch.isin(folded.stages[0].points[81:], points).all()
    x, y = (np.linspace(float(grid[:, i].min()), float(grid[:, i].max()), 9) for i in (0, 1))
    assert np.allclose(grid, np.stack(np.meshgrid(x, y), -1).reshape(-1, 2), atol=1e-6)
    heard: dict[str, torch.Tensor] = {}
    for name, part_of in model.named_modules():
        part_of.register_forward_hook(lambda _m, _i, made, name=name: heard.__setitem__(name, made))
    with torch.no_grad():
        model(folded.stages[0].points)
    assert len(folded.stages) > 2
    for stage in folded.stages[1:]:
        wanted = heard[stage.node]
        assert stage.width == wanted.shape[1]
        if stage.width <= 2:
            assert torch.allclose(stage.points[:, : stage.width], wanted, atol=1e-5)


def test_vis_05_wide_layers_are_seen_along_their_principal_directions(tmp_path: Path) -> None:
    run, [folded] = asked("deep_feed_forward", tmp_path, Folding(), steps=20)
    model = run.model(best=False)
    heard: list[torch.Tensor] = []
    model.get_submodule("tanh2").register_forward_hook(lambda _m, _i, made: heard.append(made))
    with torch.no_grad():
        answers = model(folded.stages[0].points).argmax(1)
    assert torch.equal(folded.answers.long(), answers[: folded.side**2])
    assert torch.equal(folded.wrong, answers[folded.side**2 :] != folded.kinds)
    stage = next(each for each in folded.stages if each.node == "tanh2")
    middled = (heard[0] - heard[0].mean(0)).double().numpy()
    _, lengths, ways = np.linalg.svd(middled, full_matrices=False)
    assert np.allclose(np.abs(stage.points.numpy()), np.abs(middled @ ways[:2].T), atol=1e-3)
    assert np.allclose(stage.explained, np.square(lengths[:2]) / np.square(lengths).sum(), atol=1e-4)
    _, [few] = asked("deep_feed_forward", tmp_path, Folding(most=3), steps=1)
    assert [each.node for each in few.stages] == ["point", "hidden1", few.stages[2].node, "scores"]


def test_vis_06_every_output_has_its_own_boundary(tmp_path: Path) -> None:
    run, [plane] = asked("depths", tmp_path, Boundary(), steps=5)
    model, side = run.model(best=False), plane.field.shape[1]
    with torch.no_grad():
        made = model(lattice(plane.low, plane.high, side))
        answers = model(plane.points)
    assert (plane.output, *(each.output for each in plane.others)) == ("none", "three", "twenty")
    fields, wrongs = (plane.field, *(x.field for x in plane.others)), (plane.wrong, *(x.wrong for x in plane.others))
    for field, scores in zip(fields, made, strict=True):
        assert torch.allclose(field.float().view(2, -1).T, scores.softmax(1), atol=2e-3)
    for wrong, scores in zip(wrongs, answers, strict=True):
        assert torch.equal(wrong, scores.argmax(1) != plane.kinds)


def test_what_is_drawn_of_a_variational_autoencoder_is_its_code(tmp_path: Path) -> None:
    _, [cloud] = asked("variational_autoencoder", tmp_path, Latent(), steps=1)
    assert (cloud.node, cloud.width, cloud.explained) == ("z", 2, None)
    assert len(cloud.classes) == 10
