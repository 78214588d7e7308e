#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Counts instructions, which repeat exactly, and compares them with the committed baseline.

    instructions.py [--program FILE] [--simd TARGET] [--filter REGEX] [--peers] [--accept REASON]

Runs each row of Backtalk's parsers and sessions once under callgrind and compares its count with
bench/instructions.baseline. Exits with 1 if a count differs by more than the tolerance, if a row is missing on either
side, or if a session that follows a script takes more than a tenth more than the built-in one. --accept writes the new
counts, and the reason beside those that changed. Valgrind does not run AVX-512, so the kernels of another target are
counted: AVX2, or that of --simd. Only counts of AVX2 are compared.

Counts depend on the compiler, its flags and the C library. With other versions than the baseline's, the differences are
printed but not judged: accept them once, or install the versions that the baseline names.
"""

import argparse
import datetime
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
BASELINE = HERE / "instructions.baseline"
BASELINE_SIMD = "avx2"
TOLERANCE = 0.005
# What a script may take more than what is built in, for the same conversation and without input and output. Those are
# most of the work: with them it is a twentieth at most (`./run bench load --only script`).
SCRIPT_MAX = 1.10
HEADING = f"""\
# The instructions that Backtalk's parsers take to read each input of the benchmarks once, and its sessions for their
# conversations. Written by
# `./run bench instructions --accept REASON`; compared by `./run bench instructions`, within {TOLERANCE * 100} %.
# A row: name, instructions, units read, number of the reason.
"""


@dataclass
class Counts:
    built_with: list[str] = field(default_factory=list)  # compiler, libc, simd: a line each
    rows: dict[str, tuple[int, int]] = field(default_factory=dict)  # instructions, units
    reasons: list[str] = field(default_factory=list)
    reason_of: dict[str, int] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)


def measure(program: Path, simd: str, wanted: str, peers: bool) -> Counts:
    counts = Counts()
    units: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as directory:
        command = ["valgrind", "--quiet", "--tool=callgrind", f"--callgrind-out-file={directory}/out",
                   str(program.resolve()), wanted, *(["--peers"] if peers else [])]
        # The position of the stack and the choice of memchr must not depend on the caller's environment.
        done = subprocess.run(command, cwd=directory, env={"PATH": os.environ["PATH"], "BACKTALK_SIMD": simd},
                              stdout=subprocess.PIPE, text=True, check=False)
        for line in done.stdout.splitlines():
            word, rest = line.split(" ", 1)
            if word == "row":
                name, count = rest.rsplit(" ", 1)
                units[name] = int(count)
            elif word == "failed":
                counts.failed.append(rest.rsplit(" ", 1)[0])
            else:
                counts.built_with.append(line)
        for path in Path(directory).glob("out.*"):
            text = path.read_text(encoding="utf-8", errors="replace")
            trigger = re.search(r"^desc: Trigger: Client Request: (.*)$", text, re.MULTILINE)
            total = re.search(r"^summary: (\d+)", text, re.MULTILINE)
            if trigger and total and trigger[1] in units:
                counts.rows[trigger[1]] = (int(total[1]), units[trigger[1]])
    if done.returncode != 0 and not counts.failed:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}")
    if lost := set(units) - set(counts.rows):
        sys.exit(f"callgrind did not count {', '.join(sorted(lost))}")
    return counts


def read_baseline(path: Path) -> Counts:
    counts = Counts()
    if not path.exists():
        return counts
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        word, rest = line.split(" ", 1)
        if word == "reason":
            counts.reasons.append(rest.split(" ", 1)[1])
        elif word == "row":
            name, instructions, units, reason = rest.split()
            counts.rows[name] = (int(instructions), int(units))
            counts.reason_of[name] = int(reason)
        else:
            counts.built_with.append(line)
    return counts


def write_baseline(path: Path, now: Counts, before: Counts, reason: str) -> int:
    """Writes sorted rows, and equal reasons once. Returns how many rows got the new reason."""
    new = f"{datetime.date.today().isoformat()}: {reason}"
    reasons = list(dict.fromkeys([*before.reasons, new]))
    changed = 0
    lines = [HEADING.rstrip("\n"), *now.built_with, ""]
    rows = []
    for name, (instructions, units) in sorted(now.rows.items()):
        same = before.rows.get(name) == (instructions, units)
        changed += not same
        why = before.reasons[before.reason_of[name] - 1] if same else new
        rows.append(f"row {name} {instructions} {units} {reasons.index(why) + 1}")
    lines += [f"reason {number} {text}" for number, text in enumerate(reasons, 1)] + [""] + rows
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return changed


def compare(now: Counts, before: Counts, whole: bool) -> list[str]:
    """The differences, one sentence each."""
    found = []
    for name, (instructions, units) in now.rows.items():
        if name not in before.rows:
            found.append(f"{name}: not in the baseline ({instructions:,})")
            continue
        was = before.rows[name][0]
        if abs(instructions - was) > TOLERANCE * was:
            why = before.reasons[before.reason_of[name] - 1] if before.reason_of.get(name) else "?"
            found.append(f"{name}: {was / units:,.1f} -> {instructions / units:,.1f} per unit "
                         f"({(instructions - was) / was * 100:+.1f} %); accepted {why}")
    if whole:
        found += [f"{name}: only in the baseline" for name in before.rows if name not in now.rows]
    return found


def slow_scripts(now: Counts) -> list[str]:
    """The sessions that take too much to follow a script, one sentence each."""
    found = []
    for name, (instructions, units) in now.rows.items():
        built_in = now.rows.get(name.removesuffix("/script") + "/built-in")
        if name.endswith("/script") and built_in and instructions > SCRIPT_MAX * built_in[0]:
            found.append(f"{name}: {instructions / units:,.1f} per unit, {instructions / built_in[0]:.2f} times what is "
                         f"built in; {SCRIPT_MAX} is allowed")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=Path, default=Path("build/bench/bench/backtalk_bench_instructions"))
    parser.add_argument("--simd", default=BASELINE_SIMD)
    parser.add_argument("--filter", default=".")
    parser.add_argument("--peers", action="store_true", help="count the peers too; they are not in the baseline")
    parser.add_argument("--accept", metavar="REASON")
    parser.add_argument("--baseline", type=Path, default=BASELINE)
    options = parser.parse_args()
    if options.accept is not None and (options.filter != "." or options.peers or options.simd != BASELINE_SIMD):
        parser.error("--accept needs all rows of Backtalk: leave out --filter, --peers and --simd")
    if options.accept is not None and len(options.accept.split()) < 3:
        parser.error("--accept needs a reason that others will understand")
    now = measure(options.program, options.simd, options.filter, options.peers)
    for name, (instructions, units) in sorted(now.rows.items()):
        print(f"{name:55} {instructions / units:14,.1f} instructions per unit")
    for name in now.failed:
        print(f"WRONG: {name}: did not do all that it was to do", file=sys.stderr)
    too_slow = slow_scripts(now)
    for sentence in too_slow:
        print(f"TOO SLOW: {sentence}", file=sys.stderr)
    if now.failed or too_slow:
        return 1
    before = read_baseline(options.baseline)
    if options.accept is not None:
        changed = write_baseline(options.baseline, now, before, options.accept)
        print(f"{changed} of {len(now.rows)} counts changed; {options.baseline} has them, with the reason.")
        return 0
    if options.peers or options.simd != BASELINE_SIMD:
        return 0
    differences = compare(now, before, options.filter == ".")
    for difference in differences:
        print(difference, file=sys.stderr)
    if now.built_with != before.built_with:
        print(f"Not judged: the baseline is for {'; '.join(before.built_with)}; this is {'; '.join(now.built_with)}.",
              file=sys.stderr)
        return 0
    print(f"{len(now.rows)} counts, {len(differences)} differ from the baseline by more than {TOLERANCE * 100} %.")
    if differences:
        print("If that is right: ./run bench instructions --accept REASON", file=sys.stderr)
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
