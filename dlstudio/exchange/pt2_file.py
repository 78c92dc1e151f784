"""PT2: torch's own exported program, free of the paths of this machine."""

import json
from pathlib import Path

import torch
from torch.export import ExportedProgram

from dlstudio.catalog.formats import Pt2
from dlstudio.exchange.card import card
from dlstudio.exchange.subject import Subject
from dlstudio.exchange.tracing import nodes_of, quiet, traced
from dlstudio.exchange.writers import Product, Writer, writes


@writes("Pt2")
class Pt2Writer(Writer):
    """Traced and saved."""

    program = "ask_pt2.py"

    def write(self, form: Pt2, subject: Subject, path: Path) -> Product:
        program = traced(subject, raw=form.preprocessing, dynamic_time=form.dynamic_time)
        _forget(program, subject)
        program.example_inputs = None  # they are samples of the user's
        facts = json.dumps(card(subject, raw=form.preprocessing), ensure_ascii=False)
        with quiet():
            torch.export.save(program, path, extra_files={"card.json": facts})
        return Product()


def _forget(program: ExportedProgram, subject: Subject) -> None:
    """Leaves of where a step comes from only the node of the canvas."""
    for step in program.graph.nodes:
        if step.meta.get("stack_trace"):
            step.meta["stack_trace"] = "/".join(nodes_of(subject.source, step))
