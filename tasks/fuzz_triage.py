#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Says what is wrong with an input, makes the input small, and prints it as a transcript.

    fuzz_triage.py [--seconds N] [--out FILE] FILE [TARGET]

The target is the one that is named, or whose folder the file lies in (build/findings/TARGET/), or of a file in
corpora/PROTOCOL/ each of that protocol in turn. The smallest input that the same oracle complains of, in the same words,
is written to FILE.small. Exit status: 0 nothing is wrong with it, 1 something is, 2 it could not be run.
"""

import argparse
import os
import re
import shlex
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

from fuzz_programs import TOP, Target, Verdict, no_target, run_once, targets


@dataclass(frozen=True)
class Input:
    """A stream, and how it is read: what stands in the last line of a file, "#! KEY=VALUE ..."."""

    stream: bytes
    settings: tuple[tuple[str, str], ...] = ()
    cuts: tuple[int, ...] | None = None  # None: as derived

    @staticmethod
    def parse(data: bytes) -> "Input":
        body = data[:-1] if data.endswith(b"\n") else data
        start = body.rfind(b"\n") + 1
        if not body[start:].startswith(b"#! "):
            return Input(data)
        trailer = body[start:].decode("latin-1")
        ended = "unended=1" not in trailer.split()
        return Input(data[:start] if ended else data[: start - 1]).read_as(trailer)

    def read_as(self, trailer: str) -> "Input":
        settings, cuts = [], self.cuts
        for part in trailer.removeprefix("#! ").split():
            key, _, value = part.partition("=")
            if key == "cuts":
                cuts = tuple(int(at) for at in value.split(",") if at)
            elif key != "unended":
                settings.append((key, value))
        return Input(self.stream, tuple(settings), cuts)

    def data(self) -> bytes:
        if not self.settings and self.cuts is None:
            return self.stream
        words = [f"{key}={value}" for key, value in self.settings]
        if self.cuts is not None:
            words.append("cuts=" + ",".join(str(at) for at in self.cuts))
        ended = self.stream.endswith(b"\n") or not self.stream
        if not ended:
            words.append("unended=1")
        return self.stream + (b"" if ended else b"\n") + ("#! " + " ".join(words) + "\n").encode("latin-1")

    def without(self, begin: int, end: int) -> "Input":
        """Without some octets; cuts behind them move."""
        moved = None
        if self.cuts is not None:
            places = {at if at <= begin else max(begin, at - (end - begin)) for at in self.cuts}
            size = len(self.stream) - (end - begin)
            moved = tuple(sorted(at for at in places if 0 < at < size))
        return replace(self, stream=self.stream[:begin] + self.stream[end:], cuts=moved)


class Smaller:
    """Leaves out what is not needed: lines, then stretches, then octets, cuts and settings."""

    def __init__(self, target: Target, kind: tuple[str, str], seconds: float) -> None:
        self.target, self.kind, self.until, self.runs = target, kind, time.monotonic() + seconds, 0
        self.folder = tempfile.TemporaryDirectory()
        self.seconds_each = 5 if kind[0] == "timeout" else 20

    def still_wrong(self, candidate: Input) -> bool:
        path = Path(self.folder.name) / "input"
        path.write_bytes(candidate.data())
        self.runs += 1
        return run_once(self.target, path, self.seconds_each, symbols=False).kind() == self.kind

    def over(self) -> bool:
        return time.monotonic() > self.until

    def drop(self, best: Input, places: list[tuple[int, int]]) -> Input:
        """Leaves out stretches, many at once where that can be, from the end on."""
        count = max(1, len(places) // 2)
        while places and not self.over():
            at = len(places)
            while at > 0 and not self.over():
                first = max(0, at - count)
                smaller = best
                for begin, end in reversed(places[first:at]):
                    smaller = smaller.without(begin, end)
                if self.still_wrong(smaller):
                    gone = sum(end - begin for begin, end in places[first:at])
                    places = places[:first] + [(b - gone, e - gone) for b, e in places[at:]]
                    best = smaller
                at = first
            if count == 1:
                break
            count //= 2
        return best

    def run(self, best: Input) -> Input:
        size = -1
        while size != len(best.stream) and not self.over():
            size = len(best.stream)
            lines = [match.span() for match in re.finditer(rb"[^\n]*\n|[^\n]+", best.stream)]
            best = self.drop(best, lines)
            best = self.drop(best, [(at, at + 1) for at in range(len(best.stream))])
        for cut in best.cuts or ():
            fewer = replace(best, cuts=tuple(at for at in best.cuts or () if at != cut))
            if not self.over() and self.still_wrong(fewer):
                best = fewer
        for setting in best.settings:
            fewer = replace(best, settings=tuple(s for s in best.settings if s != setting))
            if setting[0] != "thorough" and not self.over() and self.still_wrong(fewer):
                best = fewer
        return best


def candidates(path: Path, name: str | None) -> list[Target]:
    known = targets()
    if name:
        found = [target for target in known if target.name == name.removeprefix("fuzz_")]
        if not found:
            stop(no_target(name, known))
        return found
    parts = [part.removeprefix("fuzz_") for part in path.resolve().parts]
    found = [target for target in known if target.name in parts]
    if not found:
        found = [target for target in known if target.kind == "own" and target.protocol in parts]
    if not found:
        stop("Which target? Name it behind the file: " + " ".join(target.name for target in known))
    return found


def stop(sentence: str) -> None:
    print(sentence, file=sys.stderr)
    sys.exit(2)


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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60, help="for making it small")
    parser.add_argument("--out", type=Path, help="where the small input goes")
    parser.add_argument("file", type=Path)
    parser.add_argument("target", nargs="?")
    options = parser.parse_args()
    if not options.file.is_file():
        stop(f"no such file: {options.file}")
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


if __name__ == "__main__":
    sys.exit(main())
