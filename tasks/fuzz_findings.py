#!/usr/bin/env python3
"""The findings in other people's parsers, by fuzz/findings/index.json: is each still there?

    fuzz_findings.py list
    fuzz_findings.py target NAME                      the target that shows it
    fuzz_findings.py reproduce NAME PROGRAM           runs the target's program on the finding's input
    fuzz_findings.py rediscover NAME PROGRAM SECONDS CORPUS FOLDER...
                                                      fuzzes from the folders until the finding shows
    fuzz_findings.py check                            is the index sound, and README.md its table?

Exit status: 0 it showed, 1 it did not, 2 usage, 77 the package is another version than the finding's and it did
not show.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "fuzz" / "findings"
KEYS = {"name", "library", "package", "version", "target", "oracle", "shows", "what", "clause", "status", "see"}
MORE_KEYS = {"difference", "environment", "input", "seconds"}
STATUS = {"fixed": "fixed upstream", "public": "reported in public", "new": "not reported in public"}
ORACLES = {"crash", "hang", "promises", "reference", "round-trip", "simd", "split", "work"}
HANG_S = 10


def findings() -> dict[str, dict]:
    return {finding["name"]: finding for finding in json.loads((FOLDER / "index.json").read_text())}


def installed(package: str) -> str:
    asked = subprocess.run(["dpkg-query", "-W", "-f=${Version}", package], capture_output=True, text=True, check=False)
    return asked.stdout.strip() or "not installed"


def environment_of(finding: dict) -> dict[str, str]:
    environment = dict(os.environ, **finding.get("environment", {}))
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
    return 1 if version == finding["version"] else 77


def reproduce(finding: dict, program: str) -> int:
    if "input" not in finding:
        print(f"{finding['name']}: its input is not in the repository ({STATUS[finding['status']]}); rediscover it")
        return 77
    timed_out = False
    try:
        ran = subprocess.run([program, FOLDER / finding["name"] / finding["input"]], capture_output=True, check=False,
                             env=environment_of(finding), timeout=HANG_S if finding["oracle"] == "hang" else 60)
        output = (ran.stdout + ran.stderr).decode("utf-8", "replace")
    except subprocess.TimeoutExpired as late:
        timed_out = True
        output = b"".join(part for part in (late.stdout, late.stderr) if part).decode("utf-8", "replace")
    print(output)
    return verdict(finding, shows(finding, output, timed_out))


def rediscover(finding: dict, program: str, seconds: str, corpus: list[str], dictionary: str) -> int:
    with tempfile.TemporaryDirectory() as found:
        command = [program, f"-max_total_time={seconds}", f"-artifact_prefix={found}/", "-print_final_stats=1",
                   "-len_control=100", "-timeout=5", *([f"-dict={dictionary}"] if dictionary else []), found, *corpus]
        ran = subprocess.run(command, capture_output=True, check=False, env=environment_of(finding))
    output = (ran.stdout + ran.stderr).decode("utf-8", "replace")
    print(output[-6000:])
    return verdict(finding, shows(finding, output, False))


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
