#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Checks that a version is ready to be released, and prints its section of the changelog.

    release_notes.py X.Y.Z

CMakeLists.txt and CITATION.cff must have that version, and CHANGELOG.md a section "## [X.Y.Z] - YYYY-MM-DD" that says
something. Exit status: 0 they do, 1 they do not.
"""

import re
import sys
from pathlib import Path


def section(changelog: str, version: str) -> str | None:
    """The text below the heading of the version; None if there is no such heading with a date."""
    heading = rf"^## \[{re.escape(version)}\] - \d{{4}}-\d{{2}}-\d{{2}}$\n(.*?)(?=^## |\Z)"
    found = re.search(heading, changelog, re.MULTILINE | re.DOTALL)
    return found.group(1).strip() if found else None


def problems(version: str, cmake: str, citation: str, changelog: str) -> list[str]:
    wrong = []
    if not re.search(rf"^project\(backtalk VERSION {re.escape(version)}\s", cmake, re.MULTILINE):
        wrong.append(f"CMakeLists.txt: the version is not {version}")
    if f"version: {version}" not in citation.splitlines():
        wrong.append(f"CITATION.cff: the version is not {version}")
    if not section(changelog, version):
        wrong.append(f"CHANGELOG.md: there is no section for {version} with a date and a text")
    return wrong


def main() -> int:
    if len(sys.argv) != 2 or not re.fullmatch(r"\d+\.\d+\.\d+", sys.argv[1]):
        print(__doc__, file=sys.stderr)
        return 2
    version = sys.argv[1]
    cmake, citation, changelog = (Path(name).read_text() for name in ("CMakeLists.txt", "CITATION.cff", "CHANGELOG.md"))
    if wrong := problems(version, cmake, citation, changelog):
        print("\n".join(wrong), file=sys.stderr)
        return 1
    print(section(changelog, version))
    return 0


if __name__ == "__main__":
    sys.exit(main())
