#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Does docs/fuzz-your-parser.md show the example as it is, and what it prints?

    check_fuzz_guide.py DOCUMENT FOLDER-OF-THE-EXAMPLE PROGRAM

Each file of the example stands in a block behind a link to it; the block behind "It prints" is what the program says about
no_content.http, with or without libFuzzer.
"""

import re
import subprocess
import sys
from pathlib import Path

FILE = re.compile(r"^\[[^\]]*/([\w.]+)\]\([^)]*\):\n\n```\w+\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
PRINTS = re.compile(r"^It prints\n\n```text\n(.*?)^```\n", re.MULTILINE | re.DOTALL)


def main() -> int:
    document, folder, program = map(Path, sys.argv[1:])
    text = document.read_text()
    shown = dict(FILE.findall(text))
    problems = [f"{name} is not what the document shows" for name, block in shown.items()
                if block != (folder / name).read_text()]
    problems += [f"{name} is not in the document" for name in ("responses.cpp", "CMakeLists.txt") if name not in shown]
    ran = subprocess.run([program, folder / "no_content.http"], capture_output=True, text=True, timeout=60, check=False)
    expected = PRINTS.findall(text)
    if ran.returncode == 0 or len(expected) != 1 or expected[0] not in ran.stderr:  # libFuzzer's own words stand around it
        problems.append(f"it ends with {ran.returncode} and prints\n{ran.stderr}")
    print("\n".join(problems) or "the example is as the document shows it")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
