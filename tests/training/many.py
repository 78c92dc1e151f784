"""A program for torchrun: trains every project of a folder into runs of the same names, in one group of processes."""

import sys
from pathlib import Path

import torch

from dlstudio.core.files import load
from dlstudio.training.ranks.rank import joined
from dlstudio.training.run import train

if __name__ == "__main__":
    torch.set_num_threads(1)
    with joined():
        for path in sorted(Path(sys.argv[1]).glob("*.dls")):
            train(load(path), runs=sys.argv[2], name=path.stem, probes=False)
