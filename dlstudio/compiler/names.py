"""Names in the generated source: which a node may have, and what classes and variables are called."""

import keyword
import re
from functools import lru_cache

from dlstudio.core.document import Network
from dlstudio.core.edits import fresh

_USABLE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,79}")

_MODULE = """
T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda double dump_patches eval
extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half ipu load_state_dict modules mtia
named_buffers named_children named_modules named_parameters parameters register_backward_hook register_buffer
register_forward_hook register_forward_pre_hook register_full_backward_hook register_full_backward_pre_hook
register_load_state_dict_post_hook register_load_state_dict_pre_hook register_module register_parameter
register_state_dict_post_hook register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule share_memory
state_dict to to_empty train training type xpu zero_grad
"""
_SOURCE = "torch nn F math Tensor self super zip range tuple list int float bool str"

MODULE_WORDS = frozenset(_MODULE.split())
"""What torch.nn.Module means something by already; a test compares with the real class."""

SOURCE_WORDS = frozenset(_SOURCE.split())
"""What the generated source means something by already."""


@lru_cache(maxsize=65536)
def usable_name(name: str) -> bool:
    """Whether a node's name can stand in the source as it is."""
    if not _USABLE.fullmatch(name) or keyword.iskeyword(name) or keyword.issoftkeyword(name):
        return False
    return name not in MODULE_WORDS and name not in SOURCE_WORDS


_NUMBER = re.compile(r"0|[1-9][0-9]{0,4}")
"""A module of a list of modules is named by its place there: the weights of many models say features.0.weight."""
_OWN = "self"
"""What many models call the heart of an attention; as a member it is read as self.self."""
_NEVER_NUMBERED = frozenset({"Input", "Output", "Delay", "Parameter", "Constant"})


@lru_cache(maxsize=65536)
def usable_for(name: str, kind: str) -> bool:
    """Whether a node of this kind may be called so: one that is a module may also bear a plain number, or be a self."""
    return usable_name(name) or ((name == _OWN or bool(_NUMBER.fullmatch(name))) and kind not in _NEVER_NUMBERED)


def word(node: str) -> str:
    """A node's name as the start of a variable's: a number is none by itself, and self is taken."""
    return f"x{node}" if node.isdecimal() else f"x_{node}" if node == _OWN else node


def member(node: str) -> str:
    """How the module of a node is read in its class."""
    return f'self.get_submodule("{node}")' if node.isdecimal() else f"self.{node}"


def kept_as(node: str, made: str) -> str:
    """How the module of a node is made a part of its class."""
    return f'self.add_module("{node}", {made})' if node.isdecimal() else f"self.{node} = {made}"


def better_name(network: Network, name: str) -> str:
    """A usable name close to this one and free in the network."""
    plain = re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_").lstrip("0123456789_")[:60] or "node"
    if usable_name(plain) and plain not in network.nodes:
        return plain
    return fresh(network, f"{plain}_")


def class_name(text: str, taken: set[str]) -> str:
    """A free class name out of free text: "LeNet-5" -> LeNet5, "char rnn" -> CharRnn."""
    parts = re.findall(r"[A-Za-z0-9]+", text)
    name = "".join(part[0].upper() + part[1:] for part in parts).lstrip("0123456789")[:60] or "Model"
    name = name[0].upper() + name[1:]
    number, free = 2, name
    while free in taken or keyword.iskeyword(free) or free in SOURCE_WORDS:
        free, number = f"{name}{number}", number + 1
    return free
