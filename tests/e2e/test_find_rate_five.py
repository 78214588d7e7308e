# SPDX-License-Identifier: Apache-2.0 OR MIT
"""`backtalk load --find-rate`, five times of five: servers that take 10 ms for each transaction, one at a time, can do
100 a second by construction. Each search finds that and confirms it, wherever it begins, to within 5 %: five on a quiet
machine (BACKTALK_QUIET_RUNS is set), else one, of which less is asked."""

import os
import unittest

from json_schema import Schema
from load import SCHEMA as LOAD_SCHEMA
from load import run_series
from servers.builtin import Builtin
from side_by_side import SideBySide

SCHEMA = Schema.documented("find-rate")
CAPACITY = 100
# A machine that does other things at the same time keeps lower rates: one search is made there, and finds no more.
QUIET = "BACKTALK_QUIET_RUNS" in os.environ
WITHIN = 0.05 if QUIET else 0.5
# Scheme, and where the search begins.
SEARCHES = (("http", 60), ("smtp", 70), ("lmtp", 110), ("smtps", 300), ("https", 85))


class FiveSearches(SideBySide):
    def test_find_the_capacity_and_confirm_it(self) -> None:
        def check(case: tuple[str, int]) -> None:
            scheme, begin = case
            tls = ("--insecure",) if scheme in ("smtps", "https") else ()
            with Builtin(f"{scheme}://127.0.0.1:0", "--fault", "service=const:10ms", "--fault", "workers=1") as server:
                code, report, out, err = run_series(server.url, "--find-rate", "p90<50ms", "-c", 50, "-d", "2s", "-r", begin, *tls)
            self.assertEqual(code, 0, out + err)
            self.assertEqual(SCHEMA.problems(report), [])
            self.assertLessEqual(abs(report["rate_per_s"] - CAPACITY), WITHIN * CAPACITY, out)
            self.assertLessEqual(report["rate_per_s"], 1.1 * CAPACITY, out)
            self.assertEqual(report["ended_by"], "search", out)
            # Other programs may have kept the generator from its core above that rate, which the search then says.
            if QUIET or not (report["verdict"]["doubt"] or "").startswith("beyond it the generator was the limit"):
                self.assertEqual(report["verdict"], {"valid": True, "doubt": None}, out)
            # The trail: each step with its run, and the last a longer one at the rate that was found.
            for step in report["steps"]:
                self.assertEqual(LOAD_SCHEMA.problems(step["result"]), [])
                self.assertAlmostEqual(step["ran_s"], step["result"]["elapsed_s"], places=6)
            last = report["steps"][-1]
            self.assertEqual(report["confirmed_by_step"], len(report["steps"]))
            self.assertTrue(last["confirms"] and last["kept"])
            self.assertEqual(last["rate_per_s"], report["rate_per_s"])
            self.assertGreaterEqual(last["duration_s"], 4)
            self.assertGreaterEqual(last["duration_s"] * last["rate_per_s"], 1499)
            self.assertGreater(report["too_high_per_s"], report["rate_per_s"])

        self.side_by_side(check, SEARCHES if QUIET else SEARCHES[:1])


if __name__ == "__main__":
    unittest.main()
