"""Asks a PT2 file what it says to samples; started alone, with plain torch."""

import json
import sys
from pathlib import Path

import numpy as np
import torch


def main(folder: Path) -> None:
    """Reads job.json and given.npz in a folder, and writes found.npz and told.json there."""
    torch.set_num_threads(1)
    job = json.loads((folder / "job.json").read_text("utf-8"))
    given = np.load(folder / "given.npz", allow_pickle=False)
    module = torch.export.load(job["file"]).module()
    found = {}
    with torch.no_grad():
        for number in range(job["batches"]):
            made = module(*(torch.from_numpy(given[f"{number}/{name}"]) for name in job["inputs"]))
            answers = made if isinstance(made, (tuple, list)) else (made,)
            found.update({f"{number}/{name}": each.numpy() for name, each in zip(job["outputs"], answers, strict=True)})
    np.savez(folder / "found.npz", **found)
    told = {"torch": torch.__version__, "python": sys.version.split()[0]}
    (folder / "told.json").write_text(json.dumps(told), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
