"""python -m tests.bench NAME ... runs benchmarks and prints tables of ratios."""

import importlib
import sys
from pathlib import Path


def main() -> int:
    here = Path(__file__).parent
    known = sorted(path.stem for path in here.glob("*.py") if path.stem not in ("__init__", "__main__", "measure"))
    names = sys.argv[1:] or known
    strange = [name for name in names if name not in known]
    if strange:
        sys.stderr.write(f"There is no benchmark “{strange[0]}”; there are {', '.join(known)}.\n")
        return 2
    for name in names:
        importlib.import_module(f"tests.bench.{name}").run()
    return 0


sys.exit(main())
