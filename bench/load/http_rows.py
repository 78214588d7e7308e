# SPDX-License-Identifier: Apache-2.0 OR MIT
"""HTTP/1.1 against wrk, h2load, ab and curl: nginx in clear text and over TLS, and the built-in server.

64 connections, unless a row says otherwise; `depth` requests in flight on each.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ClassVar

import clients
from clients import ours, pinned
from comparison import Sample
from measurement import Measurement
from servers.builtin import Builtin
from servers.nginx import Nginx
from servers.server import Server

CONNECTIONS = 64
DEPTH = 16
FILE_OCTETS = 612

# One worker, which answers by a file of 612 octets, or by a reply of 150 octets in all. No client can resume a session of
# TLS, so that every handshake is a full one.
SETTINGS = """\
daemon off;
worker_processes 1;
error_log {directory}/error.log;
pid {directory}/nginx.pid;
events { worker_connections 4096; }
http {
  default_type text/plain;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  access_log off;
  sendfile on;
  keepalive_requests 1000000000;
  ssl_protocols TLSv1.3;
  ssl_session_tickets off;
  server {
    listen 127.0.0.1:{port} backlog=4096;
    listen 127.0.0.1:{https} ssl backlog=4096;
    ssl_certificate {cert};
    ssl_certificate_key {key};
    root {documents};
    location = /small { return 200 "ok\\n"; }
  }
}
"""


class LoadedNginx(Nginx):
    """nginx without a log, for as many requests as come."""

    settings = SETTINGS
    load_settings: ClassVar[dict[str, str]] = {}

    def configure(self) -> None:
        super().configure()
        self.write(f"www/{FILE_OCTETS}.html", b"x" * FILE_OCTETS)


@contextmanager
def nginx() -> Iterator[Server]:
    with pinned(LoadedNginx(for_load=True)) as server:
        yield server


def _ways(measurement: Measurement, url: str, depth: int = 1, *options: object) -> dict[str, Callable[[], Sample]]:
    seconds = measurement.long_seconds
    ways = {"wrk": lambda: clients.wrk(url, CONNECTIONS, seconds, depth),
            "h2load --h1": lambda: clients.h2load(url, CONNECTIONS, seconds, depth)}
    if depth == 1:  # ab has no pipelining
        ways["ab -k"] = lambda: clients.ab(url, CONNECTIONS, seconds)
    ways["backtalk"] = lambda: ours(url, "-c", CONNECTIONS, "-p", depth, "-d", seconds, *options)
    return ways


def in_clear_text(measurement: Measurement) -> None:
    rows = ((f"{FILE_OCTETS}.html", f"a file of {FILE_OCTETS} octets", 1, 0.5), ("small", "a reply of 150 octets", 1, 0.6),
            (f"{FILE_OCTETS}.html", f"a file of {FILE_OCTETS} octets", DEPTH, 0.25))
    if reason := Nginx.why_not():
        measurement.leave_out("HTTP on nginx", reason)
    else:
        with nginx() as server:
            for path, what, depth, limit in rows:
                row = measurement.compare(f"nginx, {what}, depth {depth}", "requests",
                                      _ways(measurement, f"{server.urls()['http']}/{path}", depth))
                measurement.at_most(row, "backtalk", "cpu_s", limit)
            _one_after_the_other(measurement, f"{server.urls()['http']}/small")
    with pinned(Builtin("http://127.0.0.1:0")) as sink:
        for depth, limit in ((1, 0.6), (DEPTH, 0.4)):
            row = measurement.compare(f"built-in server, a body of 3 octets, depth {depth}", "requests",
                                  _ways(measurement, f"{sink.url}/3", depth))
            measurement.at_most(row, "backtalk", "cpu_s", limit)


def _one_after_the_other(measurement: Measurement, url: str) -> None:
    count = measurement.count(10_000)
    measurement.compare("nginx, a reply of 150 octets, one connection", "requests", {
        "curl": lambda: clients.curl([f"{url}?[1-{count}]"], count, len("ok\n")),
        "backtalk": lambda: ours(url, "-c", 1, "-n", count, by_clock=True)})


def over_tls(measurement: Measurement) -> None:
    if reason := Nginx.why_not():
        measurement.leave_out("HTTPS on nginx", reason)
        return
    with nginx() as server:
        url = f"{server.urls()['https']}/small"
        trust = ("--cafile", server.directory / "cert.pem")  # the others verify no certificate
        row = measurement.compare("nginx, TLS 1.3, a reply of 150 octets, kept alive", "requests",
                              _ways(measurement, url, 1, *trust))
        measurement.at_most(row, "backtalk", "cpu_s", 0.75)
        count = measurement.count(6000)
        row = measurement.compare("nginx, TLS 1.3, a full handshake for each request", "requests", {
            "h2load --h1": lambda: clients.h2load_by_handshakes(url, CONNECTIONS, count),
            "ab": lambda: clients.ab_by_handshakes(url, CONNECTIONS, count),
            "backtalk": lambda: clients.ours_by_handshakes(url, count, "-c", CONNECTIONS, "--insecure"),
            "backtalk, verifying": lambda: clients.ours_by_handshakes(url, count, "-c", CONNECTIONS, *trust)})
        measurement.at_least(row, "backtalk", "per_s", 1.0)
