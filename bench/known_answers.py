#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""What `backtalk load` measures where the answer is known.

    known_answers.py [PROGRAM] [--seconds N]

The built-in server is a queue, or stops, or refuses a share. Each row has the known figure, the measured one, and how far
off that is. Figures depend on how quiet the machine is: nothing is asserted. tests/unit/known asserts the same in
simulated time. It takes under five minutes, unless --seconds is more than 25. PROGRAM is backtalk: $BACKTALK, or that of
the release build, unless it is given.
"""

import argparse
import json
import math
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TOP / "bench"))

from judge import program as program_of_the_build  # noqa: E402

QUEUE = ("--fault", "workers=1")


class Bench:
    def __init__(self, program: Path, seconds: float) -> None:
        self.program = program
        self.seconds = seconds

    @contextmanager
    def served(self, url: str, *words: str) -> Iterator[tuple[str, subprocess.Popen]]:
        with subprocess.Popen([self.program, "serve", url, *words], stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            try:
                yield server.stdout.readline().removeprefix("listening on ").strip(), server
            finally:
                server.terminate()

    def start(self, url: str, file: Path, *words: object) -> subprocess.Popen:
        return subprocess.Popen([self.program, "load", url, "--quiet", "--json", file, *map(str, words)],
                                stderr=subprocess.DEVNULL)

    def load(self, url: str, *words: object) -> dict:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "result.json"
            self.start(url, file, *words).wait()
            return json.loads(file.read_text())


def row(what: str, known: float, measured: float | None, unit: str = "ms") -> None:
    if measured is None:
        print(f"{what:<58} {known:>10.3f} {'none':>10} {unit}")
        return
    off = f"{100 * (measured / known - 1):+.1f} %" if known else ""
    print(f"{what:<58} {known:>10.3f} {measured:>10.3f} {unit:<5} {off}", flush=True)


def ms(report: dict, name: str, of: str = "latency_ns") -> float | None:
    value = report[of][name]
    return None if value is None else value / 1e6


def queues(bench: Bench) -> None:
    with bench.served("http://127.0.0.1:0", "--fault", "service=exp:1ms", *QUEUE) as (url, _):
        for rate in (500, 800):
            report = bench.load(url, "-c", 64, "-r", rate, "--arrival", "poisson", "-d", bench.seconds)
            mean = 1000 / (1000 - rate)
            for name, known in (("mean", mean), ("p50", math.log(2) * mean), ("p99", math.log(100) * mean)):
                row(f"M/M/1, 1 ms, {rate}/s, 64 connections: {name}", known, ms(report, name))
    with bench.served("http://127.0.0.1:0", "--fault", "service=const:5ms") as (url, _):
        report = bench.load(url, "-c", 32, "-r", 200, "-d", bench.seconds / 4)
        for name in ("p50", "p99"):
            row(f"constant delay of 5 ms: {name}", 5, ms(report, name))


def capacity(bench: Bench) -> None:
    with bench.served("http://127.0.0.1:0", "--fault", "service=const:1ms", *QUEUE) as (url, _):
        report = bench.load(url, "-c", 100, "-d", bench.seconds / 4)
        row("one at a time, 1 ms, closed loop: rate", 1000, report["transactions"]["per_s"], "/s")
        report = bench.load(url, "-c", 100, "-r", 1500, "-d", bench.seconds / 4)
        answered = [reason["evidence"]["answered_per_s"] for reason in report["verdict"]["reasons"]
                    if reason["code"] == "rate-not-reached"]
        row("the same, 1500/s asked: answered by rate-not-reached", 1000, answered[0] if answered else None, "/s")
        report = bench.load(url, "-c", 100, "-r", 400, "--find-rate", "p99<20ms", "-d", bench.seconds / 12)
        row("the same: --find-rate p99<20ms", 1000, report["rate_per_s"], "/s")
    with bench.served("http://127.0.0.1:0", "--fault", "service=exp:1ms", *QUEUE) as (url, _):
        report = bench.load(url, "-c", 100, "-r", 400, "--find-rate", "p99<20ms", "-d", bench.seconds / 10, "--arrival",
                            "poisson")
        row("M/M/1, 1 ms: --find-rate p99<20ms", 1000 - math.log(100) / 0.020, report["rate_per_s"], "/s")


# What is sent during the stop waits for its end. In the open loop that is one request on each of 64 connections; the other
# 436 that fall due wait to be sent, and then behind 63 others at the server, which takes a second until none is left.
CLOSED = {"latency_ns": {"p90": 1, "p99": 1, "max": 1001}}
OPEN = {"latency_ns": {"p50": 1, "p90": 501, "p99": 951, "max": 1001}, "service_ns": {"p50": 1, "p90": 64, "max": 1001}}
SINCE = {"latency_ns": "", "service_ns": ", since it was sent"}


def stopped(bench: Bench) -> None:
    """The server is stopped for a second of ten."""
    for words, loop, known in ((("-c", 1), "closed", CLOSED), (("-c", 64, "-r", 500), "open", OPEN)):
        with bench.served("http://127.0.0.1:0", "--fault", "service=const:1ms", *QUEUE) as (url, server), \
                tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "result.json"
            process = bench.start(url, file, "-d", 10, *words)
            time.sleep(5)
            os.kill(server.pid, signal.SIGSTOP)
            time.sleep(1)
            os.kill(server.pid, signal.SIGCONT)
            process.wait()
            report = json.loads(file.read_text())
        for of, figures in known.items():
            for name, figure in figures.items():
                row(f"stopped for 1 s of 10, {loop} loop{SINCE[of]}: {name}", figure, ms(report, name, of))


def shares(bench: Bench) -> None:
    with bench.served("smtp://127.0.0.1:0", "--fault", "refuse-message=10") as (url, _):
        counts = bench.load(url, "-c", 1, "-n", 20000)["transactions"]
        row("every tenth message refused: failed of 20,000", 2000, counts["failed"], "")


def anderson_darling(instants: list[int], mean_ns: float) -> float:
    gaps = sorted((b - a) / mean_ns for a, b in zip(instants, instants[1:], strict=False))
    count = len(gaps)
    total = sum((2 * i + 1) * (math.log(-math.expm1(-max(gap, 1e-12))) - gaps[count - 1 - i]) for i, gap in enumerate(gaps))
    return -count - total / count


# How differently late a stamp is: two threads wake up for it, the client's and the server's, on cores that sleep.
STAMP_S = 100e-6
# The statistic of n gaps of mean m grows by as much as chance makes it where each is wrong by m / sqrt(n), since that is how
# finely n of them show a distribution. A quarter of that changes nothing (tests/unit/known/arrivals_test.cpp).
STAMPS_SHARE = 0.25


def rate_for_stamps(seconds: float) -> float:
    """The highest rate at which sqrt(rate * seconds) * STAMP_S * rate, of that many gaps, is STAMPS_SHARE."""
    return (STAMPS_SHARE / (STAMP_S * math.sqrt(seconds))) ** (2 / 3)


def arrivals(bench: Bench) -> None:
    rate = round(rate_for_stamps(bench.seconds))
    mean_ns = 1e9 / rate
    for arrival in ("poisson", "constant"):
        with tempfile.TemporaryDirectory() as folder:
            stamps = Path(folder) / "stamps"
            with bench.served("http://127.0.0.1:0", "--stamps", str(stamps)) as (url, _):
                report = bench.load(url, "-c", 64, "-r", rate, "--arrival", arrival, "-d", bench.seconds)
            instants = sorted(int(line) for line in stamps.read_text().split())
        print(f"{arrival} arrivals at the server, {rate}/s: {len(instants)} stamps, A^2 = "
              f"{anderson_darling(instants, mean_ns):.2f} (a Poisson process exceeds 2.49 in 5 % of tests, 6.0 in 0.1 %)")
        lag = report["client"]["send_lag_ns"]["p99"] or 0
        most = mean_ns / math.sqrt(len(instants))
        print(f"  sent late although a session was free: p99 {lag / 1e6:.3f} ms"
              + ("" if lag < most else f": more than {most / 1e6:.2f} ms, so the machine was too busy for this test"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=Path, nargs="?", default=Path(program_of_the_build()))
    parser.add_argument("--seconds", type=float, default=25, help="of the longest run (25)")
    given = parser.parse_args()
    begun = time.monotonic()
    bench = Bench(given.program, given.seconds)
    print(f"{'':<58} {'known':>10} {'measured':>10}")
    for part in (queues, capacity, stopped, shares, arrivals):
        part(bench)
    print(f"{time.monotonic() - begun:.0f} s in all")
    return 0


if __name__ == "__main__":
    sys.exit(main())
