# SPDX-License-Identifier: Apache-2.0 OR MIT
"""What the options of `backtalk load` promise: how much is sent, over which connections, and how a run ends."""

import itertools
import signal
import subprocess
import time
import unittest

from load import BDAT, Load, LoadTest, load, program
from servers.builtin import Builtin
from servers.hostile import Peer, hostile
from servers.network import free_port


class Limits(LoadTest):
    def test_a_count_ends_the_run(self) -> None:
        with Builtin() as server:
            for count in (1, 7, 1000):
                self.assert_all_completed(load(server.url, "-c", 5, "-n", count), count)
            self.assertEqual(server.messages(), 1008)

    def test_a_duration_ends_the_run(self) -> None:
        with Builtin() as server:
            run = load(server.url, "-c", 2, "-d", "1s")
            self.assert_whole(run)
            self.assertGreater(run.transactions["completed"], 0)
            self.assertGreaterEqual(run.report["elapsed_s"], 1.0)
            self.assertEqual(run.transactions["completed"], server.messages())

    def test_warmup_is_not_counted(self) -> None:
        with Builtin() as server:
            self.assert_all_completed(load(server.url, "-c", 2, "-n", 500, "--warmup", "500ms"), 500)
            self.assertGreater(server.messages(), 500)

    def test_a_constant_rate_is_kept(self) -> None:
        with Builtin() as server:
            run = load(server.url, "-c", 4, "-d", "1s", "-r", 400)
            self.assert_whole(run)
            self.assertAlmostEqual(run.transactions["started"], 400, delta=1)
            self.assertEqual(run.transactions["completed"], server.messages())

    def test_a_rate_with_a_count_ends_at_the_count(self) -> None:
        with Builtin() as server:
            run = load(server.url, "-c", 4, "-n", 100, "-r", 500)
            self.assert_whole(run)
            self.assertEqual((run.transactions["started"], run.transactions["completed"]), (100, 100))
            self.assertEqual(server.messages(), 100)

    def test_poisson_arrivals_keep_the_rate(self) -> None:
        with Builtin() as server:
            run = load(server.url, "-c", 4, "-d", "1s", "-r", 1000, "--arrival", "poisson")
            self.assert_whole(run)
            # 1000 are expected, with a standard deviation of 32.
            self.assertAlmostEqual(run.transactions["started"], 1000, delta=200)
            self.assertEqual(run.transactions["completed"], server.messages())

    def test_a_rate_that_the_server_cannot_take_is_not_hidden(self) -> None:
        """One session with 10 ms of delay completes under 100 a second: the rest of 400 a second is not forgotten."""
        with Builtin("smtp://127.0.0.1:0", "--fault", "delay=10ms") as server:
            run = load(server.url, "-c", 1, "-d", "1s", "-r", 400, "--timeout", "1s")
            self.assert_whole(run)
            self.assertAlmostEqual(run.transactions["started"], 400, delta=1)
            self.assertLess(run.transactions["completed"], 400)


class Workload(LoadTest):
    def test_every_option_is_in_the_result(self) -> None:
        with Builtin() as server:
            run = load(server.url, "-c", 3, "-n", 9, *BDAT, "--to", "a@here.test", "--to", "{n}@here.test",
                       "--size", 2000, "--hello", "me.test")
        self.assert_all_completed(run, 9)
        asked = run.report["workload"]
        self.assertEqual((asked["connections"], asked["transactions"], asked["duration_s"]), (3, 9, None))
        self.assertEqual((asked["to"], asked["size"], asked["hello"], asked["message"], asked["data"]),
                         (["a@here.test", "{n}@here.test"], 2000, "me.test", None, "bdat"))


class Connections(LoadTest):
    def test_as_many_are_opened_as_requested(self) -> None:
        with Builtin() as server:
            run = load(server.url, "-c", 7, "-n", 700)
            self.assert_all_completed(run, 700)
            self.assertEqual(run.report["connections"]["opened"], 7)

    def test_no_more_are_opened_than_there_are_transactions(self) -> None:
        with Builtin() as server:
            for options in ((), ("-t", 3), ("-r", 1000)):
                with self.subTest(options):
                    run = load(server.url, "-c", 100, "-n", 7, *options)
                    self.assert_whole(run)  # 1000 a second may not have been reached
                    self.assertEqual((run.transactions["started"], run.transactions["completed"]), (7, 7))
                    self.assertEqual(run.report["connections"]["opened"], 7)
                    self.assertEqual(run.report["workload"]["connections"], 7)
            run = load(server.url, "-c", 10, "-n", 7, "--warmup", "200ms")  # which uses all of them
            self.assertEqual(run.report["connections"]["opened"], 10)

    def test_per_connection_limits_the_transactions_of_each(self) -> None:
        with Builtin() as server:
            for options in ((), BDAT):
                run = load(server.url, "-c", 1, "-n", 100, "--per-connection", 10, *options)
                self.assert_all_completed(run, 100)
                self.assertEqual(run.report["connections"]["opened"], 10)
                self.assertEqual(run.ok("QUIT"), 10)

    def test_refused_connections_are_counted(self) -> None:
        run = load(f"smtp://127.0.0.1:{free_port()}", "-c", 2, "-d", "500ms", "--fail-if", "p99>10s")
        self.assert_whole(run)
        self.assertEqual(run.code, 1)
        self.assertEqual(run.transactions["completed"], 0)
        self.assertEqual(list(run.errors), ["connect-refused"])
        self.assertEqual(run.report["connections"]["failed"], run.errors["connect-refused"])
        self.assertIn("nothing completed", run.err, "a limit of latency is not kept without any latency")


class CountWithoutServer(LoadTest):
    def test_a_count_that_cannot_be_reached_ends_the_run(self) -> None:
        run = load("smtp://127.0.0.1:1", "-n", 5, "--timeout", "500ms", limit_s=30)
        self.assertEqual(run.err.count("\n"), 1, run.err)  # a quiet run says only what failed
        self.assert_whole(run)
        self.assertEqual(run.code, 1)
        self.assertEqual(run.transactions["started"], 0)
        self.assertIn("no connection could be opened", run.report["notes"][0])

    def test_a_port_without_a_listener_ends_the_run_before_the_timeout(self) -> None:
        def check(limit: tuple[object, ...]) -> None:
            run = load("smtp://127.0.0.1:1", *limit, "--timeout", "60s", limit_s=30)
            self.assert_whole(run)
            self.assertEqual(run.code, 1)
            self.assertEqual(set(run.errors), {"connect-refused"})

        self.side_by_side(check, (("-n", 5), ("-d", "60s"), ("-d", "60s", "-r", 10)))

    def test_a_run_without_answers_reports_that_while_it_waits(self) -> None:
        with hostile(lambda peer: peer.hear_until(b"NEVER")) as url:
            run = Load(url, "-n", 5, "--timeout", "5s").finish(limit_s=30)
        self.assert_whole(run)
        self.assertRegex(run.err, f"^backtalk load: no session for 4 s: is there a server at {url},")
        self.assertIn("no session could be opened within --timeout", run.report["notes"][0])
        self.assertIn("connections 5 opened", run.out)
        self.assertNotIn("p50 0", run.out)  # of nothing

    def test_a_run_without_sessions_says_the_error_that_it_met(self) -> None:
        def refuses(peer: Peer) -> None:
            peer.say(b"554 5.7.1 not you\r\n")
            peer.sleep_until_gone()

        with hostile(refuses) as url:
            run = Load(url, "-n", 5, "--timeout", "5s").finish(limit_s=60)
        self.assert_whole(run)
        self.assertTrue(run.err.startswith("backtalk load: no session for 4 s: greeting-refused: the server said "
                                           '"554 5.7.1 not you". The run goes on;'), run.err)

    def test_a_failure_is_printed_once_to_one_place(self) -> None:
        for merged in (True, False):
            done = subprocess.run([program(), "load", "smtp://127.0.0.1:1", "-n", "1", "--timeout", "1s"],
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT if merged else subprocess.PIPE,
                                  text=True, timeout=60, check=False)
            self.assertEqual(done.returncode, 1)
            said = done.stdout + (done.stderr or "")
            self.assertEqual(said.count("no messages completed at"), 1 if merged else 2, said)

    def test_a_run_with_too_few_sessions_reports_that(self) -> None:
        def greets_one(peer: Peer) -> None:
            if next(arrivals) == 0:
                peer.say(b"220 hostile.test ESMTP\r\n")
                peer.serve()
            else:
                peer.hear_until(b"NEVER")

        for options in (("-d", "500ms"), ("-d", "5s", "-n", 30)):
            arrivals = itertools.count()
            with self.subTest(options), hostile(greets_one) as url:
                run = load(url, "-c", 4, "--timeout", "1s", *options)
                self.assert_whole(run)
                self.assertIn("only 1 of 4 sessions could be opened", run.report["notes"])


class WarmUpFailures(LoadTest):
    def test_are_not_errors_of_the_measured_part(self) -> None:
        with Builtin("smtp://127.0.0.1:0", "--fault", "refuse-mail=2") as server:
            run = load(server.url, "-c", 1, "-n", 10, "--warmup", "300ms")
            self.assert_whole(run)
            self.assertGreater(run.report["warmup"]["failed"], 0)
            self.assertEqual(run.errors, {"reply-5xx": run.transactions["failed"]})


class Interrupt(LoadTest):
    def test_the_first_ends_the_run_and_reports(self) -> None:
        with Builtin() as server:
            running = Load(server.url, "--quiet", "-c", 2, "-d", "60s")
            time.sleep(1)
            run = running.interrupt(limit_s=15)
            self.assert_whole(run)
            self.assertGreater(run.transactions["completed"], 0)
            self.assertEqual(run.transactions["completed"], server.messages())

    def test_during_the_warm_up_reports_an_empty_measured_part(self) -> None:
        with Builtin() as server:
            running = Load(server.url, "--quiet", "-c", 2, "-d", "60s", "--warmup", "60s")
            time.sleep(1)
            run = running.interrupt(limit_s=15)
            self.assert_whole(run)
            self.assertGreater(run.report["warmup"]["completed"], 0)
            self.assertEqual(run.report["elapsed_s"], 0)
            self.assertEqual(run.report["bytes"], {"sent": 0, "received": 0, "wire_sent": 0, "wire_received": 0})
            self.assertEqual(run.report["intervals"], [])

    def test_ends_the_wait_for_the_last_answers(self) -> None:
        with Builtin("smtp://127.0.0.1:0", "--fault", "mute=5") as server:
            running = Load(server.url, "--quiet", "-c", 2, "-d", "500ms", "--timeout", "10m")
            time.sleep(1.5)
            run = running.interrupt(limit_s=30)
            self.assert_whole(run)
            self.assertEqual(run.transactions["unfinished"], run.transactions["started"])

    def test_the_second_quits(self) -> None:
        def never_answer(peer) -> None:
            peer.say(b"220 slow.test\r\n")
            peer.hear_until(b"NOTHING")

        with hostile(never_answer) as url:
            running = Load(url, "--quiet", "-c", 2, "-d", "60s", "--timeout", "60s")
            time.sleep(1)
            running.process.send_signal(signal.SIGINT)
            time.sleep(0.1)
            running.process.send_signal(signal.SIGINT)
            self.assertNotEqual(running.finish(limit_s=15).code, 0)


class Thresholds(LoadTest):
    def test_a_crossed_threshold_fails_the_run(self) -> None:
        with Builtin("smtp://127.0.0.1:0", "--fault", "refuse-message=2") as server:
            for threshold, crossed in (("p99>10m", False), ("p50<1ns", False), ("max>1ns", True), ("failed>699", True),
                                       ("failed>50%", False), ("failed>49%", True), ("p99 > 10 m", False),
                                       ("failed > 49 %", True), ("completed<700", False), ("completed<701", True),
                                       ("unfinished>0", False), ("p99.9>10m", True)):
                with self.subTest(threshold):
                    run = load(server.url, "-c", 1, "-n", 1400, "--allow-failures", "50%", "--fail-if", threshold)
                    self.assertEqual(threshold in run.err, crossed, run.err)
                    self.assertNotIn("too-short", run.all_reasons)
                    self.assertEqual(run.code, int(crossed or not run.report["verdict"]["valid"]), run.err)

    def test_an_invalid_result_fails_a_run_that_has_a_limit(self) -> None:
        """Four messages say nothing of a latency; ten do, and a percentile that nobody asked for is null."""
        with Builtin() as server:
            for options, code in (((), 0), (("--fail-if", "failed>0"), 1), (("--fail-if", "invalid"), 1)):
                with self.subTest(options):
                    run = load(server.url, "-c", 1, "-n", 4, *options)
                    self.assertEqual(run.all_reasons, ["too-short"])
                    self.assertEqual(run.code, code, run.err)
                    self.assertEqual("invalid (too-short): 4 messages are too few to say anything of the latency: "
                                     "run longer (-n 5)" in run.err, code == 1, run.err)
            run = Load(server.url, "-c", 1, "-n", 10, "--fail-if", "failed>0").finish()
        self.assertEqual(run.code, 0, run.err)
        self.assertTrue(run.out.startswith("10 messages in "), run.out)
        self.assertIn("p90 needs 64 samples (has 10), p99 needs 662 samples (has 10), p99.9 needs 6640 samples (has 10), max ", run.out)
        figures = run.report["latency_ns"]
        self.assertEqual([figures[name] for name in ("p90", "p99", "p99_9")], [None] * 3)
        self.assertGreater(figures["p50"], 0)
        self.assertEqual(set(figures["intervals"].values()), {None})


if __name__ == "__main__":
    unittest.main()
