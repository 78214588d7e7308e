# SPDX-License-Identifier: Apache-2.0 OR MIT
"""micro_httpd, as inetd starts it."""

from collections.abc import Iterator

from . import inetd
from .web import WebServer


class MicroHttpd(WebServer):
    name = "micro-httpd"
    packages = ("micro-httpd",)
    program = "usr/sbin/micro-httpd"

    def commands(self) -> Iterator[list[str]]:
        yield inetd.command(self.port(), self.files.file(self.program), str(self.documents))
