"""Paths: any setting of a project by a dotted name: training.optimizer.lr, model.conv1.out_channels."""

import json
import math
from collections.abc import Mapping
from dataclasses import replace

from dlstudio.core import edits
from dlstudio.core.document import Network, Project
from dlstudio.core.frozen import Frozen, Value, freeze
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.meant import closest, did_you_mean

PARTS = ("data", "training", "search")
"""The parts of a project that are plain settings."""


def read(text: str) -> Value:
    """A typed value: a number, yes or no, a list or an object as in JSON, or else the text itself."""
    words: dict[str, Value] = {"yes": True, "no": False, "true": True, "false": False}
    if text.lower() in words:
        return words[text.lower()]
    try:
        value = json.loads(text, parse_constant=_finite, parse_float=_finite)
    except (ValueError, RecursionError):
        return text
    return freeze(value)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def put(project: Project, path: str, value: Value) -> Project:
    """The project with the setting at that path given a new value."""
    first, _, rest = path.partition(".")
    if not rest:
        raise ProjectProblem(f"“{path}” names no setting; write something like training.epochs or model.conv1.bias.")
    if first in PARTS:
        return replace(project, **{first: _deep(getattr(project, first), rest.split("."), value, path)})
    if first not in project.networks:
        known = [*PARTS, *project.networks]
        meant = did_you_mean(closest(first, known))
        raise ProjectProblem(f"“{path}” begins with “{first}”, but there is only {', '.join(known)}.{meant}")
    return _node(project, first, rest, value, path)


def _node(project: Project, where: str, rest: str, value: Value, path: str) -> Project:
    network: Network = project.networks[where]
    name, _, field = rest.partition(".")
    if name not in network.nodes:
        meant = did_you_mean(closest(name, network.nodes))
        raise ProjectProblem(f"“{path}”: the network {where} has no node “{name}”.{meant}")
    if not field:
        raise ProjectProblem(f"“{path}” names a node; add the field, as in {path}.out_channels.")
    head, *deeper = field.split(".")
    old = network.nodes[name].fields.get(head, Frozen())
    return edits.put(project, where, name, **{head: _deep(old, deeper, value, path) if deeper else value})


def _deep(old: Value, keys: list[str], value: Value, path: str) -> Value:
    if not keys:
        return value
    if not isinstance(old, Mapping):
        raise ProjectProblem(f"“{path}” goes on below “{keys[0]}”, but there stands a plain value.")
    return Frozen(old).put(keys[0], _deep(old.get(keys[0], Frozen()), keys[1:], value, path) if keys[1:] else value)
