"""Help: what a kind of node is, in full."""

from html import escape

from dlstudio.catalog.layers import layers
from dlstudio.ui.panels.inspector.page import Section, label
from dlstudio.ui.panels.panel import Panel


class Help(Section):
    """The help text of the declaration, its ports and its fields."""

    def __init__(self, panel: Panel) -> None:
        super().__init__("Help", panel, opened=False)
        self.kind = ""
        self.text = label(role="help", wrap=True)
        self.body.addWidget(self.text)

    def show_kind(self, kind: str) -> None:
        """The help of a kind of layer; nothing for none."""
        cls = layers.get(kind)
        self.setVisible(cls is not None)
        if cls is None or kind == self.kind:
            return
        self.kind = kind
        self.text.setText(described(kind))


def described(kind: str) -> str:
    """What a kind of layer is, with its ports and fields, as rich text."""
    cls = layers[kind]
    parts = [f"<p>{escape(part)}</p>" for part in cls.help().split("\n\n")]
    ports = [port for port in cls.inputs if port.help]
    parts += [f"<p>{_strong(port.name)} {escape(port.help)}</p>" for port in ports]
    parts += [f"<p>{_strong(field.label)} {escape(field.marker.help)}</p>" for field in cls.specs.values()]
    return "".join(parts)


def _strong(name: str) -> str:
    return f'<span style="font-weight:600">{escape(name)}</span>'
