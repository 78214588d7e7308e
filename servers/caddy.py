# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Caddy."""

from collections.abc import Iterator

from .web import HTTPS, WebServer

SETTINGS = """\
{
  admin off
  auto_https off
  servers {
    timeouts {
      read_body 3s
      read_header 3s
      idle 2s
    }
  }
}
http://www.example.org:{port} {
  root * {documents}
  encode gzip
  respond /echo "{http.request.body}"
  respond /nocontent 204
  respond /status/418 "short and stout" 418
  respond /secret/* 403
  header /fields {
    Set-Cookie "a=1; Path=/"
    +Set-Cookie "b=2"
    Link "</style.css>; rel=preload"
    -Server
  }
  respond /fields "fields"
  templates /stream
  redir /trailers https://www.example.org/ 308
  file_server browse
}
"""


FOR_LOAD = """\
{
  admin off
  auto_https off
}
(site) {
  root * {documents}
  file_server
  log {
    output file {directory}/access.log
  }
}
http://:{port} {
  import site
}
https://127.0.0.1:{https} {
  tls {cert} {key}
  import site
}
"""


class Caddy(WebServer):
    name = "caddy"
    packages = ("caddy",)
    program = "usr/bin/caddy"
    settings = SETTINGS
    load_services = (HTTPS,)
    load_settings = {SETTINGS: FOR_LOAD}

    def commands(self) -> Iterator[list[str]]:
        self.environment["HOME"] = str(self.directory)  # where it keeps its state
        yield [self.files.file(self.program), "run", "--config", f"{self.directory}/settings", "--adapter", "caddyfile"]
