# SPDX-License-Identifier: Apache-2.0 OR MIT
"""mini_httpd, with CGI."""

from collections.abc import Iterator

from .web import WebServer


class MiniHttpd(WebServer):
    name = "mini-httpd"
    packages = ("mini-httpd",)
    program = "usr/sbin/mini_httpd"

    def commands(self) -> Iterator[list[str]]:
        yield [self.files.file(self.program), "-D", "-p", str(self.port()), "-h", "127.0.0.1",
               "-d", str(self.documents), "-c", "cgi-bin/*", "-u", "nobody", "-l", f"{self.directory}/log"]
