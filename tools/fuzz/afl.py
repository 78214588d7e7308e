# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Fuzzing with AFL++: builds the targets in build/afl, and runs one afl-fuzz after the other."""

import os
import re
import subprocess
import zipfile
from pathlib import Path

import oss_fuzz
from command_line import TOP, refuse, print_progress
from targets import Target

FOLDER = TOP / "build/afl"
MUTATOR = FOLDER / "line_mutator.so"
MUTATOR_SOURCES = ("afl_mutator", "grammar", "line_mutator", "phrases")
SHOWN = re.compile(r"^(execs_done|execs_per_sec|corpus_count|edges_found|saved_crashes|saved_hangs) +: (.*)$", re.MULTILINE)


def check(targets: list[Target]) -> None:
    if any(target.kind == "gallery" for target in targets):
        refuse("The gallery is not built for AFL++.")


def fuzz(targets: list[Target], seconds: int) -> int:
    build([target.name for target in targets])
    found = [target.name for target in targets if not fuzz_one(target, seconds)]
    if found:
        print_progress(f"Something was found: {' '.join(found)}. The inputs are under build/afl/campaigns.")
        return 1
    print_progress("Nothing was found.")
    return 0


def build(names: list[str]) -> None:
    """The programs, with AddressSanitizer, and the mutator for afl-fuzz itself, which has no sanitizer."""
    print_progress("Building for AFL++ in build/afl: about a minute for one target on two cores, less for what ccache has.")
    try:
        oss_fuzz.run(oss_fuzz.Build("address", "afl", FOLDER), names)
        sources = [TOP / f"fuzz/mutators/{name}.cpp" for name in MUTATOR_SOURCES]
        subprocess.run(["clang++-19", "-std=c++20", "-O2", "-shared", "-fPIC", f"-I{TOP}/fuzz", *sources, "-o", MUTATOR], check=True)
    except subprocess.CalledProcessError as error:
        refuse(f"The targets do not build for AFL++: {error}. All of the output is in {FOLDER}/build.log.")


def fuzz_one(target: Target, seconds: int) -> bool:
    """Fuzzes with one afl-fuzz, which continues an earlier campaign. True if nothing was found."""
    name = f"fuzz_{target.name}"
    campaign, seeds, log_path = FOLDER / "campaigns" / name, FOLDER / "seeds" / name, TOP / f"build/logs/afl-{target.name}.log"
    for folder in (campaign, seeds, log_path.parent):
        folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(FOLDER / f"out/{name}_seed_corpus.zip") as archive:
        archive.extractall(seeds)
    print_progress(f"Fuzzing {target.name} with AFL++ for {seconds} s; its campaign is {campaign.relative_to(TOP)}.")
    environment = {
        **os.environ, "AFL_CUSTOM_MUTATOR_LIBRARY": str(MUTATOR), "BACKTALK_FUZZ_PROTOCOL": target.protocol,
        "AFL_AUTORESUME": "1", "AFL_NO_UI": "1", "AFL_SKIP_CPUFREQ": "1", "AFL_TRY_AFFINITY": "1",
        "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES": "1", "ASAN_OPTIONS": "abort_on_error=1:symbolize=0:detect_leaks=0",
    }
    command = [oss_fuzz.afl_folder() / "usr/bin/afl-fuzz", "-m", "none", "-t", "1000+", "-V", str(seconds), "-i", seeds,
               "-o", campaign, "-x", FOLDER / f"out/{name}.dict", "--", FOLDER / "out" / name]
    with log_path.open("wb") as log:
        if subprocess.run(command, env=environment, stdout=log, stderr=log, check=False).returncode != 0:
            print_progress("\n".join(log_path.read_text(errors="replace").splitlines()[-20:]))
            return False
    for figure, value in SHOWN.findall((campaign / "default/fuzzer_stats").read_text()):
        print(f"  {figure} {value}", flush=True)
    crashes = sorted(path for path in Path(campaign, "default/crashes").glob("id:*") if path.is_file())
    if crashes:
        print_progress(f"Its first finding: {crashes[0].relative_to(TOP)}")
    return not crashes
