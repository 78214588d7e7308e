# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Servers that are stopped, killed and started again while they are loaded: every transaction is accounted for, the
verdict says what happened, and the run goes on."""

import signal
import sys
import time
import unittest
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from clocked import signal_all, stop_all
from load import RESTART_ERRORS, Load, LoadTest, Run
from servers.builtin import Builtin
from servers.dovecot import Dovecot
from servers.nginx import Nginx
from servers.postfix import Postfix
from servers.server import Server

LOGIN = ("--user", "u1", "--password", "pass")


@dataclass
class Client:
    """How a service of a server is loaded."""

    service: str
    options: tuple[object, ...]
    path: str = ""

    def load(self, server: Server, duration: str, *options: object) -> Load:
        return Load(server.urls()[self.service] + self.path, "--quiet", "-c", 4, "-d", duration, *self.options, *options)


class Restarts(LoadTest):
    def assert_restarted(self, run: Run) -> None:
        self.assert_whole(run)
        self.assertEqual((run.code, run.reasons), (0, ["server-restarted"]), run.err)
        evidence = run.report["verdict"]["reasons"][0]["evidence"]
        self.assertEqual(evidence["restarts"], 1)
        # Of several processes one dies before the others: its client may be connecting again when the last is lost.
        self.assertIn(evidence["connections"], range(1, 5))
        self.assertLess(run.transactions["failed"], 10)
        self.assertLessEqual(run.errors.keys(), RESTART_ERRORS)
        completed = [second["completed"] for second in run.report["intervals"]]
        self.assertGreater(completed[0], 0)
        self.assertGreater(sum(completed[-2:]), 0, "the run goes on")

    def together(self, *checks: Callable[[], None]) -> None:
        """Each at most twice: what a busy machine does within a second may differ, and a defect shows again."""
        def hold(check: Callable[[], None]) -> None:
            try:
                check()
            except AssertionError as first:
                print(f"{check}: {first}; once more", file=sys.stderr)
                check()

        self.side_by_side(hold, checks)

    def kill(self, case: tuple[Callable[[], Server], Client]) -> None:
        """Killed after a second, and started again soon after."""
        make, client = case
        with make() as server:
            running = client.load(server, "60s", "--allow-failures", "50%", "--timeout", "5s")
            time.sleep(1)
            server.kill()
            time.sleep(0.6)  # the client is to find nobody there, even if it waits for a core
            server.start()
            time.sleep(2.5)
            self.assert_restarted(running.interrupt())

    def stop(self, case: tuple[Callable[[], Server], Client, bool]) -> None:
        """Stopped for a second in mid-run: that is a slow answer and no loss. Stopped to the end, it is lost."""
        make, client, comes_back = case
        with make() as server:
            running = client.load(server, "6s" if comes_back else "4s", "--timeout", "10s")
            time.sleep(2)  # it has begun by now, even if it had to wait for a core
            stopped = stop_all(server)
            try:
                time.sleep(1 if comes_back else 6)
            finally:
                signal_all(stopped, signal.SIGCONT)
            run = running.finish()
            self.assert_whole(run)
            self.assertEqual(run.reasons, [] if comes_back else ["server-lost"], run.err)
            self.assertEqual((run.transactions["failed"], run.errors), (0, {}))
            self.assertGreaterEqual(run.report["latency_ns"]["max"], 900_000_000)

    def test_imap_in_clear_text_and_under_tls(self) -> None:
        """Of the built-in server; test_verdict.py has the other protocols. Its `urls` have one entry, whatever the scheme."""
        cases = (("imap", ()), ("imaps", ("--insecure",)), ("imap", ("--starttls", "--insecure")))
        self.together(*(partial(self.kill, (partial(Builtin, f"{scheme}://127.0.0.1:0", "--fault", "delay=2ms"),
                                            Client("smtp", (*LOGIN, *options)))) for scheme, options in cases))

    @unittest.skipIf(Dovecot.why_not(), Dovecot.why_not())
    def test_dovecot(self) -> None:
        pop3, imap = Client("pop3", LOGIN), Client("imaps", (*LOGIN, "--insecure"))
        self.together(partial(self.kill, (Dovecot, pop3)), partial(self.kill, (Dovecot, imap)),
                      partial(self.stop, (Dovecot, pop3, False)), partial(self.stop, (Dovecot, imap, True)))

    @unittest.skipIf(Nginx.why_not(), Nginx.why_not())
    def test_nginx(self) -> None:
        nginx, client = partial(Nginx, for_load=True), Client("https", ("--insecure",), "/page.html")
        self.together(partial(self.kill, (nginx, client)), partial(self.stop, (nginx, client, True)),
                      partial(self.stop, (nginx, client, False)))

    @unittest.skipIf(Postfix.why_not(), Postfix.why_not())
    def test_postfix_is_stopped_and_goes_on(self) -> None:
        """That it is killed is in test_postfix.py."""
        self.stop((Postfix, Client("smtp", ()), True))


if __name__ == "__main__":
    unittest.main()
