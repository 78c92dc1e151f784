"""What an exported Python file carries to read its weights, its samples and its answers; the definitions are copied.

The constants stand for those that the exporter writes in their place."""

import csv
import json
import re
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

INPUTS: dict[str, dict[str, Any]] = {}
OUTPUTS: dict[str, dict[str, Any]] = {}
Network: type[nn.Module] = nn.Identity
Preparation: type[nn.Module] | None = None
Restoration: type[nn.Module] | None = None
WEIGHTS, LIKELY = Path(__file__).with_suffix(".safetensors"), "probabilities"


def read_tensors(path: Path) -> dict[str, Tensor]:
    """The tensors of a safetensors file: eight bytes that say how long the table is, the table as JSON, the numbers."""
    data = bytearray(path.read_bytes())
    start = 8 + int.from_bytes(data[:8], "little")
    kinds = {
        "F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16, "I64": torch.int64,
        "I32": torch.int32, "I16": torch.int16, "I8": torch.int8, "U8": torch.uint8, "BOOL": torch.bool,
    }  # fmt: skip
    found = {}
    for name, entry in json.loads(data[8:start]).items():
        if name != "__metadata__":
            first, last = entry["data_offsets"]
            numbers = data[start + first : start + last]
            kind, shape = kinds[entry["dtype"]], entry["shape"]
            found[name] = torch.frombuffer(numbers, dtype=kind).reshape(shape) if numbers else torch.zeros(shape)
    return found


def load(path: Path = WEIGHTS) -> nn.Module:
    """The trained network."""
    weights = read_tensors(path)
    model = Network()
    model.load_state_dict({name: value for name, value in weights.items() if not name.startswith("@")})
    return model.eval()


def normalizer(kind: type[nn.Module], path: Path = WEIGHTS) -> nn.Module:
    """Preparation or Restoration, with what was measured on the training samples."""
    made, head = kind(), f"@{kind.__name__}."
    made.load_state_dict({n.removeprefix(head): v for n, v in read_tensors(path).items() if n.startswith(head)})
    return made.eval()


def prepare(*samples: Tensor) -> tuple[Tensor, ...]:
    """Samples as the data holds them, as the network takes them."""
    made = normalizer(Preparation)(*samples) if Preparation else samples
    return made if isinstance(made, tuple) else (made,)


@torch.no_grad()
def predict(*samples: Tensor, model: nn.Module | None = None) -> dict[str, Any]:
    """What the network says to a batch of samples as the data holds them, by output.

    For classes, the name of the likeliest one and all probabilities (or scores, where the network gives no
    probabilities); otherwise numbers in the units of the data."""
    made = (model or load())(*prepare(*samples))
    answers = made if isinstance(made, tuple) else (made,)
    if Restoration:
        made = normalizer(Restoration)(*answers)
        answers = made if isinstance(made, tuple) else (made,)
    return {name: told(answer, **OUTPUTS[name]) for name, answer in zip(OUTPUTS, answers, strict=True)}


def told(answer: Tensor, classes: tuple[str, ...], likely: str, axis: int) -> Any:
    """An answer as people read it."""
    if not classes:
        return answer
    if likely == "softmax":
        answer = answer.softmax(axis)
    elif likely == "sigmoid":
        answer = answer.sigmoid()
    elif likely == "exp":
        answer = answer.exp()
    if len(classes) == 2 and answer.numel() == len(answer):
        answer, axis = answer.reshape(-1, 1), 1
        answer = torch.cat([1 - answer, answer], 1)
    return {"class": named(answer.argmax(axis).tolist(), classes), "scores" if likely == "ranks" else LIKELY: answer}


def named(numbers: Any, classes: tuple[str, ...]) -> Any:
    """Numbers of classes as their names, in lists as deep as those of the numbers."""
    if isinstance(numbers, list):
        return [named(number, classes) for number in numbers]
    return classes[numbers] if numbers < len(classes) else str(numbers)


def read_sample(path: Path, name: str) -> Tensor:
    """A file as one sample of an input: a picture, a text, a table of numbers, or nested lists in JSON."""
    spec = INPUTS[name]
    kind = getattr(torch, spec["dtype"])
    suffix = path.suffix.lower()
    if suffix == ".json":
        return torch.tensor(json.loads(path.read_text("utf-8")), dtype=kind).reshape(-1, *spec["shape"])
    if suffix in (".csv", ".tsv"):
        return torch.tensor(read_rows(path, spec["columns"])).to(kind).reshape(-1, *spec["shape"])
    if suffix == ".txt" and spec["symbols"]:
        return read_text(path.read_text("utf-8-sig"), spec)
    if len(spec["shape"]) == 3:
        return read_picture(path, spec)
    raise SystemExit(f"{path}: {name} is read from a .json or .csv file of {spec['shape']} numbers.")


def read_rows(path: Path, columns: tuple[dict[str, Any], ...]) -> list[list[float]]:
    """The rows of a table as numbers: each column by its name where the first row has names, else by its place."""
    text = path.read_text("utf-8-sig")
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    rows = [[cell.strip() for cell in row] for row in csv.reader(text.splitlines(), delimiter=delimiter) if any(row)]
    names = [each["name"] for each in columns]
    if rows and columns and set(names) <= set(rows[0]):
        rows = [[row[rows[0].index(name)] for name in names] for row in rows[1:]]
    try:
        if rows and len(rows[0]) == len(columns):
            return [[n for cell, each in zip(row, columns, strict=True) for n in read_cell(cell, each)] for row in rows]
        return [[float(cell) for cell in row] for row in rows]
    except ValueError as problem:
        raise SystemExit(f"{path}: {problem}. Its columns are {', '.join(names) or 'plain numbers'}.") from None


def read_cell(cell: str, column: dict[str, Any]) -> list[float]:
    """The numbers of a cell: a word becomes those that stood for it in training, a 1 among 0s or its place."""
    words = column["words"]
    if not words:
        return [float(cell)]
    if cell not in words:
        raise ValueError(f"“{cell}” is no {column['name']}, which is one of {', '.join(words)}")
    place = words.index(cell)
    return [float(place == i) for i in range(len(words))] if column["apart"] else [float(place)]


def read_text(text: str, spec: dict[str, Any]) -> Tensor:
    """A text as a row of the numbers of its symbols, cut to the length of the network or filled up."""
    text = text.lower() if spec["lower"] else text
    known = {symbol: number for number, symbol in enumerate(spec["symbols"])}
    pieces = pieces_of(text if spec["lines"] else text.strip("\n"), spec)
    numbers = [known.get(piece, known.get("<unknown>", 0)) for piece in pieces][: spec["shape"][0]]
    rest = [spec["padding"]] * (spec["shape"][0] - len(numbers))
    return torch.tensor([rest + numbers if spec["fill"] == "start" else numbers + rest])


def pieces_of(text: str, spec: dict[str, Any]) -> list[str]:
    """The symbols of a text, in their order."""
    if spec["unit"] == "byte pairs":
        return byte_pairs(text, spec["merges"])
    if spec["unit"] == "words":
        return re.findall(r"\w+(?:['’]\w+)*|[^\w\s]|\n", text)
    marks = [re.escape(symbol) for symbol in spec["symbols"] if len(symbol) > 1 and symbol != "<unknown>"]
    return re.findall("|".join([*marks, "."]), text, re.DOTALL)


def byte_pairs(text: str, merges: tuple[tuple[str, str], ...]) -> list[str]:
    """The bytes of a text, one letter for each; in every word the pair that was learnt first is joined first."""
    rank = {pair: number for number, pair in enumerate(merges)}
    pieces: list[str] = []
    for word in re.findall(rb"\s?[^\s]+|\s+", text.encode()):
        parts = [chr(byte) for byte in word]
        while pairs := [pair for pair in pairwise(parts) if pair in rank]:
            best, joined = min(pairs, key=lambda pair: rank[pair]), list[str]()
            while parts:
                taken = 2 if tuple(parts[:2]) == best else 1
                joined.append("".join(parts[:taken]))
                parts = parts[taken:]
            parts = joined
        pieces += parts
    return pieces


def read_picture(path: Path, spec: dict[str, Any]) -> Tensor:
    """A picture as numbers from 0 to 1, in the size of the network; reading its file is Pillow's."""
    try:
        from PIL import Image, ImageOps
    except ImportError:
        raise SystemExit("To read pictures from files, install Pillow: pip install pillow") from None
    channels, height, width = spec["shape"]
    picture = ImageOps.exif_transpose(Image.open(path)).convert("L" if channels == 1 else "RGB")
    if picture.size != (width, height):
        ways = {"crop": ImageOps.fit, "pad": ImageOps.pad}
        fit = ways.get(spec["fit"], lambda one, size, how: one.resize(size, how))
        picture = fit(picture, (width, height), Image.Resampling.BILINEAR)
    pixels = torch.frombuffer(bytearray(picture.tobytes()), dtype=torch.uint8)
    return pixels.reshape(1, height, width, channels).movedim(3, 1) * (1 / 255)


def main() -> None:
    """Says what the network makes of files: one for each input."""
    paths = [Path(each) for each in sys.argv[1:]]
    if len(paths) != len(INPUTS):
        raise SystemExit(f"usage: python {Path(__file__).name} {' '.join(f'FILE_OF_{n.upper()}' for n in INPUTS)}")
    for name, answer in predict(*(read_sample(p, n) for p, n in zip(paths, INPUTS, strict=True))).items():
        if not isinstance(answer, dict):
            print(f"{name}: {answer.tolist()}")
        elif answer.get(LIKELY) is not None and answer[LIKELY].ndim == 2:
            for row in answer[LIKELY]:
                best = row.topk(min(3, len(row)))
                pairs = zip(best.indices.tolist(), best.values.tolist(), strict=True)
                print(f"{name}: " + ", ".join(f"{named(i, OUTPUTS[name]['classes'])} {p:.1%}" for i, p in pairs))
        else:
            print(f"{name}: {answer['class']}")
