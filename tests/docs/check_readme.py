#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Is the code in README.md that of the examples, and do they print what it shows? Is it short?

    check_readme.py README REPLIES MY_REPLIES

A link to a source with a block of code below it shows a part of that source. REPLIES is the program of
examples/readme/replies.cpp, MY_REPLIES the fuzz target of examples/own_parsers/my_replies.cpp.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
WORDS_MAX = 900
LISTING = re.compile(r"^\[([^\]]+)\]\([^)]*\):\n\n```\w+\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
PRINTS = re.compile(r"^It prints\n\n```text\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
FINDING = re.compile(r"^    \$ .*\./my_replies .*\n((?:    .*\n)+)", re.MULTILINE)
FOUND = b"\r\n"  # the input that the finding in README.md is about


def wrong_listings(text: str) -> list[str]:
    listings = LISTING.findall(text)
    wrong = [f"the code of {source} is not what it shows" for source, code in listings
             if not (TOP / source).is_file() or code not in (TOP / source).read_text()]
    return wrong if listings else ["no link to a source has a block of code below it"]


def wrong_outputs(text: str, replies: Path, my_replies: Path) -> list[str]:
    problems = []
    ran = subprocess.run([replies], capture_output=True, text=True, timeout=60, check=False)
    if PRINTS.findall(text) != [ran.stdout]:
        problems.append(f"{replies.name} prints\n{ran.stdout}")
    with tempfile.NamedTemporaryFile() as file:
        file.write(FOUND)
        file.flush()
        ran = subprocess.run([my_replies, file.name], capture_output=True, text=True, timeout=60, check=False)
    shown = ["".join(line[4:] for line in block.splitlines(keepends=True)) for block in FINDING.findall(text)]
    if ran.returncode == 0 or len(shown) != 1 or shown[0] not in ran.stderr:
        problems.append(f"{my_replies.name} prints\n{ran.stderr}")
    return problems


def too_long(text: str) -> list[str]:
    words = len(text.split())
    return [f"it has {words} words; {WORDS_MAX} at most"] if words > WORDS_MAX else []


def main() -> int:
    readme, replies, my_replies = map(Path, sys.argv[1:])
    text = readme.read_text()
    problems = wrong_listings(text) + wrong_outputs(text, replies, my_replies) + too_long(text)
    print("\n".join(f"{readme.name}: {problem}" for problem in problems) or f"{readme.name} shows what there is")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
