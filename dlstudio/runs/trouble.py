"""Trouble: what the system says about files and folders, as sentences for the user."""

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager

from dlstudio.core.issue import ProjectProblem

FULL = "the disk is full; free some space and try again."
_CLOSED = "you have no right to it; change its permissions or choose another folder for runs."
_REASONS = {
    errno.ENOENT: "it is not there; it may have been moved or deleted.",
    errno.ENOTDIR: "a part of its path is no folder; choose another place.",
    errno.EISDIR: "it is a folder.",
    errno.EACCES: _CLOSED,
    errno.EPERM: _CLOSED,
    errno.EROFS: "the disk is read-only; choose another folder for runs.",
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EFBIG: FULL,
    errno.ENAMETOOLONG: "its name is too long; choose a shorter one.",
}
_RUST = re.compile(r"\(os error (\d+)\)")


@contextmanager
def told(what: str, verb: str) -> Iterator[None]:
    """Turns what the system refuses into "<what> could not <verb>: ..."."""
    try:
        yield
    except OSError as error:
        raise ProjectProblem(f"{what} could not {verb}: {reason(error)}") from error


def reason(error: OSError) -> str:
    """Why, and what to do."""
    return _REASONS.get(error.errno or 0) or f"{error.strerror or error}."


def system_error(error: BaseException) -> OSError | None:
    """The refusal of the system that a library wrapped into an error of its own, if that is what happened."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, OSError):
            return seen
        number = _RUST.search(str(seen))
        if number:
            return OSError(int(number[1]), str(seen))
        seen = seen.__cause__ or seen.__context__
    return None
