"""Following: a live module is run once, and every step that it takes is written down."""

import operator
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar

import torch
from torch import Tensor, fx, nn
from torch.fx.node import map_aggregate
from torch.fx.proxy import TraceError

from dlstudio.exchange.arriving import transformers
from dlstudio.exchange.arriving.sources import stays_whole

SECRETS = ("item", "tolist", "__bool__", "numpy", "__int__", "__float__")
"""What makes plain numbers of a tensor's: a model that does so goes where its data sends it."""
MADE = {"new_zeros", "new_ones", "new_full", "new_tensor", "zeros_like", "ones_like", "full_like"}
"""What takes from its tensor nothing but the shape or the kind of number."""


class DependsOnData(TraceError):
    """The model looks at the numbers of a tensor to decide what to do; `path` is the module that does."""

    path = ""


class Seen(fx.Proxy):
    """Stands for a tensor while a module runs; its shape is known, its numbers are not told."""

    @property
    def shape(self) -> Any:
        return self._value.shape

    @property
    def _value(self) -> Any:
        return self.node.meta["value"]

    @property
    def dtype(self) -> torch.dtype:
        return self._value.dtype  # type: ignore[no-any-return]

    @property
    def device(self) -> torch.device:
        return self._value.device  # type: ignore[no-any-return]

    @property
    def ndim(self) -> int:
        return self._value.ndim  # type: ignore[no-any-return]

    @property
    def requires_grad(self) -> bool:
        return False

    @property
    def is_nested(self) -> bool:
        return False

    def size(self, dim: int | None = None) -> Any:
        return self._value.size() if dim is None else self._value.size(dim)

    def dim(self) -> int:
        return self._value.dim()  # type: ignore[no-any-return]

    def numel(self) -> int:
        return self._value.numel()  # type: ignore[no-any-return]

    def is_floating_point(self) -> bool:
        return self._value.is_floating_point()  # type: ignore[no-any-return]

    def __len__(self) -> int:
        return len(self._value)

    def __setitem__(self, index: Any, value: Any) -> None:
        self.written = assign(self, index, value)  # kept, since its numbers are let go with it
        self.node = self.written.node

    def __index__(self) -> int:
        raise DependsOnData("a tensor's number decides how the model goes on")

    __int__ = __float__ = __index__


@fx.wrap
def assign(x: Any, index: Any, value: Any) -> Any:
    """What x is after x[index] = value."""
    made = x.clone()
    made[index] = value
    return made


@dataclass(eq=False)
class Call:
    """A module that is looked into, while it runs."""

    path: str
    module: nn.Module
    given: dict[str, Any]
    items: "list[fx.Node | Call]" = field(default_factory=list)
    out: Any = None


class Follower(fx.Tracer):
    """Writes down what a module does; modules that the catalogue knows stay whole."""

    proxy_buffer_attributes = True
    plain: ClassVar[tuple[type, ...]] = (int, float, bool, str, torch.dtype, torch.device, type(None))

    def __init__(self, given: Mapping[str, Tensor], whole: frozenset[str] = frozenset()) -> None:
        super().__init__()
        self.given, self.whole = given, whole
        self.held: dict[int, str] = {}
        self.constants: dict[str, Tensor] = {}
        self.stack: list[Call] = []
        self.working = False
        """Whether a step is being worked out, so that what happens inside it is not written down."""

    def follow(self, model: nn.Module) -> Call:
        """Runs the model; the outermost call."""
        state = [*model.named_parameters(remove_duplicate=False), *model.named_buffers(remove_duplicate=False)]
        for name, tensor in reversed(state):
            self.held[id(tensor)] = name
        self.stack = [Call("", model, {})]
        with torch.no_grad():
            self.trace(model)
        return self.stack[0]

    def create_args_for_root(self, root_fn: Any, is_module: bool, concrete_args: Any = None) -> Any:
        proxies = {name: self.create_proxy("placeholder", name, (), {}) for name in self.given}
        self.stack[0].given = dict(proxies)

        def run(root: nn.Module) -> Any:
            forward = transformers.plain(root) or root_fn.__get__(root)
            made = forward(**proxies)
            self.stack[0].out = made
            return made

        return run, [self.root]

    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        return module_qualified_name in self.whole or stays_whole(m)

    def call_module(self, m: nn.Module, forward: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if self.working:
            return forward(*args, **kwargs)
        path = self.path_of_module(m)
        if self.is_leaf_module(m, path):
            return self.create_proxy("call_module", path, args, kwargs)
        call = Call(path, m, transformers.bound(m, args, kwargs))
        self.stack[-1].items.append(call)
        self.stack.append(call)
        try:
            call.out = super().call_module(m, transformers.plain(m) or forward, args, kwargs)
        except DependsOnData:
            raise
        except Exception as problem:
            if not hasattr(problem, "arriving_path"):
                problem.arriving_path = path  # type: ignore[attr-defined]
            raise
        self.stack.pop()
        made, call.out = call.out, nodes(call.out)
        call.given = {name: nodes(each) for name, each in call.given.items()}
        return made

    def getattr(self, attr: str, attr_val: Any, parameter_proxy_cache: dict[str, Any]) -> Any:
        return attr_val if self.working else super().getattr(attr, attr_val, parameter_proxy_cache)

    def create_arg(self, a: Any) -> Any:
        if isinstance(a, Tensor):
            return self._constant(a)
        return super().create_arg(a)

    def _constant(self, tensor: Tensor) -> fx.Node:
        name = self.held.get(id(tensor))
        if name is None:
            name = f"constant{len(self.constants) + 1}"
            self.constants[name] = tensor
            self.held[id(tensor)] = name
        node = self.create_node("get_attr", name, (), {})
        node.meta.update(value=tensor, fed=False)
        self.stack[-1].items.append(node)
        return node

    def proxy(self, node: fx.Node) -> fx.Proxy:
        return Seen(node, self)

    def create_proxy(self, kind: str, target: Any, args: Any, kwargs: Any, *rest: Any, **more: Any) -> Any:
        if target in SECRETS and kind == "call_method" and _fed(args):
            raise self._depends()
        made = super().create_proxy(kind, target, args, kwargs, *rest, **more)
        node: fx.Node = made.node
        node.meta["fed"] = kind == "placeholder" or any(each.meta.get("fed") for each in node.all_input_nodes)
        self.working = True
        try:
            value = self._run(kind, target, node)
        finally:
            self.working = False
        if isinstance(value, (self.plain, torch.Size)):
            self.graph.erase_node(node)
            return value
        node.meta["value"] = value
        # The numbers of a value that no code can reach any more are let go; its shape is still asked for. Made now:
        # when Python collects what went in circles, torch may be following another model, and would follow this too.
        if isinstance(value, Tensor) and node.meta["fed"] and called(node) not in MADE:
            weakref.finalize(made, node.meta.update, value=torch.empty_like(value, device="meta")).atexit = False
        self.stack[-1].items.append(node)
        return made

    def _run(self, kind: str, target: Any, node: fx.Node) -> Any:
        """What the step gives, worked out on the samples."""
        args, kwargs = map_aggregate((node.args, node.kwargs), _value)
        if kind == "placeholder":
            return self.given[target]
        if kind == "get_attr":
            return operator.attrgetter(target)(self.root)
        if kind == "call_module":
            return self.root.get_submodule(target)(*args, **kwargs)
        if kind == "call_method":
            return getattr(args[0], target)(*args[1:], **kwargs)
        return target(*args, **kwargs)

    def to_bool(self, obj: fx.Proxy) -> bool:
        if not obj.node.meta.get("fed"):
            return bool(obj.node.meta["value"])
        raise self._depends()

    def _depends(self) -> DependsOnData:
        problem = DependsOnData("a tensor's number decides how the model goes on")
        problem.path = self.stack[-1].path
        return problem

    def iter(self, obj: fx.Proxy) -> Iterator[Any]:
        return iter([obj[i] for i in range(len(obj.node.meta["value"]))])  # type: ignore[index]

    def keys(self, obj: fx.Proxy) -> Any:
        return obj.node.meta["value"].keys()


def nodes(part: Any) -> Any:
    """An argument or a result with nodes for the proxies in it, which do not hold on to its numbers."""
    if isinstance(part, fx.Proxy):
        return part.node
    if isinstance(part, Mapping):
        return {key: nodes(each) for key, each in part.items()}
    if isinstance(part, list | tuple):
        return tuple(nodes(each) for each in part)
    return None if isinstance(part, Tensor) else part


def called(node: fx.Node) -> str:
    """The plain name of what a node calls."""
    if node.op == "call_function":
        return str(getattr(node.target, "__name__", node.target))
    return str(node.target)


def _value(part: Any) -> Any:
    return part.meta["value"] if isinstance(part, fx.Node) else part


def _fed(args: Any) -> bool:
    return any(isinstance(each, fx.Proxy) and each.node.meta.get("fed") for each in args)


@contextmanager
def at_rest(model: nn.Module) -> Iterator[None]:
    """The model as it is used, not as it is trained; afterwards each part is as it was."""
    before = {module: module.training for module in model.modules()}
    fast = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    model.eval()
    try:
        yield
    finally:
        torch.backends.mha.set_fastpath_enabled(fast)
        for module, training in before.items():
            module.training = training


Forward = Callable[..., Any]
