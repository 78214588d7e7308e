# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Outcomes: kept as JSON, and shown as a table."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mutants import Mutant

KILLED, SURVIVED, EQUIVALENT, SAME_CODE, NOT_COMPILED = "killed", "survived", "equivalent", "same code", "not compiled"


@dataclass(frozen=True)
class Result:
    mutant: Mutant
    outcome: str
    by: str = ""  # the test that killed it; the reason why it is equivalent
    how: str = ""  # "failed" or "timeout"

    def to_json(self) -> dict:
        return {**self.mutant.to_json(), "outcome": self.outcome, "by": self.by, "how": self.how}


class Results:
    """A file of results that grows with each. What it has is not done again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows = [Result(Mutant.from_json(row), row["outcome"], row["by"], row["how"])
                     for row in json.loads(path.read_text())] if path.exists() else []

    def add(self, result: Result) -> None:
        self.rows.append(result)
        new = self.path.with_suffix(".new")
        new.write_text(json.dumps([row.to_json() for row in self.rows], indent=1) + "\n")
        new.replace(self.path)

    def has(self, mutant: Mutant) -> bool:
        return any(row.mutant.key() == mutant.key() for row in self.rows)

    def survivors(self) -> list[Mutant]:
        return [row.mutant for row in self.rows if row.outcome == SURVIVED]


def share(rows: Iterable[Result]) -> str:
    """Killed, of those that could be."""
    counts = Counter(row.outcome for row in rows)
    whole = counts[KILLED] + counts[SURVIVED]
    return f"{100 * counts[KILLED] / whole:.1f} %" if whole else "-"


def table(rows: list[Result]) -> str:
    """A row for each folder, a sum, and the survivors."""
    columns = (KILLED, SURVIVED, EQUIVALENT, SAME_CODE, NOT_COMPILED)
    folders = sorted({str(Path(row.mutant.file).parent) for row in rows})
    width = max([len(folder) for folder in folders] + [5])
    lines = ["".join([f"{'':{width}}", *(f"{name:>14}" for name in columns), f"{'share killed':>14}"])]
    for folder in [*folders, "all"]:
        here = [row for row in rows if folder in ("all", str(Path(row.mutant.file).parent))]
        counts = Counter(row.outcome for row in here)
        lines.append("".join([f"{folder:{width}}", *(f"{counts[name]:>14}" for name in columns), f"{share(here):>14}"]))
    survivors = [row.mutant.text() for row in rows if row.outcome == SURVIVED]
    if survivors:
        lines += ["", "Survived:", *survivors]
    return "\n".join(lines)
