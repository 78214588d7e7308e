#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Does docs/c-api.md show the examples as they are, and do they print what it shows?

    check_examples.py DOCUMENT EXAMPLES NAME=COMMAND...

NAME is the file of an example; its COMMAND is split at spaces.
"""

import re
import subprocess
import sys
from pathlib import Path

SHOWN = re.compile(r"^\[[^\]]*/(\w+\.\w+)\]\([^)]*\):\n\n```\w+\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
PRINTED = re.compile(r"^Each prints\n\n```text\n(.*?)^```\n", re.MULTILINE | re.DOTALL)


def main() -> int:
    document, examples = Path(sys.argv[1]).read_text(), Path(sys.argv[2])
    shown = dict(SHOWN.findall(document))
    printed = PRINTED.findall(document)[0]
    problems = [f"{name} is not what the document shows" for name, text in shown.items()
                if text != (examples / name).read_text()]
    names = set()
    for argument in sys.argv[3:]:
        name, _, command = argument.partition("=")
        names.add(name)
        ran = subprocess.run(command.split(), capture_output=True, text=True, timeout=60, check=False)
        if name in shown and (ran.returncode != 0 or ran.stdout != printed):
            problems.append(f"{name} ends with {ran.returncode} and prints\n{ran.stdout}{ran.stderr}")
        elif ran.returncode != 0:
            problems.append(f"{name} ends with {ran.returncode}\n{ran.stdout}{ran.stderr}")
    if len(shown) < 3:
        problems.append("the document shows fewer than three examples")
    print("\n".join(problems) or f"{len(names)} examples, {len(shown)} of them shown")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
