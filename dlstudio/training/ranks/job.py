"""Job: what torchrun remembers of its processes while it starts them again, so that they find their run."""

import os
from datetime import timedelta
from itertools import count

from torch.distributed import PrefixStore, Store, TCPStore  # type: ignore[attr-defined]

_trainings = count()


def next_key() -> str:
    """The name of the next training of this process; a script that is started again asks in the same order."""
    return f"dlstudio/run/{next(_trainings)}"


def recall(key: str) -> str:
    """The run that this training began before the processes were started again, or nothing."""
    store = _store()
    return store.get(key).decode() if store is not None and store.check([key]) else ""


def remember(key: str, run: str) -> None:
    store = _store()
    if store is not None:
        store.set(key, run)


def meeting_place() -> Store | None:
    """Where the processes of this start find each other; gloo would wait for those of the start before for ever."""
    store = _store()
    start = f"start/{os.environ.get('TORCHELASTIC_RESTART_COUNT')}/{os.environ['WORLD_SIZE']}"
    return PrefixStore(start, store) if store is not None else None


def _store() -> TCPStore | None:
    """The store of torchrun itself, which outlives the processes."""
    if os.environ.get("TORCHELASTIC_USE_AGENT_STORE") != "True":
        return None
    place = os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"])
    return TCPStore(*place, is_master=False, timeout=timedelta(minutes=10))
