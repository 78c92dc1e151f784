"""Unseen: what is said of a run that ended before anything of it was seen."""

ENDS = {
    "failed": "failed",
    "stopped": "was stopped",
    "interrupted": "was interrupted",
    "finished": "ended",
    "early": "ended early",
}


def unseen(status: str, step: int, what: str = "answered") -> str:
    """How it ended, at which step, and what never came; nothing of a run that goes on."""
    ended = ENDS.get(status)
    return f"The run {ended} at step {step:,} before anything was {what}." if ended else ""
