# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Partly open loops: sessions arrive by the clock, whatever the server does, and each is accounted for."""

import os
import signal
import tempfile
import time
import unittest
from pathlib import Path

from clocked import SessionTest
from load import Load, load
from servers.builtin import Builtin
from servers.hostile import Peer, hostile
from servers.network import free_port

LOGIN = ("--user", "u1", "--password", "pass")
TLS = ("--insecure",)
# By scheme of the server: what a client of it needs, and what its first command is called.
CLIENTS = {"smtp": ((), "MAIL"), "lmtp": ((), "MAIL"), "pop3": (LOGIN, "STAT"), "imap": (LOGIN, "FETCH"), "http": ((), "GET"),
           "smtps": (TLS, "MAIL"), "pop3s": ((*LOGIN, *TLS), "STAT"), "imaps": ((*LOGIN, *TLS), "FETCH"), "https": (TLS, "GET")}


class Builtins(SessionTest):
    def test_each_session_has_a_connection_and_so_many_transactions(self) -> None:
        for scheme, (options, command) in CLIENTS.items():
            with self.subTest(scheme=scheme), Builtin(f"{scheme}://127.0.0.1:0") as server:
                run = load(server.url, "--session-rate", 200, "--per-connection", 3, "-n", 60, *options)
                self.assert_sessions(run, 20)
                self.assert_all_completed(run, 60)
                self.assertEqual(run.report["connections"]["opened"], 20)
                self.assertEqual(run.ok(command), 60)

    def test_with_starttls(self) -> None:
        for scheme, options in (("smtp", ()), ("pop3", LOGIN), ("imap", LOGIN)):
            with self.subTest(scheme=scheme), Builtin(f"{scheme}://127.0.0.1:0") as server:
                run = load(server.url, "--session-rate", 100, "-n", 10, "--starttls", *TLS, *options)
                self.assert_sessions(run, 10)
                self.assertEqual(run.report["connections"]["handshakes"]["full"], 10)

    def test_a_script_that_is_a_whole_connection_is_a_session(self) -> None:
        with Builtin("pop3://127.0.0.1:0") as server:
            run = load(server.url, "--session-rate", 100, "-n", 20, "--script", "session", *LOGIN)
            self.assert_sessions(run, 20)
            self.assertEqual(run.report["connections"]["opened"], 20)
            self.assertEqual(run.ok("QUIT"), 20)

    def test_waits_are_the_sessions_own(self) -> None:
        with Builtin("pop3://127.0.0.1:0") as server, tempfile.TemporaryDirectory() as folder:
            script = Path(folder) / "waits.txt"
            script.write_text("== pass\nC: STAT\nS: +OK\nwait 300ms\nC: NOOP\nS: +OK\n")
            run = load(server.url, "--session-rate", 50, "--per-connection", 2, "-n", 20, "--script", script, *LOGIN)
            self.assert_sessions(run, 10)
            self.assertLess(run.report["sessions"]["latency_ns"]["min"], 300_000_000, "no wait is part of it")

    def test_arrivals_are_at_random_if_asked_for_and_come_from_all_threads(self) -> None:
        with Builtin() as server:
            run = load(server.url, "--session-rate", 100, "-d", "2s", "--arrival", "poisson", "--seed", 4, "-t", 2)
            self.assert_sessions(run, 200, slack=60)
            self.assertEqual(run.report["workload"]["session_rate_per_s"], 100)

    def test_the_warm_up_is_not_counted(self) -> None:
        with Builtin() as server:
            run = load(server.url, "--session-rate", 40, "-d", "1s", "--warmup", "1s")
            self.assert_sessions(run, 40, slack=1)
            self.assertEqual(run.transactions["started"], run.report["sessions"]["started"])
            self.assertIn(run.report["warmup"]["started"], range(39, 42))

    def test_sessions_arrive_while_the_server_is_stopped(self) -> None:
        """Its kernel takes the connections. Those that arrive count from then on, and none is late."""
        def check(scheme: str) -> None:
            with Builtin(f"{scheme}://127.0.0.1:0") as server:
                running = Load(server.url, "--quiet", "--session-rate", 20, "-d", "5s", *CLIENTS[scheme][0])
                time.sleep(2)
                os.kill(server.pid, signal.SIGSTOP)
                try:
                    time.sleep(1)
                finally:
                    os.kill(server.pid, signal.SIGCONT)
                run = running.finish()
            self.assert_was_stopped(run, 100)
            # A fifth arrived within the second, half of these in the first half of it.
            self.assertGreaterEqual(run.report["sessions"]["latency_ns"]["p90"], 300_000_000)

        self.side_by_side(check, CLIENTS, at_once=len(CLIENTS))

    def test_a_session_that_finds_all_connections_in_use_waits_and_is_told(self) -> None:
        with Builtin("smtp://127.0.0.1:0", "--fault", "delay=50ms") as server:
            run = load(server.url, "--session-rate", 50, "-d", "2s", "-c", 2, "--timeout", "20s")
            self.assert_sessions(run, 100, slack=1)
        self.assertEqual((run.code, run.reasons), (1, ["rate-not-reached"]))
        self.assertGreater(run.report["sessions"]["found_all_busy"], 50)
        self.assertIn("all 2 of -c were open", run.report["verdict"]["reasons"][0]["sentence"])

    def test_ctrl_c_ends_it_and_the_books_balance(self) -> None:
        with Builtin("smtp://127.0.0.1:0", "--fault", "delay=100ms") as server:
            running = Load(server.url, "--quiet", "--session-rate", 50, "-d", "60s", "--per-connection", 50)
            time.sleep(2)
            run = running.interrupt()
        self.assert_whole(run)
        sessions = run.report["sessions"]
        self.assertGreater(sessions["unfinished"], 0)
        self.assertEqual(sessions["failed"], 0, run.errors)

    def test_options_that_have_no_effect_are_refused(self) -> None:
        for options, says in ((("-r", 5), "--rate has no effect with --session-rate"),
                              (("--stages", "1s:5"), "--stages has no effect with --session-rate"),
                              (("--ramp", "1s"), "--ramp has no effect with --session-rate"),
                              (("--find-rate", "p99<1s"), "--find-rate has no effect with --session-rate"),
                              (("--per-connection", 3, "-n", 10), "each session has 3"),
                              (("--batch-wait", "1ms"), "--batch-wait has no effect")):
            run = load("smtp://127.0.0.1:1", "--session-rate", 5, *options)
            self.assertEqual(run.code, 2)
            self.assertIn(says, run.err)


class SeveralAddresses(SessionTest):
    def test_sessions_take_the_addresses_and_the_sources_in_turn(self) -> None:
        port = free_port()
        with Builtin(f"pop3://127.0.0.1:{port}") as server, Builtin(f"pop3://127.0.0.2:{port}"):
            run = load(server.url, *LOGIN, "--session-rate", 100, "-n", 40, "--per-connection", 2, "-c", 20,
                       "--address", "127.0.0.1", "--address", "127.0.0.2", "--source", "127.0.0.3", "--source", "127.0.0.4")
        self.assert_sessions(run, 20)
        self.assertEqual((run.code, run.reasons, run.errors), (0, [], {}))
        for where in ("addresses", "sources"):
            counts = run.report["connections"][where]
            self.assertEqual([one["opened"] for one in counts], [10, 10], counts)
            self.assertEqual([one["transactions"] for one in counts], [20, 20], counts)

    def test_a_session_that_is_refused_tries_the_next_address(self) -> None:
        with Builtin("pop3://127.0.0.1:0") as server:
            run = load(server.url, *LOGIN, "--session-rate", 100, "-n", 20, "--address", "127.0.0.9", "--address", "127.0.0.1")
        self.assert_sessions(run, 20)
        self.assertEqual((run.code, run.reasons), (0, []))
        refuses, answers = run.report["connections"]["addresses"]
        self.assertEqual((refuses["opened"], answers["opened"], answers["failed"]), (0, 20, 0))
        self.assertEqual(run.errors, {"connect-refused": refuses["failed"]})
        self.assertGreater(refuses["failed"], 0)
        self.assertIn("no connection could be opened to 127.0.0.9 (connect-refused)", run.notes)

    def test_one_that_every_address_refuses_fails_once(self) -> None:
        run = load(f"smtp://127.0.0.1:{free_port()}", "--session-rate", 50, "-d", "1s", "--address", "127.0.0.8",
                   "--address", "127.0.0.9")
        started = run.report["sessions"]["started"]
        self.assert_sessions(run, 50, slack=1, failed=started)
        self.assertEqual(run.errors, {"connect-refused": 2 * started})


class Hostile(SessionTest):
    def test_nobody_listens(self) -> None:
        run = load(f"smtp://127.0.0.1:{free_port()}", "--session-rate", 50, "-d", "1s")
        self.assert_sessions(run, 50, slack=1, failed=run.report["sessions"]["started"])
        self.assertEqual(run.errors, {"connect-refused": run.report["sessions"]["started"]})
        self.assertEqual((run.code, run.reasons), (1, ["nothing-completed"]))

    def test_it_closes_at_once(self) -> None:
        with hostile(lambda peer: None) as url:
            run = load(url, "--session-rate", 50, "-d", "1s")
        self.assert_sessions(run, 50, slack=1, failed=run.report["sessions"]["started"])
        self.assertEqual(run.transactions["started"], 0)
        self.assertEqual(sum(run.errors.values()), run.report["sessions"]["failed"])

    def test_it_never_answers(self) -> None:
        with hostile(lambda peer: peer.hear_until(b"NEVER")) as url:
            run = load(url, "--session-rate", 50, "-d", "1s", "-c", 10, "--timeout", "500ms")
        sessions = run.report["sessions"]
        # At the end those that have waited for long enough are given up.
        self.assertLessEqual(sessions["unfinished"], 5)
        self.assert_sessions(run, 50, slack=1, failed=sessions["started"] - sessions["unfinished"],
                             unfinished=sessions["unfinished"])
        self.assertEqual(run.errors.keys(), {"timeout", "no-free-connection"})
        self.assertEqual(sum(run.errors.values()), sessions["failed"])
        self.assertEqual(sessions["latency_ns"]["count"], 0)
        self.assertGreaterEqual(sessions["ages_ns"]["min"], 500_000_000)

    def test_it_closes_in_good_order_before_all_is_done(self) -> None:
        def one_answer(peer: Peer) -> None:
            while peer.hear():
                pass
            peer.say(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

        with hostile(one_answer) as url:
            run = load(url.replace("smtp:", "http:"), "--session-rate", 50, "--per-connection", 2, "-n", 20)
        self.assert_sessions(run, 10, failed=10)
        self.assertEqual(run.transactions["completed"], 10)
        self.assertEqual(run.errors, {"session-cut-short": 10})
        self.assertEqual((run.code, run.reasons), (1, ["errors"]))

    def test_a_refusal_fails_the_session(self) -> None:
        """Each connection has a count of its own: of two messages the second is refused."""
        with Builtin("smtp://127.0.0.1:0", "--fault", "refuse-message=2") as server:
            run = load(server.url, "--session-rate", 100, "--per-connection", 2, "-n", 40)
            self.assert_sessions(run, 20, failed=20)
            self.assertEqual((run.transactions["completed"], run.transactions["failed"]), (20, 20))
            run = load(server.url, "--session-rate", 100, "-n", 20)
            self.assert_sessions(run, 20)


if __name__ == "__main__":
    unittest.main()
