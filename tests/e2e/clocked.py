# SPDX-License-Identifier: Apache-2.0 OR MIT
"""What every run that goes by the clock has: sessions that arrive, and stages of an open loop."""

import os
import signal
from collections.abc import Iterable
from contextlib import suppress

from load import LoadTest, Run
from servers.server import Server


def signal_all(pids: Iterable[int], number: signal.Signals) -> None:
    """To those that are still there: a server's helpers may end at any time."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def stop_all(server: Server) -> set[int]:
    """Stops every process of the server, those too that others of them start meanwhile; returns them."""
    stopped: set[int] = set()
    while running := set(server.process.session()) - stopped:
        signal_all(running, signal.SIGSTOP)
        stopped |= running
    return stopped


class SessionTest(LoadTest):
    def assert_sessions(self, run: Run, started: int, slack: int = 0, **others: int) -> None:
        """So many fell due, all of which completed unless `others` says otherwise."""
        self.assert_whole(run)
        sessions = run.report["sessions"]
        self.assertLessEqual(abs(sessions["started"] - started), slack, sessions)
        for key in ("failed", "unfinished"):
            self.assertEqual(sessions[key], others.get(key, 0), (key, sessions, run.errors))
        self.assertEqual(run.report["workload"]["loop"], "partly-open")
        self.assertEqual(run.report["connections"]["ready_at_start"], 0, "none is opened before it arrives")

    def assert_was_stopped(self, run: Run, started: int) -> None:
        """The server was stopped for a second: its kernel took the connections, and none of the sessions was late."""
        self.assert_sessions(run, started, slack=1)
        self.assertEqual((run.code, run.reasons), (0, []), run.err)
        sessions = run.report["sessions"]
        self.assertEqual(sessions["found_all_busy"], 0)
        self.assertGreaterEqual(sessions["latency_ns"]["max"], 800_000_000, "from the instant at which it was to arrive")


class StagesTest(LoadTest):
    def assert_stages(self, run: Run, expected: list[float], scatter: float = 0.01) -> list[dict]:
        """The counts of the stages are those of their lines, and add up to the run."""
        self.assert_whole(run)
        stages = run.report["stages"]
        self.assertEqual(len(stages), len(expected))
        for number, (stage, count) in enumerate(zip(stages, expected, strict=True), 1):
            with self.subTest(stage=number):
                self.assertAlmostEqual(stage["started"], count, delta=max(1, scatter * count))
                self.assertAlmostEqual(stage["asked_per_s"] * stage["duration_s"], count, delta=1e-3)
                self.assertEqual(stage["started"], stage["completed"] + stage["failed"] + stage["unfinished"])
                self.assertEqual(stage["latency_ns"]["count"], stage["completed"])
                self.assertEqual(sum(stage["errors"].values()), stage["failed"])
                self.assertEqual(sum(half["due"] for half in stage["halves"]), stage["started"])
        for key in ("started", "completed", "failed", "unfinished", "in_doubt"):
            self.assertEqual(sum(stage[key] for stage in stages), run.transactions[key], key)
        self.assertEqual(sum(stage["censored"]["ages_ns"]["count"] for stage in stages),
                         run.report["censored"]["ages_ns"]["count"])
        self.assertEqual(run.report["workload"]["loop"], "open")
        return stages
