# SPDX-License-Identifier: Apache-2.0 OR MIT
"""`backtalk load -p 1,2,4 -r 100,200`: a run at each depth and each rate, and where the gain ends."""

import unittest

from json_schema import Schema
from load import SCHEMA as LOAD_SCHEMA
from load import run_series
from planted import assert_finds_all, assert_requires_all
from servers.builtin import Builtin

SCHEMA = Schema.documented("sweep")


class Sweep(unittest.TestCase):
    def assert_whole(self, report: dict) -> None:
        self.assertEqual(SCHEMA.problems(report), [])
        for row, result in zip(report["rows"], report["results"], strict=True):
            self.assertEqual(LOAD_SCHEMA.problems(result), [])
            self.assertEqual(row["pipeline"], result["workload"]["pipeline"])
            self.assertEqual(row["rate_per_s"], result["workload"]["rate_per_s"])
            self.assertEqual(row["intervals"]["p99_ns"], result["latency_ns"]["intervals"]["p99"])
            for key in ("completed", "failed", "unfinished"):
                self.assertEqual(row[key], result["transactions"][key])
        if not report["asked_rates_per_s"]:
            self.assertEqual(report["verdict"]["valid"], not report["verdict"]["reasons"])
        self.assert_chart(report)

    def assert_chart(self, report: dict) -> None:
        """A plotting tool can take it as it is: as many values on each line as on the axis, those of the rows."""
        chart, rates = report["chart"], report["asked_rates_per_s"]
        self.assertEqual(chart["x"]["values"], sorted(rates or report["asked"]))
        self.assertEqual(len({line["name"] for line in chart["series"]}), len(chart["series"]))
        key = {"1/s": "per_s"}
        for line in chart["series"]:
            name = key.get(line["unit"]) or f"{line['name'].split()[0]}_ns"
            for part in ("y", "low", "high"):
                self.assertEqual(len(line[part]), len(chart["x"]["values"]), line)
            for x, y in zip(chart["x"]["values"], line["y"], strict=True):
                rows = [row for row in report["rows"]
                        if (row["pipeline"], row["rate_per_s"]) == ((line["pipeline"], x) if rates else (x, None))]
                self.assertEqual(y, rows[0][name] if rows else None)

    def test_a_delay_is_shared_by_what_is_in_flight(self) -> None:
        """Each answer takes 20 ms, however many are asked for: 50/s in lock step, and twice as many with each doubling."""
        with Builtin("http://127.0.0.1:0", "--fault", "delay=20ms") as server:
            code, report, out, err = run_series(server.url, "-c", 1, "-d", "1s", "-p", "1,2,4")
        self.assertEqual(code, 0, err)
        self.assert_whole(report)
        self.assertEqual(report["asked"], [1, 2, 4])
        rates = [row["per_s"] for row in report["rows"]]
        self.assertEqual(rates, sorted(rates))
        self.assertEqual(report["gain_ends_at"], 4)
        self.assertIn("the gain has not ended at -p 4", report["sentence"])
        self.assertIn("3 of 3 runs", out)
        self.assertIn(report["sentence"], out)

    def test_a_server_that_serves_one_at_a_time_gains_nothing(self) -> None:
        """In lock step, four connections already keep it busy."""
        with Builtin("http://127.0.0.1:0", "--fault", "service=const:20ms", "--fault", "workers=1") as server:
            code, report, _, err = run_series(server.url, "-c", 4, "-d", "2s", "-p", "1,4", "--quiet")
        self.assertEqual(code, 0, err)
        self.assert_whole(report)
        self.assertEqual(report["gain_ends_at"], 1)

    def test_over_rates_the_gain_ends_at_the_highest_that_holds(self) -> None:
        """A hundred a second, by construction. That 400 are too many is what is looked for, and no failure."""
        with Builtin("http://127.0.0.1:0", "--fault", "service=const:10ms", "--fault", "workers=1") as server:
            code, report, out, err = run_series(server.url, "-c", 40, "-d", "2s", "-r", "400,25", "--server-pid", server.pid)
        self.assert_whole(report)
        self.assertEqual(code, 0, err)
        self.assertEqual((report["asked"], report["asked_rates_per_s"]), ([1], [400, 25]))
        self.assertEqual((report["gain_ends_at"], report["gain_ends_at_rate_per_s"]), (1, 25))
        self.assertEqual([row["holds"] for row in report["rows"]], [False, True])
        self.assertRegex(report["sentence"], "the gain ends at -r 25: 2[3-6]/s with a p50 of .*; -r 400 has .* and does not hold: ")
        self.assertIn(report["sentence"], out)
        self.assertGreater(report["rows"][0]["server_cpu_ns"], 0)
        self.assertRegex(out, r"depth +requested/s +per second +p50 +p99 +completed +failed +unfinished +server CPU")

    def test_over_both_it_ends_at_a_depth_and_a_rate(self) -> None:
        """Each answer takes 50 ms: 20/s in lock step on one connection, and 80/s with four in flight."""
        with Builtin("http://127.0.0.1:0", "--fault", "delay=50ms") as server:
            code, report, out, err = run_series(server.url, "-c", 1, "-d", "2s", "-p", "1,8", "-r", "10,60,1000")
        self.assert_whole(report)
        self.assertEqual(code, 0, err)
        self.assertEqual([(row["pipeline"], row["rate_per_s"]) for row in report["rows"]],
                         [(1, 10), (1, 60), (1, 1000), (8, 10), (8, 60), (8, 1000)])
        self.assertEqual((report["gain_ends_at"], report["gain_ends_at_rate_per_s"]), (8, 60))
        self.assertRegex(report["sentence"], "the gain ends at -p 8 and -r 60: (5[7-9]|6[0-2])/s with a p50 of .*; -p 8 -r 1000 has .* and "
                         "does not hold: ")
        self.assertIn("6 of 6 runs", out)

    def test_a_rule_that_is_missed_ends_it(self) -> None:
        with Builtin("http://127.0.0.1:0") as server:
            code, report, _, err = run_series(server.url, "-c", 4, "-d", "1s", "-r", "20,60", "--slo", "completed<40")
        self.assert_whole(report)
        self.assertEqual(code, 0, err)
        self.assertEqual(report["gain_ends_at_rate_per_s"], 20)
        self.assertIn("completed<40 was missed (60)", report["sentence"])

    def test_if_no_rate_holds_it_has_failed(self) -> None:
        with Builtin("smtp://127.0.0.1:0", "--fault", "refuse-mail=1") as server:
            code, report, _, err = run_series(server.url, "-c", 4, "-d", "500ms", "-r", "20,60")
        self.assertEqual(code, 1)
        self.assert_whole(report)
        self.assertFalse(report["verdict"]["valid"])
        self.assertIsNone(report["gain_ends_at"])
        self.assertIn("-r 20: ", err)

    def test_what_fails_one_run_fails_all(self) -> None:
        with Builtin("smtp://127.0.0.1:0", "--fault", "refuse-mail=2") as server:
            code, report, _, err = run_series(server.url, "-c", 1, "-n", 20, "-p", "2,1")
        self.assertEqual(code, 1)
        self.assert_whole(report)
        self.assertEqual([reason["pipeline"] for reason in report["verdict"]["reasons"]], [2, 1])
        self.assertIn("-p 2: ", err)

    def test_what_makes_no_sense_is_refused(self) -> None:
        for words, says in ((("-p", "1,2", "--session-rate", 5), "cannot be combined with --stages or --session-rate"),
                            (("-r", "1,2", "--stages", "1s:5"), "cannot be combined with --stages"),
                            (("-p", "1,2", "--repeat", 2), "combined with --repeat"), (("-r", "1,2", "--repeat", 2), "combined with --repeat"),
                            (("-r", "1,2", "--find-rate", "p99<1s"), "combined with --repeat or --find-rate"),
                            (("-r", "1,2", "--at", "50%"), "leave out --at"), (("-r", "1,0"), "greater than zero"),
                            (("-r", "1,1.0"), "1 is there twice"), (("-r", ",1"), "is not a number"),
                            (("-p", ",".join(map(str, range(1, 12))), "-r", ",".join(map(str, range(1, 12)))), "more than 100 runs"),
                            (("-p", "1,1"), "1 is there twice"), (("-p", "1,"), "not a whole number"),
                            (("-p", "1,2000"), "not a whole number from 1 to 1024"), (("-p", "1,2", "--hdr", "x"), "--hdr has no effect")):
            code, _, _, err = run_series("smtp://127.0.0.1:1", *words)
            self.assertEqual(code, 2, err)
            self.assertIn(says, err)

    def test_the_schema_finds_whatever_is_wrong(self) -> None:
        with Builtin("smtp://127.0.0.1:0", "--fault", "refuse-mail=2") as server:
            _, report, _, _ = run_series(server.url, "-c", 1, "-n", 20, "-p", "1,2")
        assert_finds_all(self, SCHEMA, report, lambda path: path[0] == "results" and len(path) > 2)

    def test_the_schema_requires_all_that_it_describes(self) -> None:
        assert_requires_all(self, SCHEMA)


if __name__ == "__main__":
    unittest.main()
