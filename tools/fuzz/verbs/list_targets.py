# SPDX-License-Identifier: Apache-2.0 OR MIT
"""./run fuzz targets"""

import argparse

from targets import listed, table

OVERVIEW = [("./run fuzz targets", "the targets: this project's own, peers (foreign parsers) and the gallery")]
TEXT = """\
Lists the targets: this project's own, those of other projects' parsers, and the parsers with planted bugs. Builds and
installs nothing."""


def arguments(parser: argparse.ArgumentParser) -> None:
    del parser


def needs(options: argparse.Namespace) -> None:
    del options


def run(options: argparse.Namespace) -> int:
    del options
    print(table(listed()))
    return 0
