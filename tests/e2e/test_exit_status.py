# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The exit status means the same for one load, several runs, several loads and a comparison (docs/load.md#exit-status)."""

import subprocess
import unittest

from load import program
from servers.builtin import Builtin


def ended(verb: str, *words: object) -> tuple[int, str]:
    """The exit status, and what was said on standard error."""
    done = subprocess.run([program(), verb, "--quiet", *map(str, words)], capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stderr


class ExitStatus(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.url = cls.enterClassContext(Builtin("smtp://127.0.0.1:0")).url
        cls.half = cls.enterClassContext(Builtin("smtp://127.0.0.1:0", "--fault", "refuse-mail=2")).url

    def forms(self, *words: object, url: str | None = None) -> dict[str, tuple[object, ...]]:
        """The same load alone, run twice, and beside another."""
        url = url or self.url
        return {"one load": (*words, url), "--repeat": ("--repeat", 2, *words, url),
                "several loads": (*words, "--", "a", url, "--", "b", url)}

    def assert_ends(self, code: int, said: str, *words: object, url: str | None = None) -> None:
        for form, line in self.forms(*words, url=url).items():
            with self.subTest(form):
                status, err = ended("load", *line)
                self.assertEqual(status, code, err)
                self.assertIn(said, err)

    def test_a_run_that_did_what_was_asked_ends_with_0(self) -> None:
        self.assert_ends(0, "", "-n", 20)

    def test_a_result_that_is_not_valid_ends_with_1_only_under_a_limit(self) -> None:
        self.assert_ends(0, "", "-n", 3)
        self.assert_ends(1, "invalid (too-short): 3 messages are too few", "-n", 3, "--fail-if", "failed>50%")

    def test_a_reason_that_fails_a_run_needs_no_limit(self) -> None:
        self.assert_ends(1, "50 % of the messages failed", "-n", 20, url=self.half)

    def test_a_rule_that_is_not_judged_is_not_met(self) -> None:
        self.assert_ends(1, "objective p99<1h was not judged: 20 messages, 662 needed", "-n", 20, "--slo", "p99<1h")

    def test_loads_out_of_proportion_are_not_valid(self) -> None:
        sides = ("--", "a", self.url, "-r", 50, "--", "b", self.half, "-r", 50, "--allow-failures", "60%")
        code, err = ended("load", "-d", "2s", *sides)
        self.assertEqual(code, 0, err)
        code, err = ended("load", "-d", "2s", "--fail-if", "per_s<1", *sides)
        self.assertEqual(code, 1, err)
        self.assertIn("failed: at 100 %: invalid: the loads are not in the proportion that was asked for", err)

    def test_a_search_without_a_rate_ends_with_1(self) -> None:
        code, err = ended("load", "--find-rate", "mean<1us", "-r", 1, "-d", "20ms", self.url)
        self.assertEqual(code, 1)
        self.assertIn("failed: no rate from ", err)

    def test_a_comparison_ends_with_1_if_it_is_not_valid_and_with_2_if_a_limit_could_never_be_crossed(self) -> None:
        code, err = ended("compare", "--rounds", 6, "-n", 20, self.url, self.url)
        self.assertEqual((code, err), (0, ""))
        code, err = ended("compare", "--rounds", 6, "-n", 20, self.url, self.half)
        self.assertEqual(code, 1)
        self.assertIn("failed: invalid: round 1 was tried 4 times", err)
        code, err = ended("compare", "--rounds", 6, "--fail-if", "p99>1", "--fail-if", "p50>1", self.url, self.url)
        self.assertEqual(code, 2)
        self.assertIn("6 rounds are too few for any of 2 limits", err)


if __name__ == "__main__":
    unittest.main()
