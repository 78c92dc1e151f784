"""Web: one folder with a page that runs the network in a browser, from a disk as well as from any server of files."""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from html import escape
from importlib import resources
from pathlib import Path
from string import Template
from typing import Any

from dlstudio.catalog.formats import Onnx, Web
from dlstudio.core import files
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.spec import make
from dlstudio.core.version import version
from dlstudio.exchange.asking import Answers
from dlstudio.exchange.difference import Difference
from dlstudio.exchange.graph_picture import graph_picture
from dlstudio.exchange.onnx_file import OnnxWriter
from dlstudio.exchange.reached import reached
from dlstudio.exchange.samples import SIZES
from dlstudio.exchange.subject import Subject
from dlstudio.exchange.web_facts import web_facts
from dlstudio.exchange.web_runtime import write_runtime
from dlstudio.exchange.web_subject import web_subject
from dlstudio.exchange.writers import Product, Writer, writes

CARRIED = resources.files("dlstudio.exchange.carried") / "web"
LARGEST = 256 * 2**20
"""Bytes of a model that a page can hold: browsers take texts of 512 MB at most."""
MODEL = re.compile(r'"onnx": "([A-Za-z0-9+/=]*)"')
README = """{title}

Open index.html: the model runs in the browser, with no server and no network.
Browsers of 2023 or later; nothing that is entered leaves the machine.

To publish it, put this folder on any web server; to try that: python3 -m http.server
certificate.txt says how far its answers are from those of the trained model.
"""


@writes("Web")
class WebWriter(Writer):
    """The network as ONNX with its normalizations inside, and around it a page and what runs it."""

    program = "ask_onnx.py"

    def raw(self, form: Any) -> bool:
        """A page takes samples as the data holds them."""
        return True

    def write(self, form: Web, subject: Subject, path: Path) -> Product:
        asked = web_subject(subject)
        page = path / "page"
        page.mkdir(parents=True)
        write_runtime(path / "runtime", form.runtime)
        onnx = path / "model.onnx"
        product = OnnxWriter().write(make(Onnx, {"preprocessing": True}, {}), asked, onnx)
        _write_model(page / "model.js", onnx, asked)
        onnx.unlink()
        for each in CARRIED.iterdir():
            if each.name.endswith((".js", ".css")):
                (page / each.name).write_bytes(each.read_bytes())
        files.write(path / "index.html", _page(subject).encode())
        files.write(path / "README.txt", README.format(title=subject.project.name).encode())
        return product

    def prove(
        self, form: Any, subject: Subject, file: Path, product: Product, folder: Path
    ) -> tuple[Answers, list[Difference]]:
        """The model is taken out of the page again and asked; the page gets what came of it."""
        onnx = folder / "model.onnx"
        held = MODEL.search((file / "page" / "model.js").read_text("utf-8"))
        onnx.write_bytes(base64.b64decode(held[1] if held else ""))
        answers, outputs = super().prove(form, web_subject(subject), onnx, product, folder)
        told = {
            "passed": bool(outputs) and all(each.within(form.tolerance) for each in outputs),
            "outputs": [{name: str(value) for name, value in each.plain().items()} for each in outputs],
            "tolerance": form.tolerance,
            "asked": f"{subject.samples.text}, in batches of {', '.join(map(str, SIZES))}",
            "runtime": ", ".join(f"{name} {number}" for name, number in answers.runtime.items()),
        }
        (file / "page" / "certificate.js").write_text(_script("CERTIFICATE", told), "utf-8")
        return answers, outputs


def _write_model(path: Path, onnx: Path, subject: Subject) -> None:
    if onnx.stat().st_size > LARGEST:
        raise ProjectProblem(
            f"The model takes {onnx.stat().st_size / 2**20:,.0f} MB, and a page holds at most "
            f"{LARGEST / 2**20:.0f} MB. Export it as onnx, and let a server answer."
        )
    held = {"onnx": base64.b64encode(onnx.read_bytes()).decode("ascii"), **web_facts(subject)}
    path.write_text(_script("MODEL", held), "utf-8")


def _script(name: str, value: Any) -> str:
    """A value as a script, which a page on a disk may load; no text in it can end the script."""
    text = json.dumps(value).replace("<", "\\u003c")
    return f'"use strict";\nconst {name} = {text};\n'


def _page(subject: Subject) -> str:
    text = CARRIED.joinpath("index.html").read_text("utf-8")
    facts = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in _facts(subject))
    notes = subject.project.notes.strip()
    lead = re.split(r"(?<=[.!?])\s", notes, maxsplit=1)[0]
    given: Mapping[str, str] = {
        "title": escape(subject.project.name),
        "lead": escape(lead),
        "about": _about(notes) if notes != lead else "",
        "graph": graph_picture(subject.project, subject.network),
        "facts": facts,
        "version": escape(version()),
    }
    return Template(text).substitute(given)


def _about(notes: str) -> str:
    """All of the project's notes, where the head of the page has only their first sentence."""
    head = '<section class="panel wide" aria-labelledby="about"><h2 id="about">About</h2>'
    return f'{head}<p class="notes">{escape(notes)}</p></section>'


def _facts(subject: Subject) -> Iterator[tuple[str, str]]:
    """What is known of the model, for the foot of the page."""
    yield "Weights", subject.origin
    yield "Parameters", f"{sum(weight.numel() for weight in subject.module.parameters()):,}"
    if subject.run is not None:
        yield "Trained", _day(subject.run.status().updated)
        yield from reached(subject.run, subject.step).items()
    yield "Exported", _day(datetime.now(UTC).isoformat())


def _day(moment: str) -> str:
    try:
        found = datetime.fromisoformat(moment)
    except ValueError:
        return moment
    return f"{found.day} {found:%B %Y}"
