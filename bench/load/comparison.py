# SPDX-License-Identifier: Apache-2.0 OR MIT
"""What was measured, round by round, and what follows from it: ratios to a peer, and targets.

Absolute figures drift from hour to hour on a shared machine; the ratio of two clients that ran in the same round does not.
So a ratio is estimated from the rounds' ratios, with its interval at 95 % (`backtalk compare --samples`). A client that
did not do all that it was asked to do has no figure, and neither has a ratio to it.
"""

import functools
import random
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))

from judge import Row, judge  # noqa: E402


class ClientFailed(Exception):
    """A client did not do what it was asked to do; the text says what."""


@dataclass(frozen=True)
class Sample:
    """One run of a client. The CPU time is that of its whole process, in seconds for a million requests, which are µs for
    one; `user_s` is the part of it outside the kernel."""

    per_s: float
    cpu_s: float
    user_s: float
    server_core: float  # how busy the server's core was: 0 to 1

    @staticmethod
    def of(count: int, per_s: float, used: "Used") -> "Sample":
        if count <= 0:
            raise ClientFailed("it completed nothing")
        return Sample(per_s, used.cpu_s * 1e6 / count, used.user_s * 1e6 / count, used.server_core)


@dataclass(frozen=True)
class Used:
    """What a client's process used."""

    took_s: float
    cpu_s: float
    user_s: float
    server_core: float
    resident_octets: int


@dataclass(frozen=True)
class Ratio:
    estimate: float
    low: float | None  # the interval; None if there are fewer than six rounds
    high: float | None

    @staticmethod
    @functools.cache
    def of(ours: tuple[float, ...], theirs: tuple[float, ...]) -> "Ratio":
        found = judge("theirs", "ours", [Row("ratio", "", list(theirs), list(ours))])["ratio"]
        return Ratio(found.ratio, found.low, found.high)

    def __str__(self) -> str:
        return f"{self.estimate:.2f}" if self.low is None else f"{self.estimate:.2f} ({self.low:.2f}-{self.high:.2f})"


@dataclass
class Way:
    """One client, as it was asked to do the work of a comparison."""

    samples: list[Sample] = field(default_factory=list)
    failure: str = ""

    def median(self, figure: str) -> float:
        return statistics.median(getattr(sample, figure) for sample in self.samples)


@dataclass
class Comparison:
    """Several clients that did the same work alternately. Ratios are to the first one unless another is named."""

    title: str
    counted: str  # what is counted: "requests", "messages"
    ways: dict[str, Way] = field(default_factory=dict)

    @property
    def peer(self) -> str:
        return next(iter(self.ways))

    def ratio(self, way: str, figure: str, to: str = "") -> Ratio | None:
        """How much more of the figure this one had; None if one of the two has failed, or had none of it (user time
        is charged in ticks)."""
        ours, theirs = self.ways[way], self.ways[to or self.peer]
        if ours.failure or theirs.failure or not all(getattr(sample, figure) for way in (ours, theirs)
                                                        for sample in way.samples):
            return None
        return Ratio.of(tuple(getattr(one, figure) for one in ours.samples),
                        tuple(getattr(one, figure) for one in theirs.samples))

    def why_no_ratio(self, way: str, to: str = "") -> str:
        return next((f"{name} failed" for name in (way, to or self.peer) if self.ways[name].failure), "")

    def as_json(self) -> dict:
        figures = ("per_s", "cpu_s", "user_s", "server_core")
        return {"title": self.title, "counted": self.counted, "peer": self.peer,
                "ways": {name: {"failed": way.failure} if way.failure else
                         {"failed": None, "median": {figure: way.median(figure) for figure in figures},
                          "rounds": [vars(sample) for sample in way.samples],
                          "ratio": {figure: vars(ratio) for figure in figures[:3]
                                    if (ratio := self.ratio(name, figure))}}
                         for name, way in self.ways.items()}}


def compare(title: str, counted: str, rounds: int, ways: dict[str, Callable[[], Sample]]) -> Comparison:
    """Runs each way once a round, in an order that changes from round to round. One that fails is not run again."""
    result = Comparison(title, counted, {name: Way() for name in ways})
    order = random.Random(title)
    for number in range(rounds):
        for name in order.sample(list(ways), len(ways)):
            way = result.ways[name]
            if way.failure:
                continue
            show_progress(f"  {title}, round {number + 1}/{rounds}: {name}")
            try:
                way.samples.append(ways[name]())
            except ClientFailed as failure:
                way.failure = str(failure)
    show_progress("")
    return result


def show_progress(text: str) -> None:
    if sys.stderr.isatty():
        print(text[:110].ljust(110), end="\r", file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Target:
    """A figure, and the limit on its right side: at most, or at least."""

    what: str
    limit: float
    at_most: bool
    measured: Ratio | float | None
    why_not: str = ""  # why nothing was measured
    unit: str = ""

    @property
    def met(self) -> bool | None:
        """None if nothing was measured."""
        if self.measured is None:
            return None
        value = self.measured.estimate if isinstance(self.measured, Ratio) else self.measured
        return value <= self.limit if self.at_most else value >= self.limit

    def __str__(self) -> str:
        words = {True: "met", False: "NOT MET", None: "not measured"}[self.met]
        shown = self.why_not if self.measured is None else (
            str(self.measured) if isinstance(self.measured, Ratio) else number(self.measured))
        return f"{words:12} {self.what} {'<=' if self.at_most else '>='} {number(self.limit)}{self.unit}: {shown}"

    def as_json(self) -> dict:
        measured = vars(self.measured) if isinstance(self.measured, Ratio) else self.measured
        return {"what": self.what, "limit": self.limit, "at_most": self.at_most, "unit": self.unit.strip(),
                "measured": measured, "met": self.met, "why_not": self.why_not or None}


def number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


WIDTH = 46


def text_of(comparison: Comparison) -> str:
    """A table for reading."""
    peer, rounds = comparison.peer, max(len(way.samples) for way in comparison.ways.values())
    lines = [comparison.title, f"  {'':{WIDTH}} {comparison.counted + '/s':>11} {'CPU':>7} {'user':>7} {'server':>7}  "
             f"{'to ' + peer + ':':^17}".rstrip()]
    lines.append(f"  {'':{WIDTH}} {'':11} {'s/M':>7} {'s/M':>7} {'core':>7}  {'CPU':17} {'per second'}")
    for name, way in comparison.ways.items():
        if way.failure:
            lines.append(f"  {name:{WIDTH}} FAILED: {way.failure}")
            continue
        line = (f"  {name:{WIDTH}} {way.median('per_s'):11,.0f} {way.median('cpu_s'):7.2f} {way.median('user_s'):7.2f} "
                f"{way.median('server_core'):7.0%}")
        if name != peer and rounds:
            ratios = [comparison.ratio(name, figure) for figure in ("cpu_s", "per_s")]
            line += "  " + " ".join(f"{ratio or '-'!s:17}" for ratio in ratios)
        lines.append(line.rstrip())
    return "\n".join(lines)


OURS = "backtalk"


def summary_of(comparisons: list[Comparison]) -> str:
    """A line for each way in which Backtalk did what a peer did."""
    rows = [("", "peer", "CPU", "per second")]
    for comparison in comparisons:
        for name in comparison.ways:
            if not name.startswith(OURS) or comparison.peer.startswith(OURS):
                continue
            ratios = [str(comparison.ratio(name, figure) or comparison.why_no_ratio(name)) for figure in ("cpu_s", "per_s")]
            rows.append((comparison.title + name.removeprefix(OURS), comparison.peer, *ratios))
    widths = [max(map(len, column)) for column in zip(*rows)]
    return "\n".join("  " + "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths)).rstrip() for row in rows)
