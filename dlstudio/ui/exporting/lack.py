"""Lack: the packages that a format needs and that are not installed, and the command that installs them."""

from importlib.util import find_spec

from dlstudio.catalog.formats import Format


def lacking(form: type[Format]) -> tuple[str, ...]:
    """The packages that are not there."""
    return tuple(package for package in form.needs if find_spec(package) is None)


def command(form: type[Format]) -> str:
    """What installs them."""
    return f"pip install 'dlstudio[{form.extra}]'"
