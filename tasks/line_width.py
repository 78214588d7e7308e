#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Finds lines of Markdown wider than 120 columns, and code comments wider than 100.

    line_width.py

Looks at the files that git tracks or would add. In Markdown, tables, headings and blocks of code may be wider, and so
may a line that has nowhere to break, such as a long link. Comments are checked in the folders named in COMMENTS_IN;
rules of ABNF, which are never reflowed, may be wider. Exit status: 0 nothing is too wide, 1 something is; it is printed.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

MARKDOWN_MAX = 120
COMMENT_MAX = 100
COMMENTS_IN = ("bench/", "examples/benchmark/", "examples/consumer/", "examples/fuzz/", "examples/own_parsers/",
               "examples/parsers/", "examples/readme/", "fuzz/", "loadgen/", "parsers/", "tests/")
SOURCES = (".cpp", ".hpp", ".c", ".h")
COMMENT = re.compile(r"(?:^|\s)//|/\*|^\s*\*\s")
ABNF = re.compile(r"//+\s+[A-Za-z][\w-]*\s+=/?\s")
LIST = re.compile(r"(?:[-+*]|\d+[.)])\s+")


def files() -> list[str]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        print("This is not a git repository: the width of lines is not checked.", file=sys.stderr)
    return sorted({name for name in listed.stdout.split("\0") if name and Path(name).is_file()})


def prose_lines(text: str) -> Iterator[tuple[int, str]]:
    """The numbered lines of Markdown that are neither code, nor headings, nor part of a table."""
    fence, indent, code, blank = "", 0, False, True
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        opened = re.match(r"(```+|~~~+)", stripped)
        if fence or opened:
            fence = "" if fence and stripped == fence else fence or opened[1]
            continue
        depth = len(line) - len(line.lstrip())
        if item := LIST.match(stripped):
            indent = depth + len(item[0]) if not code else indent
        elif stripped and depth == 0:
            indent = 0
        # A block of code is indented by 4 beyond the text of its list item, and begins below an empty line.
        code = bool(stripped) and depth >= indent + 4 and (code or blank) or code and not stripped
        blank = not stripped
        if stripped and not code and not stripped.startswith(("|", "#")):
            yield number, line


def wide_prose(text: str) -> Iterator[int]:
    for number, line in prose_lines(text):
        words = LIST.sub("", line.strip(), count=1).split()
        if len(line) > MARKDOWN_MAX and len(words) > 1:
            yield number


def wide_comments(text: str) -> Iterator[int]:
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > COMMENT_MAX and COMMENT.search(line) and not ABNF.search(line) and "://" not in line:
            yield number


def main() -> int:
    found = []
    for name in files():
        if name.endswith(".md"):
            found += [f"{name}:{number}: wider than {MARKDOWN_MAX} columns" for number in wide_prose(Path(name).read_text())]
        elif name.endswith(SOURCES) and name.startswith(COMMENTS_IN):
            found += [f"{name}:{number}: comment wider than {COMMENT_MAX} columns"
                      for number in wide_comments(Path(name).read_text())]
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
