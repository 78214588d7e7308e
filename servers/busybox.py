# SPDX-License-Identifier: Apache-2.0 OR MIT
"""BusyBox's httpd."""

from collections.abc import Iterator

from .web import WebServer

SETTINGS = "/private:ann:pass\nA:*\n"


class BusyBox(WebServer):
    name = "busybox"
    packages = ("busybox",)
    program = "bin/busybox"
    settings = SETTINGS

    def commands(self) -> Iterator[list[str]]:
        yield [self.files.file(self.program), "httpd", "-f", "-p", f"127.0.0.1:{self.port()}",
               "-h", str(self.documents), "-c", f"{self.directory}/settings"]
