"""Memory: bounds what this process may take beyond what it has, and knows what running into that bound looks like."""

import sys
from pathlib import Path

_PAGES = Path("/proc/self/statm")


def bound(more: int) -> None:
    """So many bytes more than now, and no others, where the system knows how to say so."""
    if sys.platform != "win32" and _PAGES.is_file():
        import resource

        taken = int(_PAGES.read_text().split()[5]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_DATA, (taken + more, resource.RLIM_INFINITY))


def allow(more: int) -> None:
    """So many bytes beyond the bound, where there is one."""
    if sys.platform != "win32":
        import resource

        now, most = resource.getrlimit(resource.RLIMIT_DATA)
        if now != resource.RLIM_INFINITY:
            resource.setrlimit(resource.RLIMIT_DATA, (now + more, most))


def ran_out(problem: BaseException | None) -> bool:
    """Whether a problem came from a bound, at any depth."""
    while problem is not None:
        if isinstance(problem, MemoryError) or "allocate memory" in str(problem):
            return True
        problem = problem.__cause__ or problem.__context__
    return False
