# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The built-in server: `backtalk serve URL`."""

import os
import re
from pathlib import Path

from .process import ServerProcess, first_bytes, wait_for

TOP = Path(__file__).resolve().parents[1]


def program() -> str:
    """The program under test."""
    return os.environ.get("BACKTALK") or str(TOP / "build/release/loadgen/cli/backtalk")


class Builtin(ServerProcess):
    """`url` may have port 0, or be `smtp+unix:` alone: the socket is then made in the server's own directory."""

    def __init__(self, url: str = "smtp://127.0.0.1:0", *options: str) -> None:
        super().__init__("builtin")
        self._asked = f"{url}{self.directory}/socket" if url.endswith("+unix:") else url
        self._options = options
        self._starts = 0
        self.url = ""

    def command(self) -> list[str]:
        # Started again, it listens where it did.
        return [program(), "serve", self.url or self._asked, *self._options]

    def address(self) -> tuple[str, int] | str:
        if "+unix:" in self.url:
            return self.url.split("+unix:", 1)[1]
        host, port = self.url.split("://", 1)[1].rsplit(":", 1)
        return (host.strip("[]"), int(port))

    def wait_until_up(self) -> None:
        self._starts += 1

        def listening() -> bool:
            assert self.process is not None
            if self.process.poll() is not None:
                raise RuntimeError(f"backtalk serve ended with {self.process.returncode}:\n{self.output()}")
            return len(self._listening()) >= self._starts

        wait_for(listening, "backtalk serve does not say 'listening on':\n", self.output)
        self.url = self._listening()[-1]

    def greets(self) -> bool:
        return first_bytes(self.address()).startswith(b"220")

    def _listening(self) -> list[str]:
        return re.findall(r"^listening on (\S+)$", self.output(), re.MULTILINE)

    def kill(self) -> None:
        self.end_group()

    def resident_kb(self) -> int:
        """The memory that it has in use."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(re.findall(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)[0])

    def messages(self) -> int:
        """Stops it; how many messages it took, by the counts that it prints when it ends."""
        self.stop()
        counts = re.findall(r'"messages":\s*(\d+)|(\d+) messages', self.output())
        if not counts:
            raise RuntimeError(f"backtalk serve ended without saying how many messages it took:\n{self.output()}")
        return int(counts[-1][0] or counts[-1][1])
