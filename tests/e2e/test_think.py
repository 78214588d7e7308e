# SPDX-License-Identifier: Apache-2.0 OR MIT
"""`load --think`: sessions wait between their transactions, whatever the protocol, and the waits are in no latency."""

import unittest

from load import LoadTest, load
from real_servers import RealServers, start_for_module
from servers.builtin import Builtin
from servers.dovecot import Dovecot
from servers.nginx import Nginx

THINK_S = 0.3
THINK = ("--think", f"{THINK_S}s")
LOGIN = ("--user", "u1", "--password", "pass")
OPTIONS = {"smtp": (), "lmtp": (), "pop3": LOGIN, "imap": LOGIN, "http": ()}


def setUpModule() -> None:
    start_for_module((Dovecot, Nginx))


class Think(RealServers):
    def check_closed(self, url: str, *options: object) -> None:
        """Two users with four transactions each, and three pauses between them."""
        run = load(url, "-c", 2, "-n", 8, "-p", 4, *THINK, *options)
        self.assert_all_completed(run, 8)
        self.assertGreaterEqual(run.report["elapsed_s"], 3 * THINK_S)
        # With the pauses in them six of eight would be longer than that, however fast the machine is.
        self.assertLess(run.report["latency_ns"]["p50"], THINK_S * 1e9)
        self.assertEqual(run.report["workload"]["think"], f"{THINK_S}s")

    def check_sessions(self, url: str, *options: object) -> None:
        """Three sessions with three transactions each, and two pauses between them."""
        run = load(url, "--session-rate", 100, "--per-connection", 3, "-n", 9, *THINK, *options)
        self.assert_all_completed(run, 9)
        self.assertEqual(run.report["sessions"]["completed"], 3)
        self.assertGreaterEqual(run.report["elapsed_s"], 2 * THINK_S)
        # With the pauses each would be longer than that, however fast the machine is.
        self.assertLess(run.report["sessions"]["latency_ns"]["min"], 2 * THINK_S * 1e9)

    def check(self, url: str, *options: object) -> None:
        self.check_closed(url, *options)
        self.check_sessions(url, *options)

    def test_on_the_built_in_servers(self) -> None:
        urls = [f"{scheme}://127.0.0.1:0" for scheme in OPTIONS]
        with Builtin(urls[0], *urls[1:], listens=len(urls)) as server:
            self.side_by_side(lambda scheme: self.check(server.url_of(scheme), *OPTIONS[scheme]), OPTIONS)

    def test_over_tls(self) -> None:
        schemes = ("smtps", "pop3s", "imaps", "https")
        with Builtin(*(f"{scheme}://127.0.0.1:0" for scheme in schemes), listens=len(schemes)) as server:
            self.side_by_side(
                lambda scheme: self.check(server.url_of(scheme), "--insecure", *OPTIONS[scheme[:-1]]), schemes)

    def test_on_dovecot(self) -> None:
        server = self.server(Dovecot)
        self.side_by_side(lambda name: self.check(server.urls()[name], *OPTIONS[name]), ("pop3", "imap"))
        self.check(server.urls()["lmtp"], "--to", "u2@example.org")

    def test_on_nginx(self) -> None:
        self.check(self.server(Nginx).url)

    def test_a_user_thinks_while_the_connection_is_opened_again(self) -> None:
        with Builtin() as server:
            run = load(server.url, "-c", 2, "-n", 8, "--per-connection", 1, *THINK)
            self.assert_all_completed(run, 8)
            self.assertGreaterEqual(run.report["elapsed_s"], 3 * THINK_S)
            self.assertGreaterEqual(run.report["connections"]["opened"], 8)

    def test_the_end_of_a_run_waits_for_those_who_think(self) -> None:
        """Sessions of three seconds, of which the last begins a second before the end; the answers would have 1.4 s."""
        with Builtin() as server:
            for think in ("1s", "0.9s..1s", "normal:1s:1ms"):
                run = load(server.url, "--session-rate", 5, "--per-connection", 4, "--think", think, "-d", "1s",
                           "--timeout", "100ms", "-c", 20)
                self.assert_all_completed(run, 20)
                self.assertEqual((run.report["sessions"]["unfinished"], run.reasons), (0, []))

    def test_all_its_forms_are_read(self) -> None:
        with Builtin() as server:
            for text in ("1ms..2ms", "exp:1ms", "normal:2ms:1ms", "exp 1ms", "0"):
                run = load(server.url, "-c", 2, "-n", 8, "--think", text)
                self.assert_all_completed(run, 8)
                self.assertEqual(run.report["workload"]["think"], text)


class Refusals(LoadTest):
    def test_usage(self) -> None:
        for options, said in ((("--think", "x"), "--think x: expected a time as 3s, 2s..8s, exp:5s or normal:10s:2s"),
                              (("--think", "8s..2s"), "--think 8s..2s: expected"),
                              (("--think", ""), "--think needs TIME: it is empty"),
                              (("--think", "3s", "-r", 5), "--think has no effect with --rate"),
                              (("--think", "3s", "--stages", "1s:5"), "--think has no effect with --rate"),
                              (("--think", "3s", "--find-rate", "p99<1s"), "--think has no effect with --rate"),
                              (("--think", "3s", "--session-rate", 5), "--per-connection says how many")):
            run = load("smtp://127.0.0.1:9", *options)
            self.assertEqual((run.code, run.report), (2, {}), run.err)
            self.assertIn(said, run.err)


if __name__ == "__main__":
    unittest.main()
