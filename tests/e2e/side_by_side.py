# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Checks that wait rather than compute, several at a time."""

import unittest
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Case = TypeVar("Case")


class SideBySide(unittest.TestCase):
    def side_by_side(self, check: Callable[[Case], None], cases: Iterable[Case], at_once: int = 6) -> None:
        """Calls `check` for each case, in a subtest of its own, `at_once` of them at the same time. There are no subtests
        inside `check`."""
        cases = list(cases)
        with ThreadPoolExecutor(at_once) as pool:
            checks = [pool.submit(check, case) for case in cases]
        for case, checked in zip(cases, checks):
            with self.subTest(case):
                checked.result()
