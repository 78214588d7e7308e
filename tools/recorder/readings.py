# SPDX-License-Identifier: Apache-2.0 OR MIT
"""corpora/PROTOCOL/readings.txt: the options that `backtalk parse` needs for a recording.

One recording a line: its path below recorded/, and the options. Recordings that need none are not listed.
"""

from pathlib import Path


def _read(directory: Path) -> list[str]:
    path = directory / "readings.txt"
    return path.read_text().splitlines() if path.exists() else []


def _write(directory: Path, lines: list[str]) -> None:
    (directory / "readings.txt").write_text("".join(f"{line}\n" for line in sorted(lines)))


def forget(directory: Path, name: str) -> None:
    """Removes the lines of a set."""
    if lines := _read(directory):
        _write(directory, [line for line in lines if not line.startswith(f"{name}/")])


def remember(directory: Path, file: str, options: list[str]) -> None:
    _write(directory, [*_read(directory), " ".join([file, *options])])
