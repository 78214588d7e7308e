#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Runs `backtalk load` against every real server, and compares what the server counted with what Backtalk counted.

Ends with 1 if something does not hold or a server is missing. $BACKTALK is the program; without it, that of the
release build.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from subjects import ALL_SUBJECTS, Subject  # noqa: E402
from runs import Row, run_subject, why_not  # noqa: E402
import page  # noqa: E402

TRANSACTIONS = 100


def run_all(subjects: list[Subject], transactions: int) -> tuple[list[Row], list[str]]:
    """The rows, and what does not hold, a line each."""
    rows, problems = [], []
    for subject in subjects:
        name = f"{subject.protocol} {subject.name}"
        if reason := why_not(subject):
            problems.append(f"{name}: {reason}")
            print(f"{name:24} not run: {reason}", flush=True)
            continue
        try:
            row = run_subject(subject, transactions)
        except (AssertionError, OSError, RuntimeError) as error:
            problems.append(f"{name}: {error}")
            print(f"{name:24} FAILED: {error}", flush=True)
            continue
        rows.append(row)
        problems += [f"{name}, {problem}" for problem in row.problems]
        print(f"{name:24} {row.version:36} {'FAILED' if row.problems else 'agrees'}", flush=True)
    return rows, problems


def main(arguments: list[str], subjects: list[Subject]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", type=Path, metavar="FILE",
                        help="rewrite the tables of this page, if every server ran")
    parser.add_argument("--only", action="append", metavar="TEXT",
                        help="only rows whose protocol and name contain this, such as 'POP3' or 'imap dovecot'")
    parser.add_argument("-n", type=int, default=TRANSACTIONS, metavar="N",
                        help="transactions a run (default: %(default)s)")
    options = parser.parse_args(arguments)
    if options.only and options.write:
        parser.error("--write rewrites all the tables: leave out --only")
    wanted = [subject for subject in subjects if not options.only or any(
        text.lower() in f"{subject.protocol} {subject.name}".lower() for text in options.only)]
    rows, problems = run_all(wanted, options.n)
    if options.write and len(rows) == len(wanted):
        page.rewrite(options.write, page.tables(rows))
    elif options.write:
        print(f"{options.write} is not rewritten: not every server ran.")
    else:
        print(f"\n{page.tables(rows)}")
    for problem in problems:
        print(f"does not hold: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], ALL_SUBJECTS))
