"""Safetensors: the weights under the names of their nodes, with a card in JSON beside them."""

import json
from pathlib import Path
from typing import Any

from safetensors.torch import save_file

from dlstudio.core import files
from dlstudio.exchange.card import card
from dlstudio.exchange.subject import Subject
from dlstudio.exchange.writers import Product, Writer, writes
from dlstudio.runs.plain import separate


@writes("Safetensors")
class SafetensorsWriter(Writer):
    """The state dict and the card; the proof builds the class from its source and loads the file into it."""

    program = "ask_weights.py"

    def write(self, _form: Any, subject: Subject, path: Path) -> Product:
        save_file(separate(subject.module.state_dict()), path, metadata={"format": "pt"})
        beside = path.with_suffix(".json")
        facts = {**card(subject), "source": subject.source.text}
        files.write(beside, f"{json.dumps(facts, indent=1, ensure_ascii=False)}\n".encode())
        return Product((beside,), {"card": str(beside)})
