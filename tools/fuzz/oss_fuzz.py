# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Builds fuzz targets with .clusterfuzzlite/build.sh as OSS-Fuzz's image would, with Debian's compiler and without Docker."""

import os
import platform
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from command_line import TOP

LLVM = Path("/usr/lib/llvm-19")

# What the image compiles everything with, and what it adds for each sanitizer.
COMMON = "-O1 -fno-omit-frame-pointer -gline-tables-only -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION"
UNDEFINED = ("array-bounds,bool,builtin,enum,function,integer-divide-by-zero,null,object-size,return,"
             "returns-nonnull-attribute,shift,signed-integer-overflow,unreachable,vla-bound,vptr")
SANITIZERS = {
    "address": "-fsanitize=address -fsanitize-address-use-after-scope",
    "undefined": f"-fsanitize={UNDEFINED},unsigned-integer-overflow -fno-sanitize-recover={UNDEFINED}",
    # The image has a C++ library with MemorySanitizer in it. Debian has not, so the templates of the library that it has
    # are compiled with the program, where the sanitizer sees them.
    "memory": "-fsanitize=memory -fsanitize-memory-track-origins -D_GLIBCXX_EXTERN_TEMPLATE=0",
    "coverage": "-fprofile-instr-generate -fcoverage-mapping -pthread",
}
ENGINES = ("libfuzzer", "afl")
PROGRESS_EVERY_S = 15


@dataclass
class Build:
    sanitizer: str
    engine: str
    folder: Path

    @property
    def out(self) -> Path:
        return self.folder / "out"

    @property
    def work(self) -> Path:
        return self.folder / "work"

    @property
    def objects(self) -> Path:
        """Where build.sh has CMake build."""
        return self.work / "backtalk"


def afl_folder() -> Path:
    """The files of the afl++ package, as they lie under /."""
    return Path(os.environ.get("AFL_FOLDER", "/"))


def afl_driver(work: Path) -> Path:
    """AFL++'s main program and its runtime in one archive, as Clang's own instrumentation needs it: the plug-ins of the
    package are for Clang 14."""
    package, archive, parts = afl_folder() / "usr/lib/afl", work / "libFuzzingEngine.a", work / "afl"
    parts.mkdir(exist_ok=True)
    subprocess.run(["ar", "x", package / "libAFLDriver.a"], cwd=parts, check=True)
    archive.unlink(missing_ok=True)
    subprocess.run(["ar", "rcs", archive, package / "afl-compiler-rt.o", *sorted(parts.glob("*.o"))], check=True)
    return archive


def libfuzzer_apart(work: Path) -> Path:
    """libFuzzer and a C++ library of its own in one object that shares no template with the program. Else it would call
    the program's, which then report to MemorySanitizer what libFuzzer, not compiled with it, never told."""
    engine = work / "libFuzzer.o"
    archive = LLVM / f"lib/clang/19/lib/linux/libclang_rt.fuzzer-{platform.machine()}.a"
    found = subprocess.run(["clang++-19", "-print-file-name=libstdc++.a"], capture_output=True, text=True, check=True)
    subprocess.run(["ld", "-r", "--force-group-allocation", "--whole-archive", archive, "--no-whole-archive",
                    found.stdout.strip(), "-o", engine], check=True)
    kept = [f"--keep-global-symbol={name}" for name in
            ("main", "LLVMFuzzerMutate", "LLVMFuzzerRunDriver", "__sanitizer_*", "__sancov_*")]
    subprocess.run(["llvm-objcopy-19", "--wildcard", *kept, engine], check=True)
    return engine


def environment(build: Build) -> dict[str, str]:
    """What build.sh finds in its environment."""
    instrumentation, engine = "-fsanitize=fuzzer-no-link", "-fsanitize=fuzzer"
    if build.engine == "afl":
        instrumentation, engine = "-fsanitize-coverage=trace-pc-guard", str(afl_driver(build.work))
    elif build.sanitizer == "memory":
        engine = str(libfuzzer_apart(build.work))
    if build.sanitizer == "coverage":
        instrumentation = ""
    flags = " ".join(part for part in (COMMON, SANITIZERS[build.sanitizer], instrumentation) if part)
    said = {
        **os.environ,
        "CC": "clang-19", "CXX": "clang++-19", "CFLAGS": flags, "CXXFLAGS": flags, "LIB_FUZZING_ENGINE": engine,
        "SRC": str(build.folder / "src"), "WORK": str(build.work), "OUT": str(build.out),
        "SANITIZER": build.sanitizer, "FUZZING_ENGINE": build.engine, "ARCHITECTURE": platform.machine(),
        "FUZZING_LANGUAGE": "c++",
        # The image's programs are run while they are built, and may leak then.
        "ASAN_OPTIONS": "detect_leaks=0",
    }
    if shutil.which("ccache"):
        said["CMAKE_CXX_COMPILER_LAUNCHER"] = said["CMAKE_C_COMPILER_LAUNCHER"] = "ccache"
    return said


def run(build: Build, targets: list[str], seeds: Path | None = None) -> dict[str, str]:
    """Builds, and returns the environment. Raises CalledProcessError; the output is in FOLDER/build.log."""
    for folder in (build.out, build.work, build.folder / "src"):
        folder.mkdir(parents=True, exist_ok=True)
    source = build.folder / "src/backtalk"
    if not source.exists():
        source.symlink_to(TOP)
    said = environment(build)
    if targets:
        said["TARGETS"] = " ".join(targets)
    if seeds:
        said["SEEDS"] = str(seeds)
    command = ["bash", "-eux", str(TOP / ".clusterfuzzlite/build.sh")]
    log_path, begun = build.folder / "build.log", time.monotonic()
    with open(log_path, "wb") as log, subprocess.Popen(command, env=said, cwd=source, stdout=log, stderr=log) as process:
        while True:
            try:
                process.wait(PROGRESS_EVERY_S)
                break
            except subprocess.TimeoutExpired:
                said_now = progress(log_path, f"{build.sanitizer}-{build.engine}", time.monotonic() - begun)
                print(said_now, file=sys.stderr, flush=True)
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, command)
    return said


def progress(log: Path, name: str, seconds: float) -> str:
    """How far Ninja is, by its last line: "[37/199] building address-libfuzzer (1 min 20 s so far)"."""
    at = re.findall(r"^\[\d+/\d+\]", log.read_text(errors="replace"), re.MULTILINE)
    clock = f"{int(seconds) // 60} min {int(seconds) % 60} s" if seconds >= 60 else f"{seconds:.0f} s"
    return " ".join([*at[-1:], f"building {name} ({clock} so far)"])
