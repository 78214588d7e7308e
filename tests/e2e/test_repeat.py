# SPDX-License-Identifier: Apache-2.0 OR MIT
"""`backtalk load --repeat` against the built-in server: what each run has for itself, and what all have together."""

import json
import signal
import statistics
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from json_schema import Schema
from load import OF_THE_TESTS, program, run_series
from load import SCHEMA as LOAD_SCHEMA
from planted import assert_finds_all, assert_requires_all
from servers.builtin import Builtin

SCHEMA = Schema.documented("repeat")


class Repeat(unittest.TestCase):
    def assert_whole(self, report: dict) -> None:
        self.assertEqual(SCHEMA.problems(report), [])
        for result in report["results"]:
            self.assertEqual(LOAD_SCHEMA.problems(result), [])
        self.assertEqual(report["verdict"]["valid"], not report["verdict"]["reasons"])

    def test_each_run_has_its_own_connections_and_warm_up(self) -> None:
        with Builtin("smtp://127.0.0.1:0") as server:
            url = server.url
            code, report, out, err = run_series(url, "--repeat", 3, "-c", 2, "-d", "200ms", "--warmup", "100ms")
        self.assertEqual(code, 0, err)
        self.assert_whole(report)
        self.assertEqual((report["asked"], report["counted"], report["interrupted"]), (3, 3, False))
        for result in report["results"]:
            self.assertEqual(result["connections"]["opened"], 2)
            self.assertGreater(result["warmup"]["completed"], 0)
        rates = [result["transactions"]["per_s"] for result in report["results"]]
        summary = report["summary"]["per_s"]
        self.assertAlmostEqual(summary["median"], statistics.median(rates), delta=1e-6 * max(rates))
        self.assertAlmostEqual(summary["min"], min(rates), delta=1e-6 * max(rates))
        self.assertAlmostEqual(summary["max"], max(rates), delta=1e-6 * max(rates))
        self.assertIn(f"3 of 3 runs at {url}", out)

    def test_a_count_is_of_each_run_and_found_exactly(self) -> None:
        with Builtin("smtp://127.0.0.1:0") as server:
            code, report, _, err = run_series(server.url, "--repeat", 4, "-n", 25, "--quiet")
        self.assertEqual(code, 0, err)
        self.assert_whole(report)
        self.assertEqual([result["transactions"]["completed"] for result in report["results"]], [25] * 4)
        # 662 samples for p99.
        self.assertIsNone(report["summary"]["p99_ns"])

    def test_each_run_has_arrivals_of_its_own(self) -> None:
        with Builtin("http://127.0.0.1:0") as server:
            _, report, _, _ = run_series(server.url, "--repeat", 2, "-r", 50, "--arrival", "poisson", "-d", "200ms", "--seed", 7)
        self.assert_whole(report)
        self.assertEqual([result["workload"]["seed"] for result in report["results"]], [7, 8])

    def test_one_run_that_fails_fails_all(self) -> None:
        with Builtin("smtp://127.0.0.1:0", "--fault", "refuse-mail=5") as server:
            code, report, out, err = run_series(server.url, "--repeat", 2, "-c", 1, "-n", 20, "--slo", "failed<1%")
        self.assertEqual(code, 1)
        self.assert_whole(report)
        self.assertEqual([(one["code"], one["runs"]) for one in report["verdict"]["reasons"]
                          if one["code"] not in OF_THE_TESTS], [("errors", 2)])
        self.assertEqual(report["slo"], [{"rule": "failed<1%", "met": False, "missed_runs": 2}])
        self.assertIn("FAILED: in 2 of 2 runs, first in run 1: 20 % of the messages failed", out)
        self.assertIn("backtalk load: failed: run 1: ", err)

    def test_a_limit_that_a_run_crosses_is_named_with_the_run(self) -> None:
        with Builtin("smtp://127.0.0.1:0") as server:
            code, report, _, err = run_series(server.url, "--repeat", 2, "-n", 20, "--fail-if", "completed<21")
        self.assertEqual(code, 1)
        self.assert_whole(report)
        for run in (1, 2):
            self.assertIn(f"backtalk load: failed: run {run}: completed<21: measured 20", err)

    def test_ctrl_c_ends_it_with_what_is_there(self) -> None:
        with Builtin("smtp://127.0.0.1:0") as server, tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "result.json"
            process = subprocess.Popen([program(), "load", server.url, "--repeat", "50", "-n", "200", "--json", str(file)],
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            time.sleep(1)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=120)
            report = json.loads(file.read_text()) if file.exists() else None
        if report is None:  # so slow a machine that the program was not ready for Ctrl-C
            self.assertNotEqual(process.returncode, 0, out + err)
            return
        self.assert_whole(report)
        if report["interrupted"]:
            self.assertLessEqual(report["counted"], len(report["results"]))
            self.assertIn("interrupted: ", out)

    def test_one_run_is_an_ordinary_run(self) -> None:
        with Builtin("smtp://127.0.0.1:0") as server:
            code, report, _, err = run_series(server.url, "--repeat", 1, "-n", 5)
        self.assertEqual(code, 0, err)
        self.assertEqual(LOAD_SCHEMA.problems(report), [])

    def test_what_has_no_meaning_is_refused(self) -> None:
        for words, said in ((("--repeat", 0), "--repeat"), (("--repeat", 101), "--repeat"),
                            (("--repeat", 2, "--hdr", "file"), "--hdr has no effect with several runs")):
            with self.subTest(words):
                code, report, _, err = run_series("smtp://127.0.0.1:1", *words)
                self.assertEqual((code, report), (2, {}))
                self.assertIn(said, err)
        for option in (("--repeat", "2"), ("--probe",), ("--find-rate", "p99<1s")):
            done = subprocess.run([program(), "load", *option, "--", "a", "smtp://127.0.0.1:1", "--", "b", "smtp://127.0.0.1:1"],
                                  capture_output=True, text=True, timeout=60, check=False)
            self.assertEqual(done.returncode, 2)
            self.assertIn(option[0], done.stderr)
        done = subprocess.run([program(), "compare", "smtp://127.0.0.1:1", "smtp://127.0.0.1:1", "--repeat", "2"],
                              capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("compare has no --repeat", done.stderr)


class TheSchema(unittest.TestCase):
    def test_finds_whatever_is_wrong(self) -> None:
        with Builtin("smtp://127.0.0.1:0", "--fault", "refuse-mail=2") as server:
            _, report, _, _ = run_series(server.url, "--repeat", 2, "-c", 1, "-n", 40, "--slo", "p95<5s")
        assert_finds_all(self, SCHEMA, report, lambda path: path[0] == "results" and len(path) > 2)

    def test_requires_all_that_it_describes(self) -> None:
        assert_requires_all(self, SCHEMA)


if __name__ == "__main__":
    unittest.main()
