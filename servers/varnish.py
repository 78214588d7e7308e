# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Varnish without a backend: it answers by itself. It has no TLS."""

from collections.abc import Iterator

from .web import WebServer

SETTINGS = """\
vcl 4.1;
backend default none;
sub vcl_recv {
  return (synth(200, "OK"));
}
sub vcl_synth {
  set resp.http.Content-Type = "text/html";
  set resp.body = "<p>index";
  return (deliver);
}
"""


class Varnish(WebServer):
    """Its cache compiles the configuration with the machine's C compiler, `cc`."""

    name = "varnish"
    packages = ("varnish",)
    program = "usr/sbin/varnishd"
    settings = SETTINGS
    fixed_paths = True

    def configure(self) -> None:
        super().configure()
        for account in ("varnish", "vcache"):
            self.account(account, "nobody")

    def commands(self) -> Iterator[list[str]]:
        yield ["/usr/sbin/varnishd", "-F", "-a", f"127.0.0.1:{self.port()}", "-f", f"{self.directory}/settings",
               "-n", f"{self.directory}/state", "-j", "none", "-s", "malloc,16m"]
        if self.for_load:
            yield ["/usr/bin/varnishncsa", "-n", f"{self.directory}/state", "-t", "20", "-w",
                   f"{self.directory}/access.log"]

    def ready(self) -> bool:
        return super().ready() and (not self.for_load or bool(self.access_log()))  # else the log still begins
