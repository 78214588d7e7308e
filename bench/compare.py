#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Runs two builds of the parsers alternately and says which rows are faster or slower.

    compare.py OTHER THIS [--names OTHER THIS] [--rounds N] [--filter REGEX] [--peers] [--json FILE]

OTHER and THIS are backtalk_bench programs. Each round runs all rows of both once, in random order, and is a pair of
samples of each row; `backtalk compare --samples` judges them ($BACKTALK, or the release build). A row that is not called
faster or slower has beside it how much it would have had to differ. The exit status is 1 if a row is slower.
"""

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from judge import ROUNDS, Finding, Row, judge

OURS = "/backtalk(-heads)?$"


def samples_of_one_run(program: Path, wanted: str, min_time_s: float) -> dict[str, float]:
    """Nanoseconds per unit of every row."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "run.json"
        subprocess.run([str(program), f"--benchmark_filter={wanted}", f"--benchmark_min_time={min_time_s}",
                        "--benchmark_enable_random_interleaving=true", f"--benchmark_out={path}",
                        "--benchmark_out_format=json"],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        report = json.loads(path.read_text(encoding="utf-8"))
    return {entry["run_name"]: entry["seconds_per_unit"] * 1e9 for entry in report["benchmarks"]
            if entry.get("run_type") == "iteration" and "seconds_per_unit" in entry}


WORDS = {"b-higher": "slower", "b-lower": "faster"}


def said(finding: Finding) -> str:
    """Slower, faster, or how much it would have had to differ."""
    if finding.verdict in WORDS:
        return WORDS[finding.verdict]
    if finding.resolution is None:
        return "too few rounds"
    return f"no difference shown ({finding.resolution:.1%} would have been)"


def table(names: list[str], findings: dict[str, Finding]) -> str:
    width = max(map(len, findings))
    lines = [f"{'row':{width}} {names[0][:12]:>12} {names[1][:12]:>12}    ratio"]
    for name, finding in findings.items():
        lines.append(f"{name:{width}} {finding.a_median:12,.1f} {finding.b_median:12,.1f} {finding.ratio:8.3f}  "
                     f"{said(finding)}")
    return "\n".join(lines)


def rows_of(program: Path, wanted: str) -> list[str]:
    listed = subprocess.run([str(program), "--benchmark_list_tests", f"--benchmark_filter={wanted}"],
                            check=True, capture_output=True, text=True).stdout
    return listed.split()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("other", type=Path)
    parser.add_argument("this", type=Path)
    parser.add_argument("--names", nargs=2, default=["other", "this"])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--filter", default=OURS, help="a regular expression for the names of rows")
    parser.add_argument("--peers", action="store_true", help="compare the rows of peers as well, which have not changed")
    parser.add_argument("--min-time", type=float, default=0.01, help="seconds per row and round")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    # The programs' regular expressions differ from Python's, so both are given names.
    here, there = (rows_of(program, ".") for program in (options.this, options.other))
    wanted = [name for name in here if name in set(there) and re.search(options.filter, name)
              and (options.peers or re.search(OURS, name))]
    if not wanted:
        print("The two programs have no rows in common that match --filter.", file=sys.stderr)
        return 2
    pattern = "^(" + "|".join(re.escape(name).replace(r"\-", "-") for name in wanted) + ")$"
    rounds: list[dict[str, dict[str, float]]] = []
    for _ in range(options.rounds):
        taken = {}
        for which in random.sample(["other", "this"], 2):
            taken[which] = samples_of_one_run(options.other if which == "other" else options.this, pattern, options.min_time)
        rounds.append(taken)
    whole = [name for name in wanted if all(name in taken[which] for taken in rounds for which in taken)]
    for name in sorted(set(wanted) - set(whole)):
        print(f"{name} failed in one of the programs")
    if not whole:
        return 2
    rows = [Row(name, "ns", *([taken[which][name] for taken in rounds] for which in ("other", "this"))) for name in whole]
    findings = judge(*options.names, rows)
    print(table(options.names, findings))
    words = [WORDS.get(finding.verdict, "") for finding in findings.values()]
    print(f"\n{words.count('faster')} faster, {words.count('slower')} slower, {words.count('')} with no difference shown. "
          f"Nanoseconds per unit, medians of {options.rounds} rounds; ratio: {options.names[1]} / {options.names[0]}. In one "
          "of twenty comparisons of two equal programs, any row is called faster or slower.")
    if any(finding.resolution is None for finding in findings.values()):
        print(f"{options.rounds} rounds show nothing in so many rows, however large it is: use more, or a narrower --filter.",
              file=sys.stderr)
    if options.json:
        options.json.write_text(json.dumps([{"row": row.name, **vars(findings[row.name]), "word": said(findings[row.name]),
                                             "ns": {"other": row.a, "this": row.b}} for row in rows]), encoding="utf-8")
    return 1 if "slower" in words else 0


if __name__ == "__main__":
    sys.exit(main())
