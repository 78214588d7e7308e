# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Makes an input that shows a defect small."""

import re
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from targets import Target
from transcript import Input
from verdict import run_once


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
