# SPDX-License-Identifier: Apache-2.0 OR MIT
"""What a result says of itself: planted runs for each sentence, and the twin in which it is not said."""

import os
import resource
import signal
import subprocess
import time
import unittest

from load import Load, LoadTest, load, program
from servers.builtin import Builtin
from servers.hostile import Peer, hostile

GREETING = b"220 hostile.test ESMTP\r\n"


class ServerLost(LoadTest):
    def test_a_server_that_dies_is_not_a_slow_server(self) -> None:
        with Builtin() as server:
            running = Load(server.url, "--quiet", "-c", 4, "-d", "3s")
            time.sleep(1)
            server.kill()
            run = running.finish()
        self.assert_whole(run)
        self.assertEqual(run.code, 1)
        self.assertIn("server-lost", run.reasons)
        self.assertIn("the server went away and did not come back", run.err)
        self.assertLess(run.report["connections"]["connected_s"], run.report["elapsed_s"])
        self.assertGreater(run.transactions["per_s_connected"], run.transactions["per_s"])

    def test_one_that_comes_back_is_noted(self) -> None:
        with Builtin() as server:
            running = Load(server.url, "--quiet", "-c", 4, "-d", "4s", "--allow-failures", "50%")
            time.sleep(1)
            server.kill()
            time.sleep(0.5)
            server.start()
            run = running.finish()
        self.assert_whole(run)
        self.assertEqual(run.code, 0, run.err)
        self.assertNotIn("server-lost", run.reasons)
        self.assertIn("there was no connection for", run.notes)

    def test_one_that_keeps_its_connections_and_answers_nothing_is_lost_too(self) -> None:
        with Builtin() as server:
            running = Load(server.url, "--quiet", "-c", 4, "-d", "4s", "--timeout", "10s")
            time.sleep(1)
            os.kill(server.pid, signal.SIGSTOP)
            try:
                time.sleep(4)
            finally:
                os.kill(server.pid, signal.SIGCONT)
            run = running.finish()
        self.assert_whole(run)
        self.assertEqual((run.code, run.reasons), (1, ["server-lost"]))
        self.assertIn("the server stopped answering", run.err)

    def test_a_connection_for_each_message_loses_no_server(self) -> None:
        with Builtin("smtp://127.0.0.1:0", "--fault", "delay=5ms") as server:
            for connections in (1, 4):
                run = load(server.url, "-c", connections, "-d", "500ms", "--per-connection", 1)
                self.assert_whole(run)
                self.assertEqual(run.code, 0, run.err)


class Failures(LoadTest):
    def test_more_than_one_in_a_hundred_fail_the_run(self) -> None:
        with Builtin("smtp://127.0.0.1:0", "--fault", "refuse-message=50") as server:
            for options, code in (((), 1), (("--allow-failures", "2%"), 0), (("--allow-failures", "0.02"), 0)):
                with self.subTest(options):
                    run = load(server.url, "-c", 1, "-n", 100, *options)
                    self.assert_whole(run)
                    self.assertEqual(run.transactions["failed"], 2)
                    self.assertEqual((run.code, run.reasons == ["errors"]), (code, code == 1))

    def test_one_in_a_hundred_does_not(self) -> None:
        with Builtin("smtp://127.0.0.1:0", "--fault", "refuse-message=100") as server:
            run = load(server.url, "-c", 1, "-n", 100)
        self.assert_whole(run)
        self.assertEqual((run.code, run.transactions["failed"]), (0, 1), run.err)


class Rate(LoadTest):
    def test_that_is_not_met_fails_the_run(self) -> None:
        """Two sessions with 40 ms a message: 50 a second at best. All are answered in the end, and yet too late."""
        with Builtin("smtp://127.0.0.1:0", "--fault", "delay=10ms") as server:
            run = load(server.url, "-c", 2, "-d", "2s", "-r", 200)
        self.assert_whole(run)
        self.assertEqual(run.code, 1)
        self.assertIn("rate-not-reached", run.reasons)
        self.assertRegex(run.err, r"the rate was not reached: in the second half, (19\d|20\d)/s fell due and [1-5]\d/s were")

    def test_that_is_met_by_answers_of_every_length_is_met(self) -> None:
        for service in ("exp:100ms", "bimodal:1ms:500ms:5%", "slow-share:1ms:400ms:1/10"):
            with self.subTest(service), Builtin("smtp://127.0.0.1:0", "--fault", f"service={service}") as server:
                run = load(server.url, "-c", 400, "-d", "2s", "-r", 400, "--exercise", "noop")
                self.assert_whole(run)
                self.assertEqual((run.code, run.reasons), (0, []), run.err)

    def test_that_is_met_late_because_answers_take_long_is_met(self) -> None:
        with Builtin("smtp://127.0.0.1:0", "--fault", "delay=100ms") as server:
            for arrival in ("constant", "poisson"):
                run = load(server.url, "-c", 200, "-d", "1s", "-r", 100, "--arrival", arrival)
                self.assert_whole(run)
                self.assertEqual((run.code, run.reasons), (0, []), run.err)


class SessionsAsTheLimit(LoadTest):
    def test_is_said_and_what_was_never_sent_is_no_timeout(self) -> None:
        with Builtin("smtp://127.0.0.1:0", "--fault", "delay=50ms") as server:
            run = load(server.url, "-c", 2, "-d", "1s", "-r", 200, "--timeout", "1s")
        self.assert_whole(run)
        self.assertEqual(set(run.errors), {"no-free-connection"})
        self.assertRegex(run.notes, r"\d+ % of the messages fell due while every session was busy")
        self.assertGreater(run.transactions["found_all_busy"], 100)
        self.assertEqual(run.sent("MAIL"), run.transactions["completed"], "what was not sent is not sent")

    def test_is_not_said_of_sessions_with_room(self) -> None:
        """One session, 64 messages in flight on it: a burst finds room all the time."""
        with Builtin() as server:
            run = load(server.url, "-c", 1, "-d", "1s", "-r", 2000, "--arrival", "poisson", "-p", 64, "--data", "bdat")
        self.assert_whole(run)
        self.assertLess(run.transactions["found_all_busy"], run.transactions["started"] / 100)

    def test_is_not_said_of_sessions_that_are_not_there(self) -> None:
        with Builtin() as server:
            running = Load(server.url, "--quiet", "-c", 4, "-r", 200, "-d", "3s", "--timeout", "1s")
            time.sleep(1)
            server.kill()
            run = running.finish()
        self.assert_whole(run)
        self.assertNotIn("busy", run.notes)

    def test_is_not_said_with_sessions_enough(self) -> None:
        with Builtin("smtp://127.0.0.1:0", "--fault", "delay=50ms") as server:
            run = load(server.url, "-c", 200, "-d", "1s", "-r", 200)
        self.assert_whole(run)
        self.assertEqual((run.transactions["found_all_busy"], run.errors), (0, {}))
        self.assertNotIn("session was busy", run.notes)


class Start(LoadTest):
    """Sessions are opened before the clock starts."""

    def test_no_handshake_counts_as_latency(self) -> None:
        """With 100 ms a handshake and 64 of them at once, 400 sessions took longer than the first messages."""
        with Builtin("smtp://127.0.0.1:0", "--fault", "delay=50ms") as server:
            run = load(server.url, "-c", 400, "-d", "1s", "-r", 1000)
        self.assert_whole(run)
        self.assertEqual(run.report["connections"]["ready_at_start"], 400)
        self.assertEqual(run.transactions["found_all_busy"], 0)

    def test_thousands_of_sessions_are_there_from_the_first_second(self) -> None:
        with Builtin() as server:
            for more in ((), ("-t", 2)):
                run = load(server.url, "-c", 3000, "-d", "500ms", *more)
                self.assert_whole(run)
                connections = run.report["connections"]
                self.assertEqual((connections["opened"], connections["ready_at_start"]), (3000, 3000))

    def test_sessions_that_cannot_be_had_do_not_keep_the_others_waiting_for_ever(self) -> None:
        """A server that greets four clients and lets the others wait."""
        greeted = []

        def behave(peer: Peer) -> None:
            greeted.append(peer)
            if len(greeted) > 4:
                peer.hear_until(b"NEVER")
                return
            peer.say(GREETING)
            peer.serve()

        with hostile(behave) as url:
            run = load(url, "-c", 6, "-n", 100, "--timeout", "2s")
        self.assert_whole(run)
        self.assertEqual(run.transactions["completed"], 100)
        self.assertEqual(run.report["connections"]["ready_at_start"], 4)
        self.assertIn("only 4 of 6 sessions could be opened", run.notes)

    def test_a_ramp_opens_them_while_the_clock_runs(self) -> None:
        with Builtin() as server:
            for loop in ((), ("-r", 100)):
                run = load(server.url, "-c", 10, "-d", "1s", "--ramp", "500ms", *loop)
                self.assert_whole(run)
                self.assertEqual(run.code, 0, run.err)
                connections = run.report["connections"]
                self.assertEqual((connections["opened"], connections["ready_ever"]), (10, 10))
                self.assertLess(run.report["client"]["busy"], 0.95 if not loop else 0.5)
                self.assertEqual(connections["ready_at_start"], 0)
                self.assertIn("--ramp", run.notes)


    def test_a_ramp_is_one_for_all_threads(self) -> None:
        with Builtin() as server:
            for threads in (1, 3):
                run = load(server.url, "-c", 60, "-t", threads, "-d", "300ms", "--ramp", "30s")
                self.assert_whole(run)
                self.assertLessEqual(run.report["connections"]["opened"], 6)

    def test_one_mute_connection_does_not_keep_the_run_from_beginning(self) -> None:
        """Each step of the handshake takes most of the timeout, and one connection is never greeted."""
        greeted = []

        def behave(peer: Peer) -> None:
            greeted.append(peer)
            if len(greeted) == 3:
                peer.hear_until(b"NEVER")
                return
            time.sleep(0.7)
            peer.say(GREETING)
            peer.hear()
            time.sleep(0.7)
            peer.say(b"250 hostile.test\r\n")
            peer.serve()

        with hostile(behave) as url:
            run = load(url, "-c", 5, "-d", "500ms", "--timeout", "1s")
        self.assert_whole(run)
        self.assertGreater(run.transactions["completed"], 0)


class TheEnd(LoadTest):
    def test_goes_on_while_answers_still_come(self) -> None:
        """Each answer comes within --timeout; a whole message takes four of them."""
        with Builtin("smtp://127.0.0.1:0", "--fault", "delay=700ms") as server:
            run = load(server.url, "-c", 10, "-n", 20, "--timeout", "1s")
        self.assert_all_completed(run, 20)
        self.assertEqual(run.report["connections"]["ready_at_start"], 10)

    def test_is_bounded_and_the_bound_is_in_the_result(self) -> None:
        with Builtin("smtp://127.0.0.1:0", "--fault", "mute=5") as server:
            for loop in ((), ("-r", 10)):
                began = time.monotonic()
                run = load(server.url, "-c", 2, "-d", "500ms", "--timeout", "500ms", *loop)
                self.assert_whole(run)
                self.assertLess(time.monotonic() - began, run.report["workload"]["ends_within_s"] + 1)

    def test_names_the_handshakes_that_it_cut(self) -> None:
        """The server greets two sessions and no more; with one a message, the others are cut by the end."""
        arrivals = []

        def behave(peer: Peer) -> None:
            arrivals.append(peer)
            if len(arrivals) > 2:
                peer.hear_until(b"NEVER")
                return
            peer.say(GREETING)
            peer.serve()

        with hostile(behave) as url:
            run = load(url, "-c", 2, "-d", "500ms", "--per-connection", 1, "--timeout", "10s", limit_s=30)
        self.assert_whole(run)
        self.assertEqual(run.errors, {"handshake-unfinished": 2})


class WhatTheServerSaid(LoadTest):
    def test_stands_beside_its_refusal(self) -> None:
        def behave(peer: Peer) -> None:
            peer.say(GREETING)
            peer.serve({b"RCPT": b"550 5.7.1 <u@x>: Relay access denied\r\n"})

        with hostile(behave) as url:
            run = Load(url, "-c", 2, "-n", 10).finish()
        self.assert_whole(run)
        self.assertEqual(run.said("reply-5xx"), "550 5.7.1 <u@x>: Relay access denied")
        self.assertIn('refused RCPT 550: 10, first "550 5.7.1 <u@x>: Relay access denied"', run.out)

    def test_stands_beside_an_error_that_no_command_tells(self) -> None:
        def behave(peer: Peer) -> None:
            peer.say(GREETING)
            for reply in (b"250 hostile.test\r\n", b"250 Ok\r\n", b"250 Ok\r\n", b"354 go ahead\r\n"):
                peer.hear()
                peer.say(reply)
            peer.hear()
            peer.say(b"552 5.3.4 too big for me\r\n")
            peer.sleep_until_gone()

        with hostile(behave) as url:
            run = Load(url, "-c", 2, "-n", 6, "--size", 20_000_000).finish()
        self.assert_whole(run)
        self.assertIn('first "552 5.3.4 too big for me"', run.out)

    def test_stands_beside_its_mistake(self) -> None:
        with hostile(lambda peer: peer.say(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as url:
            run = Load(url, "-c", 2, "-n", 10, "--timeout", "300ms").finish()
        self.assert_whole(run)
        self.assertTrue(run.said("protocol-bad-code").startswith("HTTP/1.1 400 Bad Request"))
        self.assertIn('first "HTTP/1.1 400 Bad Request', run.out)


class Environment(LoadTest):
    def run_with(self, *options: str, memory: int = 0, out: int = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
        def limit() -> None:
            if memory:
                resource.setrlimit(resource.RLIMIT_AS, (memory, memory))

        return subprocess.run([program(), "load", *options], stdout=out, stderr=subprocess.PIPE, text=True, timeout=60,
                              check=False, preexec_fn=limit)

    def test_memory_that_is_refused_is_a_sentence(self) -> None:
        recipients = [word for n in range(1000) for word in ("--to", f"r{n}@here.test")]
        with Builtin() as server:
            for name, options in (("sessions", ("-c", "400", "-p", "1024", "--data", "bdat", *recipients)),
                                  ("threads", ("-t", "200", "-c", "200"))):
                with self.subTest(name):
                    run = self.run_with(server.url, "-n", "2", *options, memory=400_000_000)
                    self.assertEqual(run.returncode, 2, run.stderr)
                    self.assertRegex(run.stderr, "not enough memory|memory|cannot be started")

    def test_a_summary_that_cannot_be_written_is_told(self) -> None:
        with Builtin() as server, open("/dev/full", "w", encoding="utf-8") as full:
            run = self.run_with(server.url, "-n", "5", out=full.fileno())
        self.assertEqual(run.returncode, 2)
        self.assertIn("cannot be written", run.stderr)


if __name__ == "__main__":
    unittest.main()
