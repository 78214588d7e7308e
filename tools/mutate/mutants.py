# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Which mutants are tried."""

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from mutators import lines_with_changes


@dataclass(frozen=True)
class Mutant:
    """One changed line of one file."""

    file: str
    number: int
    kind: str
    old: str
    new: str
    nth: int = 1  # of the lines in the file with this text

    def text(self) -> str:
        return f"{self.file}:{self.number}: {self.kind}\n- {self.old.strip()}\n+ {self.new.strip()}"

    def key(self) -> tuple[str, str, str, int]:
        """What stays when lines are added above it."""
        return self.file, self.old.strip(), self.new.strip(), self.nth

    def to_json(self) -> dict:
        return asdict(self)

    @classmethod
    def from_json(cls, row: dict) -> "Mutant":
        return cls(**{name: row[name] for name in cls.__dataclass_fields__ if name in row})


def sources(top: Path, folders: Iterable[str]) -> list[str]:
    """The C++ files in folders of the project, or those files themselves."""
    found = set()
    for folder in folders:
        path = top / folder
        inside = path.rglob("*") if path.is_dir() else [path]
        found |= {str(file.relative_to(top)) for file in inside if file.suffix in (".cpp", ".hpp")}
    return sorted(found)


def mutants_by_line(top: Path, files: Iterable[str]) -> list[list[Mutant]]:
    """For each line that can be changed, its mutants."""
    lines = []
    for file in files:
        seen: Counter[str] = Counter()
        for number, line, found in lines_with_changes((top / file).read_text()):
            seen[line.strip()] += 1
            lines.append([Mutant(file, number, change.kind, line, change.line, seen[line.strip()]) for change in found])
    return lines


def sample(lines: list[list[Mutant]], count: int, seed: int) -> list[Mutant]:
    """`count` mutants of as many lines, uniform over the lines: a long line is not likelier than a short one.

    In random order, so that a run that is broken off has tried a fair sample too. A larger count begins with the same.
    """
    chance = random.Random(seed)
    order = list(range(len(lines)))
    chance.shuffle(order)
    return [random.Random(f"{seed} {at}").choice(lines[at]) for at in order[:count]]
