#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Does libbacktalk.so export the functions of the header and nothing else, under its name of this version? Does nothing
else of the library include the header?

    check_symbols.py HEADER LIBRARY VERSION
"""

import re
import subprocess
import sys
from pathlib import Path


def output_of(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def main() -> int:
    header, library, version = sys.argv[1:]
    declared = set(re.findall(r"^(?:const )?\w+\*? (backtalk_\w+)\(", Path(header).read_text(), re.MULTILINE))
    exported = {line.split()[-1].split("@")[0] for line in output_of("nm", "-D", "--defined-only", library).splitlines()
                if " A " not in line}
    soname = re.search(r"SONAME.*\[(.*)\]", output_of("readelf", "-d", library))
    wanted = f"libbacktalk.so.{'.'.join(version.split('.')[:2])}"
    problems = [f"{name} is declared and not exported" for name in sorted(declared - exported)]
    problems += [f"{name} is exported and not declared" for name in sorted(exported - declared)]
    if soname is None or soname[1] != wanted:
        problems.append(f"the SONAME is {soname and soname[1]}, not {wanted}")
    parsers = Path(header).parents[2]
    problems += [f"{file} includes the C interface" for file in sorted(parsers.rglob("*.[ch]pp"))
                 if file.parent != parsers / "src/c" and '"backtalk/backtalk.h"' in file.read_text()]
    print("\n".join(problems) or f"{len(exported)} functions of {wanted}")
    return 1 if problems or not declared else 0


if __name__ == "__main__":
    sys.exit(main())
