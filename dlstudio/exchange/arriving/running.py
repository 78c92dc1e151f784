"""Running: the process in which a Python file runs; it hands back a project as text, and weights."""

import importlib.util
import inspect
import json
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from dlstudio.core.issue import ProjectProblem
from dlstudio.exchange.arriving.limits import Limits
from dlstudio.exchange.arriving.memory import bound, ran_out
from dlstudio.exchange.arriving.pulse import Pulse

NAME, LOADING = "arriving_model", "Running the file"
COPIES = 4
"""How often the weights lie in memory while the project is held against the model, and written."""
THREADS = 4
"""More of them take memory of their own, which is bounded here."""


def main(folder: str) -> None:
    """Does the job in a folder; what comes of it, or what went wrong, is written there."""
    place = Path(folder)
    job = json.loads((place / "job.json").read_text("utf-8"))
    limits = Limits(**job["limits"])
    try:
        _work(place, job, limits)
    except (ProjectProblem, MemoryError, RuntimeError) as problem:
        if not isinstance(problem, ProjectProblem) and not ran_out(problem):
            raise
        said = too_much(limits) if ran_out(problem) else str(problem)
        (place / "problem.txt").write_text(said, "utf-8")


def too_much(limits: Limits) -> str:
    """Why a file that takes too much memory was stopped, and what to do where it has to."""
    return (
        f"it needs more memory than {limits.memory:,} MB beyond its weights, so it was stopped. Where its model is as "
        f"large as that, allow it more: --memory {4 * limits.memory}."
    )


def _work(place: Path, job: dict[str, Any], limits: Limits) -> None:
    import torch

    from dlstudio.core.files import dumps
    from dlstudio.core.files import write as put
    from dlstudio.exchange.arriving.live import RUNNING, read

    torch.set_num_threads(min(THREADS, torch.get_num_threads()))
    put(place / "stage", LOADING.encode())
    Pulse(place).feel()
    bound(limits.bytes)
    model = chosen(_loaded(Path(job["file"])), job["name"])
    put(place / "stage", RUNNING.encode())
    bound(limits.bytes + COPIES * _weighs(model))
    inputs = tuple(tuple(size) for size in job["inputs"])
    arrived = read(model, inputs, type(model).__name__, True, lambda what, _share: put(place / "stage", what.encode()))
    put(place / "report.json", json.dumps(arrived.report.plain()).encode())
    if arrived.weights:
        put(place / "weights.safetensors", arrived.packed())
    put(place / "project.dls", dumps(arrived.project).encode())


def _weighs(model: Any) -> int:
    """The bytes of a model's weights."""
    return sum(each.numel() * each.element_size() for each in model.state_dict().values())


def _loaded(path: Path) -> ModuleType:
    """The module of a file; what goes wrong in it is told with its line."""
    sys.path.insert(0, str(path.parent))
    spec = importlib.util.spec_from_file_location(NAME, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[NAME] = module
    with told(path):
        import torch

        torch.manual_seed(0)
        spec.loader.exec_module(module)
    return module


class told:  # noqa: N801 - reads as a word in a with statement
    """Turns what a stranger's code raises into a sentence with its line."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> None:
        return

    def __exit__(self, _kind: object, problem: BaseException | None, trace: Any) -> None:
        if problem is None or isinstance(problem, ProjectProblem | KeyboardInterrupt):
            return
        if ran_out(problem):
            raise ProjectProblem("it ran out of memory.") from problem
        lines = [f.lineno for f in traceback.extract_tb(trace) if f.filename == str(self.path)]
        where = f"line {lines[-1]}: " if lines else ""
        if isinstance(problem, SyntaxError):
            where = f"line {problem.lineno}: "
        reason = (str(problem).strip().split("\n")[0] or "it stopped")[:300]
        raise ProjectProblem(f"{where}{type(problem).__name__}: {reason}") from problem


def chosen(module: ModuleType, name: str) -> Any:
    """The model in a module: the one that was named, or the only one that stands for itself."""
    from torch import nn

    if name:
        if not hasattr(module, name):
            raise ProjectProblem(f"there is no {name} in it; there are {', '.join(_names(module)) or 'no models'}.")
        return _made(module, name)
    there = [each for each, value in vars(module).items() if isinstance(value, nn.Module)]
    if len(there) == 1:
        return vars(module)[there[0]]
    models = dict(_instances(module))
    outer = [n for n, m in models.items() if not any(_holds(other, m) for o, other in models.items() if o != n)]
    if len(outer) == 1:
        return models[outer[0]]
    return _ask(module, [*there, *outer])


def _ask(module: ModuleType, found: list[str]) -> Any:
    if found:
        raise ProjectProblem(f"there are several models in it: {', '.join(found)}. Say which one: --class {found[0]}.")
    made = [name for name in _functions(module) if name in ("model", "build", "make", "get_model", "create_model")]
    if len(made) == 1:
        return _made(module, made[0])
    if names := _names(module):
        raise ProjectProblem(
            f"{', '.join(names)} cannot be made without arguments. Add a function that makes it, such as "
            f"def model(): return {names[0]}(...), and say its name: --class model."
        )
    raise ProjectProblem("there is no class in it that derives from nn.Module.")


def _names(module: ModuleType) -> list[str]:
    from torch import nn

    return [
        name
        for name, value in vars(module).items()
        if isinstance(value, nn.Module) or (_own_class(value, module) and issubclass(value, nn.Module))
    ]


def _own_class(value: object, module: ModuleType) -> bool:
    return isinstance(value, type) and value.__module__ == module.__name__


def _functions(module: ModuleType) -> list[str]:
    """Functions of the file that need no arguments."""
    own = {n: v for n, v in vars(module).items() if inspect.isfunction(v) and v.__module__ == module.__name__}
    return [name for name, value in own.items() if not name.startswith("_") and _bare(value)]


def _bare(what: Callable[..., Any]) -> bool:
    """Whether something can be called without arguments."""
    try:
        parameters = inspect.signature(what).parameters.values()
    except (TypeError, ValueError):
        return False
    free = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return all(each.default is not each.empty or each.kind in free for each in parameters)


def _instances(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """One of each class of models that can be made without arguments."""
    from torch import nn

    for name, value in list(vars(module).items()):
        if _own_class(value, module) and issubclass(value, nn.Module) and _bare(value):
            yield name, _made(module, name)


def _made(module: ModuleType, name: str) -> Any:
    from torch import nn

    value = vars(module)[name]
    if isinstance(value, nn.Module):
        return value
    if not callable(value) or not _bare(value):
        raise ProjectProblem(f"{name} cannot be made without arguments; add a function that makes it, and name that.")
    with told(Path(str(module.__file__))):
        made = value()
    if not isinstance(made, nn.Module):
        raise ProjectProblem(f"{name} gives a {type(made).__name__}, not a model.")
    return made


def _holds(outer: Any, inner: Any) -> bool:
    return any(type(part) is type(inner) for part in outer.modules() if part is not outer)
