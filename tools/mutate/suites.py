# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Tests, and the programs that run many of them at once."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

FILTER = "--gtest_filter="


@dataclass
class Test:
    name: str
    command: list[str]
    folder: Path
    environment: dict[str, str]
    seconds: float = 1.0  # that it takes without a mutant

    @property
    def program(self) -> str:
        return Path(self.command[0]).name

    @property
    def in_program(self) -> str | None:
        """What a program of GoogleTest calls it; None if it is all that its command does."""
        return next((word.removeprefix(FILTER) for word in self.command if word.startswith(FILTER)), None)


@dataclass
class Suite:
    """All tests of one program, which takes far less time than one after the other; or a test that stands alone."""

    tests: list[Test] = field(default_factory=list)
    seconds: float = 1.0

    @property
    def alone(self) -> bool:
        return self.tests[0].in_program is None

    @property
    def command(self) -> list[str]:
        return self.tests[0].command if self.alone else self.tests[0].command[:1]

    @property
    def program(self) -> str:
        return self.tests[0].program

    @property
    def folder(self) -> Path:
        return self.tests[0].folder

    @property
    def environment(self) -> dict[str, str]:
        return self.tests[0].environment

    def culprit(self, output: str) -> str:
        """The test that failed first or, if a program ended in the middle of one, that one."""
        found = re.findall(r"^\[  FAILED  \] (.*?)(?:, where .*)? \(\d+ ms\)$", output, re.MULTILINE)
        found = found[:1] or re.findall(r"^\[ RUN      \] (.*)$", output, re.MULTILINE)[-1:]
        names = [test.name for test in self.tests if self.alone or test.in_program in found]
        return names[0] if names else self.program

    def measure(self, output: str) -> None:
        """Takes the time of each test from what the program said, and a little for its start."""
        said = {name: int(ms) / 1000 for name, ms in
                re.findall(r"^\[       OK \] (.*?)(?:, where .*)? \((\d+) ms\)$", output, re.MULTILINE)}
        for test in self.tests:
            test.seconds = self.seconds if self.alone else said.get(test.in_program or "", 0) + 0.02


def suites_of(tests: Iterable[Test]) -> list[Suite]:
    found: dict[tuple, Suite] = {}
    for test in tests:
        key = (test.program, test.folder, *sorted(test.environment.items())) if test.in_program else (test.name,)
        found.setdefault(key, Suite()).tests.append(test)
    return list(found.values())
