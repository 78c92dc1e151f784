"""The Run menu: train, pause, step, stop."""

from functools import partial

from dlstudio.core.document import INPUT, MODEL
from dlstudio.ui import notice
from dlstudio.ui.actions.action import Action
from dlstudio.ui.digits import misfit, with_digits
from dlstudio.ui.runner import hindrance
from dlstudio.ui.session import Choice, State
from dlstudio.ui.window import Window


def train(window: Window) -> None:
    """Trains, or goes on; what comes of it is shown."""
    if window.session.state.phase == "paused":
        window.runner.pause()
    else:
        _start(window, paused=False)


def _start(window: Window, *, paused: bool) -> None:
    window.turns.follow(partial(_reveal, window))
    window.runner.start(paused=paused, allow_code=_allowed(window))


def _reveal(window: Window) -> None:
    """Goes to where a training is seen, unless what comes of it is in sight already."""
    dock = window.docks["dashboard"]
    if not dock.in_front and window.around.now != "Train":
        window.arrange("Train")
    elif not dock.in_front:
        dock.show()
        dock.raise_()


def _allowed(window: Window) -> bool:
    """Whether Python of the document's own may run."""
    return window.document is None or window.document.allowed


def restart(window: Window) -> None:
    """Ends the training, and begins anew with the settings as they are now."""
    window.turns.follow(partial(_reveal, window))
    window.runner.restart(allow_code=_allowed(window))


def resume(window: Window) -> None:
    """Goes on with the last run, from its last checkpoint."""
    window.turns.follow(partial(_reveal, window))
    window.runner.resume(allow_code=_allowed(window))


def pause(window: Window) -> None:
    window.runner.pause()


def stop(window: Window) -> None:
    window.runner.stop()


def step(window: Window) -> None:
    """Takes one step of a training that waits from then on; begins one where there is none."""
    if not window.session.state.phase:
        _start(window, paused=True)
    window.runner.single()


def use_digits(window: Window) -> None:
    """The digits become the data; the Input that they enter by is selected, so that the next layer goes behind it."""
    session = window.session
    session.do("Use the MNIST digits", with_digits)
    if session.state.where == MODEL:
        session.choose(Choice(frozenset(node.id for node in session.state.network.of_kind(INPUT))))
    window.canvas.setFocus()


def _may_train(state: State) -> str:
    if state.phase == "paused":
        return ""
    return "It is training already." if state.phase else hindrance(state)


def _may_restart(state: State) -> str:
    return "It is stopping already." if state.phase == "ending" else hindrance(state)


def _may_resume(state: State) -> str:
    return "It is training already." if state.phase else ""


def _may_step(state: State) -> str:
    return "" if state.phase in ("training", "paused") else _may_train(state)


def _may_pause(state: State) -> str:
    return "" if state.phase in ("training", "paused") else "Nothing is training."


def _may_stop(state: State) -> str:
    if state.phase == "ending":
        return "It is stopping already."
    return "" if state.phase else "Nothing is training."


ACTIONS = (
    Action("train", "Train", "Run", train, ("F5",), "play", "Trains the network in the background.", _may_train),
    Action(
        "pause", "Pause or go on", "Run", pause, ("F7",), "pause", "Waits after the step that is under way.",
        _may_pause,
    ),
    Action(
        "step", "Take one step", "Run", step, ("F10",), "step-forward", "One step of the training, then it waits.",
        _may_step,
    ),
    Action(
        "stop", "Stop", "Run", stop, ("Shift+F5",), "square", "Ends the training; what was learnt is kept.", _may_stop
    ),
    Action(
        "restart", "Restart", "Run", restart, ("Ctrl+Shift+F5",), "rotate-ccw",
        "Ends the training, and begins anew with the settings as they are now.", _may_restart,
    ),
    Action(
        "resume", "Resume the last run", "Run", resume, ("Shift+F7",), "history",
        "Goes on from its last checkpoint: of the graph as it was, to as many epochs as are set now.", _may_resume,
    ),
    Action(
        "use-digits", "Use the MNIST digits", "Run", use_digits, (), "database",
        "5,000 handwritten digits that come with the program.", misfit, starts_group=True,
    ),
    Action(
        "notify", "Tell me when a training ends", "Run", lambda _: notice.want(not notice.wanted()), (),
        "message-square", "The desktop says so while this window is not in front.",
        shown=lambda _: notice.wanted(),
    ),
)  # fmt: skip
