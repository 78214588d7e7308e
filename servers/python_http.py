# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Python's http.server."""

from collections.abc import Iterator

from .web import WebServer


class PythonHttp(WebServer):
    name = "python"
    packages = ("python3",)
    program = "usr/bin/python3"

    def commands(self) -> Iterator[list[str]]:
        yield [self.files.file(self.program), "-m", "http.server", str(self.port()), "--bind", "127.0.0.1",
               "--directory", str(self.documents), "--protocol", "HTTP/1.1"]
