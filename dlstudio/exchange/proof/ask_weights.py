"""Loads a safetensors file into the class that its card carries, and asks that; started alone, with plain torch."""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import safetensors
import safetensors.torch
import torch


def main(folder: Path) -> None:
    """Reads job.json and given.npz in a folder, and writes found.npz and told.json there."""
    torch.set_num_threads(1)
    job = json.loads((folder / "job.json").read_text("utf-8"))
    given = np.load(folder / "given.npz", allow_pickle=False)
    card = json.loads(Path(job["card"]).read_text("utf-8"))
    known: dict[str, Any] = {"__name__": "model"}
    exec(compile(card["source"], "model.py", "exec"), known)  # noqa: S102 - the class that the card carries
    module = known[card["class"]]()
    module.load_state_dict(safetensors.torch.load_file(job["file"]))
    module.eval()
    found = {}
    with torch.no_grad():
        for number in range(job["batches"]):
            made = module(*(torch.from_numpy(given[f"{number}/{name}"]) for name in job["inputs"]))
            answers = made if isinstance(made, tuple) else (made,)
            found.update({f"{number}/{name}": each.numpy() for name, each in zip(job["outputs"], answers, strict=True)})
    np.savez(folder / "found.npz", **found)
    told = {"torch": torch.__version__, "safetensors": safetensors.__version__, "python": sys.version.split()[0]}
    (folder / "told.json").write_text(json.dumps(told), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
