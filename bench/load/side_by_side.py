#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Prints results of `backtalk load --json` side by side: side_by_side.py NAME=FILE NAME=FILE...

The others are compared with the first.
"""

import json
import sys


def milliseconds(nanoseconds: float) -> str:
    return f"{nanoseconds / 1e6:.3f} ms"


def rows(report: dict, first: dict) -> list[tuple[str, str]]:
    latency, completed = report["latency_ns"], report["transactions"]["completed"]
    rate, first_rate = report["transactions"]["per_s"], first["transactions"]["per_s"]
    gain = f"{rate / first_rate:.1f}x" if first_rate else "-"
    cpu = f"{report['client']['cpu_s'] * 1e6 / completed:.1f} µs" if completed else "-"
    return [
        ("messages/s", f"{rate:,.0f}"),
        ("gain", gain),
        *((f"latency {name}", milliseconds(latency[key]))
          for name, key in (("p50", "p50"), ("p90", "p90"), ("p99", "p99"), ("p99.9", "p99_9"))),
        ("client CPU per message", cpu),
        ("failed", f"{report['transactions']['failed']:,}"),
    ]


def main() -> int:
    named = [argument.split("=", 1) for argument in sys.argv[1:]]
    if not named or any(len(pair) != 2 for pair in named):
        print(__doc__, file=sys.stderr)
        return 2
    reports = []
    for _, path in named:
        with open(path, encoding="utf-8") as file:
            reports.append(json.load(file))
    columns = [rows(report, reports[0]) for report in reports]
    label_width = max(len(label) for label, _ in columns[0])
    widths = [max(len(name), *(len(value) for _, value in column))
              for (name, _), column in zip(named, columns)]
    print(" " * label_width, *(name.rjust(width) for (name, _), width in zip(named, widths)), sep="   ")
    for index, (label, _) in enumerate(columns[0]):
        values = (column[index][1].rjust(width) for column, width in zip(columns, widths))
        print(label.ljust(label_width), *values, sep="   ")
    print("\nlatency: from a message's first command to the reply that accepts it, so every saved round trip shortens it, and\n"
          "every message queued before it on the connection lengthens it. gain: messages/s relative to the first column.")
    print("Client and server share this machine, so this shows the gain of pipelining, not the server's maximum.")
    print("Results: " + ", ".join(path for _, path in named))
    return 0


if __name__ == "__main__":
    sys.exit(main())
