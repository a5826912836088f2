"""A headless Chromium without a network, with or without scripts, driven over W3C WebDriver, https://www.w3.org/TR/webdriver2/.

Debian's chromedriver belongs to Debian's Chromium by its version; why no client library: docs/decisions/0013-browser.md.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2

from tests.wordpress import packages

if TYPE_CHECKING:
    from collections.abc import Iterator

_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--mute-audio",
]
_START_SECONDS = 240.0
_LOAD_SECONDS = 120.0
# Whether the document that was asked for has taken the place of the one before, and is all there. The mark tells a
# document that was already seen, for the driver returns at once from an address that differs by a fragment alone.
_READY = """
const ready = !window.presscorpusSeen && document.readyState === "complete"
  && location.href === new URL(arguments[0]).href;
if (ready) window.presscorpusSeen = true;
return ready;
"""


class Browser:
    """One window. Unless `scripts` a page's own are off; the driver's questions are answered all the same."""

    def __init__(self, client: httpx2.Client, folder: Path, *, scripts: bool = False, loopback: bool = False) -> None:
        self._client = client
        self._scripts = scripts
        self._reach = ", EXCLUDE 127.0.0.1" if loopback else ""
        self._page = folder / "page.html"
        self._profile = folder / "profile"
        self._session = ""

    def start(self) -> None:
        """Open the window."""
        # No name resolves: what a document asks for is never sent.
        flags = [*_FLAGS, f"--user-data-dir={self._profile}", f"--host-resolver-rules=MAP * ~NOTFOUND{self._reach}"]
        options = {"args": flags, "binary": _program("chromium")}
        logs = {"browser": "ALL", "performance": "ALL"}
        # axe looks at thousands of elements, perhaps on a machine that has other things to do.
        patience = {"script": 240_000}
        asked = {"goog:chromeOptions": options, "goog:loggingPrefs": logs, "timeouts": patience}
        wanted = {"alwaysMatch": {"browserName": "chrome", **asked}}
        opened = self._post("/session", {"capabilities": wanted})
        self._session = f"/session/{opened['sessionId']}"
        self.command("Emulation.setScriptExecutionDisabled", value=not self._scripts)

    def stop(self) -> None:
        """Close the window, and the browser with it."""
        if self._session:
            self._client.delete(self._session)

    def command(self, name: str, **parameters: object) -> Any:
        """Give a command of the DevTools protocol, https://chromedevtools.github.io/devtools-protocol/."""
        return self._post(f"{self._session}/goog/cdp/execute", {"cmd": name, "params": parameters})

    def show(self, page: str) -> None:
        """Load a page, byte for byte."""
        self._page.write_bytes(page.encode("utf-8", "surrogatepass"))
        self.open(self._page)

    def open(self, page: Path, fragment: str = "") -> None:
        """Open a file, at a place in it, and wait until the document is complete."""
        # From the same file a fragment would lead to the same document.
        for address in (["about:blank"] if fragment else []) + [page.absolute().as_uri() + fragment]:
            self.go(address)
            self.wait(_READY, address)

    def go(self, address: str) -> None:
        """Open an address, and wait for nothing."""
        self._post(f"{self._session}/url", {"url": address})

    def size(self, width: int, height: int = 900, *, dark: bool = False) -> None:
        """Give the screen a size in CSS pixels, and a light or a dark scheme."""
        self.command(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.command("Emulation.setEmulatedMedia", features=[scheme])

    def screenshot(self, *, whole: bool = False) -> bytes:
        """What the screen shows, or the whole page, as PNG."""
        taken = self.command("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        return base64.b64decode(taken["data"])

    def keys(self, *keys: str) -> None:
        """Press keys one after the other, https://www.w3.org/TR/webdriver2/#keyboard-actions."""
        presses = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        actions = [{"type": "key", "id": "keyboard", "actions": presses}]
        self._post(f"{self._session}/actions", {"actions": actions})

    def log(self, kind: str) -> list[dict[str, Any]]:
        """What has been logged since it was last asked for: "browser" (the console) or "performance" (DevTools)."""
        entries: list[dict[str, Any]] = self._post(f"{self._session}/se/log", {"type": kind})
        return entries

    def requests(self) -> list[str]:
        """The addresses that were asked for since this, or the performance log, was last asked."""
        events = [json.loads(entry["message"])["message"] for entry in self.log("performance")]
        return [each["params"]["request"]["url"] for each in events if each["method"] == "Network.requestWillBeSent"]

    def ask(self, script: str, *arguments: object) -> Any:
        """Run the body of a function in the page and give what it returns; a promise is waited for."""
        return self._post(f"{self._session}/execute/sync", {"script": script, "args": list(arguments)})

    def wait(self, condition: str, *arguments: object) -> Any:
        """Run a script again until it gives something true, and give that.

        Raises:
            AssertionError: After two minutes.
        """
        deadline = time.monotonic() + _LOAD_SECONDS
        while True:
            # A page that is being replaced answers nothing.
            with contextlib.suppress(RuntimeError):
                if value := self.ask(condition, *arguments):
                    return value
            assert time.monotonic() < deadline, condition
            time.sleep(0.02)

    def _post(self, path: str, body: object) -> Any:
        answer = self._client.post(path, json=body)
        value = answer.json()["value"]
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {value['error']}: {value['message']}"[:1000])
        return value


@contextlib.contextmanager
def running(*, scripts: bool = False, loopback: bool = False) -> Iterator[Browser]:
    """A browser that is there inside the with block only; with `loopback` it reaches servers of this machine."""
    driver = _program("chromedriver")
    folder = Path(tempfile.mkdtemp(prefix="presscorpus-browser-"))
    with (folder / "driver.log").open("wb") as log:
        # A session of its own, so that no process of the browser outlives it. Port 0: the system picks one.
        process = subprocess.Popen(
            [driver, "--port=0"], stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    try:
        base = f"http://127.0.0.1:{_port(process, folder / 'driver.log')}"
        with httpx2.Client(base_url=base, timeout=300, trust_env=False) as client:
            browser = Browser(client, folder, scripts=scripts, loopback=loopback)
            browser.start()
            try:
                yield browser
            finally:
                browser.stop()
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


def _port(process: subprocess.Popen[bytes], log: Path) -> int:
    """The port that the driver says it listens on."""
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        said = log.read_text(errors="replace").partition("started successfully on port ")[2]
        if "\n" in said:
            return int(said.split(".")[0].split()[0])
        time.sleep(0.02)
    raise RuntimeError(f"chromedriver did not start:\n{log.read_text(errors='replace')[-1500:]}")


def _program(name: str) -> str:
    """The path of a program of Debian's Chromium, installed if need be. Raises FetchError."""
    if shutil.which(name) is None:
        if os.geteuid() != 0:
            raise packages.FetchError(f"{name} is missing. Run: sudo apt-get install chromium chromium-driver")
        with packages._lock():
            packages._apt("install", "--yes", "--no-install-recommends", "chromium", "chromium-driver")
    path = shutil.which(name)
    if path is None:
        raise packages.FetchError(f"apt installed Chromium, yet {name} is not there.")
    return path
