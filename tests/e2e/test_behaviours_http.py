# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Of the things that load generators have got wrong (test_behaviours.py), those that HTTP alone can have wrong."""

import contextlib
import tempfile
import time
import unittest
from collections.abc import Callable, Iterator

from load import LoadTest, load
from servers.builtin import Builtin
from servers.hostile import Peer, hostile
from servers.network import have_ipv6


def requests(peer: Peer) -> Iterator[list[bytes]]:
    """The requests that come, each as its lines in upper case; bodies are for the caller to read."""
    while line := peer.hear():
        yield [line, *iter(peer.hear, b"")]


def responds(*responses: bytes) -> Callable[[Peer], None]:
    """A web server that gives these in turn on each connection, each one whole."""
    def behave(peer: Peer) -> None:
        for number, _ in enumerate(requests(peer)):
            peer.say(responses[number % len(responses)])
    return behave


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@contextlib.contextmanager
def web(behave: Callable[[Peer], None], at: str = "127.0.0.1") -> Iterator[str]:
    with hostile(behave, at) as url:
        yield url.replace("smtp", "http", 1)


class Http(LoadTest):
    def test_4_a_low_rate_has_the_latency_of_a_closed_loop(self) -> None:
        with Builtin("http://127.0.0.1:0", "--fault", "delay=100ms") as server:
            closed = load(server.url, "-n", 9, "-c", 1)
            slow = load(server.url, "-r", 5, "-d", "2s", "-c", 2)
        for run in (closed, slow):
            self.assert_whole(run)
        self.assertAlmostEqual(slow.report["latency_ns"]["p50"] / closed.report["latency_ns"]["p50"], 1, delta=0.2)

    def test_5_a_server_that_stops_now_and_then_shows_in_the_percentiles_of_an_open_loop(self) -> None:
        """Requests that fall due in the 100 ms of each 500 wait for what is left of these: a known distribution, to
        which a machine that is busy with other things can only add. So one run of several has to show it."""
        for _ in range(5):
            with Builtin("http://127.0.0.1:0", "--fault", "stall=100ms/500ms") as server:
                run = load(server.url, "-r", 500, "-d", "2s", "-c", 100)
            self.assert_whole(run)
            p90, p99 = (run.report["latency_ns"][name] / 1e6 for name in ("p90", "p99"))
            self.assertGreater(p90, 35)
            self.assertGreater(p99, 80)
            if p90 < 65 and p99 < 110:
                return
        self.fail(f"p90 is {p90} ms and not 50, or p99 {p99} and not 95")

    def test_9_refusals_are_counted_by_status_timed_by_class_and_are_not_in_the_rate(self) -> None:
        def behave(peer: Peer) -> None:
            for number, _ in enumerate(requests(peer)):
                status = (b"200 OK", b"404 Not Found", b"429 Too Many Requests", b"500 Oh", b"200 OK")[number % 5]
                if not status.startswith(b"2"):
                    time.sleep(0.02)
                peer.say(b"HTTP/1.1 " + status + b"\r\nContent-Length: 2\r\n\r\nok")

        with web(behave) as url:
            run = load(url, "-n", 50, "-c", 1)
        self.assert_whole(run)
        self.assertEqual(run.codes("GET"), {"200": 20, "404": 10, "429": 10, "500": 10})
        self.assertEqual(run.errors, {"reply-4xx": 20, "reply-5xx": 10})
        self.assertEqual((run.transactions["completed"], run.transactions["failed"]), (20, 30))
        self.assertAlmostEqual(run.transactions["per_s"], 20 / run.report["elapsed_s"], delta=0.1)
        self.assertLess(run.report["latency_ns"]["p50"], 20_000_000)
        classes = run.report["commands"]["GET"]["by_class"]
        self.assertEqual({name: one["count"] for name, one in classes.items()}, {"2xx": 20, "4xx": 20, "5xx": 10})
        self.assertLess(classes["2xx"]["p50"], 20_000_000)
        for refused in ("4xx", "5xx"):
            self.assertGreaterEqual(classes[refused]["min"], 20_000_000)

    def test_9_refusals_alone_take_the_time_that_they_took(self) -> None:
        """The rate is 0, and not that of no time at all; what ends with a failure ends there and not before."""
        def refuses_slowly(peer: Peer) -> None:
            for _ in requests(peer):
                time.sleep(0.02)
                peer.say(b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n")

        def falls_silent(peer: Peer) -> None:
            for number, _ in enumerate(requests(peer)):
                if number < 4:
                    peer.say(OK)

        for behave, completed, failed, least_s in ((refuses_slowly, 0, 10, 0.2), (falls_silent, 4, 1, 0.3)):
            with self.subTest(behave.__name__), web(behave) as url:
                run = load(url, "-n", 10 if behave is refuses_slowly else 5, "-c", 1, "--timeout", "300ms"
                           if behave is falls_silent else "30s")
            self.assert_whole(run)
            self.assertEqual((run.transactions["completed"], run.transactions["failed"]), (completed, failed))
            self.assertGreaterEqual(run.report["elapsed_s"], least_s)
            self.assertAlmostEqual(run.transactions["per_s"] * run.report["elapsed_s"], completed, delta=0.01)
            self.assertEqual(sum(second["failed"] for second in run.report["intervals"]), failed)

    def test_a_run_is_repeated_by_the_seed_in_its_workload(self) -> None:
        """Open loop or closed: what {random} stands for."""
        def run_with(*options: object) -> tuple[int, list[bytes]]:
            drawn = []

            def behave(peer: Peer) -> None:
                for request in requests(peer):
                    drawn.append(request[0])
                    peer.say(OK)

            with tempfile.NamedTemporaryFile("w") as script, web(behave) as url:
                script.write("== pass\nC: GET /{random} HTTP/1.1\nC: Host: {host}\nC:\nS: HTTP/1.1 200\n")
                script.flush()
                run = load(url, "--script", script.name, "-n", 5, "-c", 1, *options)
                self.assert_all_completed(run, 5)
            return run.report["workload"]["seed"], drawn

        for loop in ((), ("-r", 100)):
            with self.subTest(loop=loop):
                seed, drawn = run_with(*loop)
                self.assertEqual(len(set(drawn)), 5)
                self.assertEqual(run_with(*loop, "--seed", seed), (seed, drawn))
                other = run_with(*loop, "--seed", 7)
                self.assertEqual(other[0], 7)
                self.assertNotEqual(other[1], drawn)
                self.assertEqual(run_with(*loop, "--seed", 7), other)

    def test_10_a_response_that_ends_with_the_connection_is_counted_once(self) -> None:
        def until_closed(peer: Peer) -> None:
            next(requests(peer), None)
            peer.say(b"HTTP/1.0 200 OK\r\n\r\nto the end")

        def says_close(peer: Peer) -> None:
            next(requests(peer), None)
            peer.say(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok")

        for behave in (until_closed, says_close):
            with self.subTest(behave.__name__), web(behave) as url:
                run = load(url, "-n", 20, "-c", 2)
                self.assert_all_completed(run, 20)
                # Another may have been opened meanwhile for a request that the other connection took.
                self.assertIn(run.report["connections"]["opened"], (20, 21))

    def test_11_what_has_no_body_is_not_waited_for(self) -> None:
        for status, method in ((b"204 No Content", "GET"), (b"304 Not Modified", "GET"), (b"200 OK", "HEAD")):
            # RFC 9110 8.6 has no Content-Length in a 204, and yet servers send it.
            length = b"" if status.startswith(b"204") else b"Content-Length: 1000\r\n"
            with self.subTest(status), web(responds(b"HTTP/1.1 " + status + b"\r\n" + length + b"\r\n")) as url:
                run = load(url, "-n", 20, "-c", 2, "-X", method, "--timeout", "2s")
                self.assert_all_completed(run, 20)
                self.assertEqual(run.report["connections"]["opened"], 2)

    def test_12_a_body_is_sent_once_or_not_at_all(self) -> None:
        octets = []

        def reads(peer: Peer) -> None:
            """Whether a body comes behind a head shows in what is read next."""
            octets.append(peer.hear_octets(5))

        def continues(peer: Peer) -> None:
            for _ in requests(peer):
                peer.say(b"HTTP/1.1 100 Continue\r\n\r\n")
                reads(peer)
                peer.say(OK)

        def refuses(peer: Peer) -> None:
            for _ in requests(peer):  # which is read next: a body would not look like one
                peer.say(b"HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n")

        def says_nothing(peer: Peer) -> None:
            for _ in requests(peer):
                reads(peer)  # which comes after a second
                peer.say(OK)

        with tempfile.NamedTemporaryFile() as body:
            body.write(b"12345")
            body.flush()
            for behave, count, completed in ((continues, 5, 5), (refuses, 5, 0), (says_nothing, 1, 1)):
                octets.clear()
                with self.subTest(behave.__name__), web(behave) as url:
                    run = load(url, "-n", count, "-c", 1, "-X", "PUT", "--body", body.name, "--expect-continue")
                    self.assert_whole(run)
                    self.assertEqual((run.transactions["started"], run.transactions["completed"]), (count, completed))
                    self.assertEqual(octets, [5] * completed)
                    self.assertEqual(run.errors, {"reply-4xx": 5} if behave is refuses else {})

    def test_13_an_interim_response_is_not_the_answer(self) -> None:
        hint = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"
        with web(responds(hint + OK, OK, hint + hint + OK)) as url:
            run = load(url, "-n", 300, "-c", 1, "-p", 8)
        self.assert_all_completed(run, 300)
        self.assertEqual(run.codes("GET"), {"200": 300})

    def test_14_chunk_extensions_and_trailers_are_read_and_counted(self) -> None:
        response = (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4;name=\"a;b\"\r\nWiki\r\n5;x\r\npedia\r\n0\r\n"
                    b"Digest: abc\r\nX-Other: y\r\n\r\n")
        with web(responds(response)) as url:
            for depth in (1, 4):
                run = load(url, "-n", 40, "-c", 1, "-p", depth)
                self.assert_all_completed(run, 40)
                self.assertEqual(run.report["bytes"]["received"], 40 * len(response))

    def test_15_pipelined_requests_have_a_latency_each(self) -> None:
        """In flight = rate x mean latency (Little's law)."""
        with Builtin("http://127.0.0.1:0", "--fault", "delay=20ms") as server:
            run = load(server.url, "-d", "1s", "-c", 1, "-p", 16)
        self.assert_whole(run)
        mean_s = run.report["latency_ns"]["mean"] / 1e9
        self.assertAlmostEqual(run.transactions["completed"] / run.report["elapsed_s"] * mean_s, 16, delta=1)

    def test_16_a_server_that_closes_behind_some_pipelined_requests_answers_those_and_none_twice(self) -> None:
        answered = []

        def behave(peer: Peer) -> None:
            for number, _ in enumerate(requests(peer), 1):
                peer.say(OK)
                answered.append(number)
                if number == 5:
                    return

        with web(behave) as url:
            run = load(url, "-n", 40, "-c", 1, "-p", 8)
        self.assert_whole(run)
        self.assertEqual(run.transactions["completed"], len(answered))
        self.assertEqual(run.transactions["started"], 40)
        self.assertEqual(sum(run.errors.values()), run.transactions["failed"])
        self.assertLessEqual(run.errors.keys(), {"closed", "reset"})

    def test_17_a_post_waits_for_the_answer_before_it_unless_asked_otherwise(self) -> None:
        order = []

        def one_at_a_time(peer: Peer) -> None:
            for lines in requests(peer):
                order.append(lines[0].split()[0])
                time.sleep(0.02)  # for what may be behind it
                order.append(b"answer")
                peer.say(OK)

        def four_at_a_time(peer: Peer) -> None:
            for number, _ in enumerate(requests(peer), 1):
                if number % 4 == 0:
                    peer.say(OK * 4)

        with web(one_at_a_time) as url:
            self.assert_all_completed(load(url, "-X", "POST", "-n", 5, "-c", 1), 5)
            self.assertEqual(order, [b"POST", b"answer"] * 5)
            run = load(url, "-X", "POST", "-n", 5, "-c", 1, "-p", 4)
            self.assertEqual(run.code, 2)
            self.assertIn("--pipeline-any-method", run.err)
        with web(four_at_a_time) as url:  # which no client satisfies that waits
            self.assert_all_completed(load(url, "-X", "POST", "-n", 8, "-c", 1, "-p", 4, "--pipeline-any-method"), 8)

    def test_18_a_redirect_is_counted_by_its_status_and_not_followed(self) -> None:
        targets = []

        def behave(peer: Peer) -> None:
            for number, lines in enumerate(requests(peer)):
                targets.append(lines[0].split()[1])
                status = (b"301 Moved Permanently", b"302 Found")[number % 2]
                peer.say(b"HTTP/1.1 " + status + b"\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n")

        with web(behave) as url:
            run = load(url + "/here", "-n", 10, "-c", 1)
        self.assert_all_completed(run, 10)
        self.assertEqual(run.codes("GET"), {"301": 5, "302": 5})
        self.assertEqual(targets, [b"/HERE"] * 10)

    @unittest.skipUnless(have_ipv6(), "this machine has no IPv6 on loopback")
    def test_19_an_ipv6_address_is_in_brackets_in_host(self) -> None:
        heads = []

        def behave(peer: Peer) -> None:
            for lines in requests(peer):
                heads.append(lines)
                peer.say(OK)

        with web(behave, "::1") as url:
            self.assert_all_completed(load(url, "-n", 2, "-c", 1), 2)
        self.assertIn(f"HOST: {url.removeprefix('http://')}".encode(), heads[0])

    def test_21_a_unix_socket_works_and_has_a_host(self) -> None:
        heads = []

        def behave(peer: Peer) -> None:
            for lines in requests(peer):
                heads.append(lines)
                peer.say(OK)

        with tempfile.TemporaryDirectory() as folder, web(behave, f"{folder}/socket") as url:
            self.assert_all_completed(load(url, "-n", 2, "-c", 1), 2)
        self.assertEqual([line for line in heads[0] if line.startswith(b"HOST:")], [b"HOST: LOCALHOST"])


if __name__ == "__main__":
    unittest.main()
