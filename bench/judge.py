# SPDX-License-Identifier: Apache-2.0 OR MIT
"""What measurements of two sides show. `backtalk compare --samples` decides that (docs/compare.md): there is one
implementation of the statistics, and this is not it.
"""

import json
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
# Enough for the smallest p to be shared by over a thousand rows.
ROUNDS = 16


@dataclass(frozen=True)
class Row:
    """What is measured, and one value a round of either side."""

    name: str
    unit: str
    a: list[float]
    b: list[float]


@dataclass(frozen=True)
class Finding:
    a_median: float
    b_median: float
    ratio: float  # b over a
    low: float | None  # its interval; None if there are fewer than six rounds
    high: float | None
    verdict: str  # as `metrics` of backtalk.compare/1 have it: "b-higher"
    resolution: float | None  # what these rounds would have shown; None: nothing


def program() -> str:
    """The program that judges: $BACKTALK, or that of the release build."""
    return os.environ.get("BACKTALK") or str(TOP / "build/release/loadgen/cli/backtalk")


def judge(a: str, b: str, rows: list[Row]) -> dict[str, Finding]:
    """The findings by row. All rows share the 5 % that may be called different although they are not."""
    with tempfile.TemporaryDirectory() as folder:
        samples, judged = Path(folder) / "samples.json", Path(folder) / "judged.json"
        samples.write_text(json.dumps({"schema": "backtalk.samples/1", "a": a, "b": b, "rows": [vars(row) for row in rows]}),
                           encoding="utf-8")
        subprocess.run([program(), "compare", "--samples", str(samples), "--json", str(judged), "--quiet"], check=True)
        report = json.loads(judged.read_text(encoding="utf-8"))
    return {row["name"]: Finding(**{name: row[name] for name in Finding.__annotations__}) for row in report["rows"]}
