"""Browser: a Chromium without a window, driven over its own protocol through two pipes."""

import base64
import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from select import select
from time import monotonic
from typing import Any

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome")
PATIENCE = 60.0
"""Seconds to wait for anything; a page is ready in one."""


def program() -> str | None:
    """The browser of this machine."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Page:
    """One tab."""

    def __init__(self, write: int, read: int) -> None:
        self._write, self._read = write, read
        self._number, self._rest, self._session = 0, b"", ""
        self.said: list[str] = []
        """What the page complained of."""
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for part in ("Page", "Runtime", "Log"):
            self.ask(f"{part}.enable")

    def ask(self, method: str, **given: Any) -> dict[str, Any]:
        """Sends a command and waits for its answer."""
        self._number += 1
        sent = {"id": self._number, "method": method, "params": given}
        sent |= {"sessionId": self._session} if self._session else {}
        os.write(self._write, json.dumps(sent).encode() + b"\0")
        until = monotonic() + PATIENCE
        while True:
            found = self._message(until)
            self._hear(found)
            if found.get("id") == self._number:
                assert "error" not in found, found
                result: dict[str, Any] = found["result"]
                return result

    def _message(self, until: float) -> dict[str, Any]:
        while b"\0" not in self._rest:
            ready, _, _ = select([self._read], [], [], max(0.0, until - monotonic()))
            assert ready, "the browser does not answer"
            read = os.read(self._read, 1 << 20)
            assert read, "the browser has gone"
            self._rest += read
        text, _, self._rest = self._rest.partition(b"\0")
        message: dict[str, Any] = json.loads(text)
        return message

    def _hear(self, message: dict[str, Any]) -> None:
        entry = message.get("params", {}).get("entry", {})
        if message.get("method") == "Log.entryAdded" and entry["level"] == "error":
            self.said.append(entry["text"])
        if message.get("method") == "Runtime.exceptionThrown":
            self.said.append(json.dumps(message["params"]["exceptionDetails"]))

    def evaluate(self, script: str) -> Any:
        """What an expression comes to, promises waited for."""
        found = self.ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def until(self, script: str) -> Any:
        """Waits until an expression comes to something."""
        wait = "new Promise((done) => { const look = () => { const found = (() => { try { return (%s); } catch "
        wait += "{ return null; } })(); if (found) done(found); else setTimeout(look, 20); }; look(); })"
        return self.evaluate(wait % script)

    def open(self, address: str) -> None:
        self.ask("Page.navigate", url=address)
        self.until(f"location.href.startsWith({json.dumps(address)}) && document.readyState === 'complete'")

    def look(self, wide: int, high: int, *, dark: bool = False) -> None:
        """The size of the window, and whether the reader's system is dark."""
        phone = wide < 600
        self.ask("Emulation.setDeviceMetricsOverride", width=wide, height=high, deviceScaleFactor=1, mobile=phone)
        features = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.ask("Emulation.setEmulatedMedia", features=features)

    def picture(self, file: Path, *, whole: bool = True) -> None:
        data = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=whole)["data"]
        file.write_bytes(base64.b64decode(data))

    def mouse(self, kind: str, x: float, y: float) -> None:
        self.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", buttons=1, clickCount=1)

    def key(self, name: str, text: str = "") -> None:
        for kind in ("keyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key=name, code=name, text=text if kind == "keyDown" else "")


@contextmanager
def browsing(folder: Path) -> Iterator[Page]:
    """A page of a browser that is started, and ended at last; its profile lies in a folder."""
    name = program()
    assert name is not None
    (give, write), (read, take) = os.pipe(), os.pipe()
    options = [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--no-first-run",
        "--remote-debugging-pipe", f"--user-data-dir={folder}",
    ]  # fmt: skip
    script = f'exec 8<&{give} 9>&{take}; exec "$@" 3<&8 4>&9'
    started = subprocess.Popen(
        ["bash", "-c", script, "browser", name, *options],
        pass_fds=(give, take),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    os.close(give)
    os.close(take)
    try:
        yield Page(write, read)
    finally:
        os.close(write)  # which ends it
        os.close(read)
        try:
            started.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(started.pid, signal.SIGKILL)
            started.wait()
