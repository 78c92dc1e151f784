"""The bundled sets: scikit-learn's small classics, and a part of MNIST."""

from typing import Any

import numpy as np
import torch

from dlstudio.catalog.sources.bundled import MNIST, BreastCancer, Diabetes, Digits, Iris, Wine
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.resources import resource
from dlstudio.data.columns import classes, images, in_memory, numbers
from dlstudio.data.loading import Loaded, Place, loads

DIGITS = tuple("0123456789")


@loads("MNIST")
def mnist(source: MNIST, _place: Place) -> Loaded:
    pictures, numbers = real_digits(5000)
    chosen = torch.tensor(sorted(set(source.digits)))
    some = torch.isin(numbers, chosen).nonzero().flatten()[: source.size]
    names = [DIGITS[number] for number in chosen]
    pairs = (images("image", pictures[some]), classes("digit", torch.searchsorted(chosen, numbers[some]), names))
    return Loaded(in_memory(*pairs, scales={"image": 1 / 255}))


def real_digits(size: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Kept in our resources as bytes, digit after digit (0, 1, ... 9, 0, 1, ...), so that any start is balanced."""
    path = resource("data", "mnist.npz")
    if not path.is_file():
        raise ProjectProblem("The bundled digits (resources/data/mnist.npz) are missing; install dlstudio again.")
    with np.load(path, allow_pickle=False) as file:
        pictures, numbers = (torch.from_numpy(file[name][:size]) for name in ("images", "digits"))
    return pictures.unsqueeze(1), numbers


@loads("Digits")
def digits(_source: Digits, _place: Place) -> Loaded:
    bunch = _bunch("load_digits")
    pictures = torch.from_numpy(bunch.images).float().unsqueeze(1) / 16
    return Loaded(in_memory(images("image", pictures), classes("digit", torch.from_numpy(bunch.target), DIGITS)))


@loads("Iris")
def iris(_source: Iris, _place: Place) -> Loaded:
    return _classification("load_iris", "species")


@loads("Wine")
def wine(_source: Wine, _place: Place) -> Loaded:
    return _classification("load_wine", "cultivar")


@loads("BreastCancer")
def breast_cancer(_source: BreastCancer, _place: Place) -> Loaded:
    return _classification("load_breast_cancer", "diagnosis")


@loads("Diabetes")
def diabetes(_source: Diabetes, _place: Place) -> Loaded:
    bunch = _bunch("load_diabetes", scaled=False)
    features = numbers("features", torch.from_numpy(bunch.data), features=bunch.feature_names)
    return Loaded(in_memory(features, numbers("progression", torch.from_numpy(bunch.target), role="target")))


def _classification(loader: str, target: str) -> Loaded:
    bunch = _bunch(loader)
    features = numbers("features", torch.from_numpy(bunch.data), features=bunch.feature_names)
    return Loaded(in_memory(features, classes(target, torch.from_numpy(bunch.target), bunch.target_names)))


def _bunch(loader: str, **options: Any) -> Any:
    """What one of scikit-learn's loaders gives; it is imported here since that takes a second."""
    try:
        from sklearn import datasets
    except ImportError:
        raise ProjectProblem("This data comes with scikit-learn, which is missing: pip install scikit-learn") from None
    return getattr(datasets, loader)(**options)
