#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Adds the licence line to each source file that lacks it, or checks that none does.

    spdx.py [--check]

Source files are the C++, C, CMake, Python, shell and Ruby files that git tracks or would add. The line comes first, or
below a "#!" line. Left out are corpora/, which is data, and examples that the documents show word for word. Exit status:
0 all files have the line, 1 (--check) some do not; their names are printed.
"""

import argparse
import subprocess
import sys
from pathlib import Path

LICENCE = "SPDX-License-Identifier: Apache-2.0 OR MIT"
# C89 has no line comments.
COMMENTS = {".cpp": "// {}", ".hpp": "// {}", ".h": "/* {} */", ".c": "/* {} */", ".cmake": "# {}", ".py": "# {}",
            ".sh": "# {}", ".rb": "# {}"}
NAMES = {"CMakeLists.txt": "# {}", "run": "# {}", "Dockerfile": "# {}", "Doxyfile": "# {}"}
LEFT_OUT = ("corpora/", "examples/parsers/", "examples/readme/", "examples/fuzz/")


def files() -> list[Path]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        print("This is not a git repository: licence lines are left as they are.", file=sys.stderr)
    names = sorted({name for name in listed.stdout.split("\0") if name and not name.startswith(LEFT_OUT)})
    return [Path(name) for name in names if comment_for(Path(name)) and Path(name).is_file()]


def comment_for(path: Path) -> str:
    form = NAMES.get(path.name) or COMMENTS.get(path.suffix)
    return form.format(LICENCE) if form else ""


def has_licence(text: str) -> bool:
    return any(LICENCE in line for line in text.splitlines()[:3])


def with_licence(text: str, comment: str) -> str:
    if not text.startswith("#!"):
        return f"{comment}\n{text}"
    shebang, _, rest = text.partition("\n")
    return f"{shebang}\n{comment}\n{rest}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing")
    options = parser.parse_args()
    missing = [path for path in files() if not has_licence(path.read_text())]
    for path in missing:
        if options.check:
            print(f"{path}: no licence line; python3 tasks/spdx.py adds it")
        else:
            path.write_text(with_licence(path.read_text(), comment_for(path)))
    if not options.check:
        print(f"added the licence line to {len(missing)} files")
    return 1 if options.check and missing else 0


if __name__ == "__main__":
    sys.exit(main())
