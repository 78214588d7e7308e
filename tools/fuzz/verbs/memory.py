# SPDX-License-Identifier: Apache-2.0 OR MIT
"""./run fuzz memory [TIME]"""

import argparse
import os
import re
import subprocess
from pathlib import Path

from command_line import TOP, Needs, print_progress, seconds_of
from targets import SEEDS, Target, listed

BUILD = TOP / "build/fuzz-memory"
PLANTED = "reply_uninitialised"
OVERVIEW = [("./run fuzz memory [TIME]", "all of this project's under MemorySanitizer: the corpora, then fuzzing for TIME each")]
TEXT = """\
Runs the corpora through all of this project's targets under MemorySanitizer, then fuzzes each for TIME (60, 90s, 10m,
1h; none by default). A planted read of memory that was never written has to be seen first. Builds the presets fuzz and
fuzz-memory: about five minutes on two quiet cores the first time; the corpora take two. Installs missing packages from
[build] and [test] in dependencies.txt."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("seconds", nargs="?", type=seconds_of, default=0, metavar="TIME")


def needs(options: argparse.Namespace) -> Needs:
    del options
    # The seeds are written by the usual build: their program need not be looked into.
    return Needs(fuzz=[], more=["configure fuzz-memory", "compile fuzz-memory gallery fuzz_own"])


def run(options: argparse.Namespace) -> int:
    print_progress("-- the planted read")
    if not sees_the_planted_read():
        return 2
    for target in listed():
        if target.kind == "own" and not clean(target, options.seconds):
            return 1
    print_progress("MemorySanitizer saw the planted read, and nothing else.")
    return 0


def log_of(name: str) -> Path:
    path = TOP / f"build/logs/fuzz-memory-{name}.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def logged(log: Path, command: list, environment: dict[str, str]) -> bool:
    """Runs a command with its output in a file. True if it succeeds; if not, the end of the file is shown."""
    with log.open("wb") as output:
        code = subprocess.run(command, stdout=output, stderr=output, env={**os.environ, **environment}, check=False).returncode
    if code != 0:
        print_progress("\n".join(log.read_text(errors="replace").splitlines()[-60:]))
        print_progress(f"{command[0]} failed. All of its output is in {log.relative_to(TOP)}.")
    return code == 0


def sees_the_planted_read() -> bool:
    log = log_of("planted")
    command = [BUILD / "fuzz/gallery/gallery", TOP / f"fuzz/gallery/inputs/{PLANTED}.txt"]
    with log.open("wb") as output:
        code = subprocess.run(command, stdout=output, stderr=output, env={**os.environ, "BACKTALK_GALLERY": PLANTED},
                              check=False).returncode
    if code != 0 and "use-of-uninitialized-value" in log.read_text(errors="replace"):
        return True
    print_progress(f"MemorySanitizer did not see the planted read: {log.relative_to(TOP)}")
    return False


def clean(target: Target, seconds: int) -> bool:
    """True if the target reads the corpora, and fuzzes for some seconds, without a report."""
    print_progress(f"-- {target.name}")
    program, log = BUILD / "fuzz" / target.build_target(), log_of(target.name)
    folders = (SEEDS / target.protocol, TOP / "corpora" / target.protocol, TOP / "build/corpus" / target.name)
    inputs = [folder for folder in folders if folder.is_dir()]
    if not logged(log, [program, "-runs=0", *inputs], {"BACKTALK_FUZZ_EVERYTHING": "1"}):
        return False
    if seconds:
        findings = TOP / "build/findings" / target.name
        findings.mkdir(parents=True, exist_ok=True)
        if not logged(log, [program, f"-max_total_time={seconds}", "-max_len=16384", "-len_control=100",
                            f"-artifact_prefix={findings}/memory-", *inputs], {}):
            return False
    said = re.findall(r"^.*number_of_executed.*$|^Done.*$", log.read_text(errors="replace"), re.MULTILINE)
    print_progress(*said[-1:])
    return True
