# SPDX-License-Identifier: Apache-2.0 OR MIT
"""`--seed` repeats a run: the same requests in the same order at the same instants, by what a server has recorded."""

import tempfile
import unittest
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from load import LoadTest, Run, load
from servers.hostile import Peer, hostile

# Each pass of the mix says which it is, and each request has a random word.
SCRIPTS = {
    "http": "== pass x3 one\nC: GET /one/{random} HTTP/1.1\nC: Host: {host}\nC:\nS: HTTP/1.1 200\n"
            "== pass two\nC: GET /two/{random} HTTP/1.1\nC: Host: {host}\nC:\nS: HTTP/1.1 200\n",
    "smtp": "== pass\nC: MAIL FROM:<{random}@example.org>\nS: 250\nwait 1ms..3ms\nC: RSET\nS: 250\n",
}


@contextmanager
def recorded(scheme: str) -> Iterator[tuple[str, list[bytes]]]:
    """A server that answers everything; yields its URL and the lines that it has heard."""
    heard: list[bytes] = []

    def of_smtp(peer: Peer) -> None:
        peer.say(b"220 ready\r\n")
        while line := peer.hear():
            heard.append(line)
            peer.say(b"250 Ok\r\n")

    def of_http(peer: Peer) -> None:
        while line := peer.hear():
            heard.append(line)
            while peer.hear():
                pass
            peer.say(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    with hostile({"smtp": of_smtp, "http": of_http}[scheme]) as url:
        yield url.replace("smtp:", f"{scheme}:"), heard


class Seed(LoadTest):
    def heard(self, scheme: str, *options: object) -> tuple[list[bytes], Run]:
        with recorded(scheme) as (url, heard), tempfile.TemporaryDirectory() as folder:
            script = Path(folder) / "script.txt"
            script.write_text(SCRIPTS[scheme])
            run = load(url, "--script", script, "-c", 1, *options)
        self.assert_whole(run)
        self.assertEqual(run.errors, {}, run.err)
        return heard, run

    def test_the_same_one_repeats_what_is_sent(self) -> None:
        for scheme in SCRIPTS:
            for loop in (("-n", 40), ("-n", 40, "-r", 400, "--arrival", "poisson"), ("-n", 40, "--session-rate", 200, "--per-connection", 4)):
                with self.subTest(scheme=scheme, loop=loop):
                    first, run = self.heard(scheme, *loop, "--seed", 7)
                    again, _ = self.heard(scheme, *loop, "--seed", 7)
                    other, _ = self.heard(scheme, *loop, "--seed", 8)
                    self.assertEqual(run.transactions["completed"], 40)
                    self.assertEqual(first, again)
                    self.assertNotEqual(first, other)
                    self.assertGreaterEqual(len(set(first)), 40, "each has a word of its own")

    def test_the_same_one_repeats_the_instants(self) -> None:
        """How many fall due in a time is part of the schedule: at random, 500 with a standard deviation of 22."""
        due = [self.heard("smtp", "-d", "500ms", "-r", 1000, "--arrival", "poisson", "--seed", seed)[1].transactions["started"]
               for seed in (7, 7, 8, 9)]
        self.assertEqual(due[0], due[1])
        self.assertGreater(len(set(due)), 1)

    def test_is_part_of_what_was_asked_for(self) -> None:
        for loop in ((), ("-r", 100), ("--session-rate", 100), ("--stages", "100ms:100-100")):
            for given, saved in ((("--seed", 18), 18), ((), 1)):
                with self.subTest(loop=loop, given=given):
                    duration = () if "--stages" in loop else ("-n", 5)
                    _, run = self.heard("http", *loop, *duration, *given)
                    self.assertEqual(run.report["workload"]["seed"], saved)


if __name__ == "__main__":
    unittest.main()
