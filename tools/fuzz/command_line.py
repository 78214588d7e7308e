# SPDX-License-Identifier: Apache-2.0 OR MIT
"""What the verbs' command lines have in common: how help looks, durations, refusals, and what has to be built."""

import argparse
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

TOP = Path(__file__).resolve().parents[2]
PROGRAM = "./run fuzz"
UNITS = {"s": 1, "m": 60, "h": 3600}


class Help(argparse.RawDescriptionHelpFormatter):
    """Begins with the command itself, without the word "usage", and keeps the text's line breaks."""

    def add_usage(self, usage, actions, groups, prefix=None):  # noqa: ANN001, ANN201 (argparse's own signature)
        super().add_usage(usage, actions, groups, prefix or "")


class Refused(Exception):
    """The command cannot be carried out as given. Its text, a sentence, is the last thing that is printed."""


def refuse(sentence: str) -> NoReturn:
    raise Refused(sentence)


def seconds_of(text: str) -> int:
    """A duration as people write it: 60, 90s, 10m or 1h."""
    number, unit = (text[:-1], text[-1]) if text[-1:] in UNITS else (text, "s")
    if not (number.isascii() and number.isdigit()):
        raise argparse.ArgumentTypeError(f"'{text}' is not a duration; write 60, 90s, 10m or 1h")
    return int(number) * UNITS[unit]


@dataclass
class Needs:
    """What ./run does before it calls a verb."""

    sections: list[str] = field(default_factory=lambda: ["build", "test"])  # of dependencies.txt, to be installed
    fuzz: list[str] | None = None  # targets of the preset fuzz to be built beside the seeds; None: nothing of it
    more: list[str] = field(default_factory=list)  # further lines for ./run

    def lines(self) -> list[str]:
        """In the order in which ./run carries them out; tasks/fuzz.sh says what a line may be."""
        fuzz = [] if self.fuzz is None else [" ".join(["fuzz", *self.fuzz])]
        return [" ".join(["install", *self.sections]), *fuzz, *self.more]


def print_progress(*words: object) -> None:
    """Progress, for people: standard error."""
    print(*words, file=sys.stderr, flush=True)
