"""Files: projects on the disk, written whole or not at all, and the autosave beside them."""

import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from dlstudio.core.document import Project
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.reader import MOST_BYTES, loads
from dlstudio.core.writer import dumps

__all__ = ["autosave", "discard", "dumps", "load", "loads", "recover", "save", "shadow", "write"]

StrPath = str | os.PathLike[str]


def load(path: StrPath) -> Project:
    """The project in a file, or a ProjectProblem that names the file and the place."""
    text = _text(path)
    try:
        return loads(text)
    except ProjectProblem as problem:
        raise ProjectProblem(f"{_name(path)}: {problem}", problem.issues) from None


def save(project: Project, path: StrPath) -> None:
    """Writes the project; the file is the old one or the new one, whatever happens in between."""
    try:
        text = dumps(project)
    except ProjectProblem as problem:
        raise ProjectProblem(f"{_name(path)} was not saved: {problem}", problem.issues) from None
    write(path, text.encode())


def shadow(path: StrPath) -> Path:
    """The autosave file beside a project's file."""
    return Path(path).parent / f".{Path(path).name}.autosave"


def autosave(project: Project, path: StrPath) -> None:
    """Writes the project beside its file, for the case that it is never saved."""
    save(project, shadow(path))


def recover(path: StrPath) -> Project | None:
    """The autosaved project where there is one, or None."""
    beside = shadow(path)
    with _told(beside, "be opened"):
        there = beside.exists()
    return load(beside) if there else None


def discard(path: StrPath) -> None:
    """Takes the autosave file away, if there is one."""
    with _told(shadow(path), "be taken away"):
        shadow(path).unlink(missing_ok=True)


def write(path: StrPath, data: bytes) -> None:
    """Writes a file whole or not at all: to a temporary file beside it, on the disk, then in its place."""
    with _told(path, "be written"):
        target = Path(os.path.realpath(path))
        mode = _writable(target)
        part = target.with_name(f".dls-{secrets.token_hex(8)}.part")
        try:
            with part.open("xb") as file:
                if mode is not None:
                    with suppress(PermissionError):  # some file systems know no permissions
                        part.chmod(mode)
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        _settle(target.parent)


def _writable(target: Path) -> int | None:
    """The permissions of the file that is there, if one is; an OSError where it must not be replaced."""
    try:
        found = target.stat()
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, "")
    if not stat.S_ISREG(found.st_mode) or not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "")
    return stat.S_IMODE(found.st_mode)


def _settle(folder: Path) -> None:
    """Puts the folder's new entry on the disk, where the system has a way to ask for that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _text(path: StrPath) -> str:
    data = _read(Path(path))
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        text = f"line {line} is not text: the file is damaged or no project; choose a .dls file or open an older copy."
        raise ProjectProblem(f"{_name(path)}: {text}") from None


def _read(path: Path) -> bytes:
    with _told(path, "be opened"), _opened(path) as file:
        data = file.read(min(os.fstat(file.fileno()).st_size, MOST_BYTES) + 1)
    if len(data) > MOST_BYTES:
        size = f"{MOST_BYTES // 2**20} MB"
        raise ProjectProblem(f"{_name(path)} is larger than a project may be ({size}); choose a .dls file.")
    return data


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    if not stat.S_ISREG(path.stat().st_mode):
        raise IsADirectoryError(errno.EISDIR, "") if path.is_dir() else OSError(errno.EINVAL, "it is no plain file")
    with path.open("rb") as file:
        yield file


_FULL = "the disk is full; free some space and try again."
_CLOSED = "you have no right to it; change its permissions or choose another place."
_REASONS = {
    errno.ENOENT: "there is no such file or folder; choose another place.",
    errno.ENOTDIR: "a part of its path is no folder; choose another place.",
    errno.EISDIR: "it is a folder; choose a .dls file.",
    errno.EACCES: _CLOSED,
    errno.EPERM: _CLOSED,
    errno.EROFS: "the disk is read-only; choose another place.",
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: _FULL,
    errno.ENAMETOOLONG: "its name is too long; choose a shorter one.",
    errno.ELOOP: "its links lead round in a circle; choose another place.",
}


@contextmanager
def _told(path: StrPath, what: str) -> Iterator[None]:
    """Turns what the system says into a sentence for the user."""
    try:
        yield
    except OSError as error:
        reason = _REASONS.get(error.errno or 0) or f"{error.strerror or error}; choose another place."
        raise ProjectProblem(f"{_name(path)} could not {what}: {reason}") from error
    except ValueError as error:
        raise ProjectProblem(f"{_name(path)} could not {what}: this is no usable path; choose another.") from error


def _name(path: StrPath) -> str:
    """The file's name as a sentence can hold it."""
    name = Path(path).name or str(path)
    return name if name.isprintable() and len(name) <= 120 else ascii(name[:120])
