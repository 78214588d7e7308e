# SPDX-License-Identifier: Apache-2.0 OR MIT
"""./run fuzz TARGET... [TIME]: a campaign with libFuzzer or AFL++."""

import argparse
import os
import sys
import time

import afl
from campaign import Campaign
from command_line import Needs, refuse, seconds_of
from targets import built, chosen, listed
from views import Log, Table, report

DEFAULT_S = 60
USAGE = "./run fuzz TARGET... [TIME] [OPTIONS]"
OVERVIEW = [
    ("./run fuzz TARGET... [TIME] [--long] [--jobs N]", "fuzz targets for TIME each (60, 90s, 10m, 1h; 60 s by default)"),
    ("./run fuzz all TIME", "each of this project's, two at once, with a table of how far they are"),
    ("./run fuzz peers TIME", "each foreign parser that was found when the build was configured"),
    ("./run fuzz --engine afl TARGET|all", "with AFL++, one after the other"),
    ("./run fuzz gallery.NAME", "a parser with a planted bug: what a finding looks like"),
]
TEXT = """\
Fuzzes targets for TIME each (60, 90s, 10m, 1h; 60 s by default), as many at once as there are processors, and shows
their progress: on a terminal as a table, elsewhere as a line for each target now and then. TARGET is a name that
`./run fuzz targets` lists, `all` (this project's) or `peers`. New inputs go to build/corpus/TARGET and findings to
build/findings/TARGET; a target with a finding goes on with what is left of its time.

Builds the targets (preset fuzz; for AFL++, build/afl): about a minute on two quiet cores the first time. Installs
missing packages from [build] and [test] in dependencies.txt, for foreign parsers also from [peers], and unpacks AFL++
beside the system.

Exit status: 0 nothing was found, 1 something was, 2 a target could not be run."""


def jobs(text: str) -> int:
    """At least one target at once."""
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="*", metavar="TARGET|TIME", help=argparse.SUPPRESS)
    parser.add_argument("--engine", choices=("libfuzzer", "afl"), default="libfuzzer")
    parser.add_argument("--jobs", type=jobs, default=os.cpu_count() or 1, metavar="N", help="targets at once (libFuzzer)")
    parser.add_argument("--long", action="store_true",
                        help="inputs of up to 256 KB, mutated whole instead of in excerpts, which is slow (libFuzzer)")
    parser.add_argument("--interval", type=float, default=10, metavar="SECONDS",
                        help="between the lines of each target (libFuzzer)")


def split(words: list[str]) -> tuple[list[str], int]:
    """The targets among the words, and the seconds. A word that begins with a digit is a duration."""
    seconds = DEFAULT_S
    names = []
    for word in words:
        if word[:1].isdigit():
            try:
                seconds = seconds_of(word)
            except argparse.ArgumentTypeError as error:
                refuse(str(error))
        else:
            names.append(word)
    return names or [""], seconds


def needs(options: argparse.Namespace) -> Needs:
    names, _ = split(options.words)
    targets = chosen(names, listed())
    sections = ["build", "test"] + (["peers"] if any(target.kind == "peer" for target in targets) else [])
    if options.engine == "afl":
        afl.check(targets)
        return Needs(sections, more=["unpack-afl"])
    groups = {"all": "fuzz_own", "peers": "fuzz_peer"}
    wanted = [groups[name]] if (name := names[0]) in groups and len(names) == 1 else [one.build_target() for one in targets]
    return Needs(sections, fuzz=sorted(set(wanted)))


def run(options: argparse.Namespace) -> int:
    names, seconds = split(options.words)
    if options.engine == "afl":
        return afl.fuzz(chosen(names, listed()), seconds)
    targets = chosen(names, built())
    if not targets:
        refuse("The build found none of these parsers; `./run install-deps` installs them.")
    return follow([Campaign(target, seconds, options.long) for target in targets], options)


def follow(campaigns: list[Campaign], options: argparse.Namespace) -> int:
    """Runs them, some at a time, and shows how far they are."""
    view = Table(campaigns) if sys.stdout.isatty() else Log(campaigns, options.interval)
    waiting = list(campaigns)
    try:
        while waiting or any(campaign.process for campaign in campaigns):
            while waiting and sum(campaign.process is not None for campaign in campaigns) < options.jobs:
                waiting.pop(0).start()
            time.sleep(0.25)
            for campaign in campaigns:
                campaign.look()
            view.show()
    except KeyboardInterrupt:
        for campaign in campaigns:
            campaign.stop()
    view.end()
    return report([campaign for campaign in campaigns if campaign.begun])
