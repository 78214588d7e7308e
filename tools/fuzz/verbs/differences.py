# SPDX-License-Identifier: Apache-2.0 OR MIT
"""./run fuzz differences TARGET"""

import argparse
import subprocess
from pathlib import Path

from command_line import TOP, Needs, refuse, print_progress
from targets import Target, listed, named

FOLDER = TOP / "build/differences"
PUBLIC_HEADERS = ("adapter.hpp", "engine/octets.hpp")
USAGE = "./run fuzz differences TARGET"
OVERVIEW = [("./run fuzz differences TARGET", "how a foreign parser is known to differ")]
TEXT = """\
Prints the table of how a foreign HTTP parser is known to differ from Backtalk's, in Markdown. Compiles that table and
nothing else, which takes two seconds. Installs missing packages from [build] in dependencies.txt."""
MAIN = """\
#include "engine/difference_table.hpp"
#include "peers/http_differences.hpp"
int main() {
  using namespace backtalk::fuzz;
  print_differences(Target{.name = "%(target)s", .protocol = "http", .differences = %(target)s_differences()});
}
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("target", nargs="?", metavar="TARGET")


def table_of(target: Target) -> Path:
    """The file with the tables of a library, both of its request and of its response parser."""
    return TOP / f"fuzz/peers/{target.name.rsplit('_', 1)[0]}_differences.cpp"


def target_with_table(name: str | None) -> Target:
    if not name:
        refuse("Which target? `./run fuzz targets` lists them.")
    (target,) = named(name, listed()) if name not in ("all", "peers") else (refuse(f"'{name}' is more than one target."),)
    if not table_of(target).is_file():
        have = " ".join(one.name for one in listed() if one.kind == "peer" and table_of(one).is_file())
        refuse(f"{target.name} has no table of differences. These have one: {have}")
    return target


def needs(options: argparse.Namespace) -> Needs:
    target_with_table(options.target)
    return Needs(["build"])


def run(options: argparse.Namespace) -> int:
    """The table is a constant. Compiling the target's program would need all parsers and oracles."""
    target = target_with_table(options.target)
    headers = FOLDER / "include/backtalk/fuzz"
    headers.mkdir(parents=True, exist_ok=True)
    for header in PUBLIC_HEADERS:
        link = headers / Path(header).name
        link.unlink(missing_ok=True)
        link.symlink_to(TOP / "fuzz" / header)
    main = FOLDER / "main.cpp"
    main.write_text(MAIN % {"target": target.name})
    # The linker drops the other functions of these files, and with them what they would need.
    command = ["clang++-19", "-std=c++20", "-ffunction-sections", "-Wl,--gc-sections", f"-I{TOP}/fuzz",
               f"-I{TOP}/parsers/include", f"-I{FOLDER}/include", main, TOP / "fuzz/engine/difference_table.cpp",
               table_of(target), "-o", FOLDER / "table"]
    compiled = subprocess.run(command, capture_output=True, text=True, check=False)
    if compiled.returncode != 0:
        print_progress(compiled.stderr)
        refuse("The table does not compile.")
    return subprocess.run([FOLDER / "table"], check=False).returncode
