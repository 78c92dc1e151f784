"""One writer per run: a lock that the system lets go of however its holder ends, with a note of who holds it."""

import errno
import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from dlstudio.core.issue import ProjectProblem
from dlstudio.runs.trouble import told

PATIENCE = 0.3
"""How long a lock may be taken by somebody who only looks whether it is free."""

LOCKLESS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)
"""What file systems without locks say, as Lustre does by default; there the note alone must do."""

_held: set[int] = set()
"""The locks of this process."""


@contextmanager
def locked(path: Path, name: str) -> Iterator[None]:
    """Holds the lock of a run, or a ProjectProblem that names the process that does."""
    with told(f"The run “{name}”", "be written"):
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    _held.add(handle)
    try:
        with told(f"The run “{name}”", "be written"):
            _take(handle, path, name)
            _write(handle, {"pid": os.getpid(), "host": socket.gethostname(), "since": time.strftime("%H:%M:%S")})
        yield
        with suppress(OSError):
            _write(handle, {})
    finally:
        _held.discard(handle)
        os.close(handle)


def held(path: Path) -> bool:
    """Whether a living process holds the lock."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        return not _acquire(handle, shared=True)
    except OSError:
        return _noted(path)
    finally:
        os.close(handle)


def holder(path: Path) -> dict[str, str]:
    """Who wrote the note in the lock: pid, host and since."""
    try:
        note = json.loads(path.read_text("utf-8") or "{}")
    except (OSError, ValueError):
        return {}
    return {str(key): str(value) for key, value in note.items()} if isinstance(note, dict) else {}


def _take(handle: int, path: Path, name: str) -> None:
    end = time.monotonic() + PATIENCE
    while not _free(handle, path):
        if time.monotonic() > end:
            raise ProjectProblem(f"The run “{name}” is being written by {_whom(path)}.")
        time.sleep(0.02)


def _free(handle: int, path: Path) -> bool:
    try:
        return _acquire(handle)
    except OSError as error:
        if error.errno not in LOCKLESS:
            raise
        return not _noted(path)


def _noted(path: Path) -> bool:
    """Whether the note names a process that lives, or that may live on another machine."""
    who = holder(path)
    return bool(who) and (who.get("host") != socket.gethostname() or _alive(who.get("pid", "")))


def _alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError, OverflowError):
        return False
    except PermissionError:  # it is somebody else's
        return True
    return True


def _whom(path: Path) -> str:
    who = holder(path)
    if "pid" not in who:
        return "another process: wait until it ends, or start a new run"
    if who.get("host") == socket.gethostname() and who["pid"] == str(os.getpid()):
        return f"this process (since {who.get('since')}): stop that training first, or start a new run"
    where = f"process {who['pid']} on {who.get('host')} (since {who.get('since')})"
    return f"{where}: wait until it ends or stop it, or start a new run"


def _write(handle: int, note: dict[str, object]) -> None:
    os.ftruncate(handle, 0)
    os.lseek(handle, 0, os.SEEK_SET)
    os.write(handle, json.dumps(note).encode() if note else b"")


def _let_go() -> None:
    """In a child: workers of a loader must not keep the lock of a trainer that was killed."""
    for handle in _held:
        os.close(handle)
    _held.clear()


if sys.platform == "win32":
    import msvcrt

    def _acquire(handle: int, *, shared: bool = False) -> bool:
        os.lseek(handle, 1 << 30, os.SEEK_SET)  # far behind the note: Windows lets nobody else read a locked byte
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _acquire(handle: int, *, shared: bool = False) -> bool:
        try:
            fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    os.register_at_fork(after_in_child=_let_go)
