# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The defects found in other projects' parsers, as fuzz/findings/index.json lists them, and whether one shows."""

import json
import os
import re
import resource
import subprocess
from pathlib import Path

from command_line import TOP, refuse

FOLDER = TOP / "fuzz/findings"
KEYS = {"name", "library", "package", "version", "target", "oracle", "shows", "what", "clause", "status", "see"}
MORE_KEYS = {"difference", "environment", "input", "options", "seconds", "source", "stack_kib"}
STATUS = {"fixed": "fixed upstream", "public": "reported in public", "new": "not reported in public"}
ORACLES = {"crash", "hang", "promises", "reference", "round-trip", "simd", "split", "work"}
HANG_S = 10


def findings() -> dict[str, dict]:
    return {finding["name"]: finding for finding in json.loads((FOLDER / "index.json").read_text())}


def finding_named(name: str | None) -> dict:
    if not name:
        refuse("Which finding? `./run fuzz findings` lists them.")
    if name not in findings():
        refuse(f"There is no finding '{name}'; `./run fuzz findings` lists them.")
    return findings()[name]


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
