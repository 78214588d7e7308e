# SPDX-License-Identifier: Apache-2.0 OR MIT
"""./run fuzz rediscover NAME [TIME]"""

import argparse
import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from command_line import TOP, Needs, seconds_of
from findings_index import environment_of, finding_named, limited, run_on, shows, verdict
from targets import SEEDS, Target, listed, named

USAGE = "./run fuzz rediscover NAME [TIME]"
OVERVIEW = [("./run fuzz rediscover NAME [TIME]", "finds it again from the seeds")]
TEXT = """\
Finds a finding again from the seeds, within TIME (60, 90s, 10m, 1h; two minutes by default). `./run fuzz findings`
lists the names. Builds the target that shows it (preset fuzz): about a minute on two quiet cores the first time.
Installs missing packages from [build], [test] and [peers] in dependencies.txt.

Exit status: 0 it showed, 1 it did not, 77 it did not and the package is another version than the finding's."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME")
    parser.add_argument("seconds", nargs="?", type=seconds_of, default=120, metavar="TIME")


def needs(options: argparse.Namespace) -> Needs:
    return Needs(["build", "test", "peers"], fuzz=[f"fuzz_{finding_named(options.name)['target']}"])


def run(options: argparse.Namespace) -> int:
    finding = finding_named(options.name)
    return rediscover(finding, named(finding["target"], listed())[0], options.seconds)


def rediscover(finding: dict, target: Target, seconds: int) -> int:
    """Until it shows. What else the target shows by the way ends no more than a child of libFuzzer."""
    program, dictionary = str(target.program), target.dictionary()
    corpus = [str(folder) for folder in (SEEDS / target.protocol, TOP / "corpora" / target.protocol) if folder.is_dir()]
    with tempfile.TemporaryDirectory() as found:
        begun = time.monotonic()
        options = [f"-artifact_prefix={found}/", "-print_final_stats=1", "-len_control=100", "-timeout=5", "-detect_leaks=0",
                   *([f"-dict={dictionary}"] if dictionary else []), *finding.get("options", [])]
        first = subprocess.run([program, f"-max_total_time={seconds}", *options, found, *corpus], capture_output=True,
                               check=False, env=environment_of(finding), preexec_fn=limited(finding))
        output = (first.stdout + first.stderr).decode("utf-8", "replace")
        left = seconds - int(time.monotonic() - begun)
        if shows(finding, output, False) or left <= 0:
            print(output[-6000:])
        else:
            output = rediscover_among_others(finding, program, options, left, found, corpus)
        print(f"after {time.monotonic() - begun:.0f} s")
    return verdict(finding, shows(finding, output, False))


def rediscover_among_others(finding: dict, program: str, options: list[str], seconds: int, found: str,
                            corpus: list[str]) -> str:
    """The output of the input that shows it, or nothing."""
    command = [program, "-fork=1", "-ignore_crashes=1", "-ignore_timeouts=1", "-ignore_ooms=1",
               f"-max_total_time={seconds}", *options, found, *corpus]
    fuzzer = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment_of(finding),
                              preexec_fn=limited(finding), start_new_session=True)
    seen: set[Path] = set()
    until = time.monotonic() + seconds  # libFuzzer does not count what it takes to read the seeds
    try:
        while True:
            over = fuzzer.poll() is not None or time.monotonic() > until
            for path in sorted(set(Path(found).glob("*-*")) - seen):
                seen.add(path)
                output, timed_out = run_on(finding, program, path)
                if shows(finding, output, timed_out):
                    print(f"{output[-6000:]}\n{len(seen)} inputs ended the program until then")
                    return output
            if over:
                print(f"{len(seen)} inputs ended the program, none of them showed it")
                return ""
            time.sleep(0.5)
    finally:
        if fuzzer.poll() is None:
            os.killpg(fuzzer.pid, signal.SIGKILL)
        fuzzer.wait()
