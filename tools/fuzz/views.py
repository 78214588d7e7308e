# SPDX-License-Identifier: Apache-2.0 OR MIT
"""How campaigns are shown: a table on a terminal, lines elsewhere, and what was found at the end."""

import os
import sys
import time

from campaign import Campaign
from command_line import TOP

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
