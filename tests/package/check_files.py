#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Do the unpacked Debian packages hold what they should, and nothing else?

    check_files.py FOLDER...    each is called after its package

No file may name the folder that it was built in.
"""

import re
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
DOCUMENTS = r"usr/share/doc/{}/(LICENSE-APACHE|LICENSE-MIT|NOTICE|copyright|changelog\.gz)"
# Of each package: what its files look like. Each pattern has to match something.
EXPECTED = {
    "backtalk": [
        r"usr/bin/backtalk",
        r"usr/share/man/man1/backtalk\.1\.gz",
        *(rf"usr/share/man/man1/backtalk-{verb}\.1\.gz"
          for verb in ("load", "serve", "talk", "parse", "seeds", "compare", "merge", "calibrate", "fill", "report", "differ")),
        r"usr/share/bash-completion/completions/backtalk",
        r"usr/share/zsh/vendor-completions/_backtalk",
        r"usr/share/fish/vendor_completions\.d/backtalk\.fish",
    ],
    "backtalk-mpi": [
        r"usr/libexec/backtalk/backtalk-mpi",
    ],
    "libbacktalk-dev": [
        r"usr/lib/libbacktalk(-parsers)?\.a",
        r"usr/lib/libbacktalk\.so",
        r"usr/include/backtalk/([a-z0-9_]+/){0,2}[a-z0-9_]+\.hpp",
        r"usr/include/backtalk/backtalk\.h",
        r"usr/lib/cmake/backtalk/backtalk[\w-]*\.cmake",
        r"usr/lib/pkgconfig/backtalk(-c)?\.pc",
    ],
    "libbacktalk0.1": [
        r"usr/lib/libbacktalk\.so\.0\.1(\.\d+)?",
    ],
    "libbacktalk-fuzz-dev": [
        r"usr/lib/libbacktalk[-_][a-z_-]+\.a",
        r"usr/include/backtalk/fuzz/[a-z_]+\.(h|hpp)",
        r"usr/lib/cmake/backtalk/Backtalk[\w-]*\.cmake",
        r"usr/share/backtalk/seeds/.+",
        r"usr/share/backtalk/dictionaries/[a-z0-9_]+\.dict",
    ],
}


def problems_of(name: str, files: list[str]) -> list[str]:
    patterns = [*EXPECTED[name], DOCUMENTS.format(name)]
    found = [f"{name}: {file} does not belong there" for file in files
             if not any(re.fullmatch(pattern, file) for pattern in patterns)]
    found += [f"{name}: nothing like {pattern}" for pattern in patterns
              if not any(re.fullmatch(pattern, file) for file in files)]
    return found


def names_of_the_source(folder: Path, files: list[str]) -> list[str]:
    """A link may lead into another package; its target is looked at there."""
    top = str(TOP).encode()
    return [f"{folder.name}: {file} names the folder {TOP}" for file in files
            if not (folder / file).is_symlink() and top in (folder / file).read_bytes()]


def main() -> int:
    problems = []
    owners: dict[str, str] = {}
    for folder in map(Path, sys.argv[1:]):
        files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir())
        problems += problems_of(folder.name, files)
        problems += names_of_the_source(folder, files)
        problems += [f"{file} is in {owners[file]} and in {folder.name}" for file in files if file in owners]
        owners |= dict.fromkeys(files, folder.name)
    print("\n".join(problems) or f"{len(owners)} files in {len(sys.argv) - 1} packages")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
