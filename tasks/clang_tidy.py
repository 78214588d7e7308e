#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Runs clang-tidy on files, one process for each processor, and reports its progress.

    clang_tidy.py BUILD FILE...

BUILD is a configured build folder. A file that it does not compile is left out. Many files are read in batches (see
tidy_units.py). A batch that does not compile goes on without the files that its errors name; these are read apart, and so is
each file of which a batch reports anything: what is printed is what clang-tidy says of the file by itself. Exit status: 0
clang-tidy found nothing, 1 it did.
"""

import concurrent.futures
import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

import tidy_units

MANY = 12  # files: fewer are read apart, which is as fast and follows tests further
SECONDS_APART, SECONDS_IN_A_BATCH = 18, 5  # a file, of one core, on average
# Among many files, the static analyzer follows a function of a test this far; it would go ten times as far, and spend seconds
# on each test's body: the sessions, strings and expectations in it branch into more paths than it ever sees the end of.
NODES_OF_A_TEST = 20000
SHALLOW = [f"--extra-arg={word}" for word in ("-Xclang", "-analyzer-config", "-Xclang", f"max-nodes={NODES_OF_A_TEST}")]
FINDING = re.compile(r"^(/.+?|[^\s:][^:]*):\d+:\d+: (?:warning|error): .*")


def span(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 60 else f"{int(seconds) // 60} min {int(seconds) % 60} s"


def clang_tidy(database: str, file: str, *options: str) -> tuple[int, str]:
    ran = subprocess.run(["clang-tidy-19", "--quiet", "-p", database, file, *options], stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace", check=False)
    # Standard error has counts of warnings that are not shown, unless something went wrong.
    return ran.returncode, ran.stdout + (ran.stderr if ran.returncode and not ran.stdout else "")


def named(said: str, only: str = "") -> set[str]:
    """The files of which clang-tidy says something."""
    found = (FINDING.match(line) for line in said.splitlines() if only in line)
    return {os.path.abspath(match[1]) for match in found if match}


class Report:
    """Counts the files that are done, and prints each finding once, although several files may include its header."""

    def __init__(self, total: int) -> None:
        self.total, self.done, self.failed, self.printed = total, 0, set(), set()
        self.lock = threading.Lock()

    def say(self, sentence: str) -> None:
        # In one write: threads say something without the lock, and print() writes the end of the line by itself.
        sys.stderr.write(f"{sentence}\n")
        sys.stderr.flush()

    def finish(self, files: list[str], what: str) -> None:
        with self.lock:
            self.done += len(files)
            self.say(f"clang-tidy {self.done}/{self.total} {what}")

    def complain(self, file: str, said: str) -> None:
        with self.lock:
            self.failed.add(file)
            fresh = True
            for line in said.splitlines():
                if FINDING.match(line):
                    fresh = line not in self.printed
                    self.printed.add(line)
                if fresh:
                    print(line)
            sys.stdout.flush()


class Check:
    def __init__(self, build: str, many: bool, report: Report) -> None:
        self.build, self.many, self.report = build, many, report

    def depth(self, file: str) -> list[str]:
        return SHALLOW if self.many and tidy_units.is_test(file) else []

    def apart(self, file: str) -> None:
        code, said = clang_tidy(self.build, file, *self.depth(file))
        if code:
            self.report.complain(file, said)
        self.report.finish([file], file + (": FAILED" if code else ""))

    def batch(self, batch: tidy_units.Batch) -> None:
        """Each of its files is finished here, either with the batch or apart."""
        code, said = self.together(batch)
        alone: set[str] = set()
        while code and (broken := named(said, "[clang-diagnostic-error")):
            left_out = broken & set(batch.files) or set(batch.files)
            names = " ".join(sorted(map(os.path.relpath, left_out)))
            self.report.say(f"Read apart, because the batch does not compile with them: {names}")
            alone |= left_out
            batch = batch.without(left_out)
            if len(batch.files) < 2:
                alone |= set(batch.files)
                code, batch = 0, batch.without(set(batch.files))
                break
            batch.write()
            code, said = self.together(batch)
        if code:
            # A header's finding, or a crash, is nobody's: all of them are asked.
            owners = named(said)
            alone |= owners & set(batch.files) if owners and owners <= set(batch.files) else set(batch.files)
        rest = [os.path.relpath(file) for file in batch.files if file not in alone]
        for file in rest:
            self.main_file(file)
        if rest:
            self.report.finish(rest, " ".join(rest))
        for file in sorted(alone):
            self.apart(os.path.relpath(file))

    def together(self, batch: tidy_units.Batch) -> tuple[int, str]:
        return clang_tidy(f"{self.build}/batches", str(batch.source), f"--header-filter={batch.filter()}",
                          *self.depth(batch.files[0]))

    def main_file(self, file: str) -> None:
        """What a batch cannot say of a file that it includes."""
        if checks := tidy_units.checks_of_the_main_file(file):
            code, said = clang_tidy(self.build, file, f"--checks=-*,{','.join(checks)}")
            if code:
                self.report.complain(file, said)


def main() -> int:
    if len(sys.argv) < 3:
        print(__doc__, file=sys.stderr)
        return 2
    build, wanted = sys.argv[1], sys.argv[2:]
    compiled = tidy_units.commands(build)
    files = [file for file in wanted if os.path.abspath(file) in compiled]
    if left_out := sorted(set(wanted) - set(files)):
        print(f"Not compiled by this build, and left out: {' '.join(left_out)}", file=sys.stderr)
    if not files:
        return 0
    many = len(files) >= MANY
    batches, alone = tidy_units.batches(build, files, Path.cwd()) if many else ([], files)
    jobs, begun, report = os.cpu_count() or 1, time.monotonic(), Report(len(files))
    work = len(alone) * SECONDS_APART + (len(files) - len(alone)) * SECONDS_IN_A_BATCH
    report.say(f"clang-tidy: {len(files)} files, about {span(work / min(jobs, len(files)))} on {jobs} cores.")
    if many:
        report.say(f"{len(files) - len(alone)} of them are read in {len(batches)} batches.")
    check, pool = Check(build, many, report), concurrent.futures.ThreadPoolExecutor(jobs)
    try:
        pending = [pool.submit(check.batch, batch) for batch in batches] + [pool.submit(check.apart, file) for file in alone]
        for done in concurrent.futures.as_completed(pending):
            done.result()
    except KeyboardInterrupt:
        pool.shutdown(wait=False, cancel_futures=True)
        return 130
    took, failed = span(time.monotonic() - begun), sorted(report.failed)
    report.say(f"clang-tidy took {took}" + (f"; it complains about {' '.join(failed)}." if failed else "."))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
