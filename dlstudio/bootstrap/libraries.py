"""The shared libraries of the system that Qt loads on Linux; looked for at every start, so with few imports."""

from __future__ import annotations

import os
import sys

# From the NEEDED entries of QtGui, QtWidgets, QtDBus and the offscreen platform: without these no import succeeds.
ALWAYS = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
# From the NEEDED entries of the xcb platform: a window on an X display needs them.
DISPLAY = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}


def missing_libraries(*, display: bool = True) -> dict[str, str]:
    """The libraries that are not on this machine, and the Debian package of each."""
    if sys.platform != "linux":
        return {}
    wanted = ALWAYS | DISPLAY if display else ALWAYS
    folders = _library_folders()
    return {name: package for name, package in wanted.items() if not _is_there(name, folders)}


def advice(missing: dict[str, str]) -> str:
    """What to do about missing libraries, in one sentence."""
    from dlstudio.bootstrap import debian

    if debian.is_debian():
        command = debian.command(sorted(set(missing.values())))
        return f"Qt needs shared libraries that are missing here; this installs them: {command}"
    return f"Qt needs shared libraries that are missing here: {', '.join(missing)}"


def _library_folders() -> list[str]:
    triplet = f"{os.uname().machine}-linux-gnu"
    # Not /usr/lib itself: some distributions keep 32-bit libraries there. The loader knows it where it counts.
    return [f"/usr/lib/{triplet}", f"/lib/{triplet}", "/usr/lib64", "/lib64"]


def _is_there(name: str, folders: list[str]) -> bool:
    """Look for the file before asking the loader: a look takes microseconds, loading all of them a noticeable while."""
    if any(os.path.exists(os.path.join(folder, name)) for folder in folders):
        return True
    import ctypes

    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
