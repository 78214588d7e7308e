# SPDX-License-Identifier: Apache-2.0 OR MIT
"""What a result says of itself: planted runs for each sentence, and the twin in which it is not said."""

import os
import signal
import tempfile
import time
import unittest
from pathlib import Path

from load import RESTART_ERRORS, Load, LoadTest, load
from servers.builtin import Builtin


class ServerLost(LoadTest):
    def test_a_server_that_dies_is_not_a_slow_server(self) -> None:
        with Builtin() as server:
            running = Load(server.url, "--quiet", "-c", 4, "-d", "2500ms")
            time.sleep(1)
            server.kill()
            run = running.finish()
        self.assert_whole(run)
        self.assertEqual(run.code, 1)
        self.assertIn("server-lost", run.reasons)
        self.assertIn("the server went away and did not come back", run.err)
        self.assertLess(run.report["connections"]["connected_s"], run.report["elapsed_s"])
        self.assertGreater(run.transactions["per_s_connected"], run.transactions["per_s"])

    def test_a_restart_is_told_for_each_protocol_in_clear_text_and_under_tls(self) -> None:
        """It is a note: the run goes on."""
        cases = (("http", ()), ("https", ("--insecure",)), ("smtp", ()), ("smtps", ("--insecure",)),
                 ("smtp", ("--starttls", "--insecure")),
                 ("pop3", ("--user", "u", "--password", "p")),
                 ("pop3s", ("--user", "u", "--password", "p", "--insecure")))

        def restart(case: tuple[str, tuple[str, ...]]) -> None:
            scheme, options = case
            with Builtin(f"{scheme}://127.0.0.1:0", "--fault", "delay=2ms") as server:
                running = Load(server.url, "--quiet", "-c", 4, "-d", "60s", "--allow-failures", "50%", *options)
                time.sleep(1)
                server.kill()
                time.sleep(0.2)
                server.start()
                time.sleep(2)
                run = running.interrupt()
            self.assert_whole(run)
            self.assertEqual((run.code, run.reasons), (0, ["server-restarted"]), run.err)
            reason = run.report["verdict"]["reasons"][0]
            self.assertEqual((reason["evidence"]["restarts"], reason["evidence"]["connections"]), (1, 4))
            self.assertGreaterEqual(reason["evidence"]["longest_s"], 0.2)
            self.assertIn("there was no connection for", run.notes)
            self.assertLess(run.transactions["failed"], 10)
            completed = [second["completed"] for second in run.report["intervals"]]
            self.assertGreater(sum(completed[-2:]), 0, f"the run goes on: {run.report['intervals']}")
            self.assertLessEqual(run.errors.keys(), RESTART_ERRORS)

        self.side_by_side(restart, cases, len(cases))

    def test_connections_that_the_server_closes_are_no_restart(self) -> None:
        for fault in ("close=20", "reset=20", "refuse=2", "messages-max=2"):
            with self.subTest(fault), Builtin("smtp://127.0.0.1:0", "--fault", fault) as server:
                run = load(server.url, "-c", 1, "-n", 100, "--allow-failures", "100%")
                self.assert_whole(run)
                self.assertNotIn("server-restarted", run.reasons)

    def test_a_server_that_keeps_connections_but_stops_answering_is_lost(self) -> None:
        with Builtin() as server:
            running = Load(server.url, "--quiet", "-c", 4, "-d", "4s", "--timeout", "10s")
            time.sleep(2)  # it has begun by now, even if it had to wait for a core
            os.kill(server.pid, signal.SIGSTOP)
            try:
                time.sleep(6)  # to the end of the run, however late it has begun
            finally:
                os.kill(server.pid, signal.SIGCONT)
            run = running.finish()
        self.assert_whole(run)
        self.assertEqual((run.code, run.reasons), (1, ["server-lost"]))
        self.assertIn("the server stopped answering", run.err)

    def test_reconnecting_for_each_message_is_not_a_loss(self) -> None:
        def check(connections: int) -> None:
            with Builtin("smtp://127.0.0.1:0", "--fault", "delay=5ms") as server:
                run = load(server.url, "-c", connections, "-d", "500ms", "--per-connection", 1)
            self.assert_whole(run)
            self.assertEqual(run.code, 0, run.err)

        self.side_by_side(check, (1, 4))


class Failures(LoadTest):
    def test_above_one_in_a_hundred_fail_the_run(self) -> None:
        with Builtin("smtp://127.0.0.1:0", "--fault", "refuse-message=50") as server:
            for options, code in (((), 1), (("--allow-failures", "2%"), 0), (("--allow-failures", "0.02"), 0)):
                with self.subTest(options):
                    run = load(server.url, "-c", 1, "-n", 100, *options)
                    self.assert_whole(run)
                    self.assertEqual(run.transactions["failed"], 2)
                    self.assertEqual((run.code, run.reasons == ["errors"]), (code, code == 1))

    def test_at_one_in_a_hundred_do_not(self) -> None:
        with Builtin("smtp://127.0.0.1:0", "--fault", "refuse-message=100") as server:
            run = load(server.url, "-c", 1, "-n", 100)
        self.assert_whole(run)
        self.assertEqual((run.code, run.transactions["failed"]), (0, 1), run.err)


class Unanswered(LoadTest):
    """What has no answer in time is no quick one: percentiles of all parts of the run say so, each beside its share."""

    def assert_bounded(self, part: dict, figures: str = "latency_ns") -> None:
        censored = part["censored" if figures == "latency_ns" else "service_censored"]
        ages = censored["ages_ns"]
        self.assertEqual(censored["timed_out"] + censored["unfinished"], ages["count"])
        self.assertEqual(censored["share"], ages["count"] / (ages["count"] + part[figures]["count"]))
        self.assertIn("p50", censored["bounds"])
        self.assertGreaterEqual(part[figures]["p50"], censored["at_least_ns"])
        self.assertGreaterEqual(censored["at_least_ns"], 300_000_000)

    def test_commands_and_transactions_are_at_least_as_old_as_they_were(self) -> None:
        # After the greeting and EHLO, MAIL alone is answered.
        with Builtin("smtp://127.0.0.1:0", "--fault", "mute=3") as server:
            run = Load(server.url, "-c", 4, "-n", 20, "--timeout", "300ms", "--allow-failures", "100%").finish()
        self.assert_whole(run)
        self.assertEqual(run.report["commands"]["MAIL"]["censored"]["share"], 0)
        self.assert_bounded(run.report["commands"]["RCPT"])
        self.assert_bounded(run.report)
        self.assert_bounded(run.report, "service_ns")
        self.assertEqual(run.report["commands"]["RCPT"]["censored"]["timed_out"], 20)
        self.assertRegex(run.out, r"\nRCPT +20 +0 +0 +≥ [\d.]+ m?s +needs 662: 100 % timed out\n")

    def test_passes_and_stages_too(self) -> None:
        script = "== once\nC: a SELECT INBOX\nS: a OK\n== pass looking\nC: a NOOP\nS: a OK\n== pass reading\nC: a CHECK\nS: a OK\n"
        with Builtin("imap://127.0.0.1:0", "--fault", "mute=3") as server, tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "mix.txt"
            file.write_text(script)
            run = Load(server.url, "--user", "u", "--password", "p", "--script", file, "-c", 8, "--stages", "1s:20-20",
                       "--timeout", "300ms", "--allow-failures", "100%").finish()
        self.assert_whole(run)
        for part in (*run.report["mix"], *run.report["stages"]):
            self.assert_bounded(part)
        self.assertEqual(sum(one["censored"]["timed_out"] for one in run.report["mix"]),
                         run.report["censored"]["timed_out"])
        self.assertRegex(run.out, r"\nreading .*≥ .*: 100 % timed out\n")

    def test_the_probe_too(self) -> None:
        with Builtin("smtp://127.0.0.1:0", "--fault", "mute=3") as server:
            run = Load(server.url, "--probe", "-c", 1, "-n", 5, "--timeout", "300ms", "--allow-failures", "100%").finish()
        self.assert_whole(run)
        self.assertGreater(run.report["probe"]["censored"]["timed_out"], 0)


class BusySessions(LoadTest):
    def test_are_reported_and_unsent_messages_are_not_timeouts(self) -> None:
        with Builtin("smtp://127.0.0.1:0", "--fault", "delay=50ms") as server:
            run = load(server.url, "-c", 2, "-d", "1s", "-r", 200, "--timeout", "1s")
        self.assert_whole(run)
        self.assertEqual(set(run.errors), {"no-free-connection"})
        self.assertRegex(run.notes, r"\d+ % of the messages fell due while every session was busy")
        self.assertGreater(run.transactions["found_all_busy"], 100)
        self.assertEqual(run.sent("MAIL"), run.transactions["completed"], "what was not sent is not sent")

    def test_are_not_reported_if_sessions_have_room(self) -> None:
        """One session, up to 512 messages in flight on it: a burst finds room all the time, even after half a second
        without a core."""
        with Builtin() as server:
            run = load(server.url, "-c", 1, "-d", "1s", "-r", 1000, "--arrival", "poisson", "-p", 512, "--data", "bdat")
        self.assert_whole(run)
        self.assertLess(run.transactions["found_all_busy"], run.transactions["started"] / 100)

    def test_are_not_reported_if_sessions_are_missing(self) -> None:
        with Builtin() as server:
            running = Load(server.url, "--quiet", "-c", 4, "-r", 200, "-d", "2s", "--timeout", "500ms")
            time.sleep(1)
            server.kill()
            run = running.finish()
        self.assert_whole(run)
        self.assertNotIn("busy", run.notes)

    def test_are_not_reported_with_enough_sessions(self) -> None:
        with Builtin("smtp://127.0.0.1:0", "--fault", "delay=50ms") as server:
            run = load(server.url, "-c", 200, "-d", "1s", "-r", 200)
        self.assert_whole(run)
        self.assertEqual((run.transactions["found_all_busy"], run.errors), (0, {}))
        self.assertNotIn("session was busy", run.notes)


if __name__ == "__main__":
    unittest.main()
