"""Proposal: which source reads a file or a folder that somebody brings; nothing is opened but names."""

import os
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from dlstudio.core.frozen import Frozen, Value

PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".pgm", ".ppm")
TABLES = (".csv", ".tsv", ".parquet", ".pq")
MOST = 5000
"""So many names in a folder are looked at."""

Raw = Frozen[str, Value]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A source for what was brought, or a sentence that says why there is none."""

    source: Raw | None
    text: str = ""


def proposal(path: Path) -> Proposal:
    """The source that is likeliest meant."""
    if path.is_dir():
        return _folder(path)
    if not path.exists():
        return Proposal(None, f"There is no file {path}.")
    name, ending = path.name.lower(), path.suffix.lower()
    if ending in TABLES:
        return _made("Table", file=str(path))
    if ending in (".npz", ".npy"):
        return _made("Arrays", file=str(path))
    if "ubyte" in name:
        return _idx(path)
    if ending in (".txt", ".md"):
        return _made("Text", file=str(path))
    if ending in PICTURES:
        return _made("ImageFolder", folder=str(_above(path)))
    if ending == ".wav":
        return _made("WAVFolder", folder=str(_above(path)))
    if ending == ".bin":
        return _made("CIFARBinary", folder=str(path.parent))
    return Proposal(
        None,
        f"No source reads {path.name}. Bring a table (.csv, .tsv, .parquet), arrays (.npz, .npy), a text (.txt), "
        "or a folder of pictures, sounds or texts.",
    )


def _made(kind: str, **fields: str) -> Proposal:
    return Proposal(Frozen({"kind": kind, **fields}))


def _above(path: Path) -> Path:
    """The folder of the class folders, for one file in one of them."""
    beside = (
        [each for each in path.parent.parent.iterdir() if each.is_dir()] if path.parent.parent != path.parent else []
    )
    return path.parent.parent if len(beside) > 1 else path.parent


def _folder(path: Path) -> Proposal:
    names = [name.lower() for name in islice(_names(path), MOST)]
    if "dataset_info.json" in names or "dataset_dict.json" in names:
        return _made("HuggingFace", name=str(path))
    if any(name.startswith("data_batch_") or name in ("train.bin", "test.bin") for name in names):
        return _made("CIFARBinary", folder=str(path))
    ubyte = sorted(each for each in path.iterdir() if "images" in each.name and "ubyte" in each.name)
    if ubyte:
        return _idx(next((each for each in ubyte if "train" in each.name), ubyte[0]))
    kinds = {"ImageFolder": PICTURES, "WAVFolder": (".wav",), "LabelledTexts": (".txt",)}
    counts = {kind: sum(name.endswith(endings) for name in names) for kind, endings in kinds.items()}
    best = max(counts, key=lambda kind: counts[kind])
    if counts[best]:
        return _made(best, **{"path" if best == "LabelledTexts" else "folder": str(path)})
    files = [each for each in path.iterdir() if each.suffix.lower() in (*TABLES, ".npz", ".npy")]
    if len(files) == 1:
        return proposal(files[0])
    return Proposal(None, f"{path.name} holds no pictures, sounds or texts. Bring one of its files instead.")


def _names(path: Path) -> "islice[str]":
    return islice((name for _, _, names in os.walk(path) for name in names), MOST)


def _idx(path: Path) -> Proposal:
    """The pictures, with the labels and the test files that lie beside them."""
    found = {"images": path}
    if "images" not in path.name:
        found = {"images": path.parent / _swapped(path.name, "labels", "images")}
    found["labels"] = path.parent / _swapped(found["images"].name, "images", "labels")
    for name in ("images", "labels"):
        test = found[name].name.replace("train", "t10k")
        found[f"test_{name}"] = path.parent / test if test != found[name].name else Path("/nowhere")
    return _made("IDX", **{name: str(each) for name, each in found.items() if each.is_file()})


def _swapped(name: str, one: str, other: str) -> str:
    ranks = {"images": "idx3", "labels": "idx1"}
    return name.replace(one, other).replace(ranks[one], ranks[other])
