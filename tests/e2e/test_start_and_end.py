# SPDX-License-Identifier: Apache-2.0 OR MIT
"""How a run begins and ends, what it quotes of the server's words, and what it says where the machine refuses something."""

import json
import os
import resource
import subprocess
import tempfile
import threading
import time
import unittest
from collections.abc import Callable
from pathlib import Path

from load import Load, LoadTest, load, program
from servers.builtin import Builtin
from servers.hostile import Peer, hostile

GREETING = b"220 hostile.test ESMTP\r\n"


def greets_first(clients: int) -> Callable[[Peer], None]:
    """A server that greets and serves this many clients, and lets the others wait."""
    greeted = []

    def behave(peer: Peer) -> None:
        greeted.append(peer)
        if len(greeted) > clients:
            peer.hear_until(b"NEVER")
            return
        peer.say(GREETING)
        peer.serve()

    return behave


class SilentAtQuit:
    """A server that never answers QUIT."""

    def __init__(self) -> None:
        self.ready = threading.Semaphore(0)  # released by each session

    def __call__(self, peer: Peer) -> None:
        peer.say(GREETING)
        peer.hear_until(b"EHLO")
        peer.say(b"250 hostile.test\r\n")
        self.ready.release()
        peer.serve({b"QUIT": b""})
        peer.sleep_until_gone()


class Start(LoadTest):
    """Sessions are opened before the clock starts."""

    def test_handshakes_do_not_count_as_latency(self) -> None:
        """With 100 ms a handshake and 64 of them at once, 800 sessions took longer than the first messages."""
        with Builtin("smtp://127.0.0.1:0", "--fault", "delay=50ms") as server:
            run = load(server.url, "-c", 800, "-d", "500ms", "-r", 1000)
        self.assert_whole(run)
        self.assertEqual(run.report["connections"]["ready_at_start"], 800)
        self.assertEqual(run.transactions["found_all_busy"], 0)

    def test_thousands_of_sessions_are_ready_in_the_first_second(self) -> None:
        with Builtin() as server:
            for more in ((), ("-t", 2)):
                run = load(server.url, "-c", 3000, "-d", "500ms", *more)
                self.assert_whole(run)
                connections = run.report["connections"]
                self.assertEqual((connections["opened"], connections["ready_at_start"]), (3000, 3000))

    def test_unavailable_sessions_do_not_delay_the_start_forever(self) -> None:
        """A server that greets four clients and lets the others wait."""
        with hostile(greets_first(4)) as url:
            run = load(url, "-c", 6, "-n", 100, "--timeout", "2s")
        self.assert_whole(run)
        self.assertEqual(run.transactions["completed"], 100)
        self.assertEqual(run.report["connections"]["ready_at_start"], 4)
        self.assertIn("only 4 of 6 sessions could be opened", run.notes)

    def test_a_ramp_opens_sessions_while_the_clock_runs(self) -> None:
        def check(loop: tuple) -> None:
            with Builtin("smtp://127.0.0.1:0", "--fault", "delay=1ms") as server:
                run = load(server.url, "-c", 10, "-d", "1s", "--ramp", "500ms", *loop)
            self.assert_whole(run)
            self.assertEqual(run.code, 0, run.err)
            connections = run.report["connections"]
            self.assertEqual((connections["opened"], connections["ready_ever"]), (10, 10))
            self.assertLess(run.report["client"]["busy"], 0.5, "it does not spin while it waits to open the next")
            self.assertEqual(connections["ready_at_start"], 0)
            self.assertIn("--ramp", run.notes)

        self.side_by_side(check, ((), ("-r", 100)))

    def test_threads_share_one_ramp(self) -> None:
        with Builtin() as server:
            for threads in (1, 3):
                run = load(server.url, "-c", 60, "-t", threads, "-d", "300ms", "--ramp", "30s")
                self.assert_whole(run)
                self.assertLessEqual(run.report["connections"]["opened"], 6)

    def test_one_mute_connection_does_not_prevent_the_start(self) -> None:
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
    def test_waits_while_answers_still_arrive(self) -> None:
        """Each answer comes within --timeout; a whole message takes four of them."""
        with Builtin("smtp://127.0.0.1:0", "--fault", "delay=600ms") as server:
            run = load(server.url, "-c", 10, "-n", 10, "--timeout", "2s")
        self.assert_all_completed(run, 10)
        self.assertEqual(run.report["connections"]["ready_at_start"], 10)

    def test_is_bounded_as_the_result_promises(self) -> None:
        def check(loop: tuple) -> None:
            with Builtin("smtp://127.0.0.1:0", "--fault", "mute=5") as server:
                began = time.monotonic()
                run = load(server.url, "-c", 2, "-d", "500ms", "--timeout", "500ms", *loop)
                elapsed = time.monotonic() - began
            self.assert_whole(run)
            self.assertLess(elapsed, run.report["workload"]["ends_within_s"] + 1)

        self.side_by_side(check, ((), ("-r", 10)))

    def test_counts_the_handshakes_that_took_too_long(self) -> None:
        """The server greets two sessions and no more; with one a message, the others wait for seconds until the end."""
        with hostile(greets_first(2)) as url:
            run = load(url, "-c", 2, "-d", "4s", "--per-connection", 1, "--timeout", "30s", limit_s=60)
        self.assert_whole(run)
        self.assertEqual(run.errors, {"handshake-unfinished": 2})

    def test_does_not_blame_a_server_for_handshakes_that_it_cut_short(self) -> None:
        """The server greets late, as some do on purpose: later than the end of the run waits for."""
        def behave(peer: Peer) -> None:
            time.sleep(1.6)
            peer.say(GREETING)
            peer.serve()

        with hostile(behave) as url:
            run = load(url, "-c", 4, "-d", "500ms", "--per-connection", 1, "--timeout", "30s", limit_s=60)
        self.assert_whole(run)
        self.assertEqual((run.code, run.errors), (0, {}), run.err)
        self.assertGreater(run.report["connections"]["opened"], run.ok("GREETING"), "some were under way")

    def test_counts_the_goodbyes_that_took_too_long(self) -> None:
        with hostile(SilentAtQuit()) as url:
            run = load(url, "-c", 2, "-n", 10, "--timeout", "30s")
        self.assert_whole(run)
        self.assertEqual((run.transactions["completed"], run.errors), (10, {"quit-unanswered": 2}))

    def test_a_server_that_answers_the_goodbyes_one_by_one_is_given_the_time(self) -> None:
        """All are said at once; the last is answered after more than three seconds."""
        one_at_a_time = threading.Lock()

        def behave(peer: Peer) -> None:
            peer.say(GREETING)
            peer.serve({b"QUIT": b""})
            with one_at_a_time:
                time.sleep(0.4)
                peer.say(b"221 bye\r\n")

        with hostile(behave) as url:
            run = load(url, "-c", 8, "-n", 10, "--timeout", "30s", limit_s=60)
        self.assert_whole(run)
        self.assertEqual((run.transactions["completed"], run.errors, run.ok("QUIT")), (10, {}, 8), run.err)

    def test_an_interrupted_run_does_not_blame_a_server_for_goodbyes_that_it_cut_short(self) -> None:
        """Nothing is in flight when the sessions say QUIT."""
        behave = SilentAtQuit()
        with hostile(behave) as url:
            running = Load(url, "-c", 2, "-r", 0.01, "-d", "60s", "--timeout", "30s")
            for _ in range(2):
                self.assertTrue(behave.ready.acquire(timeout=30))
            time.sleep(0.5)  # the clock starts
            run = running.interrupt()
        self.assert_whole(run)
        self.assertEqual((run.sent("QUIT"), run.ok("QUIT"), run.errors), (2, 0, {}))


class WhatTheServerSaid(LoadTest):
    def test_is_quoted_beside_a_refusal(self) -> None:
        def behave(peer: Peer) -> None:
            peer.say(GREETING)
            peer.serve({b"RCPT": b"550 5.7.1 <u@x>: Relay access denied\r\n"})

        with hostile(behave) as url:
            run = Load(url, "-c", 2, "-n", 10).finish()
        self.assert_whole(run)
        self.assertEqual(run.said("reply-5xx"), "550 5.7.1 <u@x>: Relay access denied")
        self.assertIn('refused RCPT 550: 10, first "550 5.7.1 <u@x>: Relay access denied"', run.out)

    def test_is_quoted_beside_an_error_without_a_command(self) -> None:
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

    def test_is_quoted_beside_a_protocol_error(self) -> None:
        with hostile(lambda peer: peer.say(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as url:
            run = Load(url, "-c", 2, "-n", 10, "--timeout", "2s").finish()
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

    def test_refused_memory_is_explained(self) -> None:
        recipients = [word for n in range(1000) for word in ("--to", f"r{n}@here.test")]
        with Builtin() as server:
            for name, options in (("sessions", ("-c", "400", "-p", "1024", "--data", "bdat", *recipients)),
                                  ("threads", ("-t", "200", "-c", "200"))):
                with self.subTest(name):
                    run = self.run_with(server.url, "-n", "400", *options, memory=400_000_000)
                    self.assertEqual(run.returncode, 2, run.stderr)
                    self.assertRegex(run.stderr, "not enough memory|memory|cannot be started")

    def test_a_summary_that_cannot_be_written_is_an_error(self) -> None:
        with Builtin() as server, open("/dev/full", "w", encoding="utf-8") as full:
            run = self.run_with(server.url, "-n", "5", out=full.fileno())
        self.assertEqual(run.returncode, 2)
        self.assertIn("cannot be written", run.stderr)

    def test_the_result_is_saved_if_nobody_reads_the_summary(self) -> None:
        with Builtin() as server, tempfile.TemporaryDirectory() as folder:
            for name, options in (("one", (server.url,)), ("repeated", (server.url, "--repeat", "2")),
                                  ("several", ("--", "a", server.url, "--", "b", server.url))):
                with self.subTest(name):
                    file = Path(folder) / name
                    reader, writer = os.pipe()
                    os.close(reader)
                    run = self.run_with("-n", "5", "--json", str(file), *options, out=writer)
                    os.close(writer)
                    self.assertEqual(run.returncode, 2, run.stderr)
                    self.assertIn("the summary cannot be written", run.stderr)
                    self.assertTrue(json.loads(file.read_text())["schema"].startswith("backtalk."))


if __name__ == "__main__":
    unittest.main()
