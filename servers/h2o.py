# SPDX-License-Identifier: Apache-2.0 OR MIT
"""H2O."""

from collections.abc import Iterator

from .web import HTTPS, WebServer

SETTINGS = """\
user: nobody
http1-request-timeout: 3
listen: {host: 127.0.0.1, port: {port}}
compress: [gzip]
hosts:
  "www.example.org:{port}":
    paths:
      "/":
        file.dir: {documents}
      "/folder":
        file.dir: {documents}/folder
        file.dirlisting: ON
      "/fields":
        file.file: {documents}/page.html
        header.add: "Set-Cookie: a=1; Path=/"
        header.add: "Link: </style.css>; rel=preload"
      "/trailers":
        redirect: https://www.example.org/
      "/hints":
        redirect: {status: 307, url: "/page.html"}
"""


class H2o(WebServer):
    name = "h2o"
    packages = ("h2o",)
    program = "usr/bin/h2o"
    settings = SETTINGS
    load_services = (HTTPS,)
    load_settings = {
        "http1-request-timeout: 3": "http1-request-timeout: 60\naccess-log: {directory}/access.log",
        '  "www.example.org:{port}":': """\
  "www.example.org:{port}":
    listen: {host: 127.0.0.1, port: {https}, ssl: {certificate-file: "{cert}", key-file: "{key}"}}""",
    }
    needs_root = True  # its configuration has it drop to nobody

    def commands(self) -> Iterator[list[str]]:
        yield [self.files.file(self.program), "-c", f"{self.directory}/settings"]
