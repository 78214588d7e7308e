#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Compares built-in servers whose difference is known, on this machine: how often does `backtalk compare` find one?

    known_differences.py [--equal N] [--slower N] [--by 5] [--rounds N] [--seconds S]

Equal servers (A and A) should get a verdict, on any of six metrics, in one of twenty comparisons: that is so for 0 to 5 of
60 in nine of ten cases. Of those in which B takes 5 % longer for each request, most should be found; where the machine is
too noisy, the comparison says by how much more B would have had to differ. The exit status is 1 if more than 5 of 60 equal
pairs, or as large a share of another number, got a verdict.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TOP), str(TOP / "bench")]

from judge import program  # noqa: E402
from servers.builtin import Builtin  # noqa: E402

SERVICE_US = 2000
FALSE_MAX = 5 / 60


def compared(options: argparse.Namespace, a: str, b: str, *words: str) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "result.json"
        ran = subprocess.run([program(), "compare", "--quiet", "--json", str(file), "--rounds", str(options.rounds), "-c", "4",
                              "-d", f"{options.seconds}s", *words, a, b], capture_output=True, text=True, check=False)
        if ran.returncode == 2:
            raise SystemExit(ran.stderr)
        return json.loads(file.read_text(encoding="utf-8"))


def shown(report: dict) -> list[str]:
    return [f"{metric['metric']} {metric['ratio']:.3f}" for metric in report["metrics"] if metric["verdict"].startswith("b-")]


def served(service_us: float) -> Builtin:
    return Builtin("http://127.0.0.1:0", "--fault", f"service=const:{service_us:g}us")


def equal(options: argparse.Namespace) -> bool:
    found, invalid, repeated = [], 0, 0
    with served(SERVICE_US) as server:
        for _ in range(options.equal):
            report = compared(options, server.url, server.url)
            repeated += report["repeated"]
            invalid += not report["verdict"]["valid"]
            if shown(report):
                found.append(", ".join(shown(report)))
    print(f"equal servers: {len(found)} of {options.equal} comparisons got a verdict; {invalid} were not valid, {repeated} "
          "rounds were repeated")
    for one in found:
        print(f"  {one}")
    return len(found) <= FALSE_MAX * options.equal


def slower(options: argparse.Namespace) -> None:
    found, resolutions, ratios = 0, [], []
    with served(SERVICE_US) as one, served(SERVICE_US * (1 + options.by / 100)) as other:
        for _ in range(options.slower):
            report = compared(options, one.url, other.url, "--primary", "p50")
            for metric in report["metrics"]:
                if metric["metric"] != "p50_ns":
                    continue
                found += metric["verdict"] == "b-higher"
                ratios.append(metric["ratio"])
                resolutions += [metric["resolution"]] if metric["verdict"] == "no-difference-shown" else []
    print(f"{options.by:g} % slower: p50 was found higher in {found} of {options.slower} comparisons; the ratio was "
          f"{statistics.median(ratios) if ratios else float('nan'):.3f} in the middle")
    for resolution in resolutions:
        print("  not shown; " + ("nothing would have been" if resolution is None else f"{resolution:.1%} would have been"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--equal", type=int, default=60, help="comparisons of a server with itself (60)")
    parser.add_argument("--slower", type=int, default=20, help="comparisons with a slower server (20)")
    parser.add_argument("--by", type=float, default=5, help="how much longer it takes, in per cent (5)")
    parser.add_argument("--rounds", type=int, default=10, help="of each comparison (10)")
    parser.add_argument("--seconds", type=float, default=0.2, help="of each run (0.2)")
    options = parser.parse_args()
    print(f"{options.rounds} rounds of {options.seconds:g} s a side; load of the machine before: {os.getloadavg()[0]:.2f}")
    good = equal(options) if options.equal else True
    if options.slower:
        slower(options)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
