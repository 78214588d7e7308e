# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Whether the rate that was asked for was reached: planted runs, and the twin in which it was."""

import unittest

from load import LoadTest, load
from servers.builtin import Builtin


class Rate(LoadTest):
    def test_below_the_requested_one_fails_the_run(self) -> None:
        """Two sessions with 40 ms a message: 50 a second at best. All are answered in the end, and yet too late."""
        with Builtin("smtp://127.0.0.1:0", "--fault", "delay=10ms") as server:
            run = load(server.url, "-c", 2, "-d", "600ms", "-r", 200)
        self.assert_whole(run)
        self.assertEqual(run.code, 1)
        self.assertIn("rate-not-reached", run.reasons)
        self.assertRegex(run.err, r"the rate was not reached: in the second half, (19\d|20\d)/s fell due and [1-5]\d/s were")

    def test_is_met_with_answers_of_any_length(self) -> None:
        def check(service: str) -> None:
            with Builtin("smtp://127.0.0.1:0", "--fault", f"service={service}") as server:
                run = load(server.url, "-c", 400, "-d", "2s", "-r", 400, "--exercise", "noop")
            self.assert_whole(run)
            self.assertEqual((run.code, run.reasons), (0, []), run.err)

        self.side_by_side(check, ("exp:100ms", "bimodal:1ms:500ms:5%", "slow-share:1ms:400ms:1/10"))

    def test_is_met_with_slow_answers(self) -> None:
        def check(arrival: str) -> None:
            with Builtin("smtp://127.0.0.1:0", "--fault", "delay=100ms") as server:
                run = load(server.url, "-c", 200, "-d", "1s", "-r", 100, "--arrival", arrival)
            self.assert_whole(run)
            self.assertEqual((run.code, run.reasons), (0, []), run.err)

        self.side_by_side(check, ("constant", "poisson"))


if __name__ == "__main__":
    unittest.main()
