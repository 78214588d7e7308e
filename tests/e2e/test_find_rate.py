# SPDX-License-Identifier: Apache-2.0 OR MIT
"""`backtalk load --find-rate` against a server whose capacity is known: whatever the machine does, no rate above it is
kept. That the rate is found to within 5 % is tested in simulated time (tests/unit/known)."""

import json
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from json_schema import Schema
from load import SCHEMA as LOAD_SCHEMA
from load import program, run_series
from planted import assert_finds_all, assert_requires_all
from servers.builtin import Builtin

SCHEMA = Schema.documented("find-rate")
CAPACITY = 250  # of a server that takes 4 ms for each, one at a time
ONE_AT_A_TIME = ("--fault", "service=const:4ms", "--fault", "workers=1")


def searched(*words: object) -> tuple[int, dict, str, str]:
    """The exit status, the JSON, and what was printed."""
    return run_series(*words, limit_s=500)


class FindRate(unittest.TestCase):
    def assert_whole(self, report: dict) -> None:
        self.assertEqual(SCHEMA.problems(report), [])
        for step in report["steps"]:
            self.assertEqual(LOAD_SCHEMA.problems(step["result"]), [])
            self.assertAlmostEqual(step["result"]["workload"]["rate_per_s"], step["rate_per_s"], places=6)
            self.assertEqual(step["result"]["intervals"], [])

    def test_never_finds_more_than_the_capacity(self) -> None:
        with Builtin("http://127.0.0.1:0", *ONE_AT_A_TIME) as server:
            url = server.url
            code, report, out, err = searched(url, "--find-rate", "p90<100ms", "-c", 50, "-d", "1s", "-r", 200,
                                              "--timeout", "2s")
        self.assert_whole(report)
        if report["rate_per_s"] is None:  # so busy a machine that no rate is kept
            self.assertEqual(code, 1)
            self.assertRegex(err, "no rate (from .* on keeps p90<100ms|could be judged)")
            return
        self.assertEqual(code, 0, err)
        self.assertLessEqual(report["rate_per_s"], CAPACITY * 1.10)
        if report["verdict"]["valid"]:  # else the generator was the limit, on a busy machine
            self.assertGreater(report["too_high_per_s"], report["rate_per_s"])
        confirmed = report["steps"][report["confirmed_by_step"] - 1]
        self.assertTrue(confirmed["kept"] and confirmed["confirms"])
        self.assertGreaterEqual(confirmed["duration_s"], 2)
        self.assertGreaterEqual(confirmed["duration_s"] * confirmed["rate_per_s"], 1499)
        self.assertIn(f"/s is the highest rate that keeps p90<100ms at {url}", out)

    def test_of_a_server_that_refuses_everything_there_is_none(self) -> None:
        with Builtin("smtp://127.0.0.1:0", "--fault", "refuse-mail=1") as server:
            code, report, out, err = searched(server.url, "--find-rate", "mean<1h", "-d", "20ms", "-c", 2)
        self.assertEqual(code, 1)
        self.assert_whole(report)
        self.assertIsNone(report["rate_per_s"])
        self.assertIn("no rate was found", out)
        self.assertIn("no rate from 25/s on keeps mean<1h", err)
        self.assertEqual([step["rate_per_s"] for step in report["steps"]], [100, 100, 25, 25])
        self.assertEqual((report["ended_by"], report["limits"]), ("search", {"steps": 60, "time_s": 1800, "lowest_rate_per_s": 25}))

    def test_a_rule_with_too_few_answers_is_not_a_rule_that_is_missed(self) -> None:
        """A session is greeted once, however long a step is: 16 of the 64 greetings that the rule needs."""
        with Builtin("smtp://127.0.0.1:0") as server:
            code, report, out, err = searched(server.url, "--find-rate", "GREETING p90<1h", "-d", "20ms", "-c", 16, "-r", 200)
        self.assertEqual(code, 1)
        self.assert_whole(report)
        self.assertEqual((report["rate_per_s"], report["too_high_per_s"]), (None, None))
        self.assertFalse(any(step["judged"] for step in report["steps"]))
        few = [step for step in report["steps"] if "needed" in step["goal"][0]["shown"]]
        self.assertGreater(few[-1]["duration_s"], few[0]["duration_s"])
        self.assertNotIn("not kept", out)
        self.assertIn("no rate could be judged: ", err)

    def test_ctrl_c_has_what_was_found_so_far(self) -> None:
        with Builtin("http://127.0.0.1:0") as server, tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "result.json"
            # No search of such steps is done in that time, and the first of them is.
            words = [program(), "load", server.url, "--find-rate", "mean<1h", "-d", "1s", "-r", "10", "--json", str(file)]
            with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as search:
                time.sleep(3)
                search.send_signal(signal.SIGINT)
                out, err = search.communicate(timeout=60)
            report = json.loads(file.read_text()) if file.exists() else None
        self.assertNotEqual(search.returncode, 0, out + err)
        if report is None:  # so slow a machine that the program was not ready for Ctrl-C
            return
        self.assert_whole(report)
        self.assertTrue(report["interrupted"])
        self.assertEqual(report["ended_by"], "interrupt")
        kept = [step["rate_per_s"] for step in report["steps"] if step["kept"]]
        self.assertEqual(report["kept_per_s"], max(kept, default=None))
        if kept:
            self.assertRegex(err, f"interrupted: {max(kept):g}/s kept mean<1h but was not confirmed")

    def test_what_has_no_meaning_is_refused(self) -> None:
        for words, said in ((("--find-rate", "p99"), "--find-rate: "),
                            (("--find-rate", "NOPE p99<1s"), "is no command"),
                            (("--find-rate", "p99<1s", "--repeat", 2), "--repeat has no effect with --find-rate"),
                            (("--find-rate", "p99<1s", "-n", 2), "--transactions has no effect with --find-rate"),
                            (("--find-rate", "p99<1s", "--batch-wait", 0), "--batch-wait has no effect"),
                            (("--find-rate", "p99<1s", "--hdr", "file"), "--hdr has no effect")):
            with self.subTest(words):
                code, report, _, err = searched("smtp://127.0.0.1:1", *words)
                self.assertEqual((code, report), (2, {}))
                self.assertIn(said, err)


class TheSchema(unittest.TestCase):
    def test_finds_whatever_is_wrong(self) -> None:
        with Builtin("http://127.0.0.1:0") as server:
            _, report, _, _ = searched(server.url, "--find-rate", "mean<1us", "-d", "20ms", "-r", 1)
        assert_finds_all(self, SCHEMA, report, lambda path: "result" in path and path[-1] != "result")

    def test_requires_all_that_it_describes(self) -> None:
        assert_requires_all(self, SCHEMA)


if __name__ == "__main__":
    unittest.main()
