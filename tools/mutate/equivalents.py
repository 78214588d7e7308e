# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The mutants that are known to behave like the original, each with the reason."""

import re
from pathlib import Path

from mutants import Mutant


class Equivalents:
    """Reads equivalent.txt: blocks of a file's name, "- " and the line, "+ " and what it becomes, "= " and why.

    There may be several "+ ". Of lines that are the same in a file, "-2 " is the second.
    """

    def __init__(self, path: Path) -> None:
        self.reasons: dict[tuple[str, str, str, int], str] = {}
        if not path.exists():
            return
        text = re.sub(r"^#.*\n", "", path.read_text(), flags=re.MULTILINE)
        for block in filter(str.strip, re.split(r"\n\s*\n", text)):
            found = re.fullmatch(r"\s*(\S+)\n-(\d*) (.*)\n((?:\+ .*\n)+)= ((?:.|\n)*?)\s*", block)
            if not found:
                raise SystemExit(f"{path}: not understood:\n{block}")
            file, nth, old, new_lines, reason = found.groups()
            for new in new_lines.splitlines():
                self.reasons[file, old.strip(), new[2:].strip(), int(nth or 1)] = " ".join(reason.split())

    def reason(self, mutant: Mutant) -> str | None:
        return self.reasons.get(mutant.key())

    def outdated(self, top: Path) -> list[str]:
        """Those whose line is no longer in its file."""
        def count(file: str, old: str) -> int:
            path = top / file
            return [*map(str.strip, path.read_text().splitlines())].count(old) if path.exists() else 0
        return [f"{file}: {old}" for file, old, _, nth in self.reasons if count(file, old) < nth]
