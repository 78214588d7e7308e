# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The verdicts of `./run bench compare` and the baseline of `./run bench instructions`; the
program that judges is $BACKTALK or that of the release build."""

import sys
import tempfile
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "bench"))

import compare  # noqa: E402
import instructions  # noqa: E402
import judge  # noqa: E402


def rows(**pairs: tuple[list[float], list[float]]) -> list[judge.Row]:
    return [judge.Row(name, "ns", *values) for name, values in pairs.items()]


class Verdicts(unittest.TestCase):
    """`backtalk compare --samples` judges, whose own tests are in tests/unit/compare."""

    FIRST = [100.0 + i % 5 for i in range(16)]
    SECOND = [100.0 + (i + 2) % 5 for i in range(16)]

    def test_a_row_that_is_slower_is_found_among_others(self) -> None:
        found = judge.judge("old", "new", rows(same=(self.FIRST, self.SECOND),
                                               slow=(self.FIRST, [1.2 * one for one in self.SECOND]),
                                               fast=(self.FIRST, [0.8 * one for one in self.SECOND])))
        self.assertEqual([compare.WORDS.get(one.verdict) for one in found.values()], [None, "slower", "faster"])
        self.assertAlmostEqual(found["slow"].ratio, 1.2, delta=0.02)
        table = compare.table(["old", "new"], found)
        self.assertRegex(table, r"(?m)^slow .* 1\.(19|20|21)\d  slower$")
        self.assertRegex(table, r"(?m)^same .* no difference shown \(\d\.\d% would have been\)$")

    def test_the_rounds_are_enough_for_a_thousand_rows(self) -> None:
        many = rows(slow=(self.FIRST, [1.5 * one for one in self.SECOND]),
                    **{f"same{i}": (self.FIRST, self.SECOND) for i in range(999)})
        self.assertEqual(judge.judge("old", "new", many)["slow"].verdict, "b-higher")

    def test_too_few_rounds_say_so(self) -> None:
        found = judge.judge("old", "new", rows(slow=([1.0] * 3, [2.0] * 3)))
        self.assertEqual(compare.said(found["slow"]), "too few rounds")


class Baseline(unittest.TestCase):
    def counts(self, **rows: int) -> instructions.Counts:
        return instructions.Counts(["compiler x"], {name: (count, 10) for name, count in rows.items()})

    def test_accepted_counts_are_read_back_with_their_reasons(self) -> None:
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory) / "baseline"
            instructions.write_baseline(path, self.counts(a=1000, b=2000), instructions.Counts(), "the first counts")
            first = instructions.read_baseline(path)
            self.assertEqual(first.rows, {"a": (1000, 10), "b": (2000, 10)})
            changed = instructions.write_baseline(path, self.counts(a=1000, b=1500), first, "b needs less")
            second = instructions.read_baseline(path)
            self.assertEqual(changed, 1)
            self.assertEqual((second.reason_of["a"], second.reason_of["b"]), (1, 2))
            self.assertTrue(second.reasons[1].endswith(": b needs less"))
            self.assertEqual(instructions.compare(self.counts(a=1000, b=1500), second, True), [])

    def test_rows_are_sorted_and_reasons_are_written_once(self) -> None:
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory) / "baseline"
            instructions.write_baseline(path, self.counts(b=2000, a=1000), instructions.Counts(), "the first counts")
            for count in (1500, 1400):
                instructions.write_baseline(path, self.counts(b=count, a=1000), instructions.read_baseline(path), "less")
            after = instructions.read_baseline(path)
            self.assertEqual(list(after.rows), ["a", "b"])
            self.assertEqual([reason.split(": ")[1] for reason in after.reasons], ["the first counts", "less"])
            self.assertEqual((after.reason_of["a"], after.reason_of["b"]), (1, 2))

    def test_the_committed_baseline_is_as_it_would_be_written(self) -> None:
        baseline = instructions.read_baseline(instructions.BASELINE)
        self.assertEqual(list(baseline.rows), sorted(baseline.rows))
        self.assertEqual(len(set(baseline.reasons)), len(baseline.reasons))

    def test_counts_beyond_the_tolerance_differ(self) -> None:
        before = self.counts(a=1000, b=1000)
        self.assertEqual(instructions.compare(self.counts(a=1005, b=995), before, True), [])
        self.assertEqual(len(instructions.compare(self.counts(a=1006, b=994), before, True)), 2)

    def test_added_and_removed_rows_are_reported(self) -> None:
        found = instructions.compare(self.counts(a=1000, c=1), self.counts(a=1000, b=1000), True)
        self.assertEqual([sentence.split(":")[0] for sentence in found], ["c", "b"])

    def test_a_script_may_take_10_per_cent_more_than_what_is_built_in(self) -> None:
        def slow(script: int) -> list[str]:
            return instructions.slow_scripts(self.counts(**{"s/built-in": 1000, "s/script": script, "other/script": 9999}))

        self.assertEqual(slow(1100), [])
        self.assertEqual([sentence.split(":")[0] for sentence in slow(1101)], ["s/script"])


if __name__ == "__main__":
    unittest.main()
