"""The File menu: documents, windows, and the picture of a network."""

from dlstudio.ui.actions.action import Action
from dlstudio.ui.files import dialogs
from dlstudio.ui.files.aside import Aside
from dlstudio.ui.files.desk import Desk
from dlstudio.ui.files.document import Document, with_suffix
from dlstudio.ui.files.question import tell
from dlstudio.ui.picture import write
from dlstudio.ui.session import State
from dlstudio.ui.window import Window

PICTURES = "SVG (*.svg);;PDF (*.pdf);;PNG (*.png)"


def document(window: Window) -> Document:
    """The document of a window; a window that the desk made always has one."""
    if not isinstance(window.document, Document):
        raise TypeError("this window stands on no desk")
    return window.document


def desk(window: Window) -> Desk:
    """Where all documents stand."""
    found = document(window).desk
    if not isinstance(found, Desk):
        raise TypeError("this window stands on no desk")
    return found


def new_window(window: Window) -> None:
    desk(window).start(desk(window).new().window)


def new(window: Window) -> None:
    desk(window).start(window)


def open_files(window: Window) -> None:
    paths = dialogs.to_open(window, desk(window).last_folder())
    desk(window).open(paths, window)


def save(window: Window) -> None:
    document(window).save()


def save_as(window: Window) -> None:
    document(window).save_as()


def save_copy(window: Window) -> None:
    document(window).save_copy()


def revert(window: Window) -> None:
    document(window).revert()


def export_picture(window: Window) -> None:
    """The network on the canvas as a figure."""
    paper, state = document(window), window.session.state
    chosen = dialogs.to_save(window, "Export picture", paper.suggestion(f"-{state.where}.svg"), PICTURES)
    if chosen is None:
        return
    file = with_suffix(chosen, ".svg")

    def then(problem: str) -> None:
        if problem:
            tell(window, "The picture was not written", problem)
        else:
            window.tell(f"Wrote {file.name}.", "good")

    Aside(window, lambda: write(state.project, file, state.where), then)


def close(window: Window) -> None:
    window.close()


def leave(window: Window) -> None:
    desk(window).quit()


def _in_a_file(state: State) -> str:
    if state.path is None:
        return "The document is in no file yet."
    return "" if state.dirty else "Nothing was changed since it was saved."


ACTIONS = (
    Action("new", "New…", "File", new, ("Ctrl+N",), "file-plus-2", "Templates, recent projects, or an empty network."),
    Action(
        "new-window", "New window", "File", new_window, ("Ctrl+Shift+N",), "", "Another document beside this one."
    ),
    Action(
        "open", "Open…", "File", open_files, ("Ctrl+O",), "folder-open",
        "Projects, pictures that carry one, models (ONNX, .pt2, Python), or weights for the open graph.",
    ),
    Action("save", "Save", "File", save, ("Ctrl+S",), "save", "Writes the document into its file.", starts_group=True),
    Action("save-as", "Save as…", "File", save_as, ("Ctrl+Shift+S",), "", "Goes on in another file."),
    Action("save-copy", "Save a copy…", "File", save_copy, ("Ctrl+Alt+S",), "", "Goes on in the same file."),
    Action(
        "revert", "Revert", "File", revert, (), "history", "Back to what is in the file; this can be undone.",
        _in_a_file,
    ),
    Action(
        "picture", "Export picture…", "File", export_picture, ("Ctrl+Shift+E",), "image",
        "The network as a figure: SVG, PDF or PNG.",
        lambda state: "" if state.network.nodes else "There is nothing to draw.",
    ),
    Action("close", "Close window", "File", close, ("Ctrl+W",), "", starts_group=True),
    Action("quit", "Quit", "File", leave, ("Ctrl+Q",), "log-out", "Closes every window; unsaved work asks first."),
)  # fmt: skip
