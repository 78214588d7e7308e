#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Runs two builds of the parsers alternately and compares them with a U-test.

    compare.py OTHER THIS [--names OTHER THIS] [--rounds N] [--filter REGEX] [--json FILE]

OTHER and THIS are backtalk_bench programs. Each round runs all rows of both once, in random order; the rounds are the
samples of a row. p, of Mann and Whitney's test, is the probability that two equally fast builds differ that clearly. A
row with p below 1 % is called faster or slower, any other a tie. The exit status is 1 if a row is slower.
"""

import argparse
import json
import math
import random
import re
import statistics
import subprocess
import sys
import tempfile
from itertools import groupby
from pathlib import Path

ROUNDS_MIN = 9
SURE = 0.01
EXACT_MAX = 20  # samples on either side: beyond, the normal approximation is as good


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


def ranks(values: list[float]) -> list[float]:
    """From 1; equal values share the mean of their ranks."""
    order = sorted(range(len(values)), key=values.__getitem__)
    result = [0.0] * len(values)
    place = 0
    for _, group in groupby(order, key=values.__getitem__):
        tied = list(group)
        for index in tied:
            result[index] = place + (len(tied) + 1) / 2
        place += len(tied)
    return result


def exact_p(u: float, n: int, m: int) -> float:
    """Two-sided, without ties: how many of the orders of n + m samples give a U that far from the middle."""
    # counts[k][u]: orders of the samples so far with k of the first kind among them and that U.
    counts = [[0] * (n * m + 1) for _ in range(n + 1)]
    counts[0][0] = 1
    for later in range(1, n + m + 1):
        for k in range(min(n, later), 0, -1):
            before_second = later - k  # samples of the second kind among those before
            if before_second > m:
                continue
            for value in range(n * m, before_second - 1, -1):
                counts[k][value] += counts[k - 1][value - before_second]
    ways = counts[n]
    far = abs(u - n * m / 2)
    return min(1.0, sum(w for value, w in enumerate(ways) if abs(value - n * m / 2) >= far - 1e-9) / sum(ways))


def u_test(first: list[float], second: list[float]) -> float:
    """The p of Mann and Whitney's U-test, two-sided."""
    n, m = len(first), len(second)
    values = [*first, *second]
    u = sum(ranks(values)[:n]) - n * (n + 1) / 2
    if len(set(values)) == len(values) and max(n, m) <= EXACT_MAX:
        return exact_p(u, n, m)
    ties = sum(size**3 - size for size in (len(list(group)) for _, group in groupby(sorted(values))))
    total = n + m
    variance = n * m / 12 * (total + 1 - ties / (total * (total - 1)))
    if variance == 0:
        return 1.0
    z = max(0.0, abs(u - n * m / 2) - 0.5) / math.sqrt(variance)
    return math.erfc(z / math.sqrt(2))


def verdict(ratio: float, p: float) -> str:
    if p >= SURE:
        return "tie"
    return "slower" if ratio > 1 else "faster"


def rows_of(program: Path, wanted: str) -> list[str]:
    listed = subprocess.run([str(program), "--benchmark_list_tests", f"--benchmark_filter={wanted}"],
                            check=True, capture_output=True, text=True).stdout
    return listed.split()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("other", type=Path)
    parser.add_argument("this", type=Path)
    parser.add_argument("--names", nargs=2, default=["other", "this"])
    parser.add_argument("--rounds", type=int, default=ROUNDS_MIN)
    parser.add_argument("--filter", default="/backtalk(-heads)?$", help="a regular expression for the names of rows")
    parser.add_argument("--min-time", type=float, default=0.01, help="seconds per row and round")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    if options.rounds < ROUNDS_MIN:
        print(f"With fewer than {ROUNDS_MIN} rounds the U-test can hardly tell any two rows apart.", file=sys.stderr)
    # The programs' regular expressions differ from Python's, so both are given names.
    here, there = (rows_of(program, ".") for program in (options.this, options.other))
    wanted = [name for name in here if name in set(there) and re.search(options.filter, name)]
    if not wanted:
        print("The two programs have no rows in common that match --filter.", file=sys.stderr)
        return 2
    pattern = "^(" + "|".join(re.escape(name).replace(r"\-", "-") for name in wanted) + ")$"
    samples: dict[str, dict[str, list[float]]] = {name: {"other": [], "this": []} for name in wanted}
    for _ in range(options.rounds):
        for which in random.sample(["other", "this"], 2):
            program = options.other if which == "other" else options.this
            for name, ns in samples_of_one_run(program, pattern, options.min_time).items():
                samples[name][which].append(ns)
    width = max(len(name) for name in wanted)
    print(f"{'row':{width}} {options.names[0][:12]:>12} {options.names[1][:12]:>12}    ratio       p")
    slower = 0
    results = []
    for name in wanted:
        other, this = samples[name]["other"], samples[name]["this"]
        if not other or not this:
            print(f"{name:{width}} failed in one of the programs")
            continue
        ratio, p = statistics.median(this) / statistics.median(other), u_test(other, this)
        word = verdict(ratio, p)
        slower += word == "slower"
        results.append({"row": name, "ratio": ratio, "p": p, "verdict": word, "ns": samples[name]})
        print(f"{name:{width}} {statistics.median(other):12,.1f} {statistics.median(this):12,.1f} {ratio:8.3f} {p:7.3f}  {word}")
    faster = sum(result["verdict"] == "faster" for result in results)
    print(f"\n{faster} faster, {slower} slower, {len(results) - faster - slower} ties. Nanoseconds per unit, medians of "
          f"{options.rounds} rounds; ratio: {options.names[1]} / {options.names[0]}. About one in a hundred equally fast "
          "rows is called faster or slower.")
    if options.json:
        options.json.write_text(json.dumps(results), encoding="utf-8")
    return 1 if slower else 0


if __name__ == "__main__":
    sys.exit(main())
