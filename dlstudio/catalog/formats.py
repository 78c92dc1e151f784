"""Formats: the ways in which a trained network leaves the studio, each with its options."""

from collections.abc import Callable
from typing import Annotated, ClassVar

from dlstudio.core.fields import Choice, Flag, Int, Path
from dlstudio.core.frozen import Frozen
from dlstudio.core.spec import Declaration, Registry

EXACT = 1e-5
"""How far a float32 export may be from the trained model, against the largest number of an output or 1 (EVA-23)."""


class Format(Declaration):
    """One way to write a trained network down."""

    suffix: ClassVar[str]
    """How the name of its file ends; nothing where it is a folder."""
    needs: ClassVar[tuple[str, ...]] = ()
    """Packages that only this needs."""
    extra: ClassVar[str] = ""
    """The extra of dlstudio that installs them."""

    @property
    def tolerance(self) -> float:
        """How far its answers may be from those of the trained model."""
        return EXACT


formats: Registry[Format] = Registry("export format")


def format_(suffix: str, *, synonyms: str = "") -> Callable[[type[Format]], type[Format]]:
    """Registers a format whose file ends so."""

    def register(cls: type[Format]) -> type[Format]:
        cls.suffix = suffix
        return formats.add(cls, family="Export", synonyms=synonyms)

    return register


def named(word: str) -> type[Format] | None:
    """The format of a name, in small letters or large."""
    return next((each for each in formats if each.kind.lower() == word.lower()), None)


DYNAMIC_TIME = Flag(
    help="Sequences of any length, where the network reads some and runs no loop of its own over them; no: as long as "
    "those it was trained with"
)


@format_(".py", synonyms="source, script, pytorch, standalone, predict")
class Python(Format):
    """One Python file that needs torch only, with its weights beside it: predict(), and a main that classifies a file.

    It carries the project's preprocessing and the names of its classes."""


@format_(".py", synonyms="script, reproduce, train, fit, standalone")
class Training(Format):
    """The whole training as a Python file that needs torch only, with its samples beside it: the same losses again."""


@format_(".onnx", synonyms="onnxruntime, interchange, deploy, browser, quantize")
class Onnx(Format):
    """A file that onnxruntime and many others run, in any language and without torch."""

    title = "ONNX"
    needs = ("onnx", "onnxscript", "onnxruntime")
    extra = "export"

    opset: Annotated[int, Int(18, 25, help="Which version of the operators; older runtimes know older ones")] = 20
    dynamic_time: Annotated[bool, DYNAMIC_TIME] = False
    preprocessing: Annotated[
        bool, Flag(help="Bakes the normalizations in, so that it takes samples as the data holds them")
    ] = False
    precision: Annotated[
        str,
        Choice(
            options=("float32", "fp16", "int8"),
            labels=Frozen(
                {
                    "float32": "as trained",
                    "fp16": "half the size; inputs and outputs stay float32",
                    "int8": "weights in bytes, a quarter of the size; activations are measured as it runs",
                }
            ),
            help="How its numbers are kept: as trained, in halves, or weights in bytes",
        ),
    ] = "float32"

    @property
    def tolerance(self) -> float:
        return {"float32": EXACT, "fp16": 1e-2, "int8": 1e-1}[self.precision]


@format_(".pt2", synonyms="torch.export, exported program, aoti")
class Pt2(Format):
    """torch's own exported program: a graph and weights that plain torch loads without any class."""

    title = "PT2"

    dynamic_time: Annotated[bool, DYNAMIC_TIME] = False
    preprocessing: Annotated[
        bool, Flag(help="Bakes the normalizations in, so that it takes samples as the data holds them")
    ] = False


@format_(".pte", synonyms="pte, mobile, phone, android, ios, embedded, edge, device, microcontroller, xnnpack")
class Executorch(Format):
    """A program that ExecuTorch runs on phones and small devices, without Python and without torch.

    Its card, with the classes and what is to be done to samples first, lies beside it as JSON."""

    title = "ExecuTorch"
    needs = ("executorch",)
    extra = "executorch"

    largest_batch: Annotated[
        int,
        Int(1, 65_536, help="How many samples it takes at most at a time; memory for so many is set aside as it runs"),
    ] = 16
    kernels: Annotated[
        str,
        Choice(
            options=("xnnpack", "portable"),
            labels=Frozen(
                {
                    "xnnpack": "XNNPACK where it can, the fast way on processors of phones and computers",
                    "portable": "plain C++ only, which any device has",
                }
            ),
            help="What computes its steps on the device",
        ),
    ] = "xnnpack"
    preprocessing: Annotated[
        bool, Flag(help="Bakes the normalizations in, so that it takes samples as the data holds them")
    ] = False


@format_(".safetensors", synonyms="weights, state dict, hugging face, card")
class Safetensors(Format):
    """The weights alone, under the names of their nodes, with a card in JSON that says what they belong to."""


@format_("", synonyms="html, browser, page, javascript, wasm, demo, onnxruntime-web, share")
class Web(Format):
    """A folder with a page that runs the network in any browser: no server, no network, also from a disk.

    Draw, drop a picture, move sliders or type, and the answer follows. What runs it (onnxruntime-web, MIT licence)
    comes with dlstudio, so nothing is fetched."""

    title = "Web page"
    needs = Onnx.needs
    extra = Onnx.extra

    runtime: Annotated[
        str,
        Path(
            help="The folder of an unpacked npm package onnxruntime-web to use instead of the one that dlstudio brings",
            folder=True,
        ),
    ] = ""


@format_(".html", synonyms="summary, html, print, curves, confusion, results, share, paper")
class Report(Format):
    """One page that tells of a run: curves, confusion, samples, network, settings, findings, how to do it again.

    Everything is in the file; it fetches nothing and runs no script."""
