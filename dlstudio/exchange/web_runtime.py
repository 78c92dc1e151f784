"""Web runtime: the files with which a page runs its model, packed so that a page opened from a disk can load them."""

import base64
import gzip
import hashlib
import json
import lzma
import re
from pathlib import Path

from dlstudio.core.issue import ProjectProblem
from dlstudio.core.resources import resource

SCRIPT, MODULE, PROGRAM = "ort.wasm.min.js", "ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm"
FILES = (SCRIPT, MODULE, PROGRAM)

# Carried in the resources rather than fetched with npm at each export: packed it is 2.2 MB, a page can be exported
# without a network and without npm, and what runs is always the version that the tests compared with the model.


def write_runtime(folder: Path, chosen: str = "") -> None:
    """Writes the runtime into a folder of a page: what dlstudio brings, or what a chosen folder holds."""
    found = _chosen(Path(chosen).expanduser()) if chosen else _own()
    folder.mkdir()
    (folder / SCRIPT).write_bytes(re.sub(rb"\n//# sourceMappingURL=\S+\s*$", b"\n", found[SCRIPT]))
    packed = {"module": _packed(found[MODULE]), "program": _packed(found[PROGRAM])}
    (folder / "program.js").write_text(f'"use strict";\nconst RUNTIME = {json.dumps(packed)};\n', "utf-8")
    (folder / "LICENSE").write_bytes(resource("web", "LICENSE").read_bytes())


def _own() -> dict[str, bytes]:
    """The files that lie in the resources, held against the sums noted there."""
    try:
        sums = resource("web", "README.md").read_text("utf-8")
        found = {name: lzma.decompress(resource("web", f"{name}.xz").read_bytes()) for name in FILES}
    except (OSError, lzma.LZMAError) as error:
        raise ProjectProblem(
            "The runtime of web pages (resources/web) is missing or damaged; install dlstudio again."
        ) from error
    for name, data in found.items():
        if hashlib.sha256(data).hexdigest() not in sums:
            raise ProjectProblem(f"{name} in resources/web is not the file it should be; install dlstudio again.")
    return found


def _chosen(folder: Path) -> dict[str, bytes]:
    """The files of an unpacked onnxruntime-web, wherever in its folder they lie."""
    found = {}
    for name in FILES:
        place = next((each for each in (folder / name, folder / "dist" / name) if each.is_file()), None)
        if place is None:
            raise ProjectProblem(
                f"There is no {name} in {folder}: runtime names the folder of an unpacked npm package onnxruntime-web, "
                "which npm pack onnxruntime-web fetches."
            )
        found[name] = place.read_bytes()
    return found


def _packed(data: bytes) -> str:
    """Data as letters that a script can hold; a page that lies on a disk may read scripts, but no other files."""
    return base64.b64encode(gzip.compress(data, 6, mtime=0)).decode("ascii")
