#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Chooses the C++ files that ./run lint checks, and explains the choice on standard error.

    lint_select.py [--quick] [--all | --since REV | FILE...]

By default those that differ from the merge base with main, untracked files included. Prints one file a line: "look FILE" for
each chosen file, and "tidy FILE" for each .cpp file that clang-tidy has to read to see them. For a header these are the .cpp
files that include it, or the nearest ones if only headers do.
"""

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path, PurePosixPath
from typing import NoReturn

FOLDERS = ("parsers", "loadgen", "fuzz", "bench", "tests", "examples")
ENDINGS = (".cpp", ".hpp")
MAINS = ("main", "origin/main")
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)


def stop(sentence: str) -> NoReturn:
    print(sentence, file=sys.stderr)
    sys.exit(2)


def git(*arguments: str) -> str | None:
    """The output of git, or None if it fails."""
    ran = subprocess.run(["git", *arguments], capture_output=True, text=True, check=False)
    return ran.stdout if ran.returncode == 0 else None


def names(*arguments: str) -> set[str]:
    """The output of git with -z, as names."""
    return {name for name in (git(*arguments) or "").split("\0") if name}


def sources() -> set[str]:
    """All C++ files of the project, untracked ones included."""
    files = (path for folder in FOLDERS for path in Path(folder).rglob("*"))
    return {str(path) for path in files if path.suffix in ENDINGS and path.is_file()}


def commit(name: str) -> str | None:
    found = git("rev-parse", "--quiet", "--verify", f"{name}^{{commit}}")
    return found.strip() if found else None


def base() -> tuple[str, str] | None:
    """The commit to compare the working tree with, and what it is; None if there is none, as in a first commit."""
    head = commit("HEAD")
    found = [((git("merge-base", "HEAD", main) or "").strip(), main) for main in MAINS if commit(main)]
    ahead = [(int(git("rev-list", "--count", f"{at}..HEAD") or 0), at, main) for at, main in found if at and at != head]
    if ahead:
        _, at, main = min(ahead)
        return at, f"the merge base with {main}"
    before = commit("HEAD~1")
    if before is None:
        return None
    why = "nothing here is ahead of main" if found else "there is no main to compare with"
    return before, f"the commit before this one ({why})"


def changed_since(revision: str) -> set[str]:
    unknown = names("ls-files", "--others", "--exclude-standard", "-z")
    return names("diff", "--name-only", "-z", "--diff-filter=d", revision) | unknown


class Includes:
    """Which files include a file, by their #include lines. A path that fits several files counts as each of them."""

    def __init__(self, files: set[str]) -> None:
        self.of: dict[str, set[str]] = {}
        ends: dict[str, set[str]] = {}
        for file in files:
            parts = PurePosixPath(file).parts
            for at in range(len(parts)):
                ends.setdefault("/".join(parts[at:]), set()).add(file)
        for file in files:
            for included in INCLUDE.findall(Path(file).read_text(errors="replace")):
                for target in ends.get(included.lstrip("./"), ()):
                    self.of.setdefault(target, set()).add(file)

    def units(self, file: str) -> set[str]:
        """The nearest .cpp files that show the file to the compiler."""
        if file.endswith(".cpp"):
            return {file}
        seen, ring = {file}, {file}
        while ring:
            ring = {other for one in ring for other in self.of.get(one, ())} - seen
            seen |= ring
            if units := {one for one in ring if one.endswith(".cpp")}:
                return units
        return set()


def chosen(options: argparse.Namespace, known: set[str]) -> set[str]:
    if options.files:
        missing = [name for name in options.files if not Path(name).is_file()]
        if missing:
            stop(f"no such file: {' '.join(missing)}")
        files = {os.path.relpath(name) for name in options.files}
        if other := files - known:
            print(f"Left out, because they are not C++ files of this project: {' '.join(sorted(other))}", file=sys.stderr)
        return files & known
    if options.all:
        return known
    if git("rev-parse", "--git-dir") is None:
        print("This is not a git repository: looking at all files.", file=sys.stderr)
        return known
    if options.since:
        if commit(options.since) is None:
            stop(f"git knows no revision '{options.since}'.")
        found = (options.since, options.since)
    else:
        found = base()
    if found is None:
        print("There is no revision to compare with: looking at all files.", file=sys.stderr)
        return known
    files = changed_since(found[0]) & known
    print(f"{len(files)} C++ files differ from {found[1]}; --all looks at all {len(known)}.", file=sys.stderr)
    return files


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="no clang-tidy: seconds")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--all", action="store_true", help="every file: about half an hour on two quiet cores")
    which.add_argument("--since", metavar="REV", help="files that differ from this revision: for CI")
    parser.add_argument("files", nargs="*", metavar="FILE", help="these files")
    options = parser.parse_args()
    if options.files and (options.all or options.since):
        parser.error("either files, or --all, or --since")
    known = sources()
    includes = Includes(known)
    files = chosen(options, known)
    units = set() if options.quick else {unit for file in files for unit in includes.units(file)}
    for word, some in (("look", files), ("tidy", units)):
        for file in sorted(some):
            print(word, file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
