#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Lists the lines and regions that a profile does not reach, and whether the code explains why.

    coverage_gaps.py EXPORT.json EXPORT.lcov

Both from llvm-cov. A gap is explained where a comment on its first line, or directly above that line, says "Not covered";
what lies inside an explained gap is explained with it. Code that is compiled once for each SIMD target counts as reached
where one of them reached it. A line that is a brace or a directive holds no code: llvm-cov counts some of them by what is around
them. Exit status: 0 all is reached or explained, 1 something is neither.
"""

import json
import os
import re
import sys
from pathlib import Path
from typing import NamedTuple

CODE = 0  # llvm-cov's kind of region; the others are macros, files that are included, and what lies between


class Gap(NamedTuple):
    file: str
    first_line: int
    first_column: int
    last_line: int
    last_column: int

    def holds(self, other: "Gap") -> bool:
        begins = (self.first_line, self.first_column) <= (other.first_line, other.first_column)
        return self.file == other.file and begins and (other.last_line, other.last_column) <= (self.last_line, self.last_column)


def missed_regions(export: Path) -> tuple[list[Gap], int]:
    """The regions that were never run, and the number of all regions."""
    data = json.loads(export.read_text())["data"][0]
    wanted = {file["filename"] for file in data["files"]}
    ran: dict[Gap, int] = {}
    for function in data["functions"]:
        for line, column, last_line, last_column, count, file, _, kind in function["regions"]:
            name = function["filenames"][file]
            if kind == CODE and name in wanted:
                region = Gap(name, line, column, last_line, last_column)
                ran[region] = ran.get(region, 0) + count
    return sorted(region for region, count in ran.items() if count == 0), len(ran)


def missed_lines(export: Path) -> tuple[list[Gap], int]:
    """The same for lines."""
    ran: dict[Gap, int] = {}
    file, text = "", []
    for record in export.read_text().splitlines():
        if record.startswith("SF:"):
            file = record[3:]
            text = Path(file).read_text().splitlines()
        elif record.startswith("DA:"):
            line, count = map(int, record[3:].split(",")[:2])
            is_code = re.fullmatch(r"\s*(}|#.*)", text[line - 1]) is None
            ran[Gap(file, line, 1, line, 1)] = count if is_code else 1
    return sorted(line for line, count in ran.items() if count == 0), len(ran)


def reason(gap: Gap) -> str:
    """The text after "Not covered" in the comment at the gap; empty if there is none."""
    lines = Path(gap.file).read_text().splitlines()
    at = gap.first_line - 1
    comment = [lines[at].partition("//")[2]]
    while at > 0 and lines[at - 1].lstrip().startswith("//"):
        at -= 1
        comment.insert(0, lines[at].lstrip().lstrip("/"))
    text = " ".join(" ".join(comment).split())
    found = re.search(r"Not covered.*", text)
    return found.group() if found else ""


def main() -> int:
    regions, regions_in_all = missed_regions(Path(sys.argv[1]))
    lines, lines_in_all = missed_lines(Path(sys.argv[2]))
    explained = [gap for gap in regions if reason(gap)]
    unexplained = [gap for gap in regions if not any(other.holds(gap) for other in explained)]
    bare = [gap for gap in lines if not reason(gap) and not any(other.holds(gap) for other in explained)]
    for gap in explained:
        print(f"{os.path.relpath(gap.file)}:{gap.first_line}:{gap.first_column}: {reason(gap)}")
    for gap in unexplained:
        print(f"{os.path.relpath(gap.file)}:{gap.first_line}:{gap.first_column}: no test reaches this region")
    for gap in bare:
        print(f"{os.path.relpath(gap.file)}:{gap.first_line}: no test reaches this line")
    for what, missed, in_all, wrong in (("regions", regions, regions_in_all, unexplained), ("lines", lines, lines_in_all, bare)):
        print(f"{what}: {in_all}, not reached {len(missed)}, of these without an explanation {len(wrong)}")
    return 1 if unexplained or bare else 0


if __name__ == "__main__":
    sys.exit(main())
