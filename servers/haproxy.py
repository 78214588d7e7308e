# SPDX-License-Identifier: Apache-2.0 OR MIT
"""HAProxy without a backend: it answers by itself, or with 503."""

from collections.abc import Iterator

from .web import HTTPS, WebServer

SETTINGS = """\
defaults
  mode http
  timeout client 3s
  timeout server 3s
  timeout connect 1s
  timeout http-request 2s
frontend web
  bind 127.0.0.1:{port}
  bind 127.0.0.1:{proxied} accept-proxy
  acl hints path /hints
  http-request early-hint Link "</style.css>; rel=preload; as=style" if hints
  http-request early-hint Link "</script.js>; rel=preload; as=script" if hints
  http-request return status 200 content-type text/plain string "hinted" if hints
  http-request return status 204 if { path /nocontent }
  http-request return status 418 content-type text/plain string "short and stout" if { path /status/418 }
  acl fields path /fields
  http-request return status 200 content-type text/plain string "fields" hdr Set-Cookie "a=1" hdr Set-Cookie b=2 if fields
  http-request auth realm private if { path_beg /private }
  http-request deny deny_status 403 if { path_beg /secret }
  http-request redirect code 303 location /page.html if { path /folder }
  http-request tarpit deny_status 429 if { path /trailers }
  http-request return status 200 content-type text/html string "<p>index" if { path / }
  default_backend nothing
backend nothing
  server none 127.0.0.1:9
"""


class HaProxy(WebServer):
    """At `proxied_url` it expects a header of the PROXY protocol first."""

    name = "haproxy"
    packages = ("haproxy",)
    program = "usr/sbin/haproxy"
    settings = SETTINGS
    page = "/?page.html"
    load_services = (HTTPS,)
    load_settings = {
        "  mode http\n": "  mode http\n  option httplog\n  log stdout format raw local0\n",
        "timeout client 3s": "timeout client 60s",
        "timeout http-request 2s": "timeout http-request 60s",
        "  bind 127.0.0.1:{port}\n": "  bind 127.0.0.1:{port}\n  bind 127.0.0.1:{https} ssl crt {pem}\n",
    }

    def access_log(self) -> str:
        return self.output()

    def filled(self, text: str) -> str:
        return super().filled(text).replace("{proxied}", str(self._proxied_port))

    @property
    def proxied_url(self) -> str:
        return f"http://127.0.0.1:{self._proxied_port}"

    @property
    def _proxied_port(self) -> int:
        return self.place.port("proxied", 8081)

    def commands(self) -> Iterator[list[str]]:
        yield [self.files.file(self.program), "-db", "-f", f"{self.directory}/settings"]
