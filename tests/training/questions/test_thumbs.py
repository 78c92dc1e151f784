"""Thumbs are the means of what a hook hears, and histograms of what is a list of numbers."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

import dlstudio as dl
from dlstudio.core.frozen import freeze
from dlstudio.data.prepare import prepare
from dlstudio.training.asking.desk import Desk
from dlstudio.training.asking.plates import pack, unpack
from dlstudio.training.questions.thumbs import SIZE, Thumbnails, Thumbs, drawn, thumb
from dlstudio.training.run import train
from dlstudio.training.sight import Sight


def test_thumbs_are_what_a_hook_hears_of_the_first_sample(tmp_path: Path) -> None:
    project = dl.line("input 1x8x8 > conv 6 3 > relu > flatten > fc 10")
    settings = {"kind": "Supervised", "epochs": 1, "device": "cpu"}
    project = replace(project, data=freeze({"source": {"kind": "Digits"}}), training=freeze(settings))
    question = Thumbs(("image", "conv1", "relu1", "linear1", "nobody"))
    sight = Sight(desk=Desk(standing=(question,)))
    run = train(project, runs=tmp_path, steps=2, sight=sight)
    answered = sight.desk.answers[question]
    assert not answered.problem
    found: Thumbnails = unpack(pack(answered.value))
    assert found.thumbs.keys() == {"image", "conv1", "relu1", "linear1"}
    model = run.model(best=False).cpu().eval()
    heard: dict[str, torch.Tensor] = {}
    for name in ("conv1", "relu1", "linear1"):
        model.get_submodule(name).register_forward_hook(lambda _m, _i, made, name=name: heard.update({name: made}))
    part = prepare(project).validation
    sample = part.dataset.take(part.indices[:1])["image"].float()
    with torch.no_grad():
        model(sample)
    heard["image"] = sample
    for name in ("image", "conv1", "relu1"):
        plane = heard[name][0].numpy().mean(0)
        wanted = (plane - plane.min()) / (plane.max() - plane.min()) * 255
        assert np.abs(found.thumbs[name].values.numpy() - wanted).max() <= 1
        assert found.thumbs[name].high == pytest.approx(plane.max(), abs=1e-6)
    counts, _ = np.histogram(heard["linear1"][0].numpy(), SIZE)
    assert found.thumbs["linear1"].values.sum() == 10
    assert np.abs(found.thumbs["linear1"].values.numpy() - counts).sum() <= 2  # one on an edge falls to either side


def test_large_maps_are_shrunk_to_their_means_and_keep_their_form() -> None:
    plane = torch.arange(48 * 96, dtype=torch.float32).view(1, 48, 96)
    small = drawn(plane)
    assert tuple(small.values.shape) == (12, 24)
    means = plane[0].numpy().reshape(12, 4, 24, 4).mean((1, 3))
    assert (small.low, small.high) == (means.min(), means.max())


def test_what_is_no_map_is_counted_and_what_is_no_number_makes_no_trouble() -> None:
    single = thumb(torch.rand(1, 512, 1, 1))
    assert single is not None
    assert (single.values.ndim, int(single.values.sum())) == (1, 512)
    flat = thumb(torch.zeros(1, 3, 5, 5))
    assert flat is not None
    assert not flat.values.any()
    bad = thumb(torch.full((1, 4), torch.nan))
    assert bad is not None
    assert not bad.values.any()
    assert thumb("words") is None
    assert thumb(torch.zeros(1, 0)) is None
