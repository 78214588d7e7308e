# SPDX-License-Identifier: Apache-2.0 OR MIT
"""What OSS-Fuzz asks of a build before it runs it: each check that its runner makes, and some that it should.

Every function takes a target's program and returns sentences that say what is wrong; none: nothing is.
"""

import configparser
import os
import re
import subprocess
import tempfile
import zipfile
from pathlib import Path

# The runner's thresholds: calls into a sanitizer's runtime that a program has at least, or that one has at most that is not
# to be built with it. UBSan's runtime comes with the other sanitizers, so that some calls are always there.
CALLS_MIN = {"address": ("asan", 1000), "memory": ("msan", 1000), "undefined": ("ubsan", 168)}
CALLS_ELSE_MAX = {"asan": 0, "msan": 3, "ubsan": 200}
EDGES_MIN = 100

# The libraries of the runner's image that every program finds. All else has to be in the program.
LIBRARIES = {"libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "librt.so.1", "libresolv.so.2", "libgcc_s.so.1",
             "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}
ELF_MACHINES = {"x86_64": 62, "aarch64": 183, "i386": 3}


def output_of(command: list, environment: dict[str, str] | None = None, timeout: float = 120) -> tuple[int, str]:
    ran = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, timeout=timeout, check=False)
    return ran.returncode, ran.stdout.decode(errors="replace")


def targets_in(out: Path) -> list[Path]:
    """The programs that the runner takes for fuzz targets."""
    def is_target(path: Path) -> bool:
        if not path.is_file() or not os.access(path, os.X_OK) or path.name.startswith("afl-"):
            return False
        content = path.read_bytes()
        return content.startswith(b"\x7fELF") and b"LLVMFuzzerTestOneInput" in content
    return sorted(path for path in out.iterdir() if is_target(path))


def check_name(program: Path) -> list[str]:
    return [] if re.fullmatch(r"[A-Za-z0-9_-]+", program.name) else ["its name has other than letters, digits, _ and -"]


def check_machine(program: Path, architecture: str) -> list[str]:
    machine = int.from_bytes(program.read_bytes()[18:20], "little")
    return [] if machine == ELF_MACHINES[architecture] else [f"it is built for machine {machine}, not for {architecture}"]


def check_libraries(program: Path) -> list[str]:
    _, said = output_of(["readelf", "-d", program])
    wanted = set(re.findall(r"\(NEEDED\).*\[(.*)\]", said))
    return [f"it needs {name}, which the runner may lack" for name in sorted(wanted - LIBRARIES)]


def sanitizer_calls(program: Path) -> dict[str, int]:
    _, said = output_of(["objdump", "-d", "--no-show-raw-insn", program], timeout=300)
    calls = dict.fromkeys(CALLS_ELSE_MAX, 0)
    for name in re.findall(r"\b(?:callq?|bl)\s+[0-9a-f]+ <__(asan|msan|ubsan)", said):
        calls[name] += 1
    return calls


def check_sanitizer(program: Path, sanitizer: str, engine: str) -> list[str]:
    wrong = []
    calls = sanitizer_calls(program)
    own, least = CALLS_MIN.get(sanitizer, ("", 0))
    if own and calls[own] < least:
        wrong.append(f"{calls[own]} calls of {own}, and {least} are the least: is it compiled with it?")
    for name, most in CALLS_ELSE_MAX.items():
        if name != own and calls[name] > most and engine == "libfuzzer":
            wrong.append(f"{calls[name]} calls of {name} in a build for {sanitizer}")
    return wrong


def check_libfuzzer(program: Path, sanitizer: str) -> list[str]:
    code, said = output_of([program, "-seed=1337", "-runs=4"])
    wrong = []
    if "Done 4 runs" not in said:
        wrong.append(f"it does not start (exit {code}):\n{said[-2000:]}")
    edges = [int(n) for n in re.findall(r"INFO: Loaded \d+ modules? +\((\d+) (?:inline 8-bit counters|guards)\)", said)]
    if sanitizer != "coverage" and sum(edges) < EDGES_MIN:
        wrong.append(f"{sum(edges)} edges are instrumented, and {EDGES_MIN} are the least")
    return wrong


def afl_environment() -> dict[str, str]:
    """As the runner sets it, so that afl-fuzz does with any machine."""
    return {**os.environ, "AFL_NO_UI": "1", "AFL_SKIP_CPUFREQ": "1", "AFL_NO_AFFINITY": "1", "AFL_FAST_CAL": "1",
            "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES": "1", "AFL_FORKSRV_INIT_TMOUT": "30000",
            "ASAN_OPTIONS": "abort_on_error=1:symbolize=0:detect_leaks=0:detect_odr_violation=0"}


def check_afl(program: Path, tools: Path) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        seeds = Path(folder) / "in"
        seeds.mkdir()
        (seeds / "input").write_text("input\n")
        _, said = output_of([tools / "afl-fuzz", "-m", "none", "-t", "5000+", "-V", "3", "-i", seeds, "-o", f"{folder}/out",
                             "-x", f"{program}.dict", "--", program], afl_environment())
        wrong = []
        if "All set and ready to roll" not in said or re.search("target binary (crashed|terminated)", said):
            wrong.append(f"afl-fuzz does not start it:\n{said[-2000:]}")
        stats = Path(folder) / "out/default/fuzzer_stats"
        done = dict(re.split(r"\s+: ", line, maxsplit=1) for line in stats.read_text().splitlines()) if stats.exists() else {}
        if int(done.get("execs_done", "0").strip()) < 100 or int(done.get("edges_found", "0").strip()) < 20:
            wrong.append(f"afl-fuzz sees {done.get('edges_found', 'no')} edges in {done.get('execs_done', 'no')} executions")
        if int(done.get("total_edges", "0").strip()) < EDGES_MIN:
            wrong.append("it is hardly instrumented for AFL++")
    return wrong


def check_dictionary(program: Path) -> list[str]:
    entry = re.compile(r'\s*(?:[A-Za-z0-9_]+(?:@\d+)?\s*=\s*)?"(?:[^"\\\x00-\x1f]|\\["\\]|\\x[0-9A-Fa-f]{2})+"\s*')
    wrong = []
    for number, line in enumerate(Path(f"{program}.dict").read_text(encoding="ascii").splitlines(), 1):
        if line.strip() and not line.startswith("#") and not entry.fullmatch(line):
            wrong.append(f"line {number} of its dictionary is not an entry: {line}")
    return wrong


def check_options(program: Path) -> list[str]:
    options = configparser.ConfigParser()
    options.read(f"{program}.options")
    return [] if options.has_section("libfuzzer") else ["its .options have no section [libfuzzer]"]


def seeds_of(program: Path, folder: Path) -> list[Path]:
    with zipfile.ZipFile(f"{program}_seed_corpus.zip") as archive:
        if archive.testzip() is not None:
            raise zipfile.BadZipFile(f"{archive.testzip()} in {archive.filename}")
        archive.extractall(folder)
    return sorted(path for path in folder.rglob("*") if path.is_file())


def check_inputs(program: Path, seeds: list[Path], engine: str) -> list[str]:
    """It runs on the empty input, and on all seeds."""
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "empty"
        empty.touch()
        code, said = output_of([program, empty])
        if code != 0:
            wrong.append(f"it fails on an empty input (exit {code}):\n{said[-2000:]}")
        if len(seeds) < 20:
            wrong.append(f"it has {len(seeds)} seeds")
        command = [program, *seeds] if engine == "afl" else [program, "-runs=0", seeds[0].parent, f"-dict={program}.dict"]
        code, said = output_of(command, timeout=300)
        if code != 0:
            wrong.append(f"a seed makes it fail (exit {code}):\n{said[-2000:]}")
    return wrong


def check_coverage(program: Path, seeds: list[Path], source: Path) -> list[str]:
    """The sections are there, and the seeds leave a profile in which the parsers' lines are counted."""
    _, sections = output_of(["readelf", "-SW", program])
    wrong = [f"it has no section {name}" for name in ("__llvm_prf_cnts", "__llvm_covmap") if name not in sections]
    with tempfile.TemporaryDirectory() as folder:
        profile = f"{folder}/profile"
        output_of([program, "-runs=0", seeds[0].parent], {**os.environ, "LLVM_PROFILE_FILE": f"{profile}.raw"}, 300)
        output_of(["llvm-profdata-19", "merge", "-sparse", f"{profile}.raw", "-o", profile])
        code, said = output_of(["llvm-cov-19", "report", program, f"-instr-profile={profile}", source / "parsers/src"])
        total = re.search(r"^TOTAL.*", said, re.MULTILINE)
        if code != 0 or total is None or not re.search(r"[1-9]\d*\.\d+%", total.group()):
            wrong.append(f"llvm-cov makes nothing of its profile:\n{said[-2000:]}")
    return wrong
