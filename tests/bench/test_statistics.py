# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The U-test of `./run bench compare` and the baseline of `./run bench instructions`, without a build."""

import itertools
import sys
import tempfile
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "bench"))

import compare  # noqa: E402
import instructions  # noqa: E402


def by_counting(n: int, m: int, u: float) -> float:
    """The p of U by looking at every order of the samples."""
    far = abs(u - n * m / 2)
    orders = [sum(places) - n * (n - 1) / 2 for places in itertools.combinations(range(n + m), n)]
    return sum(abs(one - n * m / 2) >= far - 1e-9 for one in orders) / len(orders)


class UTest(unittest.TestCase):
    def test_exact_p_equals_a_count_of_all_orders(self) -> None:
        for n, m in ((3, 4), (5, 5), (4, 6)):
            for u in range(n * m + 1):
                self.assertAlmostEqual(compare.exact_p(u, n, m), by_counting(n, m, u))

    def test_separate_samples_differ(self) -> None:
        p = compare.u_test([float(i) for i in range(9)], [float(i) + 100 for i in range(9)])
        self.assertAlmostEqual(p, 2 / 48620)  # the two extreme ones of 18 over 9 orders
        self.assertEqual(compare.verdict(1.1, p), "slower")
        self.assertEqual(compare.verdict(0.9, p), "faster")

    def test_similar_samples_do_not_differ(self) -> None:
        p = compare.u_test([1, 3, 5, 7, 9, 11, 13, 15, 17], [2, 4, 6, 8, 10, 12, 14, 16, 18])
        self.assertGreater(p, 0.5)
        self.assertEqual(compare.verdict(1.1, p), "tie")

    def test_equal_samples_do_not_differ(self) -> None:
        self.assertEqual(compare.u_test([5.0] * 9, [5.0] * 9), 1.0)

    def test_ranks_share_ties(self) -> None:
        self.assertEqual(compare.ranks([10, 20, 20, 5]), [2, 3.5, 3.5, 1])


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


if __name__ == "__main__":
    unittest.main()
