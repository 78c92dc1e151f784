"""Kinds: what of a network can be seen of what it makes, by its project."""

from dlstudio.core.document import Project

ATTENTIVE = (
    "MultiheadAttention",
    "SelfAttention",
    "LocationAttention",
    "TransformerEncoderLayer",
    "TransformerDecoderLayer",
)
TITLES = {"pairs": "Pairs", "drawn": "From noise", "text": "Text", "attention": "Attention"}
TELLS = {
    "pairs": "What went in above what came out",
    "drawn": "What is made from the same noise at each step, and the way from one sample to another",
    "text": "What the network writes, and how likely it held each symbol",
    "attention": "Where each step of a sample looks: of the attention layer that is chosen on the canvas, or the last",
}
NOTHING = "This network makes nothing to look at. Autoencoders, GANs, language models and attention layers do."


def kinds(project: Project) -> tuple[str, ...]:
    """What there is to see, in the order of its buttons."""
    recipe = str(project.training.get("kind", ""))
    found = {"Autoencoder": ("pairs", "drawn"), "Gan": ("drawn",), "Language": ("text",)}.get(recipe, ())
    nodes = [node.kind for network in project.networks.values() for node in network.nodes.values()]
    attends = recipe != "Gan" and any(kind in ATTENTIVE for kind in nodes)
    return (*found, "attention") if attends else found
