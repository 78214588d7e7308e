# SPDX-License-Identifier: Apache-2.0 OR MIT
"""./run fuzz finding NAME"""

import argparse
from pathlib import Path

from command_line import Needs
from findings_index import FOLDER, STATUS, finding_named, run_on, shows, verdict
from targets import listed, named

USAGE = "./run fuzz finding NAME [OPTIONS]"
OVERVIEW = [("./run fuzz finding NAME", "reads a finding's input, where it is here, with the target that shows it")]
TEXT = """\
Reads the input of a finding, if it is in the repository, with the target that shows it. `./run fuzz findings` lists
the names. Builds that target (preset fuzz): about a minute on two quiet cores the first time. Installs missing
packages from [build], [test] and [peers] in dependencies.txt.

Exit status: 0 it showed, 1 it did not, 77 it did not and the package is another version than the finding's."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME")
    parser.add_argument("--program", type=Path, help="the target's program (of the preset fuzz)")


def needs(options: argparse.Namespace) -> Needs:
    return Needs(["build", "test", "peers"], fuzz=[f"fuzz_{finding_named(options.name)['target']}"])


def run(options: argparse.Namespace) -> int:
    finding = finding_named(options.name)
    if "input" not in finding:
        print(f"{finding['name']}: its input is not in the repository ({STATUS[finding['status']]}); rediscover it")
        return 77
    program = options.program or named(finding["target"], listed())[0].program
    output, timed_out = run_on(finding, str(program), FOLDER / finding["name"] / finding["input"])
    print(output)
    return verdict(finding, shows(finding, output, timed_out))
