# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The statistics, the table and the readers of `./run bench load`, with planted runs. Nothing is measured."""

import contextlib
import io
import json
import sys
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TOP), str(TOP / "bench/load")]

import clients  # noqa: E402
from comparison import ClientFailed, Comparison, Ratio, Sample, Target, Used, Way, compare, summary_of, text_of  # noqa: E402
from measurement import Measurement  # noqa: E402


def sample(cpu_s: float, per_s: float = 1000.0, user_s: float = 1.0) -> Sample:
    return Sample(per_s, cpu_s, user_s, 0.5)


def planted(**ways: list[float] | str) -> Comparison:
    """CPU by round, or why the client failed."""
    return Comparison("planted", "requests", {
        name: Way(failure=rounds) if isinstance(rounds, str) else Way([sample(cpu_s) for cpu_s in rounds])
        for name, rounds in ways.items()})


def measured(comparison: Comparison) -> Measurement:
    measurement = Measurement(quick=True, rounds=1, seconds=1)
    measurement.comparisons.append(comparison)
    return measurement


class Statistics(unittest.TestCase):
    def test_a_ratio_is_ours_to_the_peer_s_round_by_round(self) -> None:
        """The machine became half as fast in mid-run: absolute figures say nothing, the ratio stays."""
        ratio = planted(wrk=[10, 10, 20, 20, 20], backtalk=[5, 5, 10, 10, 10]).ratio("backtalk", "cpu_s")
        self.assertAlmostEqual(ratio.estimate, 0.5)
        self.assertIsNone(ratio.low, "five rounds have no interval")

    def test_more_than_the_peer_is_above_one(self) -> None:
        comparison = planted(wrk=[10.0], backtalk=[20.0])
        self.assertEqual(comparison.ratio("backtalk", "cpu_s").estimate, 2.0)
        self.assertEqual(comparison.ratio("wrk", "cpu_s", to="backtalk").estimate, 0.5)

    def test_an_interval_lies_around_the_ratio(self) -> None:
        ratio = Ratio.of((11.0, 12.0, 13.0, 14.0, 15.0, 16.0), (10.0,) * 6)
        self.assertAlmostEqual(ratio.low, 1.1)
        self.assertAlmostEqual(ratio.high, 1.6)
        self.assertTrue(1.3 < ratio.estimate < 1.4, ratio)
        self.assertEqual(str(Ratio.of((7.0,), (7.0,))), "1.00")

    def test_cpu_is_for_a_million(self) -> None:
        used = Used(took_s=1, cpu_s=2.0, user_s=0.5, server_core=1, resident_octets=0)
        self.assertEqual(Sample.of(100_000, 99.0, used), Sample(99.0, 20.0, 5.0, 1))

    def test_nothing_completed_is_no_sample(self) -> None:
        with self.assertRaises(ClientFailed):
            Sample.of(0, 1.0, Used(1, 1, 1, 1, 0))

    def test_no_user_time_of_the_peer_is_no_ratio(self) -> None:
        comparison = Comparison("t", "requests", {"wrk": Way([sample(10, user_s=0)]), "backtalk": Way([sample(5)])})
        self.assertIsNone(comparison.ratio("backtalk", "user_s"))
        json.dumps(comparison.as_json())


class Rounds(unittest.TestCase):
    def test_every_way_runs_once_a_round_in_changing_order(self) -> None:
        ran: list[str] = []

        def way(name: str):
            return lambda: ran.append(name) or sample(1.0)

        done = compare("many", "requests", 20, {name: way(name) for name in ("a", "b")})
        self.assertEqual([len(way.samples) for way in done.ways.values()], [20, 20])
        pairs = {tuple(ran[i:i + 2]) for i in range(0, 40, 2)}
        self.assertEqual(pairs, {("a", "b"), ("b", "a")})

    def test_a_client_that_fails_once_has_no_figure(self) -> None:
        runs = iter([sample(1.0), ClientFailed("2 of 100 requests were lost"), sample(1.0)])

        def sometimes() -> Sample:
            run = next(runs)
            if isinstance(run, ClientFailed):
                raise run
            return run

        done = compare("sometimes", "requests", 3, {"wrk": sometimes, "backtalk": lambda: sample(0.1)})
        self.assertIsNone(done.ratio("backtalk", "cpu_s"))
        self.assertEqual(done.as_json()["ways"]["wrk"], {"failed": "2 of 100 requests were lost"})
        self.assertIn("FAILED: 2 of 100 requests were lost", text_of(done))
        self.assertEqual(next(runs).cpu_s, 1.0, "it is not run again")


class Table(unittest.TestCase):
    def test_shows_figures_and_ratios(self) -> None:
        lines = text_of(planted(wrk=[10, 12, 14], backtalk=[5, 6, 7])).splitlines()
        self.assertRegex(lines[-2], r"^  wrk +1,000 +12\.00 +1\.00 +50%$")
        self.assertRegex(lines[-1], r"^  backtalk +1,000 +6\.00 +1\.00 +50%  0\.50 +1\.00$")

    def test_a_peer_that_failed_leaves_no_ratio(self) -> None:
        lines = text_of(planted(wrk="Socket errors", backtalk=[5.0])).splitlines()
        self.assertRegex(lines[-2], r"^  wrk +FAILED: Socket errors$")
        self.assertRegex(lines[-1], r"^  backtalk +1,000 +5\.00 +1\.00 +50%  - +-$")

    def test_the_summary_has_backtalk_beside_its_peers_and_nothing_else(self) -> None:
        among_ourselves = Comparison("modes", "messages", {"lock step": Way([sample(2)]), "groups": Way([sample(1)])})
        lost = planted(ab="lost", backtalk=[1.0])
        ours_twice = Comparison("sink", "messages", {"smtp-source": Way([sample(10)]), "backtalk, lock step": Way([sample(5)]),
                                                     "backtalk, groups": Way([sample(2)])})
        lines = summary_of([planted(wrk=[10.0], backtalk=[5.0]), among_ourselves, ours_twice, lost]).splitlines()
        self.assertEqual([line.split("  ")[1] for line in lines[1:]],
                         ["planted", "sink, lock step", "sink, groups", "planted"])
        self.assertRegex(lines[1], r"^  planted +wrk +0\.50 +1\.00$")
        self.assertRegex(lines[4], r"^  planted +ab +ab failed +ab failed$")


class Targets(unittest.TestCase):
    def target(self, comparison: Comparison, limit: float, at_most: bool = True) -> Target:
        measurement = measured(comparison)
        (measurement.at_most if at_most else measurement.at_least)(comparison, "backtalk", "cpu_s", limit)
        return measurement.targets[0]

    def test_a_missed_target_says_so(self) -> None:
        target = self.target(planted(wrk=[10.0], backtalk=[5.1]), 0.5)
        self.assertIs(target.met, False)
        self.assertTrue(str(target).startswith("NOT MET "), target)
        self.assertIn("CPU <= 0.5 of wrk: 0.51", str(target))

    def test_a_target_that_is_met(self) -> None:
        target = self.target(planted(wrk=[10.0], backtalk=[5.0]), 0.5)
        self.assertIs(target.met, True)
        self.assertTrue(str(target).startswith("met "), target)

    def test_at_least_is_the_other_direction(self) -> None:
        for ours, met in ((9.9, False), (10.0, True), (11.0, True)):
            self.assertIs(self.target(planted(wrk=[10.0], backtalk=[ours]), 1.0, at_most=False).met, met, ours)

    def test_what_failed_is_neither_met_nor_missed(self) -> None:
        for comparison, who in ((planted(wrk="no", backtalk=[1.0]), "wrk"), (planted(wrk=[1.0], backtalk="no"), "backtalk")):
            target = self.target(comparison, 0.5)
            self.assertIsNone(target.met)
            self.assertTrue(str(target).startswith("not measured "), target)
            self.assertTrue(str(target).endswith(f"{who} failed"), target)
            self.assertIsNone(target.as_json()["measured"])

    def test_a_value_of_a_client_that_failed_is_none(self) -> None:
        measurement = Measurement(quick=True, rounds=1, seconds=1)
        measurement.at_least_value("BDAT", 500_000, Way(failure="lost"), "per_s", " messages/s")
        measurement.at_least_value("BDAT", 500_000, Way([sample(1, per_s=499_999)]), "per_s", " messages/s")
        self.assertEqual([target.met for target in measurement.targets], [None, False])

    def test_a_comparison_of_which_all_failed_can_still_be_written(self) -> None:
        comparison = planted(wrk="no", backtalk="no")
        json.dumps(comparison.as_json())
        self.assertEqual(text_of(comparison).count("FAILED"), 2)


WRK = """\
Running 1s test @ http://127.0.0.1:18080/small
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.58ms    2.13ms  26.26ms   85.38%
  47600 requests in 1.00s, 6.81MB read
Requests/sec:  47394.54
"""
H2LOAD = """\
finished in 1.01s, 43346.00 req/s, 6.20MB/s
requests: 43346 total, 43410 started, 43346 done, 43346 succeeded, 0 failed, 0 errored, 0 timeout
status codes: 43346 2xx, 0 3xx, 0 4xx, 0 5xx
"""
AB = """\
Complete requests:      49998
Failed requests:        0
Keep-Alive requests:    49998
Requests per second:    49774.31 [#/sec] (mean)
"""
ERRORS = "  Socket errors: connect 0, read 3, write 0, timeout 0\n"


class Readers(unittest.TestCase):
    """What the clients print, as they printed it, and as it is when something went wrong."""

    def assert_failed(self, sentence: str, reader, *arguments: object) -> None:
        with self.assertRaises(ClientFailed) as caught:
            reader(*arguments)
        self.assertIn(sentence, str(caught.exception))

    def test_wrk(self) -> None:
        self.assertEqual(clients.read_wrk(WRK), (47600, 47394.54))
        self.assert_failed("read 3", clients.read_wrk, WRK + ERRORS)
        self.assert_failed("Non-2xx", clients.read_wrk, WRK + "  Non-2xx or 3xx responses: 5\n")
        self.assert_failed("no result", clients.read_wrk, "")

    def test_h2load(self) -> None:
        self.assertEqual(clients.read_h2load(H2LOAD), (43346, 43346.0))
        self.assertEqual(clients.read_h2load(H2LOAD, 43346)[0], 43346)
        self.assert_failed("43346 of 50000", clients.read_h2load, H2LOAD, 50000)
        self.assert_failed("1 errored", clients.read_h2load, H2LOAD.replace("0 errored", "1 errored"))
        self.assert_failed("requests:", clients.read_h2load, H2LOAD.replace("43346 2xx, 0 3xx", "43340 2xx, 6 3xx"))
        self.assert_failed("3 4xx", clients.read_h2load, H2LOAD.replace("0 4xx", "3 4xx"))
        self.assert_failed("no result", clients.read_h2load, "")

    def test_h2load_that_the_clock_ended_within_a_response(self) -> None:
        under_way = H2LOAD.replace("43346 2xx", "43410 2xx")
        self.assertEqual(clients.read_h2load(under_way)[0], 43346)
        self.assert_failed("43410 2xx", clients.read_h2load, under_way, 43346)
        self.assert_failed("43411 2xx", clients.read_h2load, H2LOAD.replace("43346 2xx", "43411 2xx"))
        self.assert_failed("43345 2xx", clients.read_h2load, H2LOAD.replace("43346 2xx", "43345 2xx"))
        self.assert_failed("43345 succeeded", clients.read_h2load, under_way.replace("43346 succ", "43345 succ"))

    def test_ab(self) -> None:
        self.assertEqual(clients.read_ab(AB, kept_alive=True), (49998, 49774.31))
        self.assert_failed("Failed requests: 7", clients.read_ab, AB.replace("requests:        0", "requests:        7"), True)
        self.assert_failed("Non-2xx", clients.read_ab, AB + "Non-2xx responses:      3\n", True)
        self.assert_failed("only 9 of 49998", clients.read_ab, AB.replace("Alive requests:    49998", "Alive requests:    9"), True)
        self.assert_failed("49998 of 50000", clients.read_ab, AB, False, 50000)
        self.assert_failed("no result", clients.read_ab, "apr_socket_recv: Connection reset by peer (104)", True)

    def test_curl(self) -> None:
        clients.read_curl("ok\ncurl:1\nok\ncurl:0\n", 2, 3)
        self.assert_failed("1 of 2 transfers", clients.read_curl, "ok\ncurl:1\n", 2, 3)
        self.assert_failed("3 of 6 octets", clients.read_curl, "ok\ncurl:1\ncurl:0\n", 2, 3)
        self.assert_failed("2 connections", clients.read_curl, "ok\ncurl:1\nok\ncurl:1\n", 2, 3)

    def report(self, wanted: int = 10, completed: int = 10, failed: int = 0, unfinished: int = 0, **errors: int) -> dict:
        return {"transactions": {"completed": completed, "failed": failed, "unfinished": unfinished}, "errors": errors,
                "workload": {"transactions": wanted}}

    def test_backtalk(self) -> None:
        clients.check_backtalk(self.report())
        clients.check_backtalk(self.report(wanted=0, completed=12345))
        self.assert_failed("9 of 10", clients.check_backtalk, self.report(completed=9))
        self.assert_failed("1 failed", clients.check_backtalk, self.report(completed=9, failed=1, timeout=1))
        self.assert_failed("quit-unanswered", clients.check_backtalk, self.report(**{"quit-unanswered": 1}))
        self.assert_failed("1 were not finished", clients.check_backtalk, self.report(completed=9, unfinished=1))

    def test_handshakes(self) -> None:
        def report(**handshakes: int) -> dict:
            return {"connections": {"handshakes": {"full": 100, "resumed": 0, "failed": 0} | handshakes}}

        clients.check_handshakes(report(), 100)
        clients.check_handshakes(report(full=101), 100)  # the last connection found nothing left to ask
        for wrong in ({"full": 99}, {"resumed": 1}, {"failed": 1}):
            self.assert_failed("full handshakes were due", clients.check_handshakes, report(**wrong), 100)


class Processes(unittest.TestCase):
    def test_a_client_that_ends_with_an_error_has_failed(self) -> None:
        for command, sentence in ((["sh", "-c", "echo no route; exit 3"], "sh ended with 3: no route"),
                                  (["sh", "-c", "kill -9 $$"], "sh ended with -9: it said nothing")):
            with self.assertRaises(ClientFailed) as caught:
                clients.run(command)
            self.assertEqual(str(caught.exception), sentence)

    def test_user_time_is_a_part_of_cpu_time(self) -> None:
        _, used = clients.run(["python3", "-c", "sum(i * i for i in range(300000))"])
        self.assertLessEqual(used.user_s, used.cpu_s)
        self.assertGreater(used.resident_octets, 1 << 20)


class LeftOut(unittest.TestCase):
    def test_is_said(self) -> None:
        measurement = Measurement(quick=True, rounds=1, seconds=1)
        with contextlib.redirect_stdout(io.StringIO()) as out:
            measurement.leave_out("Postfix", "it is not unpacked")
        self.assertIn("Left out: Postfix: it is not unpacked", out.getvalue())
        self.assertEqual(measurement.left_out, {"Postfix": "it is not unpacked"})


if __name__ == "__main__":
    unittest.main()
