#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Do docs/load.md, talking.md, compare.md, fill.md, exports.md, report.md and differ.md list the options of their verbs? Usage: check_options.py BACKTALK PAGE [--write]

--write writes the tables again.
"""

import argparse
import subprocess
import sys
from pathlib import Path

VERBS = {"load.md": ("load", "serve", "calibrate"), "talking.md": ("talk",), "compare.md": ("compare",),
         "fill.md": ("fill",), "exports.md": ("merge",), "report.md": ("report",), "differ.md": ("differ",)}
END = "\n<!-- End of the options. -->\n"


def begin_of(verb: str) -> str:
    return f"<!-- Options of {verb}, written by tests/docs/check_options.py --write. -->\n\n"


def with_tables(page: str, verb: str, tables: str) -> str | None:
    """The page with these tables between the marks; None if it does not have the marks."""
    before, begin, rest = page.partition(begin_of(verb))
    _, end, after = rest.partition(END)
    return before + begin + tables + end + after if begin and end else None


def wrong_tables(page: str, verb: str, tables: str) -> list[str]:
    wanted = with_tables(page, verb, tables)
    if wanted is None:
        return [f"it has no marks around the tables of the options of {verb}"]
    missing = [row for row in wanted.splitlines() if row not in page.splitlines()]
    return [] if wanted == page else [f"its tables of options of {verb} are not those of the program", *missing]


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("program", type=Path)
    arguments.add_argument("page", type=Path)
    arguments.add_argument("--write", action="store_true", help="write the tables again")
    options = arguments.parse_args()
    page = options.page.read_text(encoding="utf-8")
    problems = []
    for verb in VERBS[options.page.name]:
        tables = subprocess.run([options.program, "--generate", f"{verb}-options"], capture_output=True, text=True,
                                timeout=60, check=True).stdout
        wanted = with_tables(page, verb, tables)
        if options.write and wanted is not None:
            options.page.write_text(wanted, encoding="utf-8")
            page = wanted
        problems += wrong_tables(page, verb, tables)
    name = options.page.name
    print("\n".join(f"{name}: {problem}" for problem in problems) or f"{name} lists the options")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
