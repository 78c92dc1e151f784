"""Asks an ONNX file what it says to samples; started alone, with onnxruntime and numpy and nothing of dlstudio."""

import json
import sys
from pathlib import Path
from typing import Any


def main(folder: Path) -> None:
    """Reads job.json and given.npz in a folder, and writes found.npz and told.json there."""
    import numpy as np
    import onnxruntime

    job = json.loads((folder / "job.json").read_text("utf-8"))
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    given = np.load(folder / "given.npz", allow_pickle=False)
    session = onnxruntime.InferenceSession(job["file"], options, providers=["CPUExecutionProvider"])
    found = {}
    for number in range(job["batches"]):
        feed = {name: given[f"{number}/{name}"] for name in job["inputs"] if has(session, name)}
        for name, value in zip(job["outputs"], session.run(job["outputs"], feed), strict=True):
            found[f"{number}/{name}"] = value
    if job.get("watched"):
        feed = {name: given[f"{job['batches'] - 1}/{name}"] for name in job["inputs"] if has(session, name)}
        found.update(within(job, options, feed))
    np.savez(folder / "found.npz", **found)
    told = {"onnxruntime": onnxruntime.__version__, "numpy": np.__version__, "python": sys.version.split()[0]}
    (folder / "told.json").write_text(json.dumps(told), "utf-8")


def has(session: Any, name: str) -> bool:
    """Whether the file takes an input; one that nothing depends on is left out of some files."""
    return any(each.name == name for each in session.get_inputs())


def within(job: dict[str, Any], options: Any, feed: dict[str, Any]) -> dict[str, Any]:
    """The values within the network: a copy of the file that gives them out too."""
    import onnx
    import onnxruntime

    model = onnx.load(job["file"])
    there = {each.name for each in model.graph.output}
    wanted = [name for name in job["watched"] if name not in there]
    model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in wanted)
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    watched = job["watched"]
    return {f"within/{name}": value for name, value in zip(watched, session.run(watched, feed), strict=True)}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
