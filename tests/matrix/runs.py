# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Runs Backtalk against a server in every way that it has, and reads the server's own counts before and after."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from subjects import Subject  # first: it knows where the modules below are
from load import Run, load, workload_keys
from servers.server import Server
from verdict import CLEAR, STARTTLS, TLS, Count, Outcome

LOCK_STEP, PIPELINED = 1, 4
QUIET_S, PATIENCE_S = 0.3, 20.0


@dataclass(frozen=True)
class Row:
    subject: Subject
    version: str
    outcomes: tuple[Outcome, ...]

    @property
    def problems(self) -> list[str]:
        return [f"{outcome.security}: {problem}" for outcome in self.outcomes for problem in outcome.problems()]


def why_not(subject: Subject) -> str | None:
    """Why it cannot be run, in a sentence."""
    if subject.clear_scheme not in workload_keys():
        return f"this program has no load for {subject.clear_scheme}"
    return subject.server.why_not()


def run_subject(subject: Subject, transactions: int, patience_s: float = PATIENCE_S) -> Row:
    with subject.started() as server:
        return Row(subject, server.version(), tuple(
            run_once(subject, server, security, depth, transactions, patience_s)
            for security in securities(subject) for depth in (LOCK_STEP, PIPELINED)))


def securities(subject: Subject) -> Iterator[str]:
    yield CLEAR
    if subject.upgrade:
        yield STARTTLS
    if subject.tls:
        yield TLS


def run_once(subject: Subject, server: Server, security: str, depth: int, transactions: int,
             patience_s: float = PATIENCE_S) -> Outcome:
    url = server.urls()[subject.tls if security == TLS else subject.clear]
    broken = subject.broken.get(security, "")
    options = [*subject.options, "-n", transactions, "-c", subject.connections, "-p", depth, "--timeout",
               "1s" if broken else "20s"]
    if depth > 1:
        options += subject.pipelined
    if security != CLEAR:
        options += ["--cafile", server.directory / "cert.pem"]
    if security == STARTTLS:
        options.append("--starttls")
    before = [settled(lambda: counter.of_server(server)) for counter in subject.counters]
    run = load(url + getattr(server, "page", ""), *options, limit_s=120)
    if not run.report:
        raise RuntimeError(f"{subject.name}: backtalk load gave no result (exit {run.code}): {run.err}")
    counts = tuple(count(server, counter, run, start, patience_s) for counter, start in zip(subject.counters, before))
    return Outcome(security, transactions, run.code, run.transactions, run.errors,
                   bool((run.report["target"]["tls"] or {}).get("verified")), counts, broken,
                   "does not offer PIPELINING" not in run.notes)


def count(server: Server, counter, run: Run, start: int, patience_s: float) -> Count:
    expected = counter.of_run(run)
    return Count(counter.what, settled(lambda: counter.of_server(server) - start, expected, patience_s), expected)


def settled(read: Callable[[], int], expected: int = 0, patience_s: float = PATIENCE_S) -> int:
    """What `read` gives once that no longer changes; waits for `expected`, which a log may be slow to reach."""
    deadline = time.monotonic() + patience_s
    last, since = read(), time.monotonic()
    while True:
        time.sleep(QUIET_S / 3)
        now = read()
        if now != last:
            last, since = now, time.monotonic()
        quiet = time.monotonic() - since >= QUIET_S
        if quiet and (now >= expected or time.monotonic() > deadline):
            return now
