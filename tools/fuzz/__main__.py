# SPDX-License-Identifier: Apache-2.0 OR MIT
"""python3 tools/fuzz VERB ...: everything about fuzzing but the build, which ./run fuzz does first.

`python3 tools/fuzz needs VERB ...` checks the same command line and prints what ./run has to do before the verb can be
called, a line each. A first word that is no verb is a target: the verb is then `run`.
"""

import argparse
import sys

import verbs
from command_line import PROGRAM, Help, Refused, print_progress

COLUMN = 36
OVERVIEW_END = """
--long takes inputs of up to 256 KB instead of 16, and mutates them whole instead of in excerpts, which is slow.
--jobs N fuzzes N targets at once. `./run fuzz VERB --help` explains a verb.

Builds the target and the libraries it needs (preset fuzz): about a minute on two quiet cores the first time, or two
for all targets; after that only what has changed. Installs missing packages from [build] and [test] in
dependencies.txt; for foreign parsers, also from [peers]."""


def overview() -> str:
    rows = [row for verb in verbs.ALL.values() for row in verb.OVERVIEW]
    return "\n".join(f"{command:{COLUMN}}{what}" if len(command) < COLUMN else f"{command}\n{'':{COLUMN}}{what}"
                     for command, what in rows) + "\n" + OVERVIEW_END


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog=PROGRAM, usage=f"{PROGRAM} TARGET... [TIME] [OPTIONS]\n{PROGRAM} VERB ...",
                                  description=overview(), formatter_class=Help, add_help=False)
    top.add_argument("-h", "--help", action="help", help=argparse.SUPPRESS)
    of_verbs = top.add_subparsers(dest="verb", metavar="VERB", help=argparse.SUPPRESS)
    for name, verb in verbs.ALL.items():
        prog = getattr(verb, "PROGRAM", f"{PROGRAM} {name}")
        one = of_verbs.add_parser(name, prog=prog, usage=getattr(verb, "USAGE", None), description=verb.TEXT,
                                  formatter_class=Help)
        verb.arguments(one)
    return top


def main(words: list[str]) -> int:
    asks_for_needs = words[:1] == ["needs"]
    if asks_for_needs:
        words = words[1:]
    if not words or words == ["help"]:
        if not asks_for_needs:
            parser().print_help()
        return 0
    if {"-h", "--help"} & set(words):  # whatever else is there
        words = [*words[:1], "--help"] if words[0] in verbs.ALL else ["--help"]
    elif words[0] not in verbs.ALL:
        words = ["run", *words]
    options = parser().parse_args(words)
    verb = verbs.ALL[options.verb]
    try:
        needs = verb.needs(options)
        if not asks_for_needs:
            return verb.run(options)
        print("\n".join(needs.lines()) if needs else "")
        return 0
    except Refused as refusal:
        print_progress(refusal)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
