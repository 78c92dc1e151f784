"""Asks an exported Python file what it says to samples; started alone, with plain torch."""

import importlib.util
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
    spec = importlib.util.spec_from_file_location("exported", job["file"])
    assert spec is not None
    assert spec.loader is not None
    exported = importlib.util.module_from_spec(spec)
    sys.dont_write_bytecode = True
    spec.loader.exec_module(exported)
    model, found = exported.load(), {}
    with torch.no_grad():
        for number in range(job["batches"]):
            batch = [torch.from_numpy(given[f"{number}/{name}"]) for name in job["inputs"]]
            made = model(*exported.prepare(*batch))
            answers = made if isinstance(made, tuple) else (made,)
            found.update({f"{number}/{name}": each.numpy() for name, each in zip(job["outputs"], answers, strict=True)})
            exported.predict(*batch, model=model)
    np.savez(folder / "found.npz", **found)
    told = {"torch": torch.__version__, "python": sys.version.split()[0]}
    (folder / "told.json").write_text(json.dumps(told), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
