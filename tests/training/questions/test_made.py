"""What networks make: against the modules themselves, fed with the same noise."""

from pathlib import Path

import torch

from dlstudio.data.prepare import prepare
from dlstudio.training.questions.attention import Attention
from dlstudio.training.questions.made import Drawn, Reconstructed
from dlstudio.training.questions.share import places
from dlstudio.training.questions.texts import Written
from tests.training.questions.asking import answers, asked


def test_vis_82_reconstructions_are_those_of_the_module(tmp_path: Path) -> None:
    run, [pairs] = asked("autoencoder", tmp_path, Reconstructed(8), steps=2)
    part = prepare(run.project).validation
    clean = part.dataset.take(part.indices[places(len(part), 8)])["image"]
    with torch.no_grad():
        made = run.model(best=False)(clean)
    assert torch.allclose(pairs.clean.float(), clean, atol=1e-3)
    assert torch.allclose(pairs.made.float(), made, atol=1e-3)
    assert torch.allclose(pairs.errors, (made - clean).square().flatten(1).mean(1), atol=1e-5)


def test_vis_67_vis_68_samples_come_from_the_same_noise_and_the_way_is_even(tmp_path: Path) -> None:
    run, [found] = asked("gan", tmp_path, Drawn(6, seed=3))
    generator = run.model("generator", best=False)
    noise = torch.randn(6, 4, generator=torch.Generator().manual_seed(3))
    shares = torch.linspace(0, 1, 10)[:, None]
    with torch.no_grad():
        made, way = generator(noise), generator(noise[0] + shares * (noise[1] - noise[0]))
    assert torch.allclose(found.made.float(), made, atol=2e-3)
    assert torch.allclose(found.way.float(), way, atol=2e-3)
    assert len(found.way) >= 8


def test_vis_58_hello_is_foretold_symbol_by_symbol(tmp_path: Path) -> None:
    run, [text] = asked("char_rnn", tmp_path, Written("hell", 4, temperature=0.0), steps=60)
    model, names = run.model(best=False), text.names
    numbers = torch.tensor([[names.index(each) for each in "hell"]])
    with torch.no_grad():
        chances = model(numbers)[0].softmax(1)
    assert text.symbols[:5] == tuple("hello")
    assert text.given == 4
    assert torch.allclose(text.chances[:4].float(), chances, atol=2e-3)
    assert text.best[0].tolist() == list(range(len(names)))


def test_vis_62_attention_is_that_of_the_module(tmp_path: Path) -> None:
    run, [looked] = asked("attention", tmp_path, Attention(row=2), steps=1)
    model = run.model(best=False)
    heard: list[tuple[torch.Tensor, ...]] = []
    attends = model.get_submodule("looked")
    attends.register_forward_pre_hook(lambda _m, given: heard.append(given))
    part = prepare(run.project).validation
    batch = part.dataset.take(part.indices[[2]])
    with torch.no_grad():
        model(batch["source"], batch["written"])
        weights = attends(*heard[0], need_weights=True, average_attn_weights=False)[1]
    assert looked.node == "looked"
    assert torch.allclose(looked.weights.float(), weights[0], atol=1e-3)
    assert torch.allclose(looked.weights.float().sum(2), torch.ones(weights.shape[1:3]), atol=5e-3)
    assert (len(looked.asking), len(looked.seen)) == (9, 8)


def test_what_a_network_does_not_make_is_a_sentence(tmp_path: Path) -> None:
    _, found = answers("xor", tmp_path, Reconstructed(), Drawn(), Written(), Attention(), steps=1)
    assert all(each.problem.startswith("This network") and each.mistake is None for each in found)
