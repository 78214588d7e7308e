# SPDX-License-Identifier: Apache-2.0 OR MIT
"""./run fuzz triage"""

import argparse
import os
import re
import shlex
from pathlib import Path

from command_line import TOP, Needs, refuse
from shrink import Smaller
from targets import Target, chosen, listed, table
from transcript import Input
from verdict import Verdict, run_once

OVERVIEW = [("./run fuzz triage FILE [TARGET]", "what is wrong with an input, made small, as a transcript")]
TEXT = """\
Says what is wrong with an input, makes the input small, and prints it as a transcript. TARGET is by default the one
whose folder the file is in (build/findings/TARGET/); a file in corpora/PROTOCOL/ is given to each target of that
protocol in turn. The smallest input for which the same oracle reports the same is written to FILE.small.

Builds those targets (preset fuzz): about a minute on two quiet cores the first time. Making an input small takes a
minute at most.

Exit status: 0 nothing is wrong with it, 1 something is, 2 it could not be run."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seconds", type=float, default=60, help="for making it small (60)")
    parser.add_argument("--out", type=Path, help="where the small input goes (FILE.small)")
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("target", nargs="?", metavar="TARGET")


def needs(options: argparse.Namespace) -> Needs:
    if not options.file.is_file():
        refuse(f"no such file: {options.file}")
    return Needs(fuzz=sorted({target.build_target() for target in candidates(options.file, options.target)}))


def candidates(path: Path, name: str | None) -> list[Target]:
    """The target that is named, or whose folder the file is in, or all of the protocol of corpora/PROTOCOL."""
    known = listed()
    if name:
        return chosen([name], known)
    parts = [part.removeprefix("fuzz_") for part in path.resolve().parts]
    found = [target for target in known if target.name in parts]
    if not found:
        found = [target for target in known if target.kind == "own" and target.protocol in parts]
    if not found:
        refuse(f"{table(known)}\n\nWhich target? Name one of these after the file.")
    return found


def show(target: Target, verdict: Verdict) -> None:
    """The report without what only the engine has to say."""
    print(f"{target.name}: {verdict.sentence}\noracle: {verdict.oracle}\n")
    begin = verdict.text.find("the stream, ")
    if verdict.oracle == "crash" and "SUMMARY" in verdict.text:
        frames = re.findall(r"^ +#\d+ 0x\w+ in (.*)$", verdict.text, re.MULTILINE)
        ours = [frame for frame in frames if "compiler-rt" not in frame and "libFuzzer" not in frame][:6]
        if ours:
            print("where:\n" + "".join(f"  {frame}\n" for frame in ours))
    if begin >= 0:
        print(re.split(r"\n==\d+==|\n/\S+: runtime error|\nMS: |\nSUMMARY|\n\s+#0 ", verdict.text[begin:])[0].rstrip() + "\n")


def run(options: argparse.Namespace) -> int:
    tried = candidates(options.file, options.target)
    for target in tried:
        verdict = run_once(target, options.file)
        if verdict.oracle:
            return triage(options, target, verdict)
    print(f"Nothing is wrong with {options.file}: asked were all oracles of " + ", ".join(t.name for t in tried) + ".")
    return 0


def triage(options: argparse.Namespace, target: Target, verdict: Verdict) -> int:
    begun = Input.parse(options.file.read_bytes())
    pinned = begun.read_as(verdict.read_as) if verdict.read_as else begun
    smaller = Smaller(target, run_once(target, options.file, symbols=False).kind(), options.seconds)
    if not smaller.still_wrong(pinned):
        pinned = begun
    best = smaller.run(pinned)
    out = options.out or options.file.with_name(options.file.name + ".small")
    out.write_bytes(best.data())
    again = run_once(target, out)
    show(target, again if again.oracle == verdict.oracle else verdict)
    shown = shlex.quote(os.path.relpath(out.resolve(), TOP) if out.resolve().is_relative_to(TOP) else str(out))
    print(f"{len(begun.stream)} octets came down to {len(best.stream)} in {smaller.runs} runs: {shown}\n"
          f"again: ./run fuzz triage {shown} {target.name}")
    if target.kind == "own":
        print(f"once it is repaired, keep it: cp {shown} corpora/{target.protocol}/regressions/NAME.txt")
    return 1
