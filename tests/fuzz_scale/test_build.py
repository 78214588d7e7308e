#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Builds with .clusterfuzzlite/build.sh as OSS-Fuzz does, without Docker, and makes the checks that it makes of a build.

    test_build.py [--all] [--keep FOLDER] [--seeds FOLDER] [SANITIZER-ENGINE...]

One target a build, which shows that each sanitizer and each engine is right; --all: every target. Of the builds
address-libfuzzer, undefined-libfuzzer, memory-libfuzzer, coverage-libfuzzer, address-afl and undefined-afl those that are
named, or all.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import bad_build

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tools/fuzz"))
import oss_fuzz  # noqa: E402  (it is in tools/fuzz)

BUILDS = ("address-libfuzzer", "undefined-libfuzzer", "memory-libfuzzer", "coverage-libfuzzer", "address-afl",
          "undefined-afl")
ONE_TARGET = ["smtp_reply"]
# What each sanitizer says of the bug that is planted for it.
REPORTS = {"address": "AddressSanitizer: heap-buffer-overflow", "undefined": "runtime error: signed integer overflow",
           "memory": "MemorySanitizer: use-of-uninitialized-value"}


def check_target(program: Path, build: oss_fuzz.Build) -> list[str]:
    wrong = [*bad_build.check_name(program), *bad_build.check_machine(program, oss_fuzz.platform.machine()),
             *bad_build.check_libraries(program), *bad_build.check_sanitizer(program, build.sanitizer, build.engine),
             *bad_build.check_dictionary(program), *bad_build.check_options(program)]
    if build.engine == "afl":
        wrong += bad_build.check_afl(program, oss_fuzz.afl_folder() / "usr/bin")
    else:
        wrong += bad_build.check_libfuzzer(program, build.sanitizer)
    with tempfile.TemporaryDirectory() as folder:
        seeds = bad_build.seeds_of(program, Path(folder))
        wrong += bad_build.check_inputs(program, seeds, build.engine)
        if build.sanitizer == "coverage":
            wrong += bad_build.check_coverage(program, seeds, build.folder / "src/backtalk")
    return wrong


def check_planted_bug(build: oss_fuzz.Build, environment: dict[str, str]) -> list[str]:
    """A program out of the build's own objects and flags, with a bug for the sanitizer to find."""
    if build.sanitizer not in REPORTS:
        return []
    program, bug = build.work / "planted", build.work / "planted.txt"
    command = ["clang++-19", *environment["CXXFLAGS"].split(), "-std=c++20", "-static-libstdc++",
               "-Wl,--undefined=LLVMFuzzerTestOneInput", f"-I{build.objects}/fuzz/include", f"-I{TOP}/parsers/include",
               TOP / "tests/fuzz_scale/planted.cpp", build.objects / "fuzz/libbacktalk-fuzz.a",
               build.objects / "parsers/libbacktalk-parsers.a", environment["LIB_FUZZING_ENGINE"], "-o", program]
    code, said = bad_build.output_of(command)
    if code != 0:
        return [f"the planted bug does not build:\n{said[-3000:]}"]
    bug.write_text("nothing of the kind\r\n")
    code, said = bad_build.output_of([program, bug])
    if code != 0:
        return [f"the planted bug shows where it is not:\n{said[-2000:]}"]
    bug.write_text(f"{build.sanitizer}\r\n")
    _, said = bad_build.output_of([program, bug])
    return [] if REPORTS[build.sanitizer] in said else [f"the planted bug is not found:\n{said[-2000:]}"]


def check_build(build: oss_fuzz.Build, wanted: list[str], seeds: Path | None) -> list[str]:
    environment = oss_fuzz.run(build, wanted, seeds)
    # As the runner does: what was built must not depend on where.
    elsewhere = build.folder / "elsewhere"
    shutil.rmtree(elsewhere, ignore_errors=True)
    build.out.rename(elsewhere)
    targets = bad_build.targets_in(elsewhere)
    wrong = []
    if not targets or (wanted and [path.name for path in targets] != sorted(f"fuzz_{name}" for name in wanted)):
        wrong.append(f"the targets are {[path.name for path in targets]}")
    for program in targets:
        wrong += [f"{program.name}: {sentence}" for sentence in check_target(program, build)]
    return wrong + check_planted_bug(build, environment)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("builds", nargs="*", metavar="SANITIZER-ENGINE", default=list(BUILDS))
    options.add_argument("--all", action="store_true", help="every target, not one")
    options.add_argument("--keep", type=Path, help="build in this folder, and leave it")
    options.add_argument("--seeds", type=Path, help="what backtalk_golden_seeds wrote; else the first build writes them")
    asked = options.parse_args()
    if unknown := set(asked.builds) - set(BUILDS):
        options.error(f"there is no build {', '.join(sorted(unknown))}: {', '.join(BUILDS)}")
    top = asked.keep.resolve() if asked.keep else Path(tempfile.mkdtemp(prefix="backtalk-fuzz-scale-"))
    wanted = [] if asked.all else ONE_TARGET
    failed, seeds = False, asked.seeds and asked.seeds.resolve()
    for name in asked.builds:
        build = oss_fuzz.Build(*name.split("-"), top / name)
        shutil.rmtree(build.folder, ignore_errors=True)
        begun = time.monotonic()
        try:
            wrong = check_build(build, wanted, seeds)
        except subprocess.CalledProcessError as error:
            log = build.folder / "build.log"
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-40:]) if log.exists() else ""
            wrong = [f"{error}\n{tail}"]
        # The seeds are the same for all, and written by the first.
        if (build.work / "seeds").exists():
            seeds = build.work / "seeds"
        failed = failed or bool(wrong)
        print(f"{name:20} {time.monotonic() - begun:5.0f} s  {'FAILED' if wrong else 'holds'}", flush=True)
        for sentence in wrong:
            print(f"  {sentence}", flush=True)
    if not asked.keep:
        shutil.rmtree(top)
    return 1 if failed else 0


if __name__ == "__main__":
    os.environ.setdefault("LC_ALL", "C")
    sys.exit(main())
