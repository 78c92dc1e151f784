"""What an exported training by the perceptron rule carries: a correction for each mistake, and nothing else."""

import torch
from torch import Tensor, nn

ZEROS = True
SEED = 0
RATE, MIDDLE = 1.0, 0.5
NEURON = INPUT = TARGET = FIRST = ""
Network: type[nn.Module] = nn.Identity


class Neuron:
    """The one neuron that is taught, and how often it was corrected."""

    def __init__(self, model: nn.Module) -> None:
        found = model.get_submodule(NEURON)
        assert isinstance(found, nn.Linear)
        self.weights, self.corrections = found, 0
        if ZEROS:
            for weight in found.parameters():
                nn.init.zeros_(weight)

    def fires(self, x: Tensor) -> Tensor:
        """Whether it fires at each of some samples."""
        made: Tensor = self.weights(x)
        return made.flatten() > 0

    def correct(self, x: Tensor, sign: Tensor) -> None:
        """Moves the border so that it is less wrong at a sample."""
        self.corrections += 1
        self.weights.weight.add_(RATE * sign * x)
        if self.weights.bias is not None:
            self.weights.bias.add_(RATE * sign)


def learner_of(model: nn.Module) -> Neuron:
    """The neuron of the network."""
    return Neuron(model)


def signs_of(target: Tensor) -> Tensor:
    """+1 for samples at which it should fire, −1 for the others."""
    return torch.where(target.flatten() > MIDDLE, 1.0, -1.0)


@torch.no_grad()
def learn(model: nn.Module, neuron: Neuron, batch: dict[str, Tensor]) -> dict[str, float]:
    """Goes through a batch in its order; each mistake moves the border before the next sample is looked at."""
    x, wanted = batch[INPUT].flatten(1), signs_of(batch[TARGET])
    at, mistakes = 0, 0
    while at < len(x):
        wrong = (neuron.fires(x[at:]) != (wanted[at:] > 0)).nonzero()
        if not len(wrong):
            break
        at += int(wrong[0])
        neuron.correct(x[at], wanted[at])
        mistakes, at = mistakes + 1, at + 1
    return {"mistakes": float(mistakes), "corrections": float(neuron.corrections)}


@torch.no_grad()
def judged(model: nn.Module, neuron: Neuron, samples: dict[str, Tensor]) -> float:
    """The share of samples that it gets wrong."""
    wrong = neuron.fires(samples[INPUT].flatten(1)) != (signs_of(samples[TARGET]) > 0)
    return int(wrong.sum()) / len(wrong)
