# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Open loop: latency from the scheduled instant, and a known answer under a server that stops now and then."""

import os
import signal
import statistics
import threading
import time

import clients
from clients import pinned
from comparison import ClientFailed, Target
from hdr_histogram import HdrHistogram
from http_rows import CONNECTIONS, nginx
from measurement import Measurement
from servers.builtin import Builtin
from servers.nginx import Nginx
from smtp_rows import GROUPS, LOCK_STEP


class Stopper:
    """Stops a process for a while in every second until the `with` ends, and lets it run afterwards in any case."""

    def __init__(self, pid: int, stop_s: float, seconds: int) -> None:
        self._pid, self._stop_s, self._seconds = pid, stop_s, seconds
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        start = time.monotonic()
        for second in range(self._seconds):
            if self._end.wait(max(0.0, start + second + 0.5 - time.monotonic())):
                return
            os.kill(self._pid, signal.SIGSTOP)
            time.sleep(self._stop_s)
            os.kill(self._pid, signal.SIGCONT)

    def __enter__(self) -> "Stopper":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()
        os.kill(self._pid, signal.SIGCONT)


def known_answer(measurement: Measurement) -> None:
    """The server is stopped for 100 ms in every second, so the percentiles can be calculated.

    Stopped for S in every T, at rate R and with drain rate C, a share f = (S/T) C/(C-R) of the transactions waits, and
    for p > 1-f the latency at p is S (1 - (1-p)/f).
    """
    periods, stop_s, rate = (3 if measurement.quick else 10), 0.1, 5000
    percentiles = {"p95": 0.95, "p99": 0.99, "p99.9": 0.999}
    try:
        with pinned(Builtin()) as server:
            drains, runs = [], []
            for _ in range(1 if measurement.quick else 3):
                drains.append(clients.ours(server.url, "-c", 20, "-d", "2s", *LOCK_STEP).per_s)
                with Stopper(server.pid, stop_s, periods + 2):
                    runs.append(clients.backtalk(server.url, "-c", 20, "--warmup", "1s", "-d", f"{periods}s", "-r", rate,
                                                 *LOCK_STEP)[0])
    except ClientFailed as failure:
        measurement.leave_out("the known answer", f"it failed: {failure}")
        for name in percentiles:
            measurement.targets.append(Target(f"known answer: {name} off by", 0.05, True, None, str(failure)))
        return
    drain = statistics.median(drains)
    share = stop_s * drain / (drain - rate)
    print(f"\nServer stopped 100 ms in every second, {rate}/s, {periods} periods (drain rate {drain:,.0f}/s)")
    print(f"  {'':6} {'analytic':>10} {'measured':>10} {'off by':>8}")
    histograms = [HdrHistogram(run["histogram"]["latency"]) for run in runs]
    for name, p in percentiles.items():
        expected = stop_s * (1 - (1 - p) / share) * 1e3
        measured = statistics.median(histogram.percentile(p) for histogram in histograms) / 1e6
        off = measured / expected - 1
        measurement.figure(f"known answer, {name}", {"expected_ms": expected, "measured_ms": measured},
                       f"  {name:6} {expected:7.1f} ms {measured:7.1f} ms {off:+7.1%}")
        measurement.targets.append(Target(f"known answer: {name}, off from {expected:.1f} ms by", 0.05, True, abs(off)))


# What is sent. The target was set for requests of one round trip; a message in groups takes two (RFC 2920 3.1).
SMTP_KINDS = {"SMTP NOOP": ("--exercise", "noop", "-p", 2), "an SMTP message with BDAT": ("-p", 2, "--data", "bdat"),
              "an SMTP message in groups, two round trips": GROUPS}
P50_MS_MAX = 0.15


def open_loop(measurement: Measurement) -> None:
    print("\nOpen loop, latency from the scheduled instant (wrk2, which has such a loop too, is not packaged in Debian 12; "
          "elsewhere\nits p50 on nginx's reply of 150 octets at 5,000/s was 0.92 ms)")
    with pinned(Builtin()) as server:
        _rows(measurement, {f"{name}, built-in server": (server.url, 20, options) for name, options in SMTP_KINDS.items()})
    if reason := Nginx.why_not():
        measurement.leave_out("open loop on nginx", reason)
        return
    with nginx() as server:
        _rows(measurement, {"GET of 150 octets, nginx": (f"{server.urls()['http']}/small", CONNECTIONS, ())})


def _rows(measurement: Measurement, kinds: dict[str, tuple[str, int, tuple]]) -> None:
    for rate in (5000, 20_000):
        runs: dict[str, list[dict]] = {name: [] for name in kinds}
        failures: dict[str, str] = {}
        for _ in range(measurement.rounds):
            for name, (url, connections, options) in kinds.items():
                try:
                    report, used = clients.backtalk(url, "-c", connections, "--warmup", "500ms", "-d", f"{measurement.seconds}s",
                                                    "-r", rate, *options)
                    sent = report["transactions"]["completed"] + report["warmup"]["completed"]
                    runs[name].append(report | {"cpu_us": used.cpu_s * 1e6 / sent})
                except ClientFailed as failure:
                    failures[name] = str(failure)
        for name in kinds:
            _row(measurement, f"{name} at {rate:,}/s", runs[name], failures.get(name, ""))


def _row(measurement: Measurement, name: str, runs: list[dict], failure: str) -> None:
    if failure:
        measurement.figure(name, {"failed": failure}, f"  {name}: FAILED: {failure}")
        measurement.targets.append(Target(f"open loop, {name}: p50", P50_MS_MAX, True, None, failure, " ms"))
        return
    p50_ms, p99_ms, lag_ms = (statistics.median(figure(run) for run in runs) / 1e6 for figure in (
        lambda run: run["latency_ns"]["p50"], lambda run: run["latency_ns"]["p99"],
        lambda run: run["client"]["send_lag_ns"]["p99"]))
    cpu_us = statistics.median(run["cpu_us"] for run in runs)
    measurement.figure(name, {"p50_ms": p50_ms, "p99_ms": p99_ms, "lag_p99_ms": lag_ms, "cpu_us": cpu_us},
                   f"  {name}: p50 {p50_ms:.3f} ms, p99 {p99_ms:.3f} ms, p99 of the client's own lag {lag_ms:.3f} ms, "
                   f"CPU {cpu_us:.1f} s/M")
    measurement.targets.append(Target(f"open loop, {name}: p50", P50_MS_MAX, True, p50_ms, "", " ms"))
