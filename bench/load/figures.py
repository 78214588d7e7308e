#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Measures the load generator against its peers, on real and built-in servers, and against a known answer.

    figures.py [--quick] [--rounds N] [--seconds N] [--json FILE] [--only PART]...

Whatever is compared runs alternately, round after round, in one session: absolute figures drift from hour to hour, the
ratios of one session do not. The client has one core and the server the other. CPU is the time that the kernel charges to
the whole client process, for all clients alike.
"""

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TOP), str(TOP / "tools"), str(TOP / "bench/load")]

import http_rows  # noqa: E402
import mailbox_rows  # noqa: E402
import memory_rows  # noqa: E402
import open_loop_rows  # noqa: E402
import smtp_rows  # noqa: E402
from clients import versions  # noqa: E402
from comparison import number, summary_of  # noqa: E402
from measurement import Measurement  # noqa: E402
from servers.builtin import Builtin  # noqa: E402


# Each part takes a minute or two with --quick.
PARTS: dict[str, Callable[[Measurement], None]] = {
    "http": http_rows.in_clear_text,
    "https": http_rows.over_tls,
    "smtp": smtp_rows.against_peers,
    "smtp-modes": smtp_rows.ways_of_sending,
    "script": smtp_rows.by_script,
    "imap": mailbox_rows.imap,
    "pop3": mailbox_rows.pop3,
    "known-answer": open_loop_rows.known_answer,
    "open-loop": open_loop_rows.open_loop,
    "memory": memory_rows.memory,
}


def machine() -> dict:
    names = [line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
             if line.startswith("model name")]
    return {"processor": names[0] if names else platform.machine(), "cores": os.cpu_count(),
            "kernel": platform.release()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a rough measurement: two rounds, fewer messages")
    parser.add_argument("--rounds", type=int, help="rounds of each comparison (6; 2 with --quick, which have no intervals)")
    parser.add_argument("--seconds", type=int, default=1,
                        help="roughly how long each run takes; those of HTTP four times as long (1)")
    parser.add_argument("--json", default=str(TOP / "build/bench/load.json"), help="the file for the figures")
    parser.add_argument("--only", action="append", choices=PARTS, metavar="PART", default=[],
                        help="measure only this part; repeatable: " + ", ".join(PARTS))
    options = parser.parse_args()
    if reason := Builtin.why_not():
        print(reason, file=sys.stderr)
        return 2
    here, load_before = machine(), os.getloadavg()[0]
    measurement = Measurement(options.quick, options.rounds or (2 if options.quick else 6), options.seconds)
    known = versions()
    print(f"{here['processor']}, {here['cores']} cores, Linux {here['kernel']}; load of the machine before: {load_before:.2f}")
    print(", ".join(f"{name} {version}" for name, version in known.items()))
    print(f"{measurement.rounds} rounds. CPU: user and system time of the client, in seconds for a million requests (µs for "
          "one); user: outside the kernel.\nRatios: over the rounds, with the interval at 95 % from six rounds on. server core: how "
          "busy it was. HTTP: 64 connections.")
    for name, part in PARTS.items():
        if not options.only or name in options.only:
            part(measurement)
    print(f"\nBacktalk to its peers, on {here['processor']}\n{summary_of(measurement.comparisons)}")
    print(f"\nTargets, on {here['processor']}")
    for target in measurement.targets:
        print(f"  {target}")
    met, missed = (sum(target.met is wanted for target in measurement.targets) for wanted in (True, False))
    print(f"  {number(met)} met, {number(missed)} not met, {len(measurement.targets) - met - missed} not measured")
    result = {"schema": "backtalk.bench-load/1", "machine": {**here, "load_before": load_before}, "versions": known,
              "rounds": measurement.rounds, "comparisons": [one.as_json() for one in measurement.comparisons],
              "figures": measurement.figures, "targets": [one.as_json() for one in measurement.targets],
              "left_out": measurement.left_out}
    Path(options.json).parent.mkdir(parents=True, exist_ok=True)
    Path(options.json).write_text(json.dumps(result, indent=1) + "\n")
    print(f"\nAs JSON: {options.json}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
