"""Embeddings: looked up as the sources say, and against one-hot rows."""

import pytest
import torch

from dlstudio.catalog.refusal import Put, Refused
from dlstudio.core.tensor import Tensor
from tests.catalog.goldens import made, node
from tests.catalog.harness import NAME

TOKENS = Tensor.of(5, dtype="int")


def test_LAY_39_a_lookup_is_a_one_hot_row_times_the_table() -> None:
    table = node("Embedding", TOKENS, num_embeddings=7, embedding_dim=3)
    given = torch.tensor([[0, 6, 2, 2, 1]])
    rows = node("OneHot", TOKENS, classes=7)(given).double()
    torch.testing.assert_close(table(given), rows @ getattr(table, NAME).weight)


def test_a_number_becomes_a_vector_and_steps_a_sequence() -> None:
    assert made("Embedding", embedding_dim=8).shape(TOKENS) == Tensor.of(5, 8)
    assert made("Embedding", embedding_dim=8).shape(Tensor((), (), "int")) == Tensor.of(8)


def test_padding_stays_zero_whatever_the_weights_start_as() -> None:
    table = node("Embedding", TOKENS, num_embeddings=7, embedding_dim=3, padding_idx=2, weight_init={"kind": "Ones"})
    assert getattr(table, NAME).weight[2].tolist() == [0, 0, 0]
    assert getattr(table, NAME).weight[3].tolist() == [1, 1, 1]
    table(torch.tensor([[2, 2, 2, 2, 3]])).sum().backward()
    assert getattr(table, NAME).weight.grad[2].tolist() == [0, 0, 0]


def test_a_bag_is_the_mean_of_its_vectors() -> None:
    bag = node("EmbeddingBag", TOKENS, num_embeddings=7, embedding_dim=3)
    given = torch.tensor([[0, 6, 2, 2, 1]])
    torch.testing.assert_close(bag(given), getattr(bag, NAME).weight[given].mean(1))


def test_a_sequence_longer_than_the_positions_is_refused_with_the_length_that_fits() -> None:
    with pytest.raises(Refused, match="600 steps, but positions are learned for 512 only") as caught:
        made("LearnedPositions").shape(Tensor.of(600, 8))
    assert caught.value.remedies == (Put("length", 600),)


def test_real_numbers_are_not_looked_up() -> None:
    with pytest.raises(Refused, match="looks whole numbers up"):
        made("Embedding").shape(Tensor.of(5))
