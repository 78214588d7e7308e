# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Loads that go by the clock on Postfix, Dovecot and nginx, in clear text and over TLS: sessions that arrive while the
server is stopped for a second, and stages, whose counts and rates are those that were asked for to 1 %."""

import signal
import time
import unittest
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from clocked import SessionTest, StagesTest, signal_all, stop_all
from load import Load, load
from servers.dovecot import Dovecot
from servers.nginx import Nginx
from servers.postfix import Postfix
from servers.server import Server

LOGIN = ("--user", "u1", "--password", "pass")
TLS = ("--insecure",)


@dataclass
class Client:
    """How a service of a server is loaded, and its command of which there is one in each transaction."""

    service: str
    command: str
    options: tuple[object, ...] = ()
    path: str = ""

    def url(self, server: Server) -> str:
        return server.urls()[self.service] + self.path


SERVERS: dict[Callable[[], Server], tuple[Client, ...]] = {
    partial(Postfix, for_load=True): (Client("smtp", "DOT"), Client("smtp", "DOT", ("--starttls", *TLS)), Client("smtps", "DOT", TLS)),
    Dovecot: (Client("pop3", "STAT", LOGIN), Client("pop3s", "STAT", (*LOGIN, *TLS)), Client("imap", "FETCH", LOGIN),
              Client("imaps", "FETCH", (*LOGIN, *TLS)), Client("imap", "FETCH", (*LOGIN, "--starttls", *TLS))),
    partial(Nginx, for_load=True): (Client("http", "GET", (), "/page.html"), Client("https", "GET", TLS, "/page.html")),
}
MISSING = [reason for kind in (Postfix, Dovecot, Nginx) if (reason := kind.why_not())]


@unittest.skipIf(MISSING, "; ".join(MISSING))
class RealServers(SessionTest, StagesTest):
    def test_sessions_arrive_on_time_while_the_server_is_stopped(self) -> None:
        """Five a second for six seconds, for one of which no process of the server runs."""
        def check(make: Callable[[], Server]) -> None:
            with make() as server:
                running = [Load(client.url(server), "--quiet", "--session-rate", 5, "-d", "6s", *client.options)
                           for client in SERVERS[make]]
                time.sleep(2.5)
                stopped = stop_all(server)
                try:
                    time.sleep(1)
                finally:
                    signal_all(stopped, signal.SIGCONT)
                runs = [one.finish() for one in running]
            for client, run in zip(SERVERS[make], runs, strict=True):
                self.assert_was_stopped(run, 30)
                self.assertEqual(run.report["connections"]["opened"], run.report["sessions"]["started"])
                self.assertGreaterEqual(run.ok(client.command), run.transactions["completed"])

        self.side_by_side(check, SERVERS)

    def test_stages_have_their_counts_and_rates(self) -> None:
        def check(make: Callable[[], Server]) -> None:
            with make() as server:
                for client in SERVERS[make]:
                    run = load(client.url(server), "-c", 8, "--stages", "1s:40-40,1s:80,1s:100-100", *client.options)
                    stages = self.assert_stages(run, [40, 60, 100])
                    self.assertEqual(run.errors, {}, client)
                    self.assertEqual([one["completed"] for one in stages], [one["started"] for one in stages], client)
                    self.assertEqual(run.ok(client.command), run.transactions["completed"], client)

        self.side_by_side(check, SERVERS, at_once=1)


if __name__ == "__main__":
    unittest.main()
