"""Asks an ExecuTorch program what it says to samples; started alone, with ExecuTorch's own runtime."""

import json
import sys
from pathlib import Path


def main(folder: Path) -> None:
    """Reads job.json and given.npz in a folder, and writes found.npz and told.json there."""
    import numpy as np
    import torch
    from executorch import version
    from executorch.runtime import Runtime

    job = json.loads((folder / "job.json").read_text("utf-8"))
    given = np.load(folder / "given.npz", allow_pickle=False)
    method = Runtime.get().load_program(Path(job["file"])).load_method("forward")
    found = {}
    for number in range(job["batches"]):
        answers = method.execute([torch.from_numpy(given[f"{number}/{name}"]) for name in job["inputs"]])
        for name, each in zip(job["outputs"], answers, strict=True):
            found[f"{number}/{name}"] = each.numpy().copy()  # the next answer is written where this one stands
    np.savez(folder / "found.npz", **found)
    told = {"executorch": version.__version__, "torch": torch.__version__, "python": sys.version.split()[0]}
    (folder / "told.json").write_text(json.dumps(told), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
