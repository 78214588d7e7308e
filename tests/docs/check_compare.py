#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Does a comparison print what docs/compare.md shows? Usage: check_compare.py BACKTALK PAGE [--write]

The servers of the example are started on free ports. Figures differ from run to run and are not compared; the lines are.
What is said about per_s and p50 must not be the opposite: a busy machine may show no difference. --write puts in what was
printed.
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path

BLOCK = re.compile(r"(?:^ {4}.*\n)+", re.MULTILINE)
URL = re.compile(r"\w+://127\.0\.0\.1:\d+")
VERDICT = re.compile(r"\bis (lower|higher)\b")
JUDGED = ("per_s", "p50")


def example(page: str) -> str:
    return next(block for block in BLOCK.findall(page) if "$ backtalk compare" in block)


def beginnings(lines: list[str]) -> set[str]:
    """The first word of each line, which is the same in every run. A busy machine may have a round repeated."""
    return {line.split()[0] for line in lines if line} - {"repeated", "note:"}


def verdicts(lines: list[str]) -> dict[str, str]:
    """Of the judged metrics, those that are said to be lower or higher."""
    rows = {line.split()[0]: VERDICT.search(line) for line in lines if line}
    return {metric: rows[metric][1] for metric in JUDGED if rows.get(metric)}


def run(program: Path, block: str) -> str:
    lines = [line[4:] for line in block.splitlines()]
    servers, real = [], {}
    try:
        for words in (line.split() for line in lines if line.startswith("$ backtalk serve")):
            server = subprocess.Popen([program, "serve", "smtp://127.0.0.1:0", *words[4:-1]], stdout=subprocess.PIPE, text=True)
            servers.append(server)
            assert server.stdout is not None
            real[words[3]] = server.stdout.readline().removeprefix("listening on ").strip()
        command = next(line for line in lines if line.startswith("$ backtalk compare"))
        words = URL.sub(lambda url: real[url[0]], command).split()
        done = subprocess.run([program, *words[2:]], capture_output=True, text=True, timeout=300, check=False)
        if done.returncode != 0:
            raise SystemExit(f"{command}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        for shown, used in real.items():
            done.stdout = done.stdout.replace(used, shown)
        return done.stdout
    finally:
        for server in servers:
            server.terminate()
            server.wait()


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("program", type=lambda name: Path(name).resolve())
    arguments.add_argument("page", type=Path)
    arguments.add_argument("--write", action="store_true", help="put in what is printed")
    options = arguments.parse_args()
    page = options.page.read_text(encoding="utf-8")
    block = example(page)
    commands = [line for line in block.splitlines() if line.startswith("    $ ")]
    shown = [line[4:] for line in block.splitlines() if not line.startswith("    $ ")]
    printed = [line.rstrip() for line in run(options.program, block).splitlines() if line]
    if options.write:
        text = "\n".join([*commands, *(f"    {line}" for line in printed)]) + "\n"
        options.page.write_text(page.replace(block, text), encoding="utf-8")
        return 0
    said = verdicts(shown)
    opposite = any(said.get(metric, word) != word for metric, word in verdicts(printed).items())
    if beginnings(shown) != beginnings(printed) or opposite:
        print(f"{options.page.name} shows something else than\n" + "\n".join(printed))
        return 1
    print(f"{options.page.name}: the comparison prints what it shows")
    return 0


if __name__ == "__main__":
    sys.exit(main())
