# SPDX-License-Identifier: Apache-2.0 OR MIT
"""./run fuzz oss-fuzz SANITIZER ENGINE FOLDER [TARGET...]"""

import argparse
import subprocess
from pathlib import Path

import oss_fuzz
from command_line import Needs, print_progress
from targets import chosen, listed

OVERVIEW = [("./run fuzz oss-fuzz SANITIZER ENGINE FOLDER", "builds the targets as OSS-Fuzz does, without Docker")]
TEXT = """\
Builds fuzz targets with .clusterfuzzlite/build.sh as OSS-Fuzz's image does, with Debian's compiler and without Docker.
The programs, with their seeds, dictionaries and options, go to FOLDER/out. TARGET: by default all of this project's.

Takes about two minutes for all targets on two quiet cores, less for what ccache has. Installs missing packages from
[build] and [test] in dependencies.txt, and for AFL++ unpacks it beside the system; where it is unpacked and not
installed, AFL_FOLDER says where."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sanitizer", choices=tuple(oss_fuzz.SANITIZERS), metavar="SANITIZER",
                        help=", ".join(oss_fuzz.SANITIZERS))
    parser.add_argument("engine", choices=oss_fuzz.ENGINES, metavar="ENGINE", help=", ".join(oss_fuzz.ENGINES))
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("targets", nargs="*", metavar="TARGET")


def needs(options: argparse.Namespace) -> Needs:
    chosen(options.targets, listed())
    return Needs(more=["unpack-afl"] if options.engine == "afl" else [])


def run(options: argparse.Namespace) -> int:
    build = oss_fuzz.Build(options.sanitizer, options.engine, options.folder.resolve())
    try:
        oss_fuzz.run(build, [target.name for target in chosen(options.targets, listed())])
    except subprocess.CalledProcessError as error:
        print_progress("\n".join((build.folder / "build.log").read_text(errors="replace").splitlines()[-40:]))
        print_progress(f"{error}. All of the output is in {build.folder}/build.log.")
        return 1
    return 0
