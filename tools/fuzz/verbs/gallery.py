# SPDX-License-Identifier: Apache-2.0 OR MIT
"""./run fuzz-gallery"""

import argparse
import json
import os
import re
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from command_line import TOP, Needs, refuse
from targets import BUILD

GALLERY = BUILD / "fuzz/gallery/gallery"
PROGRAM = "./run fuzz-gallery"
OVERVIEW: list[tuple[str, str]] = []  # it is a task of its own
TEXT = """\
Measures how soon each planted bug of fuzz/gallery is found, and what each oracle is worth. Every bug is fuzzed from the
seeds of its protocol, on one core, until an oracle or a sanitizer reports it. With --without-each it is done again with
each oracle, the dictionary and the mutators switched off in turn; with names of ways, only those
("no dictionary,no mutator").

Builds the gallery (preset fuzz): about a minute on two quiet cores, nothing if it is already built. Then it fuzzes each
bug --rounds times, for at most --budget seconds: about ten minutes in all. Installs missing packages from [build] and
[test] in dependencies.txt."""
ORACLES = ("promises", "work", "split", "simd", "reference", "round-trip")  # that have something to ask of the gallery


class Exhibit:
    def __init__(self, line: str) -> None:
        self.name, self.protocol, self.found_by, self.bug, self.seen_in = line.split("\t")[:5]


def exhibits() -> list[Exhibit]:
    listed = subprocess.run([GALLERY], env={**os.environ, "BACKTALK_GALLERY": "list"}, capture_output=True, text=True,
                            check=False, input="").stdout
    # What only MemorySanitizer sees is shown by ./run fuzz memory.
    return [exhibit for exhibit in map(Exhibit, listed.splitlines()) if exhibit.found_by != "memory"]


def who_reported(log: str) -> str:
    oracle = re.search(r"^oracle: (\S+)$", log, re.MULTILINE)
    if oracle:
        return oracle.group(1)
    if "ERROR: AddressSanitizer" in log or "runtime error:" in log:
        return "crash"
    if "libFuzzer: timeout" in log:
        return "timeout"
    return ""


def fuzz(exhibit: Exhibit, seed: int, budget: int, without: str = "", mutator: str = "", dictionary: bool = True,
         keep: Path | None = None) -> dict:
    """One run: who found it (nobody: ""), after how many seconds and executions."""
    environment = {**os.environ, "BACKTALK_GALLERY": exhibit.name, "BACKTALK_FUZZ_WITHOUT": without,
                   "BACKTALK_FUZZ_SHADOW": "direct"}
    if mutator:
        environment["BACKTALK_FUZZ_MUTATOR"] = mutator
    with tempfile.TemporaryDirectory() as folder:
        command = [str(GALLERY), f"-seed={seed}", f"-max_total_time={budget}", "-len_control=100", "-max_len=16384", "-timeout=20",
                   "-print_final_stats=1", f"-artifact_prefix={folder}/"]
        if dictionary:
            command.append(f"-dict={TOP}/fuzz/dictionaries/{exhibit.protocol}.dict")
        begun = time.monotonic()
        ran = subprocess.run([*command, folder, str(TOP / "build/seeds" / exhibit.protocol)], env=environment,
                             capture_output=True, text=True, errors="replace", timeout=budget + 120, check=False)
        seconds = time.monotonic() - begun
        found = sorted(Path(folder).glob("crash-*")) + sorted(Path(folder).glob("timeout-*"))
        if keep and found:
            smaller = Path(folder) / "smaller"
            subprocess.run([str(GALLERY), "-minimize_crash=1", "-runs=20000", "-max_total_time=3",
                            f"-exact_artifact_path={smaller}", str(found[0])], env=environment, capture_output=True,
                           timeout=200, check=False)
            best = smaller if smaller.exists() else found[0]
            keep.mkdir(parents=True, exist_ok=True)
            (keep / f"{exhibit.name}.txt").write_bytes(best.read_bytes())
    executions = re.search(r"number_of_executed_units:\s*(\d+)", ran.stderr)
    return {"by": who_reported(ran.stderr), "seconds": seconds, "executions": int(executions.group(1)) if executions else 0}


def median_of(runs: list[dict]) -> dict:
    """Runs that found nothing count as longer than all others."""
    hits = sorted(run["seconds"] for run in runs if run["by"])
    half = len(runs) // 2
    by = statistics.mode(run["by"] for run in runs)
    if len(hits) <= half:
        return {"by": by, "seconds": None, "executions": None}
    return {"by": by, "seconds": hits[half], "executions": sorted(r["executions"] for r in runs if r["by"])[half]}


def show(result: dict, budget: int) -> str:
    if result["seconds"] is None:
        return f"not in {budget} s"
    return f"{result['seconds']:.1f} s, {result['executions']:,}"


def ways_of(exhibit: Exhibit) -> dict[str, dict]:
    """What is switched in turn. An oracle that is not expected to find a bug is left on."""
    ways: dict[str, dict] = {f"without {oracle}": {"without": oracle} for oracle in ORACLES if oracle == exhibit.found_by}
    ways["no oracle"] = {"without": ",".join(ORACLES)}
    ways["no dictionary"] = {"dictionary": False}
    ways["no mutator"] = {"mutator": "off"}
    ways["grammar mutator"] = {"mutator": "grammar"}
    ways["both mutators"] = {"mutator": "both"}
    return ways


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rounds", type=int, default=5, help="runs of each; the median is shown")
    parser.add_argument("--budget", type=int, default=60, help="seconds until a run is given up")
    parser.add_argument("--only", help="one exhibit, or a part of its name")
    parser.add_argument("--slice", default="0/1", help="I/N: every Nth exhibit from the Ith on, from 0")
    parser.add_argument("--without-each", nargs="?", const="", metavar="WAY,...",
                        help="what each oracle, dictionary and mutator is worth")
    parser.add_argument("--keep", type=Path, help="where the inputs that show the bugs go, made small")
    parser.add_argument("--json", type=Path, help="the figures, for tools")


def needs(options: argparse.Namespace) -> Needs:
    del options
    return Needs(fuzz=["gallery"])


def run(options: argparse.Namespace) -> int:
    chosen = [e for e in exhibits() if not options.only or options.only in e.name]
    first, step = map(int, options.slice.split("/"))
    chosen = chosen[first::step]
    if not chosen:
        refuse("No exhibit has that name; they are called as the files in fuzz/gallery.")
    figures, missed = {}, []
    print(f"{'bug':26} {'by':10} {'found after, executions':26} what it is")
    for exhibit in chosen:
        if not exhibit.found_by:
            once = fuzz(exhibit, 1, options.budget)
            figures[exhibit.name] = {"right": True, **once}
            verdict = f"FALSE ALARM by {once['by']}" if once["by"] else f"silent for {once['executions']:,} executions"
            missed += [exhibit.name] if once["by"] else []
            print(f"{exhibit.name:26} {verdict}", flush=True)
            continue
        runs = [fuzz(exhibit, seed + 1, options.budget, keep=options.keep if seed == 0 else None)
                for seed in range(options.rounds)]
        result = median_of(runs)
        figures[exhibit.name] = {"expected": exhibit.found_by, **result, "runs": runs}
        missed += [exhibit.name] if result["seconds"] is None else []
        print(f"{exhibit.name:26} {result['by'] or '-':10} {show(result, options.budget):26} {exhibit.bug}", flush=True)
        if options.without_each is not None:
            others = {}
            for way, switches in ways_of(exhibit).items():
                if options.without_each and way not in options.without_each.split(","):
                    continue
                others[way] = median_of([fuzz(exhibit, seed + 1, options.budget, **switches)
                                         for seed in range(options.rounds)])
                print(f"  {way:24} {others[way]['by'] or '-':10} {show(others[way], options.budget)}", flush=True)
            figures[exhibit.name]["ways"] = others
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps({"rounds": options.rounds, "budget_s": options.budget, "bugs": figures}, indent=1) + "\n")
    print(f"{len(chosen) - len(missed)} of {len(chosen)} as they should be" + (f"; not: {' '.join(missed)}" if missed else ""))
    return 1 if missed else 0
