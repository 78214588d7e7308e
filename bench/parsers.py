#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Runs the microbenchmarks of the parsers and their peers and prints tables.

    parsers.py [--program FILE] [--out DIR] [--repetitions N] [--filter REGEX] [--quick] [--from FILE...] [ARGUMENTS]

All rows run in one process, interleaved at random, so that drift affects all of them alike. Writes DIR/parsers.json (the
format of Google Benchmark) and DIR/parsers.html; --from reads such JSON instead of running. --quick checks every row, but
its times mean nothing. ARGUMENTS are passed to Google Benchmark.
"""

import argparse
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from report.measured import PROTOCOLS, Run, read_run  # noqa: E402
from report.page import write_page  # noqa: E402
from report.tables import print_tables  # noqa: E402
from report.targets import print_targets  # noqa: E402

HERE = Path(__file__).resolve().parent
TARGETS = HERE / "targets.json"
MIN_TIME_S = 0.02


def run_program(options: argparse.Namespace, rest: list[str]) -> Path:
    """Google Benchmark's JSON of one run."""
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / "parsers.json"
    min_time = 0.0001 if options.quick else MIN_TIME_S
    repetitions = 1 if options.quick else options.repetitions
    command = [str(options.program), f"--benchmark_filter={options.filter}", f"--benchmark_repetitions={repetitions}",
               f"--benchmark_min_time={min_time}", "--benchmark_enable_random_interleaving=true",
               f"--benchmark_out={path}", "--benchmark_out_format=json", *rest]
    log = options.out / "parsers.log"
    with log.open("w", encoding="utf-8") as file:
        code = subprocess.run(command, stdout=file, stderr=subprocess.STDOUT, check=False).returncode
    if code != 0:
        sys.exit(f"{options.program} ended with {code}; its output is in {log}")
    return path


def problems(run: Run) -> list[str]:
    """Rows that failed, and rows of Backtalk whose report differs from its own on the whole input."""
    found = [f"{row.name}: {row.error}" for row in run.rows if row.error]
    found += [f"{row.name}: {row.events}" for row in run.rows if row.kind == "own" and row.events != "same"]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=Path, default=Path("build/bench/bench/backtalk_bench"))
    parser.add_argument("--out", type=Path, default=Path("build/bench-results"))
    parser.add_argument("--repetitions", type=int, default=9)
    parser.add_argument("--filter", "--benchmark_filter", default=".", help="a regular expression for the names of rows")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--from", dest="files", nargs="+", type=Path, default=[])
    options, rest = parser.parse_known_args()
    if options.repetitions < 9 and not options.quick:
        print("With fewer than 9 repetitions the spread says little.", file=sys.stderr)
    files = options.files or [run_program(options, rest)]
    try:
        run = read_run(files)
    except (OSError, KeyError, TypeError, ValueError) as error:
        sys.exit(f"{', '.join(map(str, files))}: not the JSON of such a run: {error!r}")
    print_tables(run, list(PROTOCOLS))
    print_targets(run, TARGETS)
    options.out.mkdir(parents=True, exist_ok=True)
    page = options.out / "parsers.html"
    write_page(run, TARGETS, page)
    print(f"\nWritten: {page}" + ("" if options.files else f", {options.out / 'parsers.json'}"))
    for problem in (found := problems(run)):
        print(f"WRONG: {problem}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
