# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Decides whether a test notices a mutant."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import bounded
from build import Build
from mutants import Mutant
from results import KILLED, NOT_COMPILED, SAME_CODE, SURVIVED, Result
from suites import Suite, Test

# A test may take longer under load, and a mutant may be slow without being wrong.
SECONDS_SPARE = 10.0
SLOWER = 10.0
# How many tests are run by themselves before whole programs are.
LIKELIEST = 8


class Judge:
    """Builds a mutant that the working copy has, and runs the likeliest killers first."""

    def __init__(self, build: Build, earlier: Iterable[Result] = ()) -> None:
        self.build, self.original = build, build.library_hash()
        self.stale: set[str] = set()  # test programs that are not of the sources as they are now
        self.kills: Counter[tuple[str, str]] = Counter()
        for result in earlier:
            if result.outcome == KILLED:
                self.learn(result.mutant, result.by)

    def learn(self, mutant: Mutant, test: str) -> None:
        """A test that killed a mutant of a file is likely to kill another of it, or of its folder."""
        for place in (mutant.file, str(Path(mutant.file).parent)):
            self.kills[place, test] += 1

    def promise(self, mutant: Mutant, test: Test) -> float:
        """How likely the test kills the mutant."""
        path = Path(mutant.file)
        squeezed = test.name.lower().replace("_", "")
        hint = 0.05 + 0.3 * (path.parent.name in squeezed) + 0.5 * (path.stem.replace("_", "") in squeezed)
        return 2 * self.kills[mutant.file, test.name] + self.kills[str(path.parent), test.name] + hint

    def order(self, mutant: Mutant) -> Iterator[Test | Suite]:
        """The likeliest killers for each second that they take, then everything."""
        promises = {test.name: self.promise(mutant, test) for suite in self.build.suites for test in suite.tests}
        tests = [test for suite in self.build.suites for test in suite.tests]
        likeliest = sorted(tests, key=lambda test: -promises[test.name] / (test.seconds + 0.02))[:LIKELIEST]
        yield from likeliest
        for suite in sorted(self.build.suites, key=lambda suite: -sum(promises[test.name] for test in suite.tests)
                            / (suite.seconds + 0.02)):
            if not (suite.alone and suite.tests[0] in likeliest):
                yield suite

    def judge(self, mutant: Mutant) -> Result:
        if not self.build.make(self.build.area.library):
            return Result(mutant, NOT_COMPILED)
        header = mutant.file.endswith(".hpp")
        if not header and self.build.library_hash() == self.original:
            return Result(mutant, SAME_CODE)
        # All test programs have a header in them too. Once the mutant is gone they are built again.
        changed = self.build.area.all_programs if header else self.build.area.linked
        self.stale.update(changed)
        try:
            return self.test(mutant)
        finally:
            self.stale.update(changed)

    def test(self, mutant: Mutant) -> Result:
        for test in self.order(mutant):
            if not self.is_built(test.program):
                return Result(mutant, NOT_COMPILED)
            status, output = self.build.run(test, SECONDS_SPARE + SLOWER * test.seconds)
            if status != 0:
                name = test.culprit(output) if isinstance(test, Suite) else test.name
                self.learn(mutant, name)
                return Result(mutant, KILLED, name, how="timeout" if status == bounded.TIMEOUT else "failed")
        return Result(mutant, SURVIVED)

    def is_built(self, program: str) -> bool:
        """Builds a program only when its turn comes: most mutants are killed by the first."""
        if program in self.stale:
            if not self.build.make(program):
                return False
            self.stale.remove(program)
        return True
