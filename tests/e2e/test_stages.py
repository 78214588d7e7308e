# SPDX-License-Identifier: Apache-2.0 OR MIT
"""`--stages`: an open loop whose rate goes by stages, each of which is counted and judged for itself."""

import json
import os
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from clocked import StagesTest
from load import Load, LoadTest, Run, load, program
from servers.builtin import Builtin

ALL = ("smtp", "lmtp", "pop3", "imap", "http")
URLS = [f"{scheme}://127.0.0.1:0" for scheme in (*ALL, "smtps", "https", "imaps", "pop3s")]
USER = ("--user", "u1", "--password", "pass")


class EachProtocol(StagesTest):
    @classmethod
    def setUpClass(cls) -> None:
        cls.server = cls.enterClassContext(Builtin(URLS[0], *URLS[1:], listens=len(URLS)))

    def run_of(self, scheme: str, *options: object) -> Run:
        user = USER if scheme[:4] in ("pop3", "imap") else ()
        return load(self.server.url_of(scheme), "-c", 20, *user, *options)

    def test_has_the_counts_of_its_stages(self) -> None:
        def check(scheme: str) -> None:
            stages = self.assert_stages(self.run_of(scheme, "--stages", "1s:100,1s:300"), [50, 200])
            self.assertEqual([(one["from_per_s"], one["to_per_s"], one["duration_s"]) for one in stages],
                             [(0, 100, 1), (100, 300, 1)])
            self.assertGreater(stages[1]["latency_ns"]["p50"], 0)

        self.side_by_side(check, ALL)

    def test_over_tls_as_well(self) -> None:
        def check(scheme: str) -> None:
            self.assert_stages(self.run_of(scheme, "--insecure", "--stages", "500ms:200-200,500ms:400"), [100, 150])

        self.side_by_side(check, ("smtps", "imaps", "pop3s", "https"))

    def test_with_threads_scripts_depth_and_a_warm_up(self) -> None:
        def check(case: tuple[str, tuple]) -> None:
            scheme, options = case
            stages = "500ms:200-200,1s:400-400,500ms:0"
            self.assert_stages(self.run_of(scheme, *options, "--stages", stages), [100, 400, 100])

        self.side_by_side(check, (("smtp", ("-t", 3)), ("imap", ("--script", "status", "-p", 4)), ("smtp", ("--script", "noop")),
                                  ("http", ("-t", 2, "-p", 8, "--warmup", "300ms")), ("lmtp", ("-t", 2, "--per-connection", 10))))

    def test_with_random_arrivals(self) -> None:
        run = self.run_of("http", "-t", 2, "--arrival", "poisson", "--stages", "1s:1000-1000,1s:4000-4000")
        # A standard deviation of 32 and 63.
        self.assert_stages(run, [1000, 4000], scatter=0.16)

    def test_the_warm_up_is_in_no_stage(self) -> None:
        run = self.run_of("http", "--warmup", "500ms", "--stages", "500ms:200-200")
        self.assert_stages(run, [100])
        self.assertAlmostEqual(run.report["warmup"]["started"], 100, delta=1)

    def test_the_summary_has_a_row_for_each(self) -> None:
        run = Load(self.server.url_of("http"), "-c", 20, "--stages", "1s:100-100,2s:2000-2000", "--server-pid",
                   self.server.pid).finish()
        stages = self.assert_stages(run, [100, 4000])
        self.assertRegex(run.out, r"\nstage +for +requested/s +answered/s +started +completed +failed +unfinished  latency\n"
                                  r"1 +1s +100 +[0-9.]+ +100 +100 +0 +0  p50 .*, p99 needs 662 samples .*\n"
                                  r"2 +2s +2000 +[0-9.]+ +4000 +4000 +0 +0  p50 .*, p99 [0-9].* per request\n")
        self.assertIsNone(stages[0]["latency_ns"]["p99"])
        self.assertGreater(stages[1]["latency_ns"]["p99"], 0)
        self.assertGreater(stages[1]["server_cpu_s"], 0)
        self.assertLessEqual(sum(one["server_cpu_s"] for one in stages), run.report["server"]["cpu_s"] + 1e-6)
        answered = sum(half["answered"] for half in stages[1]["halves"])
        self.assertAlmostEqual(stages[1]["answered_per_s"], answered / 2)
        self.assertAlmostEqual(stages[1]["server_cpu_each_ns"], stages[1]["server_cpu_s"] * 1e9 / answered, delta=1)

    def test_a_comparison_may_have_them(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "compared.json"
            url = self.server.url_of("http")
            done = subprocess.run([program(), "compare", url, url, "--rounds", "6", "--stages", "100ms:200-200,100ms:400-400",
                                   "--quiet", "--json", str(file)], capture_output=True, text=True, timeout=120, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
            for side in json.loads(file.read_text())["sides"]:
                self.assertEqual([len(result["stages"]) for result in side["results"]], [2] * 6)


class Judged(StagesTest):
    def test_a_rate_that_the_server_cannot_take_is_named_by_its_stage(self) -> None:
        """One worker with 10 ms a request: 100 a second at best."""
        with Builtin("http://127.0.0.1:0", "--fault", "service=const:10ms", "--fault", "workers=1") as server:
            run = load(server.url, "-c", 200, "--stages", "1s:30-30,1s:400-400", "--timeout", "30s")
        stages = self.assert_stages(run, [30, 400])
        self.assertEqual(run.code, 1)
        self.assertIn("rate-not-reached", run.reasons)
        self.assertRegex(run.err, r"the rate was not reached in stage 2 \(400/s for 1s\): in its second half, (39\d|40\d)/s "
                                  r"fell due and \d\d?\d?/s were answered\n")
        reason = next(one for one in run.report["verdict"]["reasons"] if one["code"] == "rate-not-reached")
        self.assertEqual(reason["evidence"]["stage"], 2)
        self.assertLess(stages[0]["latency_ns"]["p50"], stages[1]["latency_ns"]["p50"])

    def test_a_server_that_stops_in_a_stage_leaves_the_one_before_alone(self) -> None:
        with Builtin("smtp://127.0.0.1:0") as server:
            running = Load(server.url, "--quiet", "-c", 10, "--stages", "2s:50-50,2s:100-100", "--timeout", "500ms",
                           "--server-pid", server.pid)
            time.sleep(3)
            os.kill(server.pid, signal.SIGSTOP)
            run = running.finish()
            os.kill(server.pid, signal.SIGCONT)
        first, second = self.assert_stages(run, [100, 200])
        self.assertEqual((first["completed"], first["failed"]), (100, 0))
        self.assertGreater(second["failed"], 0)
        self.assertGreater(second["censored"]["timed_out"], 0)
        self.assertEqual(run.code, 1)
        said = {one["code"]: one["sentence"] for one in run.report["verdict"]["reasons"]}
        self.assertIn("errors", said)
        self.assertRegex(said["errors"], r"^in stage 2 \(100/s for 2s\), ")

    def test_a_server_that_dies_in_a_stage_is_lost_there(self) -> None:
        with Builtin("http://127.0.0.1:0") as server:
            running = Load(server.url, "--quiet", "-c", 10, "--stages", "1s:100-100,3s:100-100", "--timeout", "500ms")
            time.sleep(2)
            server.stop()
            run = running.finish()
        first, second = self.assert_stages(run, [100, 300])
        self.assertEqual(first["completed"], 100)
        self.assertLess(second["completed"], 300)
        self.assertIn("server-lost", run.reasons)
        self.assertRegex(run.err, r"\(in stage 2\)")

    def test_one_that_is_interrupted_has_what_it_had(self) -> None:
        with Builtin("http://127.0.0.1:0") as server:
            running = Load(server.url, "--quiet", "-c", 10, "--stages", "1s:100-100,30s:100-100,10s:100-100", "--server-pid",
                           server.pid)
            time.sleep(2.5)
            run = running.interrupt()
        self.assert_whole(run)
        first, second, third = run.report["stages"]
        self.assertEqual(first["completed"], 100)
        self.assertGreater(second["completed"], 0)
        answered = sum(half["answered"] for half in second["halves"])
        self.assertAlmostEqual(second["answered_per_s"], answered / (run.report["elapsed_s"] - 1), places=3)
        self.assertEqual((third["started"], third["answered_per_s"]), (0, 0))
        self.assertIsNotNone(first["server_cpu_s"])
        self.assertIsNone(third["server_cpu_s"])
        self.assertEqual(sum(one["started"] for one in run.report["stages"]), run.transactions["started"])

    def test_nobody_listens(self) -> None:
        run = load("http://127.0.0.1:1", "--stages", "200ms:100-100,200ms:100", "--timeout", "200ms")
        self.assert_whole(run)
        self.assertEqual((run.code, run.reasons[0]), (1, "nothing-completed"))


class Mistakes(LoadTest):
    def test_are_named(self) -> None:
        for said, options in (
            ("--stages `2s`: expected TIME:RATE", ("--stages", "2s")),
            ("--stages needs TIME:RATE,...: it is empty", ("--stages", "")),
            ("--slo needs RULES: it is empty", ("--slo", "")),
            ("--find-rate needs RULES: it is empty", ("--find-rate", "")),
            ("--stages `0s:100`: a stage needs a time above 0", ("--stages", "0s:100")),
            ("--stages: at most 100 stages", ("--stages", ",".join(["1ms:1000"] * 1000))),
            ("--stages `1s:99999999999999999999`: expected TIME:RATE", ("--stages", "1s:99999999999999999999")),
            ("--stages `9999999999h:1`: expected TIME:RATE", ("--stages", "9999999999h:1")),
            ("no transaction would fall due", ("--stages", "1s:0")),
            ("--rate has no effect with --stages", ("--stages", "1s:9", "-r", 5)),
            ("--duration has no effect with --stages", ("--stages", "1s:9", "-d", "1s")),
            ("--transactions has no effect with --stages", ("--stages", "1s:9", "-n", 5)),
            ("--stages has no effect with --find-rate", ("--stages", "1s:9", "--find-rate", "p99<1s")),
        ):
            with self.subTest(said):
                run = load("http://127.0.0.1:9", *options)
                self.assertEqual((run.code, run.report), (2, {}))
                self.assertIn(said, run.err)

    def test_shares_of_several_loads_are_of_a_rate(self) -> None:
        done = subprocess.run([program(), "load", "--at", "50%,100%", "--", "a", "http://127.0.0.1:9", "--stages", "1s:9"],
                              capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("a: --at is a share of one rate, and this load has --stages", done.stderr)


if __name__ == "__main__":
    unittest.main()
