#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The findings in other people's parsers, by fuzz/findings/index.json: is each still there?

    fuzz_findings.py list
    fuzz_findings.py target NAME                      the target that shows it
    fuzz_findings.py reproduce NAME PROGRAM           runs the target's program on the finding's input
    fuzz_findings.py rediscover NAME PROGRAM SECONDS CORPUS FOLDER...
                                                      fuzzes from the folders until the finding shows
    fuzz_findings.py replay TARGET PROGRAM FOLDER...  runs the folders' files; those that show a finding of the target are
                                                      counted, any other that ends the program fails
    fuzz_findings.py check                            is the index sound, and README.md its table?

Exit status: 0 it showed, 1 it did not, 2 usage, 77 the package is another version than the finding's and it did
not show.
"""

import collections
import json
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "fuzz" / "findings"
KEYS = {"name", "library", "package", "version", "target", "oracle", "shows", "what", "clause", "status", "see"}
MORE_KEYS = {"difference", "environment", "input", "options", "seconds", "source", "stack_kib"}
STATUS = {"fixed": "fixed upstream", "public": "reported in public", "new": "not reported in public"}
ORACLES = {"crash", "hang", "promises", "reference", "round-trip", "simd", "split", "work"}
HANG_S = 10
SHOWN_MAX = 200


def findings() -> dict[str, dict]:
    return {finding["name"]: finding for finding in json.loads((FOLDER / "index.json").read_text())}


def installed(package: str) -> str:
    asked = subprocess.run(["dpkg-query", "-W", "-f=${Version}", package], capture_output=True, text=True, check=False)
    return asked.stdout.strip() or "not installed"


def bounded(environment: dict[str, str], *options: str) -> dict[str, str]:
    """With the sanitizer's options, and no more memory than any of this needs."""
    given = environment.get("ASAN_OPTIONS", "")
    environment["ASAN_OPTIONS"] = ":".join(["hard_rss_limit_mb=2048", *options, *([given] if given else [])])
    return environment


def environment_of(finding: dict) -> dict[str, str]:
    environment = bounded(dict(os.environ, **finding.get("environment", {})))
    if "difference" in finding:
        environment["BACKTALK_FUZZ_DIFFERENCES"] = finding["difference"]
    return environment


def shows(finding: dict, output: str, timed_out: bool) -> bool:
    if finding["oracle"] == "hang":
        return timed_out or re.search(finding["shows"], output) is not None
    return re.search(finding["shows"], output) is not None


def verdict(finding: dict, shown: bool) -> int:
    version = installed(finding["package"])
    if shown:
        print(f"{finding['name']}: it is there, in {finding['package']} {version}")
        return 0
    print(f"{finding['name']}: it did not show; found in {finding['version']}, installed is {version}")
    if "source" in finding:
        print(f"It shows where the library is compiled with the sanitizers: its source's folder in {finding['source']}.")
        return 77
    return 1 if version == finding["version"] else 77


def limited(finding: dict):
    """For the child, before it runs: the stack that the finding is shown with, less than most threads have."""
    kib = finding.get("stack_kib")
    return (lambda: resource.setrlimit(resource.RLIMIT_STACK, (kib << 10, kib << 10))) if kib else None


def run_on(finding: dict, program: str, path: Path) -> tuple[str, bool]:
    """What the program says about one input, and whether it had to be ended."""
    try:
        ran = subprocess.run([program, path], capture_output=True, check=False, env=environment_of(finding),
                             timeout=HANG_S if finding["oracle"] == "hang" else 60, preexec_fn=limited(finding))
        return (ran.stdout + ran.stderr).decode("utf-8", "replace"), False
    except subprocess.TimeoutExpired as late:
        return b"".join(part for part in (late.stdout, late.stderr) if part).decode("utf-8", "replace"), True


def reproduce(finding: dict, program: str) -> int:
    if "input" not in finding:
        print(f"{finding['name']}: its input is not in the repository ({STATUS[finding['status']]}); rediscover it")
        return 77
    output, timed_out = run_on(finding, program, FOLDER / finding["name"] / finding["input"])
    print(output)
    return verdict(finding, shows(finding, output, timed_out))


def rediscover(finding: dict, program: str, seconds: str, corpus: list[str], dictionary: str) -> int:
    """Until it shows. What else the target shows by the way ends no more than a child of libFuzzer."""
    with tempfile.TemporaryDirectory() as found:
        begun = time.monotonic()
        options = [f"-artifact_prefix={found}/", "-print_final_stats=1", "-len_control=100", "-timeout=5", "-detect_leaks=0",
                   *([f"-dict={dictionary}"] if dictionary else []), *finding.get("options", [])]
        first = subprocess.run([program, f"-max_total_time={seconds}", *options, found, *corpus], capture_output=True,
                               check=False, env=environment_of(finding), preexec_fn=limited(finding))
        output = (first.stdout + first.stderr).decode("utf-8", "replace")
        left = int(seconds) - int(time.monotonic() - begun)
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


def replay(target: str, program: str, folders: list[str]) -> int:
    """Runs every file, in as few processes as the crashes let; what shows known findings again and again is cut short."""
    known = [finding for finding in findings().values() if finding["target"] == target]
    files = [str(path) for folder in folders for path in sorted(Path(folder).rglob("*")) if path.is_file()]
    shown: collections.Counter[str] = collections.Counter()
    environment = bounded(dict(os.environ), "max_allocation_size_mb=256")
    at = 0
    while at < len(files) and shown.total() < SHOWN_MAX:
        try:
            ran = subprocess.run([program, *files[at:]], capture_output=True, check=False, env=environment, timeout=HANG_S * 4)
            stdout, stderr, timed_out = ran.stdout, ran.stderr, False
        except subprocess.TimeoutExpired as late:
            stdout, stderr, timed_out = late.stdout or b"", late.stderr or b"", True
        if not timed_out and ran.returncode == 0:
            at = len(files)
            break
        output = (stdout + stderr).decode("utf-8", "replace")
        at += stdout.decode("utf-8", "replace").count(" bytes\n")
        name = next((one["name"] for one in known if shows(one, output, timed_out)), "")
        if not name:
            print(output[-6000:])
            print(f"{files[at - 1]}: that is none of the findings of {target}")
            return 1
        shown[name] += 1
    for name, count in sorted(shown.items()):
        print(f"{count:5} inputs show {name}")
    print(f"{at} of {len(files)} inputs, nothing that is not known")
    return 0 if files else 2


def row_of(finding: dict) -> str:
    return "| {} | {} {} | {} | {} | {} | {} | {} |".format(
        f"[{finding['name']}]({finding['name']}/finding.md)", finding["library"], finding["version"], finding["what"],
        finding["clause"], finding["oracle"], STATUS[finding["status"]], finding["see"])


def problems() -> list[str]:
    wrong = []
    table = (FOLDER / "README.md").read_text()
    for name, finding in findings().items():
        missing = KEYS - finding.keys()
        odd = finding.keys() - KEYS - MORE_KEYS
        if missing or odd:
            wrong.append(f"{name}: missing {sorted(missing)}, unknown {sorted(odd)}")
            continue
        folder = FOLDER / name
        if finding["status"] not in STATUS or finding["oracle"] not in ORACLES:
            wrong.append(f"{name}: status or oracle is none that there is")
        if not (folder / "finding.md").is_file():
            wrong.append(f"{name}: finding.md is not there")
        if "input" in finding and not (folder / finding["input"]).is_file():
            wrong.append(f"{name}: its input is not there")
        if "input" in finding and finding["status"] == "new":
            wrong.append(f"{name}: what is not public keeps its input to itself")
        odd_files = {path.name for path in folder.iterdir()} - {"finding.md", finding.get("input")}
        if odd_files:
            wrong.append(f"{name}: {sorted(odd_files)} are not in the index")
        if finding["status"] != "new" and "input" not in finding:
            wrong.append(f"{name}: it is public, and its input is not here")
        if row_of(finding) not in table:
            wrong.append(f"README.md lacks the row\n{row_of(finding)}")
    for folder in FOLDER.iterdir():
        if folder.is_dir() and folder.name not in findings():
            wrong.append(f"{folder.name}: not in the index")
    return wrong


def main() -> int:
    verb, *rest = sys.argv[1:] or ["help"]
    if verb == "list":
        for name, finding in findings().items():
            print(f"{name:40} {finding['target']:24} {STATUS[finding['status']]}")
        return 0
    if verb == "check":
        wrong = problems()
        print("\n".join(wrong) or f"{len(findings())} findings")
        return 1 if wrong else 0
    if verb == "replay" and len(rest) > 2:
        return replay(rest[0], rest[1], rest[2:])
    if verb not in ("target", "reproduce", "rediscover") or not rest:
        print(__doc__, file=sys.stderr)
        return 2
    if rest[0] not in findings():
        print(f"There is no finding '{rest[0]}': {' '.join(findings())}", file=sys.stderr)
        return 2
    finding = findings()[rest[0]]
    if verb == "target":
        print(finding["target"])
        return 0
    if verb == "reproduce":
        return reproduce(finding, rest[1])
    dictionary = next((argument.removeprefix("-dict=") for argument in rest if argument.startswith("-dict=")), "")
    return rediscover(finding, rest[1], rest[2], [one for one in rest[3:] if not one.startswith("-dict=")], dictionary)


if __name__ == "__main__":
    sys.exit(main())
