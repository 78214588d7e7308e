# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Postfix's smtp-sink: one process that takes mail and throws it away. Announces PIPELINING, and not CHUNKING."""

import os
import re

from .process import ServerProcess, free_port
from .unpacked import library_path, postfix_root


class SmtpSink(ServerProcess):
    def __init__(self, *options: str, host: str = "127.0.0.1", unix: bool = False, counting: bool = True) -> None:
        """`options` are smtp-sink's own: "-L" LMTP, "-f RCPT" refuses recipients, "-p" no PIPELINING, ..."""
        super().__init__("smtp-sink")
        root = postfix_root()
        assert root is not None
        self._program = str(root / "usr/sbin/smtp-sink")
        self.environment["LD_LIBRARY_PATH"] = library_path(root)
        self._options = list(options)
        self._counting = counting
        self.host = host
        self.port = free_port()
        self._path = str(self.directory / "socket") if unix else None
        if unix:
            self.directory.chmod(0o777)

    def command(self) -> list[str]:
        user = ["-u", "nobody"] if os.geteuid() == 0 else []
        counting = ["-c"] if self._counting else []
        host = f"[{self.host}]" if ":" in self.host else self.host
        place = f"unix:{self._path}" if self._path else f"inet:{host}:{self.port}"
        return [self._program, *user, *counting, *self._options, place, "1024"]

    def address(self) -> tuple[str, int] | str:
        return self._path or (self.host, self.port)

    @property
    def url(self) -> str:
        scheme = "lmtp" if "-L" in self._options else "smtp"
        if self._path:
            return f"{scheme}+unix:{self._path}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{host}:{self.port}"

    def messages(self) -> int:
        """How many messages it took whole, by its own running counters."""
        counters = re.findall(r"mesg=(\d+)", self.output())
        return int(counters[-1]) if counters else 0
