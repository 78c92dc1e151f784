"""Moment: a time as people say it."""

from datetime import datetime


def when(moment: datetime) -> str:
    """Today 14:05, yesterday, 3 May, 3 May 2024."""
    now = datetime.now().astimezone()
    days = (now.date() - moment.date()).days
    if days == 0:
        return f"today {moment:%H:%M}"
    if days == 1:
        return f"yesterday {moment:%H:%M}"
    day = f"{moment.day} {moment:%B}"
    return day if moment.year == now.year else f"{day} {moment.year}"
