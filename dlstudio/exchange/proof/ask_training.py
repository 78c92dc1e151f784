"""Takes the first steps of an exported training; started alone, with plain torch."""

import importlib.util
import json
import sys
from pathlib import Path

import numpy as np
import torch


def main(folder: Path) -> None:
    """Reads job.json in a folder, and writes found.npz and told.json there."""
    job = json.loads((folder / "job.json").read_text("utf-8"))
    spec = importlib.util.spec_from_file_location("exported", job["file"])
    assert spec is not None
    assert spec.loader is not None
    exported = importlib.util.module_from_spec(spec)
    sys.modules["exported"] = exported  # dataclasses look their module up
    sys.dont_write_bytecode = True
    spec.loader.exec_module(exported)
    _, measured = exported.train(job["steps"], tell=lambda _line: None)
    names = list(dict.fromkeys(name for step in measured for name in step))
    found = np.array([[step.get(name, np.nan) for name in names] for step in measured])
    np.savez(folder / "found.npz", **{"0/measured": found})  # type: ignore[arg-type]
    told = {"torch": torch.__version__, "python": sys.version.split()[0], "measured": ", ".join(names)}
    (folder / "told.json").write_text(json.dumps(told), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
