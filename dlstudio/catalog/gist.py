"""Gist: the one line on a node that says what matters: `6 filters, 5×5, pad 2`."""

from dlstudio.catalog.layer import Layer
from dlstudio.core.fields import Flag
from dlstudio.core.frozen import Value

PHRASES = {
    "out_channels": "{} filters",
    "out_features": "{} features",
    "hidden_size": "{} units",
    "num_layers": "{} layers",
    "num_heads": "{} heads",
    "kernel_size": "{}",
    "stride": "stride {}",
    "padding": "pad {}",
    "dilation": "dilation {}",
    "output_size": "to {}",
    "num_embeddings": "{} words",
    "embedding_dim": "{} wide",
    "network": "{}",
    "repeat": "×{}",
    "target": "{}",
    "expression": "{}",
    "p": "p {}",
}
"""How the value of a field is said on a node."""

QUIET = frozenset({"same_weights_as", "given", "weight_init", "bias_init", "given_numbers", "code", "form", "size"})
"""Fields that are too long or too seldom to stand on a node."""


def gist(layer: Layer) -> str:
    """What matters of a layer: the fields that its constructor cannot do without, and those that were changed."""
    changed = layer.changed()
    names = [name for name in layer.specs if name in layer.required or name in changed]
    return ", ".join(_phrase(layer, name) for name in names if name not in QUIET and getattr(layer, name) != "")


def _phrase(layer: Layer, name: str) -> str:
    value = getattr(layer, name)
    if isinstance(value, tuple) and name != "kernel_size" and len(set(value)) == 1:
        value = value[0]
    field = layer.specs[name]
    if isinstance(field.marker, Flag):
        return field.label if value else f"no {field.label}"
    phrase = PHRASES.get(name)
    text = phrase.format(_number(value)) if phrase else f"{field.label} {_number(value)}"
    return text[:-1] if value == 1 and phrase and phrase.endswith("s") else text


def _number(value: Value) -> str:
    if isinstance(value, tuple):
        return "×".join(map(str, value)) if value else "none"
    if isinstance(value, dict):
        return str(value.get("kind", "none"))
    return f"{value:g}" if isinstance(value, float) else str(value)
