# SPDX-License-Identifier: Apache-2.0 OR MIT
"""What the rows of all protocols have in common: how long they measure, and what came of it."""

from collections.abc import Callable

from comparison import Comparison, Sample, Target, Way, compare, text_of


class Measurement:
    """`quick`: rough figures will do."""

    def __init__(self, quick: bool, rounds: int, seconds: int) -> None:
        self.quick = quick
        self.rounds = rounds
        self.seconds = seconds  # of a run that has no number of its own
        # Where Backtalk tries for a second or two whether batched waits cost throughput, before it settles.
        self.long_seconds = seconds * (2 if quick else 4)
        self.comparisons: list[Comparison] = []
        self.figures: dict[str, dict] = {}
        self.targets: list[Target] = []
        self.left_out: dict[str, str] = {}

    def count(self, wanted: int) -> int:
        """How many messages or requests a run has that takes about a second with `wanted`."""
        return max(20, wanted // 4) if self.quick else wanted * self.seconds

    def compare(self, title: str, counted: str, ways: dict[str, Callable[[], Sample]]) -> Comparison:
        done = compare(title, counted, self.rounds, ways)
        print(f"\n{text_of(done)}", flush=True)
        self.comparisons.append(done)
        return done

    def at_most(self, comparison: Comparison, way: str, figure: str, limit: float, to: str = "") -> None:
        self._target(comparison, way, figure, limit, to, at_most=True)

    def at_least(self, comparison: Comparison, way: str, figure: str, limit: float, to: str = "") -> None:
        self._target(comparison, way, figure, limit, to, at_most=False)

    def at_least_value(self, what: str, limit: float, way: Way, figure: str, unit: str) -> None:
        """A target that is no ratio."""
        measured = None if way.failure else way.median(figure)
        self.targets.append(Target(what, limit, False, measured, way.failure, unit))

    def _target(self, comparison: Comparison, way: str, figure: str, limit: float, to: str, at_most: bool) -> None:
        word = {"cpu_s": "CPU", "per_s": f"{comparison.counted}/s"}[figure]
        self.targets.append(Target(f"{comparison.title}, {way}: {word}", limit, at_most, comparison.ratio(way, figure, to),
                                   comparison.why_no_ratio(way, to), f" of {to or comparison.peer}"))

    def figure(self, name: str, values: dict, text: str) -> None:
        """Something that is not a comparison."""
        self.figures[name] = values
        print(text, flush=True)

    def leave_out(self, name: str, why: str) -> None:
        self.left_out[name] = why
        print(f"\nLeft out: {name}: {why}", flush=True)
