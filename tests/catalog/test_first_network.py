"""The 2-2-2 network of the lecture texts, trained by the declared loss and optimizer: errors, gradients, weights."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from tests.catalog.comparing import function, made
from tests.catalog.test_optimizers import made as made_optimizer
from tests.catalog.test_optimizers import started

X = torch.tensor([[0.05, 0.10]], dtype=torch.float64)
T = torch.tensor([[0.01, 0.99]], dtype=torch.float64)
FIRST = [0.149780716, 0.199561432, 0.249751144, 0.299502287]
SECOND = [0.358916480, 0.408666186, 0.511301270, 0.561370121]


class Network:
    """Two inputs, two hidden sigmoids and two outputs; the biases stay as they are."""

    def __init__(self) -> None:
        self.first = torch.tensor([[0.15, 0.20], [0.25, 0.30]], dtype=torch.float64, requires_grad=True)
        self.second = torch.tensor([[0.40, 0.45], [0.50, 0.55]], dtype=torch.float64, requires_grad=True)
        self.measure: Callable[..., Tensor] = function(made("HalfSquare").code(), "y", "t")
        self.optimizer = started(made_optimizer("SGD", lr=0.5), [self.first, self.second])

    def answer(self) -> Tensor:
        hidden = torch.sigmoid(X @ self.first.T + 0.35)
        return torch.sigmoid(hidden @ self.second.T + 0.60)

    def loss(self) -> Tensor:
        return self.measure(self.answer(), T)

    def train(self, steps: int) -> None:
        for _ in range(steps):
            self.optimizer.zero_grad()
            self.loss().backward()
            self.optimizer.step()


def test_the_first_step_NUM_12_NUM_13_NUM_14() -> None:
    network = Network()
    assert network.answer()[0].tolist() == pytest.approx([0.751365070, 0.772928465], abs=1e-9)
    assert network.loss().item() == pytest.approx(0.298371109, abs=1e-9)
    network.train(1)
    assert network.second.grad is not None
    assert network.first.grad is not None
    slopes = [0.082167041, 0.082667628, -0.022602540, -0.022740242]
    assert network.second.grad.flatten().tolist() == pytest.approx(slopes, abs=1e-9)
    slopes = [0.000438568, 0.000877135, 0.000497713, 0.000995425]
    assert network.first.grad.flatten().tolist() == pytest.approx(slopes, abs=1e-9)
    assert network.second.flatten().tolist() == pytest.approx(SECOND, abs=1e-9)
    assert network.first.flatten().tolist() == pytest.approx(FIRST, abs=1e-9)
    assert network.loss().item() == pytest.approx(0.291027774, abs=1e-9)


def test_ten_thousand_steps_NUM_14() -> None:
    network = Network()
    network.train(10_000)
    assert network.loss().item() == pytest.approx(3.51018778e-05, rel=1e-7)
    assert network.answer()[0].tolist() == pytest.approx([0.01591362, 0.98406427], abs=1e-8)
