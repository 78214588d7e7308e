# SPDX-License-Identifier: Apache-2.0 OR MIT
"""`backtalk load --probe`: the lone session beside the load, in every protocol, and what it tells apart."""

import tempfile
import unittest
from pathlib import Path

from load import HdrHistogram, Load, LoadTest, Run, load
from servers.builtin import Builtin

LOGIN = ("--user", "u1", "--password", "secret")
CHEAPEST = {"smtp": ("NOOP", ()), "lmtp": ("NOOP", ()), "pop3": ("STAT", LOGIN), "imap": ("NOOP", LOGIN), "http": ("HEAD", ()),
            "smtps": ("NOOP", ("--insecure",)), "pop3s": ("STAT", (*LOGIN, "--insecure")),
            "imaps": ("NOOP", (*LOGIN, "--insecure")), "https": ("HEAD", ("--insecure",))}


class Probe(LoadTest):
    def probe(self, run: Run) -> dict:
        """That of the result, which adds up."""
        found = run.report["probe"]
        self.assertEqual(found["started"], found["completed"] + found["failed"] + found["unfinished"])
        self.assertEqual(found["latency_ns"]["count"], found["completed"])
        self.assertEqual(HdrHistogram(found["histogram"]).count, found["completed"])
        return found

    def test_asks_for_the_cheapest_of_each_protocol(self) -> None:
        for scheme, (command, words) in CHEAPEST.items():
            with self.subTest(scheme), Builtin(f"{scheme}://127.0.0.1:0") as server:
                run = load(server.url, "--probe", "-c", 2, "-d", "500ms", *words)
                self.assert_whole(run)
                self.assertEqual(run.code, 0, run.err)
                probe = self.probe(run)
                self.assertEqual((probe["command"], probe["rate_per_s"]), (command, 100))
                self.assertGreater(probe["completed"], 0)
                # None of it is in the figures of the load.
                self.assertEqual(run.report["connections"]["opened"], 2)

    def test_without_it_there_is_none(self) -> None:
        with Builtin("http://127.0.0.1:0") as server:
            self.assertIsNone(load(server.url, "-n", 10).report["probe"])

    def test_ends_with_a_load_that_a_count_ends(self) -> None:
        with Builtin("http://127.0.0.1:0", "--fault", "service=const:20ms") as server:
            run = load(server.url, "--probe", "-c", 1, "-n", 20)
        self.assert_all_completed(run, 20)
        # A hundred a second for as long as the load lasts: the server takes 20 ms for either.
        self.assertGreater(self.probe(run)["started"], 10)

    def test_is_a_user_of_its_own(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            users = Path(folder) / "users"
            users.write_text("u1 one\nu2 two\nu3 three\n")
            with Builtin("pop3://127.0.0.1:0", "--users", str(users)) as server:
                run = load(server.url, "--probe", "-c", 2, "-d", "300ms", "--users", users)
        self.assert_whole(run)
        self.assertGreater(self.probe(run)["completed"], 0)

    # Sixteen requests in flight wait for each other on their connection, each of which has a server of its own: that
    # is no wait of the lone session's.
    def test_tells_a_queue_of_the_load_from_a_slow_server(self) -> None:
        with Builtin("http://127.0.0.1:0", "--fault", "service=const:5ms") as server:
            run = load(server.url, "--probe", "-c", 1, "-p", 16, "-d", "2s", "--batch-wait", 0)
        self.assert_whole(run)
        load_p50, probe_p50 = run.report["latency_ns"]["p50"], self.probe(run)["latency_ns"]["p50"]
        self.assertGreaterEqual(load_p50, 75_000_000)
        if probe_p50 is not None:  # a machine that is too busy for the probe says nothing
            self.assertGreaterEqual(probe_p50, 4_900_000)
        # The other way: all wait at one worker, the lone session with them.
        with Builtin("http://127.0.0.1:0", "--fault", "service=const:5ms", "--fault", "workers=1") as server:
            run = load(server.url, "--probe", "-c", 16, "-d", "2s", "--batch-wait", 0)
        self.assert_whole(run)
        self.assertGreaterEqual(self.probe(run)["latency_ns"]["max"], 50_000_000)

    def test_stands_in_the_summary(self) -> None:
        with Builtin("smtp://127.0.0.1:0") as server:
            run = Load(server.url, "--probe", "-d", "500ms").finish()
        self.assertIn(": NOOP of a lone session beside the load, 100/s", run.out)


if __name__ == "__main__":
    unittest.main()
