# SPDX-License-Identifier: Apache-2.0 OR MIT
"""webfs. It requires a password (ann, pass) for everything."""

from collections.abc import Iterator

from .web import WebServer


class Webfs(WebServer):
    name = "webfs"
    packages = ("webfs",)
    program = "usr/bin/webfsd"

    def commands(self) -> Iterator[list[str]]:
        yield [self.files.file(self.program), "-F", "-i", "127.0.0.1", "-p", str(self.port()),
               "-r", str(self.documents), "-f", "index.html", "-b", "ann:pass", "-n", "www.example.org"]
