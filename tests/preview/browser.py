"""A headless Chromium, driven over a pipe with the DevTools protocol."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import platform
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import npm

PACKAGE = Path(__file__).with_name("chromium")
FOLDER = Path(__file__).parents[2] / ".cache" / "chromium"
_UNPACK = (
    "const fs=require('fs'),z=require('zlib');fs.createReadStream(process.argv[1])"
    ".pipe(z.createBrotliDecompress()).pipe(fs.createWriteStream(process.argv[2]))"
)
_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{0}/fonts</dir><cachedir>{0}/cache</cachedir></fontconfig>
"""
"""The package's fonts alone: pictures are the same on every machine."""
_OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-pipe"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
_SECONDS = 30


class NoBrowserError(Exception):
    """No browser can be installed here."""


def install() -> Path:
    """Install the browser of the npm package, and return the program.

    Raises:
        NoBrowserError: npm cannot install it, or it has no program for this machine.
    """
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise NoBrowserError("@sparticuz/chromium has a program for Linux on x86-64 alone")
    try:
        npm.install(PACKAGE, FOLDER)
    except npm.NotInstalledError as error:
        raise NoBrowserError(f"npm cannot install @sparticuz/chromium: {error}") from error
    packed = FOLDER / "node_modules" / "@sparticuz" / "chromium" / "bin"
    program = FOLDER / "chromium"
    if not program.exists():
        for name in ("al2023", "fonts"):
            _unpack(packed / f"{name}.tar.br", FOLDER / f"{name}.tar")
            with tarfile.open(FOLDER / f"{name}.tar") as archive:
                archive.extractall(FOLDER, filter="data")
        (FOLDER / "own-fonts.conf").write_text(_FONTS.format(FOLDER), "utf-8")
        _unpack(packed / "chromium.br", FOLDER / "chromium.new")
        (FOLDER / "chromium.new").chmod(0o755)
        (FOLDER / "chromium.new").rename(program)
    return program


def _unpack(source: Path, target: Path) -> None:
    command = [npm.node(), "-e", _UNPACK, str(source), str(target)]
    subprocess.run(command, check=True, timeout=300)


class Page:
    """The one page of a browser. What went wrong in it and what it asked for are kept."""

    def __init__(self, incoming: int, outgoing: int) -> None:
        self._incoming, self._outgoing = incoming, outgoing
        self._buffer, self._number, self._session = b"", 0, ""
        self.errors: list[str] = []
        self.requests: list[str] = []
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        attached = self._call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self._call(f"{domain}.enable")

    def open(self, file: Path, *, width: int, dark: bool = False) -> None:
        """Load a file at a width of the window."""
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        self._call("Emulation.setDeviceMetricsOverride", **size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._call("Emulation.setEmulatedMedia", media="", features=[scheme])
        self._call("Page.navigate", url=file.as_uri())
        self.wait_for("document.readyState === 'complete' && location.protocol === 'file:'")

    def evaluate(self, expression: str) -> Any:
        """Return the value of an expression in the page."""
        answer = self._call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def wait_for(self, expression: str) -> None:
        """Wait until an expression is true."""
        end = time.monotonic() + _SECONDS
        while not self.evaluate(expression):
            assert time.monotonic() < end, f"never true: {expression}"
            time.sleep(0.02)

    def click(self, selector: str) -> None:
        """Click the middle of an element."""
        self.evaluate(f"document.querySelector({selector!r}).scrollIntoView({{block: 'center'}})")
        x, y = self.evaluate(
            f"(r => [r.x + r.width / 2, r.y + 12])"
            f"(document.querySelector({selector!r}).getBoundingClientRect())"
        )
        for kind in ("mousePressed", "mouseReleased"):
            where = {"x": x, "y": y, "button": "left", "clickCount": 1}
            self._call("Input.dispatchMouseEvent", type=kind, **where)

    def press(self, key: str, code: int, text: str = "") -> None:
        """Press and release a key."""
        for kind in ("keyDown", "keyUp"):
            self._call(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                windowsVirtualKeyCode=code,
                **({"text": text} if text and kind == "keyDown" else {}),
            )

    def photograph(self, file: Path) -> None:
        """Write the whole page as PNG."""
        size = self._call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        answer = self._call("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)
        file.write_bytes(base64.b64decode(answer["data"]))

    def print(self, file: Path) -> None:
        """Write the page as PDF, as a printer gets it."""
        answer = self._call("Page.printToPDF", preferCSSPageSize=True, printBackground=True)
        file.write_bytes(base64.b64decode(answer["data"]))

    def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._outgoing, json.dumps(message).encode() + b"\0")
        for answer in self._messages():
            if answer.get("id") == self._number:
                assert "error" not in answer, (method, answer["error"])
                result: dict[str, Any] = answer["result"]
                return result
            self._note(answer)
        raise AssertionError(f"the browser ended during {method}")

    def _messages(self) -> Iterator[dict[str, Any]]:
        while True:
            while b"\0" in self._buffer:
                text, _, self._buffer = self._buffer.partition(b"\0")
                yield json.loads(text)
            part = os.read(self._incoming, 1 << 20)
            if not part:
                return
            self._buffer += part

    def _note(self, event: dict[str, Any]) -> None:
        method, parameters = event.get("method"), event.get("params", {})
        if method in {"Runtime.exceptionThrown", "Log.entryAdded"}:
            self.errors.append(json.dumps(parameters))
        elif method == "Network.requestWillBeSent":
            self.requests.append(parameters["request"]["url"])


@contextmanager
def browser(program: Path, profile: Path) -> Iterator[Page]:
    """Run a browser with a page."""
    to_browser, outgoing = os.pipe()
    incoming, from_browser = os.pipe()
    # The protocol is read from descriptor 3 and written to 4.
    high = [fcntl.fcntl(number, fcntl.F_DUPFD, 20) for number in (to_browser, from_browser)]
    command = f'exec "$0" "$@" 3<&{high[0]} 4>&{high[1]}'
    process = subprocess.Popen(
        ["/bin/bash", "-c", command, str(program), *_OPTIONS, f"--user-data-dir={profile}"],
        pass_fds=high,
        env={
            **os.environ,
            "HOME": str(profile),
            "LD_LIBRARY_PATH": str(FOLDER / "lib"),
            "FONTCONFIG_FILE": str(FOLDER / "own-fonts.conf"),
        },
        stderr=subprocess.DEVNULL,
    )
    for number in (*high, to_browser, from_browser):
        os.close(number)
    try:
        yield Page(incoming, outgoing)
    finally:
        process.terminate()
        process.wait(_SECONDS)
        os.close(incoming)
        os.close(outgoing)
