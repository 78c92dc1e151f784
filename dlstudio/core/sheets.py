"""Edits of what lies on the canvas beside the nodes: frames and notes."""

from collections.abc import Mapping
from dataclasses import replace

from dlstudio.core.document import Frame, Project, Sheet
from dlstudio.core.edits import with_sheet


def put_frames(project: Project, where: str, frames: Mapping[str, Frame]) -> Project:
    """Frames laid down, or laid anew where they are already: moved, resized, retitled, recoloured."""
    sheet = project.sheet(where)
    return with_sheet(project, where, replace(sheet, frames=sheet.frames.merge(frames)))


def drop_frames(project: Project, where: str, *names: str) -> Project:
    """Frames taken away; the nodes in them stay."""
    sheet = project.sheet(where)
    return with_sheet(project, where, replace(sheet, frames=sheet.frames.drop(*names)))


def put_notes(project: Project, where: str, notes: Mapping[str, Frame]) -> Project:
    """Notes laid down, or laid anew where they are already."""
    sheet = project.sheet(where)
    return with_sheet(project, where, replace(sheet, notes=sheet.notes.merge(notes)))


def drop_notes(project: Project, where: str, *names: str) -> Project:
    """Notes taken away."""
    sheet = project.sheet(where)
    return with_sheet(project, where, replace(sheet, notes=sheet.notes.drop(*names)))


def fresh_name(sheet: Sheet, wanted: str) -> str:
    """A free name for a frame or a note: frame1, frame2 ..."""
    number = 1
    while f"{wanted}{number}" in sheet.frames or f"{wanted}{number}" in sheet.notes:
        number += 1
    return f"{wanted}{number}"
