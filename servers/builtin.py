# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The built-in server of the program under test: `backtalk serve URL`."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

from .network import Address
from .place import Place
from .server import Server, Service

TOP = Path(__file__).resolve().parents[1]


def program() -> str:
    """The program under test: $BACKTALK, or that of the release build."""
    return os.environ.get("BACKTALK") or str(TOP / "build/release/loadgen/cli/backtalk")


class Builtin(Server):
    """`url` may have port 0. If it is just `smtp+unix:`, the socket is in the server's own directory.

    `options` are those of `backtalk serve`, and more URLs: `listens` says how many URLs there are in all.
    """

    name = "builtin"
    services = (Service("smtp", 0, "smtp"),)

    def __init__(self, url: str = "smtp://127.0.0.1:0", *options: str, place: Place | None = None,
                 listens: int = 1) -> None:
        super().__init__(place)
        self._asked = f"{url}{self.directory}/socket" if url.endswith("+unix:") else url
        self._options = options
        self._listens = listens
        self._starts = 0

    @classmethod
    def why_not(cls) -> str | None:
        return None if Path(program()).exists() else f"{program()} is not built: run ./run build"

    def version(self) -> str:
        return self.run(program(), "--version").split()[-1]

    def commands(self) -> Iterator[list[str]]:
        # After a restart it listens at the same address.
        known = self._listening()[-1:] if self._listens == 1 else []
        yield [program(), "serve", *(known or [self._asked]), *self._options]
        self._starts += 1

    def ready(self) -> bool:
        return len(self._listening()) >= self._starts * self._listens

    def urls(self) -> dict[str, str]:
        return {"smtp": self._listening()[-1]}

    def url_of(self, scheme: str) -> str:
        """Where it serves that scheme, of several."""
        return next(url for url in reversed(self._listening()) if url.startswith((f"{scheme}:", f"{scheme}+")))

    def counts(self) -> dict[str, int]:
        """Stops it; returns what it says that it served."""
        self.stop()
        return json.loads(re.findall(r"^served (\{.*\})$", self.output(), re.MULTILINE)[-1])

    def address(self, service: str = "") -> Address:
        if "+unix:" in self.url:
            return self.url.split("+unix:", 1)[1]
        host, port = self.url.split("://", 1)[1].rsplit(":", 1)
        return (host.strip("[]"), int(port))

    def greets(self) -> bool:
        return self.answer().startswith(b"220")

    def _listening(self) -> list[str]:
        return re.findall(r"^listening on (\S+)$", self.output(), re.MULTILINE)

    def resident_kb(self) -> int:
        """Its resident memory."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(re.findall(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)[0])

    def messages(self) -> int:
        """Stops it; returns the number of messages that it took, from the counts that it prints when it ends."""
        self.stop()
        counts = re.findall(r'"messages":\s*(\d+)|(\d+) messages', self.output())
        if not counts:
            raise RuntimeError(f"backtalk serve ended without saying how many messages it took:\n{self.output()}")
        return int(counts[-1][0] or counts[-1][1])
