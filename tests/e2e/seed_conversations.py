# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The conversations of "Talking text-based protocols" (CLUG Wiki), as they stand there: scripts/seed-conversations.txt."""

from pathlib import Path

FILE = Path(__file__).resolve().parent / "scripts/seed-conversations.txt"


def seed_conversation(title: str) -> list[str]:
    """The lines of the one below that title."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    begin = lines.index(f"== {title} ==") + 1
    end = next((at for at in range(begin, len(lines)) if lines[at].startswith("== ")), len(lines))
    return [line for line in lines[begin:end] if line.startswith(("C:", "S:"))]
