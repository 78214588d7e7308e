# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Postfix's smtp-sink: one process that takes mail and discards it. Announces PIPELINING but not CHUNKING."""

import os
import re
from collections.abc import Iterator

from .network import Address
from .place import Place
from .server import Server, Service


class SmtpSink(Server):
    """`options` are smtp-sink's own: "-L" LMTP, "-f RCPT" refuses recipients, "-p" no PIPELINING, ..."""

    name = "smtp-sink"
    packages = ("postfix",)
    program = "usr/sbin/smtp-sink"
    services = (Service("smtp", 2525, "smtp"),)

    def __init__(self, *options: str, place: Place | None = None, host: str = "127.0.0.1", unix: bool = False,
                 counting: bool = True) -> None:
        super().__init__(place)
        self._options = [*options, *(["-c"] if counting else []), *(["-u", "nobody"] if os.geteuid() == 0 else [])]
        self._host = host
        self._path = f"{self.directory}/socket" if unix else None
        self._scheme = "lmtp" if "-L" in options else "smtp"
        self.environment["LD_LIBRARY_PATH"] = self.files.file("usr/lib/postfix")

    def configure(self) -> None:
        if self._path:
            self.directory.chmod(0o777)

    def commands(self) -> Iterator[list[str]]:
        listener = f"unix:{self._path}" if self._path else f"inet:{self._url_host}:{self.port()}"
        yield [self.files.file(self.program), *self._options, listener, "1024"]

    def address(self, service: str = "") -> Address:
        return self._path or (self._host, self.port())

    def urls(self) -> dict[str, str]:
        where = f"+unix:{self._path}" if self._path else f"://{self._url_host}:{self.port()}"
        return {"smtp": self._scheme + where}

    @property
    def _url_host(self) -> str:
        return f"[{self._host}]" if ":" in self._host else self._host

    def messages(self) -> int:
        """How many complete messages it took, by its own counters."""
        counters = re.findall(r"mesg=(\d+)", self.output())
        return int(counters[-1]) if counters else 0
