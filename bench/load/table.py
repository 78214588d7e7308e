#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Prints results of `backtalk load --json` as one table: table.py NAME=FILE NAME=FILE..."""

import json
import sys

COLUMNS = ("", "per second", "p50", "p99", "client CPU", "failed")


def row(name: str, report: dict) -> tuple[str, ...]:
    latency, transactions = report["latency_ns"], report["transactions"]
    completed = transactions["completed"]
    cpu = f"{report['client']['cpu_s'] * 1e6 / completed:.1f} µs" if completed else "-"
    figures = (latency["p50"], latency["p99"])  # null where there are too few samples
    return (name, f"{transactions['per_s']:,.0f}", *("-" if ns is None else f"{ns / 1e6:.3f} ms" for ns in figures), cpu,
            f"{transactions['failed']:,}")


def main() -> int:
    named = [argument.rsplit("=", 1) for argument in sys.argv[1:]]
    if not named or any(len(pair) != 2 for pair in named):
        print(__doc__, file=sys.stderr)
        return 2
    rows = [COLUMNS]
    for name, path in named:
        with open(path, encoding="utf-8") as file:
            rows.append(row(name, json.load(file)))
    widths = [max(map(len, column)) for column in zip(*rows)]
    for name, *values in rows:
        print(name.ljust(widths[0]), *(value.rjust(width) for value, width in zip(values, widths[1:])), sep="   ")
    print("\np50, p99: from a transaction's first command to its last reply; what is queued before it on the connection "
          "counts.\nclient CPU: for each transaction.")
    print("Client and server share this machine, so this shows the gain of pipelining, not the server's maximum.")
    print("Results: " + ", ".join(path for _, path in named))
    return 0


if __name__ == "__main__":
    sys.exit(main())
