"""Autoencoders: what they are compared with, what prices cost, and that they learn."""

import pytest
import torch

import dlstudio as dl
from dlstudio.core import edits
from dlstudio.core.document import Project
from dlstudio.core.frozen import Value
from dlstudio.core.issue import ProjectProblem
from dlstudio.training.autoencoder import Autoencoder
from tests.training.studies import assert_goes_on, one_batch, project, ready, take

DIGITS: dict[str, Value] = {"kind": "Digits"}
PLAIN = "input 1x8x8 > flatten > fc 32 > relu > fc 64 > sigmoid > reshape 1x8x8"
PRICED = (
    "input 1x8x8 > flatten > fc 32 > code: sigmoid > fc 64 > sigmoid > reshape 1x8x8 > drawn: output\n"
    "code > sparsity 0.1 > sparse: output"
)
VARIATIONAL = (
    "input 1x8x8 > flatten > h: fc 64 > r: relu > mean: fc 8\nr > spread: fc 8\n"
    "mean > z: gaussiansample spread > fc 64 > relu > fc 64 > sigmoid > reshape 1x8x8 > drawn: output\n"
    "mean > divergence: kl spread > prior: output"
)


def digits(text: str | Project = PLAIN, **training: Value) -> Project:
    lr: dict[str, Value] = {"kind": "Adam", "lr": 0.005}
    return project(text, DIGITS, **{"kind": "Autoencoder", "optimizer": lr, **training})


def test_the_input_is_the_target_GEN_01() -> None:
    training = ready(digits())
    found = take(training, 120)
    assert found[0]["loss"] == found[0]["reconstruction"]
    assert found[-1]["loss"] < 0.35 * found[0]["loss"]
    assert training.method.task.wiring.inputs == {"image": "image"}


@pytest.mark.parametrize(("corrupt", "amount"), [("noise", 0.5), ("mask", 0.4)])
def test_the_loss_uses_the_clean_input_LOS_23(corrupt: str, amount: float) -> None:
    training = ready(digits(corrupt=corrupt, corruption=amount))
    method = training.method
    assert isinstance(method, Autoencoder)
    batch = one_batch(training)
    seen: list[torch.Tensor] = []
    handle = method.module.register_forward_pre_hook(lambda _module, given: seen.append(given[0]))
    outputs: list[torch.Tensor] = []
    after = method.module.register_forward_hook(lambda _module, _given, made: outputs.append(made))
    loss = method.step(batch)["loss"]
    handle.remove()
    after.remove()
    assert not torch.equal(seen[0], batch["image"])
    torch.testing.assert_close(loss, torch.nn.functional.mse_loss(outputs[0], batch["image"]))


def test_a_mask_sets_its_share_to_zero_and_leaves_the_rest() -> None:
    method = ready(digits(corrupt="mask", corruption=0.4)).method
    assert isinstance(method, Autoencoder)
    spoilt = method.spoilt(torch.full((100, 1, 8, 8), 0.7))
    assert spoilt.unique().tolist() == pytest.approx([0.0, 0.7])
    assert float((spoilt == 0).float().mean()) == pytest.approx(0.4, abs=0.03)


def test_denoising_brings_digits_nearer_to_the_clean_ones_GEN_03() -> None:
    training = ready(digits(corrupt="noise", corruption=0.5))
    take(training, 200)
    found = training.method.evaluate([training.prepared.validation.dataset.take(training.prepared.validation.indices)])
    assert found["noise left"] < 0.5
    assert training.method.evaluate([one_batch(training)]) == training.method.evaluate([one_batch(training)])


def test_prices_are_added_with_their_weight_and_plotted_without_it_LOS_22() -> None:
    made = digits(PRICED)
    made = edits.put(made, "model", "sparse", weight=0.25)
    found = take(ready(made), 1)[0]
    assert found["loss"] == pytest.approx(found["reconstruction"] + 0.25 * found["sparse"], rel=1e-5)


def test_a_priced_code_becomes_as_active_as_asked_LOS_24_GEN_04() -> None:
    training = ready(edits.put(digits(PRICED), "model", "sparse", weight=0.05))
    take(training, 250)
    code = dict(training.modules["model"].named_modules())["code"]
    active: list[torch.Tensor] = []
    code.register_forward_hook(lambda _module, _given, made: active.append(made))
    training.method.evaluate([one_batch(training)])
    assert float(active[0].mean()) == pytest.approx(0.1, abs=0.02)


def test_a_variational_one_has_both_terms_and_its_bound_rises_GEN_02() -> None:
    found = take(ready(edits.put(digits(VARIATIONAL), "model", "prior", weight=0.001)), 200)
    assert found[-1]["loss"] < 0.6 * found[0]["loss"]
    assert found[-1]["prior"] > 0


def test_the_divergence_of_the_standard_bell_curve_from_itself_is_0_LOS_22() -> None:
    training = ready(digits(VARIATIONAL))
    with torch.no_grad():
        for name, weight in training.modules["model"].named_parameters():
            if name.startswith(("mean.", "spread.")):
                weight.zero_()
    assert take(training, 1)[0]["prior"] == 0.0


@pytest.mark.parametrize("name", ["autoencoder", "denoising_autoencoder", "sparse_autoencoder"])
def test_the_templates_are_trained_this_way(name: str) -> None:
    found = take(ready(project(dl.template(name), {"kind": "MNIST", "size": 500}, kind="Autoencoder")), 6)
    assert found[-1]["loss"] < found[0]["loss"]


def test_it_goes_on_with_the_same_bits() -> None:
    assert_goes_on(digits(PRICED, corrupt="mask"))


def test_an_optimizer_that_asks_again_and_again_may_be_used() -> None:
    found = take(ready(digits(optimizer={"kind": "LBFGS"})), 3)
    assert found[-1]["loss"] < found[0]["loss"]


def test_a_network_that_gives_out_something_else_is_refused() -> None:
    with pytest.raises(ProjectProblem, match=r"gives 10.*Give its last layer the shape of the input"):
        ready(digits("input 1x8x8 > flatten > fc 10"))


def test_noise_in_words_is_refused() -> None:
    with pytest.raises(ProjectProblem, match="one of none, noise, mask"):
        ready(digits(corrupt="dirt"))
