#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Mutation testing: what would the tests not notice?

Changes one line of the project at a time, in a copy, and runs the tests on it. A mutant that no test notices is a gap in the
tests, or behaves like the original; tools/mutate/equivalent.txt lists those that are known to. docs/mutation.md explains how
to judge one. Results are kept: a run that was broken off goes on where it was.
"""

import argparse
import signal
import sys
import time
from pathlib import Path

from build import Build
from equivalents import Equivalents
from judge import Judge
from mutants import Mutant, mutants_by_line, sample, sources
from project import Area, Project
from results import EQUIVALENT, Result, Results, share, table
from working_copy import BUILD, WorkingCopy

TOP = Path(__file__).resolve().parents[2]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", metavar="FILE", help="sources or folders (those of tools/mutate/project.toml)")
    parser.add_argument("--count", type=int, default=50, help="how many mutants, each of another line (50)")
    parser.add_argument("--seed", type=int, default=1, help="which of them (1)")
    parser.add_argument("--from", dest="earlier", type=Path, metavar="FILE",
                        help="try those again that survived in the results in FILE")
    parser.add_argument("--out", type=Path, metavar="FILE", help="results (build/mutate/results-SEED.json)")
    parser.add_argument("--list", action="store_true", help="print the mutants and try none")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="begin no mutant after that many")
    parser.add_argument("--project", type=Path, default=TOP, help=argparse.SUPPRESS)
    return parser.parse_args()


def chosen(project: Project, options: argparse.Namespace) -> list[Mutant]:
    if options.earlier:
        if not options.earlier.is_file():
            raise SystemExit(f"no such file: {options.earlier}")
        return moved(project.top, Results(options.earlier).survivors())
    files = sources(project.top, options.files or [area.folder for area in project.areas])
    for file in [*options.files, *files]:
        if not (project.top / file).exists():
            raise SystemExit(f"no such file: {file}")
        if not project.area_of(file):
            raise SystemExit(f"tools/mutate/project.toml says of no tests that they could notice a change of {file}")
    return sample(mutants_by_line(project.top, files), options.count, options.seed)


def moved(top: Path, mutants: list[Mutant]) -> list[Mutant]:
    """Where their lines are now. Those whose line is gone are left out."""
    now = {mutant.key(): mutant for mutant in
           (one for line in mutants_by_line(top, sorted({mutant.file for mutant in mutants if (top / mutant.file).exists()}))
            for one in line)}
    return [now[mutant.key()] for mutant in mutants if mutant.key() in now]


def try_area(project: Project, area: Area, mutants: list[Mutant], results: Results, until: float) -> None:
    copy = WorkingCopy(project.top, project.top / "build/mutate/source")
    copy.update()
    # Where the project has its build folders too: then ccache has most objects already.
    build = Build(copy.folder, copy.folder / BUILD / area.name, area)
    print(f"building the tests of {area.folder} ...", flush=True)
    build.configure(project.configure)
    build.make_all()
    build.find_tests()
    judge = Judge(build, results.rows)
    # Headers last: for each of them, and after it, the test programs are built again.
    for mutant in sorted(mutants, key=lambda mutant: mutant.file.endswith(".hpp")):
        if time.monotonic() > until:
            print("out of time; the next run goes on here")
            return
        begin = time.monotonic()
        with copy.changed(mutant):
            result = judge.judge(mutant)
        results.add(result)
        print(f"{result.outcome:12} {time.monotonic() - begin:6.1f} s  {mutant.file}:{mutant.number} {result.by}", flush=True)


def main() -> int:
    options = arguments()
    project = Project.read(options.project.resolve())
    mutants = chosen(project, options)
    if options.list:
        print("\n".join(mutant.text() for mutant in mutants))
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # so that the working copy is put back
    out = options.out or project.top / f"build/mutate/results-{options.seed}.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    results = Results(out)
    equivalents = Equivalents(project.top / "tools/mutate/equivalent.txt")
    for line in equivalents.outdated(project.top):
        print(f"note: equivalent.txt names a line that is no longer there: {line}")
    new = []
    for mutant in mutants:
        if results.has(mutant):
            continue
        if reason := equivalents.reason(mutant):
            results.add(Result(mutant, EQUIVALENT, reason))
        else:
            new.append(mutant)
    until = time.monotonic() + options.seconds
    for area in project.areas:
        if here := [mutant for mutant in new if project.area_of(mutant.file) == area]:
            try_area(project, area, here, results, until)
    keys = {mutant.key() for mutant in mutants}
    rows = [row for row in results.rows if row.mutant.key() in keys]
    print(f"\n{table(rows)}\n\nResults: {out}\nKilled: {share(rows)} of those that are not equivalent")
    return 0


if __name__ == "__main__":
    sys.exit(main())
