#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Fuzzes targets for some time each, two at once where there are two processors, and shows how far they are.

    fuzz_campaign.py --seconds N [--jobs N] [--long] [--interval SECONDS] TARGET...

A target is one of ./run fuzz's, `all` (those of this project) or `peers`. What is new goes to build/corpus/TARGET and
what breaks to build/findings/TARGET; a target that broke goes on with what is left of its time. On a terminal a table is
kept up to date; elsewhere a line is written for each target every now and then. --long takes inputs up to 256 KB, which
is slow. Exit status: 0 nothing was found, 1 something was, 2 it could not be run.
"""

import argparse
import os
import re
import shlex
import struct
import subprocess
import sys
import time
from pathlib import Path

from fuzz_programs import TOP, Target, Verdict, environment_for, no_target, targets, verdict_of

FINDINGS_MAX = 10  # of one target; then there is enough to look at
STATUS = re.compile(r"^#\d+\s+\S+\s+cov: (\d+) (?:ft: (\d+) )?corp: (\d+)/(\S+)", re.MULTILINE)


class Finding:
    def __init__(self, target: Target, path: Path, verdict: Verdict) -> None:
        self.target, self.path, self.verdict = target, path, verdict

    def command(self) -> str:
        return f"./run fuzz triage {shlex.quote(os.path.relpath(self.path, TOP))} {self.target.name}"


class Campaign:
    """One target and its time. A process at a time, as many one after the other as there are findings."""

    def __init__(self, target: Target, seconds: int, long: bool) -> None:
        self.target, self.seconds, self.long = target, seconds, long
        self.corpus = TOP / "build/corpus" / target.name
        self.findings_folder = TOP / "build/findings" / target.name
        self.log_path = TOP / "build/logs" / f"fuzz-{target.name}.log"
        self.progress_path = TOP / "build/logs" / f"fuzz-{target.name}.progress"
        self.process: subprocess.Popen | None = None
        self.begun = self.ended = 0.0
        self.earlier = [0, 0]  # executions of the processes before, and those of them that all was asked of
        self.coverage = self.features = self.inputs = 0
        self.octets = "0"
        self.findings: list[Finding] = []
        self.processes = 0
        self.log_read = self.log_begun = 0
        self.broken = ""  # why it could not be run

    def start(self) -> None:
        for folder in (self.corpus, self.findings_folder, self.log_path.parent):
            folder.mkdir(parents=True, exist_ok=True)
        if self.processes == 0:
            self.begun = time.monotonic()
            self.log_path.write_bytes(b"")
        self.processes += 1
        self.progress_path.unlink(missing_ok=True)
        arguments = [str(self.target.program), f"-max_total_time={max(1, round(self.left()))}", "-print_final_stats=1",
                     f"-artifact_prefix={self.findings_folder}/", "-timeout=20", "-rss_limit_mb=2560"]
        arguments += ["-max_len=262144", "-len_control=0"] if self.long else ["-max_len=16384", "-len_control=100"]
        if self.target.dictionary():
            arguments.append(f"-dict={self.target.dictionary()}")
        arguments += [str(self.corpus), *map(str, self.target.seeds())]
        environment = environment_for(self.target, BACKTALK_FUZZ_PROGRESS=str(self.progress_path))
        if self.long:
            environment["BACKTALK_FUZZ_EXCERPTS"] = "0"
        self.log_begun = self.log_read = self.log_path.stat().st_size
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(arguments, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=environment)

    def left(self) -> float:
        return self.seconds - (time.monotonic() - self.begun)

    def elapsed(self) -> float:
        return (self.ended or time.monotonic()) - self.begun if self.begun else 0.0

    def counts(self) -> tuple[int, int]:
        try:
            now = struct.unpack("=QQ", self.progress_path.read_bytes())
        except (OSError, struct.error):
            now = (0, 0)
        return self.earlier[0] + now[0], self.earlier[1] + now[1]

    def look(self) -> None:
        """Takes what the log has that is new; where the process has ended, takes its finding, and goes on."""
        if self.process is None:
            return
        code = self.process.poll()
        with self.log_path.open("rb") as log:
            log.seek(self.log_read)
            text = log.read().decode(errors="replace")
            self.log_read = log.tell()
        for coverage, features, inputs, octets in STATUS.findall(text):
            self.coverage, self.features = max(self.coverage, int(coverage)), max(self.features, int(features or 0))
            self.inputs, self.octets = int(inputs), octets
        if code is None:
            return
        self.process = None
        self.earlier = list(self.counts())
        self.progress_path.unlink(missing_ok=True)
        if code != 0:
            self.take_finding(code)
        if code != 0 and not self.broken and len(self.findings) < FINDINGS_MAX and self.left() >= 2:
            self.start()
        else:
            self.ended = time.monotonic()

    def take_finding(self, code: int) -> None:
        with self.log_path.open("rb") as log:
            log.seek(self.log_begun)
            text = log.read().decode(errors="replace")
        written = re.search(r"Test unit written to (.*)", text)
        if written is None:
            self.broken = f"it ended with status {code} and without an input; {os.path.relpath(self.log_path, TOP)} has its output"
            return
        finding = Finding(self.target, Path(written.group(1)), verdict_of(text, code))
        self.findings.append(finding)

    def different(self) -> int:
        return len({finding.verdict.kind() for finding in self.findings})

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait()
            self.look()


COLUMNS = f"{'target':24} {'time':>6} {'executions':>12} {'exec/s':>8} {'thorough':>8} {'coverage':>8} {'corpus':>7} {'findings':>8}"


def row(campaign: Campaign) -> str:
    executions, thorough = campaign.counts()
    seconds = campaign.elapsed()
    share = f"{100 * thorough / executions:.1f} %" if executions else "-"
    rate = f"{executions / seconds:,.0f}" if seconds > 0.5 else "-"
    found = f"{len(campaign.findings)}" + (f" ({campaign.different()})" if campaign.different() < len(campaign.findings) else "")
    clock = f"{int(seconds) // 60}:{int(seconds) % 60:02}"
    return (f"{campaign.target.name:24} {clock:>6} {executions:>12,} {rate:>8} {share:>8} {campaign.coverage:>8,} "
            f"{campaign.inputs:>7,} {found:>8}")


class Table:
    """Kept in its place on a terminal."""

    def __init__(self, campaigns: list[Campaign]) -> None:
        self.campaigns, self.drawn = campaigns, 0

    def show(self) -> None:
        waiting = [c for c in self.campaigns if not c.begun]
        lines = [COLUMNS, *(row(c) for c in self.campaigns if c.begun)]
        if waiting:
            lines.append(f"{len(waiting)} to come: {' '.join(c.target.name for c in waiting)}"[:110])
        for campaign in self.campaigns:
            lines += [f"  {finding.target.name}: {finding.verdict.sentence}"[:110] for finding in campaign.findings[:1]]
        sys.stdout.write(f"\x1b[{self.drawn}A" if self.drawn else "")
        sys.stdout.write("".join(f"\x1b[2K{line}\n" for line in lines) + "\x1b[J")
        sys.stdout.flush()
        self.drawn = len(lines)

    def end(self) -> None:
        self.show()


class Log:
    """A line for each target that is under way, now and then, and one for each finding."""

    def __init__(self, campaigns: list[Campaign], interval: float) -> None:
        self.campaigns, self.interval, self.last, self.told = campaigns, interval, time.monotonic(), 0
        print(COLUMNS, flush=True)

    def show(self) -> None:
        findings = [finding for campaign in self.campaigns for finding in campaign.findings]
        for finding in findings[self.told:]:
            print(f"found in {finding.target.name}, oracle {finding.verdict.oracle}: {finding.verdict.sentence}", flush=True)
        self.told = len(findings)
        if time.monotonic() - self.last < self.interval:
            return
        self.last = time.monotonic()
        for campaign in self.campaigns:
            if campaign.process is not None:
                print(row(campaign), flush=True)

    def end(self) -> None:
        self.show()
        for campaign in self.campaigns:
            print(row(campaign), flush=True)


def report(campaigns: list[Campaign]) -> int:
    """What was found, each kind once, and how to look into it."""
    status = 0
    for campaign in campaigns:
        if campaign.broken:
            print(f"\n{campaign.target.name} could not be run: {campaign.broken}", flush=True)
            status = 2
        told = set()
        for finding in campaign.findings:
            if finding.verdict.kind() in told:
                continue
            told.add(finding.verdict.kind())
            print(f"\n{campaign.target.name}: {finding.verdict.sentence}\n"
                  f"  oracle     {finding.verdict.oracle}\n"
                  f"  input      {os.path.relpath(finding.path, TOP)}\n"
                  f"  again      {finding.command()}", flush=True)
            status = max(status, 1)
    if status == 0:
        print("Nothing was found.")
    return status


def chosen(names: list[str]) -> list[Target]:
    known = targets()
    picked: list[Target] = []
    for name in names:
        kind = {"all": "own", "peers": "peer"}.get(name)
        some = [t for t in known if (t.kind == kind if kind else t.name == name.removeprefix("fuzz_"))]
        if not some:
            print(no_target(name, known), file=sys.stderr)
            sys.exit(2)
        picked += [target for target in some if target not in picked]
    return picked


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="targets at once")
    parser.add_argument("--long", action="store_true", help="inputs up to 256 KB, changed whole")
    parser.add_argument("--interval", type=float, default=10, help="seconds between the lines of the log")
    parser.add_argument("targets", nargs="+", metavar="TARGET")
    options = parser.parse_args()
    campaigns = [Campaign(target, options.seconds, options.long) for target in chosen(options.targets)]
    view = Table(campaigns) if sys.stdout.isatty() else Log(campaigns, options.interval)
    waiting = list(campaigns)
    try:
        while waiting or any(c.process for c in campaigns):
            while waiting and sum(c.process is not None for c in campaigns) < options.jobs:
                waiting.pop(0).start()
            time.sleep(0.25)
            for campaign in campaigns:
                campaign.look()
            view.show()
    except KeyboardInterrupt:
        for campaign in campaigns:
            campaign.stop()
    view.end()
    return report([c for c in campaigns if c.begun])


if __name__ == "__main__":
    sys.exit(main())
