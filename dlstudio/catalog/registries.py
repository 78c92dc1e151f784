"""Registries: where the kinds of a declared field are found."""

from typing import Any

from dlstudio.catalog.initializers import initializers
from dlstudio.catalog.losses import losses
from dlstudio.catalog.optimizers import optimizers
from dlstudio.catalog.regularizers import regularizers
from dlstudio.catalog.schedules import schedules
from dlstudio.catalog.starts import starts
from dlstudio.core.spec import Registry

REGISTRIES: dict[str, Registry[Any]] = {
    "initializer": initializers,
    "loss": losses,
    "optimizer": optimizers,
    "regularizer": regularizers,
    "schedule": schedules,
    "start": starts,
}
"""Every registry by the name that markers call it."""
