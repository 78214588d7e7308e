# SPDX-License-Identifier: Apache-2.0 OR MIT
"""What clang-tidy reads when it checks many files: sources that include several files of one target each.

Most of its time goes into the headers, which a batch reads once. A file is left out of the batches, and so is read by itself,
if its folder's CMakeLists.txt says that it shares names with its neighbours (backtalk_compile_apart), if it is compiled in
several ways, and if it is not C++. What is true only of the main file of a translation unit is asked of each file again.
"""

import json
import os
import re
import shlex
import shutil
from collections import defaultdict
from pathlib import Path

LARGEST = 8  # files: a larger batch is not faster, and takes more memory
APART = re.compile(r"^backtalk_compile_apart\(([^)]*)\)", re.MULTILINE)
FILTER = re.compile(r"^HeaderFilterRegex:\s*'(.*)'$", re.MULTILINE)
CONFIGURATION = ".clang-tidy"
# By this name the static analyzer knows a source that includes others: else it takes them for headers, and does not follow the
# paths through their functions.
NAME = "UnifiedSource"

# Checks of clang-tidy 19 that look at the main file alone, or mix up the using-declarations of two files, and what a file must
# have for them to say anything. (modernize-deprecated-headers can be told otherwise, but would then speak of our headers too.)
C_HEADERS = ("assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign stdarg stdbool "
             "stddef stdint stdio stdlib string tgmath time uchar wchar wctype").split()
OF_THE_MAIN_FILE = {
    "misc-unused-using-decls": re.compile(r"^\s*using\s+(?!namespace\b)[\w:]+::[^=;]*;", re.MULTILINE),
    "misc-unused-alias-decls": re.compile(r"^\s*namespace\s+\w+\s*=", re.MULTILINE),
    "readability-redundant-preprocessor": re.compile(r"^\s*#\s*if.*^\s*#\s*(?:if|elif)", re.MULTILINE | re.DOTALL),
    "modernize-deprecated-headers": re.compile(rf"^\s*#\s*include\s*[<\"](?:{'|'.join(C_HEADERS)})\.h[>\"]", re.MULTILINE),
}
GOOGLE_TEST = re.compile(r"^\s*#\s*include\s*<g(?:test|mock)/", re.MULTILINE)


def text(file: str) -> str:
    return Path(file).read_text(errors="replace")


def checks_of_the_main_file(file: str) -> list[str]:
    content = text(file)
    return [check for check, needs in OF_THE_MAIN_FILE.items() if needs.search(content)]


def is_test(file: str) -> bool:
    return GOOGLE_TEST.search(text(file)) is not None


class Command:
    """How one file is compiled."""

    def __init__(self, entry: dict) -> None:
        words = shlex.split(entry["command"]) if "command" in entry else list(entry["arguments"])
        self.file, self.directory = entry["file"], entry["directory"]
        self.target = ""
        if "-o" in words:
            at = words.index("-o")
            self.target = words[at + 1].partition(".dir/")[0]
            del words[at:at + 2]
        self.words = [word for word in words if word not in ("-c", "--", self.file)]

    def way(self) -> tuple[str, ...]:
        return tuple(self.words)


def commands(build: str) -> dict[str, list[Command]]:
    """Each file's commands; those that only put its object elsewhere count once."""
    found: dict[str, dict[tuple[str, ...], Command]] = defaultdict(dict)
    for entry in json.loads((Path(build) / "compile_commands.json").read_text()):
        command = Command(entry)
        found[command.file].setdefault(command.way(), command)
    return {file: list(ways.values()) for file, ways in found.items()}


def declared_apart(folder: Path) -> set[str]:
    lists = folder / "CMakeLists.txt"
    return {name for names in APART.findall(lists.read_text()) for name in names.split()} if lists.is_file() else set()


class Batch:
    """A generated source that includes files of one target, which are compiled in the same way."""

    def __init__(self, source: Path, files: list[str], top: Path) -> None:
        self.source, self.files, self.top = source, files, top

    def without(self, left_out: set[str]) -> "Batch":
        return Batch(self.source, [file for file in self.files if file not in left_out], self.top)

    def write(self) -> None:
        # That a source is included is meant here, and only here.
        lines = [f'#include "{file}"  // NOLINT(bugprone-suspicious-include)\n' for file in self.files]
        self.source.write_text("// Made for clang-tidy.\n" + "".join(lines))

    def filter(self) -> str:
        """Our headers, and the files of the batch as if each was the main file."""
        configured = FILTER.search(text(str(self.top / CONFIGURATION)))
        own = "|".join(re.escape(file) for file in self.files)
        return f"{configured[1]}|^({own})$" if configured and configured[1] else f"^({own})$"


def batches(build: str, files: list[str], top: Path) -> tuple[list[Batch], list[str]]:
    """Batches written below BUILD with a compile database of their own, and the files that belong to none."""
    known = commands(build)
    groups: dict[tuple, list[str]] = defaultdict(list)
    alone = []
    for file in files:
        ways, folder = known[os.path.abspath(file)], Path(file).parent
        if len(ways) > 1 or not file.endswith(".cpp") or Path(file).name in declared_apart(folder):
            alone.append(file)
        else:
            groups[str(folder), ways[0].target, ways[0].way(), is_test(file)].append(file)
    home = Path(build) / "batches"
    shutil.rmtree(home, ignore_errors=True)
    made, database = [], []
    for (folder, _, way, _), members in groups.items():
        if len(members) == 1:
            alone += members
            continue
        parts = -(-len(members) // LARGEST)
        for part in range(parts):
            place = mirrored(home, folder, top)
            source = (place / f"{NAME}{len(made)}.cpp").resolve()
            batch = Batch(source, [os.path.abspath(file) for file in members[part::parts]], top)
            batch.write()
            made.append(batch)
            directory = known[batch.files[0]][0].directory
            database.append({"directory": directory, "file": str(batch.source),
                             "arguments": [*way, "-c", str(batch.source)]})
    home.mkdir(exist_ok=True)
    (home / "compile_commands.json").write_text(json.dumps(database))
    return made, alone


def mirrored(home: Path, folder: str, top: Path) -> Path:
    """A folder for batches of FOLDER where clang-tidy finds the configuration that FOLDER adds to that of the top."""
    place, source = home, top
    place.mkdir(exist_ok=True)
    for part in Path(os.path.relpath(folder, top)).parts:
        place, source = place / part, source / part
        place.mkdir(exist_ok=True)
        if (source / CONFIGURATION).is_file():
            shutil.copy(source / CONFIGURATION, place)
    return place
