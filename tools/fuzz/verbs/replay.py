# SPDX-License-Identifier: Apache-2.0 OR MIT
"""./run fuzz replay TARGET PROGRAM FOLDER...: for the tests, and for `minimise`."""

import argparse
import collections
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from findings_index import HANG_S, bounded, findings, shows

SHOWN_MAX = 200  # then the rest of the files is left
OVERVIEW: list[tuple[str, str]] = []  # for the tests
TEXT = """\
Runs the files of folders through a foreign parser's program. Inputs that show a finding of TARGET are counted; any other
that ends the program fails. Takes seconds to minutes; builds and installs nothing.

Exit status: 0 nothing that is not known, 1 something else, 2 there are no files."""


@dataclass
class Outcome:
    files: int
    read: int = 0
    shown: collections.Counter = field(default_factory=collections.Counter)  # by the finding's name
    unknown: str | None = None  # what the program said of an input that shows no finding


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("target", metavar="TARGET")
    parser.add_argument("program", metavar="PROGRAM")
    parser.add_argument("folders", nargs="+", metavar="FOLDER")


def needs(options: argparse.Namespace) -> None:
    del options


def run(options: argparse.Namespace) -> int:
    outcome = replay(options.target, options.program, options.folders)
    if outcome.unknown is not None:
        print(outcome.unknown)
        return 1
    for name, count in sorted(outcome.shown.items()):
        print(f"{count:5} inputs show {name}")
    print(f"{outcome.read} of {outcome.files} inputs, nothing that is not known")
    return 0 if outcome.files else 2


def replay(target: str, program: str, folders: list[str]) -> Outcome:
    """Runs every file, in as few processes as the crashes allow, until findings have shown SHOWN_MAX times."""
    known = [finding for finding in findings().values() if finding["target"] == target]
    files = [str(path) for folder in folders for path in sorted(Path(folder).rglob("*")) if path.is_file()]
    outcome = Outcome(len(files))
    environment = bounded(dict(os.environ), "max_allocation_size_mb=256")
    while outcome.read < len(files) and outcome.shown.total() < SHOWN_MAX:
        try:
            ran = subprocess.run([program, *files[outcome.read:]], capture_output=True, check=False, env=environment,
                                 timeout=HANG_S * 4)
            stdout, stderr, timed_out = ran.stdout, ran.stderr, False
        except subprocess.TimeoutExpired as late:
            stdout, stderr, timed_out = late.stdout or b"", late.stderr or b"", True
        if not timed_out and ran.returncode == 0:
            outcome.read = len(files)
            break
        output = (stdout + stderr).decode("utf-8", "replace")
        outcome.read += stdout.decode("utf-8", "replace").count(" bytes\n")
        name = next((one["name"] for one in known if shows(one, output, timed_out)), "")
        if not name:
            outcome.unknown = f"{output[-6000:]}\n{files[outcome.read - 1]}: that is none of the findings of {target}"
            break
        outcome.shown[name] += 1
    return outcome
