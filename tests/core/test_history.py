"""History: gestures undone, redone and amended."""

from dlstudio.core.document import Project
from dlstudio.core.history import History

A, B, C = Project("a"), Project("b"), Project("c")


def test_undo_and_redo_walk_over_the_gestures():
    history = History.of(A).do("make b", B).do("make c", C)
    assert (history.project, history.undo_label, history.redo_label) == (C, "make c", None)
    back = history.undo()
    assert (back.project, back.undo_label, back.redo_label) == (B, "make b", "make c")
    assert back.redo().project is C
    start = back.undo().undo().undo()
    assert (start.project, start.undo_label) == (A, None)
    assert start.redo().redo().redo().project is C


def test_a_new_gesture_forgets_what_was_undone():
    history = History.of(A).do("make b", B).undo().do("make c", C)
    assert history.redo() is history
    assert history.undo().project is A


def test_a_gesture_that_changes_nothing_is_none():
    history = History.of(A)
    assert history.do("nothing", A) is history
    assert history.do("make b", B).undo().do("nothing", A).redo_label == "make b"


def test_an_amended_gesture_is_undone_as_one():
    history = History.of(A).do("drag", B).amend(C)
    assert (history.project, history.undo_label) == (C, "drag")
    assert history.undo().project is A


def test_an_amended_gesture_forgets_what_was_undone():
    history = History.of(A).do("drag", B).do("make c", C).undo()
    assert history.amend(B) is history
    assert history.amend(Project("d")).redo_label is None


def test_the_gestures_are_listed_newest_first():
    history = History.of(A).do("one", B).do("two", C)
    assert [step.label for step in history.steps()] == ["two", "one"]


def test_a_long_history_can_be_shown_compared_and_forgotten():
    history = History.of(A)
    for number in range(20_000):
        history = history.do("step", Project(str(number)))
    assert len(repr(history.now)) < 10_000
    assert history.now != history.undo().now
    del history
