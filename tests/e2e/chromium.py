# SPDX-License-Identifier: Apache-2.0 OR MIT
"""A headless Chromium that is driven over a pipe (the DevTools protocol), with nothing else installed for it."""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

# No host but those that the file system is: whatever a page asks for over a network fails, and is seen.
OPTIONS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--mute-audio",
           "--disable-extensions", "--disable-background-networking", "--disable-component-update",
           "--hide-scrollbars", "--host-resolver-rules=MAP * ~NOTFOUND", "--remote-debugging-pipe", "about:blank")


def find() -> str | None:
    return os.environ.get("BACKTALK_CHROMIUM") or shutil.which("chromium")


@dataclass
class Seen:
    """What a page did while it was loaded and read."""

    complaints: list[str] = field(default_factory=list)  # errors and warnings of the console, exceptions, refusals of the policy
    requests: list[str] = field(default_factory=list)  # but for the page itself


class Chromium:
    """One browser with one page. A context manager."""

    def __enter__(self) -> "Chromium":
        self._profile = tempfile.TemporaryDirectory(prefix="backtalk-chromium-")
        to_browser, self._to = os.pipe()
        self._from, from_browser = os.pipe()
        # The browser reads its descriptor 3 and writes its descriptor 4.
        words = ["sh", "-c", f'exec "$0" "$@" 3<&{to_browser} 4>&{from_browser}', str(find()),
                 f"--user-data-dir={self._profile.name}", *OPTIONS]
        self._process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                         pass_fds=(to_browser, from_browser))
        os.close(to_browser)
        os.close(from_browser)
        self._number = 0
        self._rest = b""
        self._events: list[dict] = []
        try:
            self._attach()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _attach(self) -> None:
        pages = [one for one in self._call("Target.getTargets")["targetInfos"] if one["type"] == "page"]
        self._session = self._call("Target.attachToTarget", targetId=pages[0]["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network", "Audits"):
            self.call(f"{domain}.enable")

    def __exit__(self, *_: object) -> None:
        os.close(self._to)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._from)
        self._profile.cleanup()

    def _read(self, limit_s: float) -> dict:
        """The next message."""
        until = time.monotonic() + limit_s
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._from], [], [], max(0.0, until - time.monotonic()))
            if not ready:
                raise AssertionError(f"the browser said nothing for {limit_s} s")
            octets = os.read(self._from, 1 << 20)
            if not octets:
                raise AssertionError("the browser ended")
            self._rest += octets
        message, self._rest = self._rest.split(b"\0", 1)
        return json.loads(message)

    def _call(self, method: str, session: str | None = None, **parameters: object) -> dict:
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters} | ({"sessionId": session} if session else {})
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read(120)
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise AssertionError(f"{method}: {answer['error']}")
                return answer["result"]
            self._events.append(answer)

    def call(self, method: str, **parameters: object) -> dict:
        return self._call(method, self._session, **parameters)

    def look(self, width: int, dark: bool, touch: bool = False) -> None:
        """The size of the window and the colours, for the pages that are opened from now on."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=touch)
        self.call("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def open(self, page: Path) -> None:
        self._events.clear()
        self._page = page.resolve().as_uri()
        self.call("Page.navigate", url=self._page)
        while not any(event.get("method") == "Page.loadEventFired" for event in self._events):
            self._events.append(self._read(120))

    def value(self, expression: str) -> object:
        """What a script of ours says, which is not the page's: its policy does not bind it."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in answer:
            raise AssertionError(answer["exceptionDetails"])
        return answer["result"].get("value")

    def seen(self) -> Seen:
        self.value("1")  # what was said before has arrived
        out = Seen()
        for event in self._events:
            method, told = event.get("method"), event.get("params", {})
            if method == "Runtime.consoleAPICalled" and told["type"] in ("error", "warning", "assert"):
                out.complaints.append(str(told["args"]))
            elif method == "Runtime.exceptionThrown":
                out.complaints.append(str(told["exceptionDetails"].get("exception", told)))
            elif method == "Log.entryAdded" and told["entry"]["level"] in ("error", "warning"):
                out.complaints.append(told["entry"]["text"])
            elif method == "Audits.issueAdded":
                out.complaints.append(str(told["issue"]))
            elif method == "Network.requestWillBeSent" and told["request"]["url"] != self._page:
                out.requests.append(told["request"]["url"])
        return out

    def screenshot(self, file: Path, whole: bool = True) -> None:
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        file.write_bytes(base64.b64decode(shot["data"]))

    def drag(self, begin: tuple[float, float], end: tuple[float, float]) -> None:
        for kind, (x, y) in (("mouseMoved", begin), ("mousePressed", begin), ("mouseMoved", end), ("mouseReleased", end)):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="none" if kind == "mouseMoved" else "left",
                      buttons=0 if kind == "mouseMoved" else 1, clickCount=1)

    def point_at(self, x: float, y: float) -> None:
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
