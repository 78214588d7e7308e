#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Parses arguments as a script of this project would, and does nothing else.

    arguments.py NAME GIVEN SCRIPT [ARGUMENT...]

NAME is what the usage calls the script. GIVEN is the number of its positional arguments that ./run adds; the usage leaves
those out. ./run calls this before it builds what the script needs, which can take minutes. Exit status: 0 the arguments are
right, or --help has printed the script's help; 2 they are wrong.
"""

import argparse
import os
import runpy
import sys
from types import SimpleNamespace


class Parser(argparse.ArgumentParser):
    """Ends the program once it has parsed."""

    name = ""
    given = 0

    def __init__(self, **options: object) -> None:
        self.hidden = 0
        super().__init__(**{**options, "prog": Parser.name})

    def add_argument(self, *names: str, **options: object) -> argparse.Action:
        if names and not names[0].startswith("-") and self.hidden < Parser.given:
            self.hidden += 1
            options["help"] = argparse.SUPPRESS
        return super().add_argument(*names, **options)

    def parse_args(self, *_: object) -> None:
        _, rest = super().parse_known_args()
        self.end(rest)

    def parse_known_args(self, *_: object) -> None:
        """Scripts that call this pass the rest on to Google Benchmark."""
        _, rest = super().parse_known_args()
        self.end([argument for argument in rest if not argument.startswith("--benchmark_")])

    def end(self, unknown: list[str]) -> None:
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}")
        sys.exit(0)


def main() -> int:
    if len(sys.argv) < 4:
        print(__doc__, file=sys.stderr)
        return 2
    _, Parser.name, given, script, *arguments = sys.argv
    Parser.given = int(given)
    # The module's own classes keep its ArgumentParser; only the script sees ours.
    sys.modules["argparse"] = SimpleNamespace(**{**vars(argparse), "ArgumentParser": Parser})
    sys.dont_write_bytecode = True
    sys.argv = [Parser.name, *["."] * Parser.given, *arguments]
    sys.path[0] = os.path.dirname(os.path.abspath(script))
    runpy.run_path(script, run_name="__main__")
    print(f"{script} parses no arguments", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
