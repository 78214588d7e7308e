#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Is every example of a document the program of that name, and does it print what is shown?

    check_examples.py DOCUMENT FOLDER-OF-SOURCES FOLDER-OF-PROGRAMS

An example is a link to its source, a block ```cpp with its text, and a block ```text with its output.
"""

import re
import subprocess
import sys
from pathlib import Path

EXAMPLE = re.compile(r"^\[[^\]]*/(\w+)\.cpp\]\([^)]*\):\n\n```cpp\n(.*?)^```\n\nIt prints\n\n```text\n(.*?)^```\n",
                     re.MULTILINE | re.DOTALL)


def main() -> int:
    document, sources, programs = map(Path, sys.argv[1:])
    shown = {name: (code, output) for name, code, output in EXAMPLE.findall(document.read_text())}
    there = {source.stem for source in sources.glob("*.cpp")}
    problems = [f"{name}.cpp is not in {document.name}" for name in sorted(there - shown.keys())]
    problems += [f"{document.name} shows {name}.cpp, which is not there" for name in sorted(shown.keys() - there)]
    for name in sorted(there & shown.keys()):
        code, output = shown[name]
        if code != (sources / f"{name}.cpp").read_text():
            problems.append(f"{name}.cpp is not what {document.name} shows")
        ran = subprocess.run([programs / f"example_{name}"], capture_output=True, text=True, timeout=60, check=False)
        if ran.returncode != 0 or ran.stdout != output:
            problems.append(f"{name} ends with {ran.returncode} and prints\n{ran.stdout}but {document.name} shows\n{output}")
    print("\n".join(problems) or f"{len(shown)} examples are as {document.name} shows them")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
