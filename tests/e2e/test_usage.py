# SPDX-License-Identifier: Apache-2.0 OR MIT
"""What `backtalk load` refuses to do: exit status 2, a sentence on standard error, and nothing sent."""

import subprocess
import unittest

from load import load, program
from servers.builtin import Builtin
from servers.hostile import hostile

HERE = "smtp://127.0.0.1:1"

WRONG = {
    "no scheme": ("127.0.0.1:2525",),
    "an unknown scheme": ("gopher://127.0.0.1:70",),
    "no host": ("smtp://",),
    "a port out of range": ("smtp://127.0.0.1:65536",),
    "a port where nothing can listen": ("smtp://127.0.0.1:0",),
    "a path": ("smtp://127.0.0.1:25/inbox",),
    "a share of failures that is none": (HERE, "--allow-failures", "101%"),
    "a ramp without sense": (HERE, "--ramp", "soon"),
    "an unknown option": (HERE, "--no-such-option"),
    "no connections": (HERE, "-n", 1, "-c", 0),
    "connections that are no number": (HERE, "-n", 1, "-c", "many"),
    "no threads": (HERE, "-n", 1, "-t", 0),
    "a depth of nothing": (HERE, "-n", 1, "-p", 0),
    "a duration without sense": (HERE, "-d", "soon"),
    "a negative rate": (HERE, "-n", 1, "-r", -5),
    "an unknown arrival": (HERE, "-n", 1, "-r", 5, "--arrival", "bursts"),
    "an unknown submission": (HERE, "-n", 1, "--data", "pigeon"),
    "a message that is not there": (HERE, "-n", 1, "--message", "/nonexistent/message"),
    "a message that is a folder": (HERE, "-n", 1, "--message", "/etc"),
    "a message without an end": (HERE, "-n", 1, "--message", "/dev/zero"),
    "a negative count": (HERE, "-n", -1),
    "a count that is too large": (HERE, "-n", 1 << 64),
    "a count that may be octal": (HERE, "-n", "010"),
    "negative transactions on each connection": (HERE, "-n", 1, "--per-connection", -1),
    "a negative seed": (HERE, "-n", 1, "-r", 5, "--seed", -1),
    "a rate beyond all machines": (HERE, "-n", 1, "-r", "1e9"),
    "a threshold that nothing crosses": (HERE, "-n", 1, "--fail-if", "failed>nan"),
    "an infinite threshold": (HERE, "-n", 1, "--fail-if", "per_s<inf"),
    "a unit in pieces": (HERE, "-n", 1, "--fail-if", "p99>10 m s"),
    "a number in pieces": (HERE, "-n", 1, "--fail-if", "p99>1 0ms"),
    "a latency without a unit": (HERE, "-n", 1, "--fail-if", "p99>10"),
    "a hello without a name": (HERE, "-n", 1, "--hello", ""),
    "a message smaller than its header": (HERE, "-n", 1, "--size", 10),
    "a sender that grows too long": (HERE, "-n", 1, "--from", "{n}" * 30 + "@example.org"),
    "an unknown order": (HERE, "-n", 1, "-p", 2, "--next", "before-dot"),
    "an unknown exercise": (HERE, "-n", 1, "--exercise", "vrfy"),
    "a recipient with a line end": (HERE, "-n", 1, "--to", "a@b\r\nDATA"),
}

# An option that would do nothing, and what the sentence names as the reason.
IGNORED = {
    "arrival in closed loop": (("--arrival", "poisson"), "--rate"),
    "arrival in closed loop, as it is by default": (("--arrival", "constant"), "--rate"),
    "batches in open loop": (("-r", 5, "--batch-wait", "2ms"), "--rate"),
    "a sender of no message": (("--exercise", "noop", "--from", "a@b"), "--exercise"),
    "a recipient of no message": (("--exercise", "rset", "--to", "a@b"), "--exercise"),
    "the size of no message": (("--exercise", "noop", "--size", 2000), "--exercise"),
    "no message by BDAT": (("--exercise", "noop", "--data", "bdat"), "--exercise"),
    "the size of a file": (("--message", "/dev/null", "--size", 2000), "--message"),
    "groups in lock step": (("--next", "after-reply"), "--pipeline 2"),
    "groups of no message": (("-p", 8, "--exercise", "noop", "--next", "after-reply"), "--exercise"),
}

ELSEWHERE = ["smtp://169.254.169.254:25", "smtp://[fe80::1%lo]:25", "smtp://192.0.2.1:25", "smtp://8.8.8.8:25", "smtp://[2001:db8::1]:25", "lmtp://203.0.113.9:24"]


class Usage(unittest.TestCase):
    def assert_refused(self, *arguments: object) -> str:
        run = load(str(arguments[0]), *arguments[1:], limit_s=15)
        self.assertEqual(run.code, 2, run.err)
        self.assertTrue(run.err.strip(), "it says nothing")
        self.assertEqual(run.report, {})
        return run.err

    def test_mistakes(self) -> None:
        for name, arguments in WRONG.items():
            with self.subTest(name):
                self.assert_refused(*arguments)

    def test_options_that_would_be_ignored(self) -> None:
        for name, (options, reason) in IGNORED.items():
            with self.subTest(name):
                said = self.assert_refused(HERE, "-n", 1, *options)
                self.assertIn("has no effect", said)
                self.assertIn(reason, said)

    def test_the_same_options_where_they_have_an_effect(self) -> None:
        with Builtin("smtp://127.0.0.1:0") as server:
            for options in (("-r", 50, "--arrival", "poisson"), ("--batch-wait", "2ms"), ("--exercise", "noop", "-p", 4),
                            ("--size", 2000, "--data", "bdat", "-p", 8), ("-p", 2, "--next", "after-reply")):
                with self.subTest(options):
                    run = load(server.url, "-n", 3, *options)
                    self.assertNotEqual(run.code, 2, run.err)
                    self.assertEqual(run.report["transactions"]["completed"], 3)

    def test_a_result_that_cannot_be_written_is_known_before_the_run(self) -> None:
        heard = []
        with hostile(heard.append) as url:
            run = subprocess.run([program(), "load", url, "-n", "1", "-d", "1s", "--json", "/nonexistent/result.json"],
                                 capture_output=True, text=True, timeout=15, check=False)
        self.assertEqual(run.returncode, 2)
        self.assertIn("/nonexistent/result.json", run.stderr)
        self.assertEqual(heard, [], "it had connected already")

    def test_targets_that_are_neither_loopback_nor_private(self) -> None:
        for url in ELSEWHERE:
            with self.subTest(url):
                self.assertIn("--i-may-load-this-target", self.assert_refused(url, "-n", 1))


if __name__ == "__main__":
    unittest.main()
