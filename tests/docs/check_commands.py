#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Do the commands and files that documents name exist?

    check_commands.py BACKTALK DOCUMENT...

Checked, in code blocks and `spans`: the verb and the options of `backtalk VERB ...` against the program's --help, and
the task of `./run TASK` against the list in ./run. Commands `$ ... | backtalk parse ...` are run, and print what the
document shows below them. Checked too are relative links, and `spans` that are paths in the tree, unless they have
capitals or asterisks.
"""

import functools
import os
import re
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
CALL = re.compile(r"(?:^|[|;&(] *|\$ )backtalk ([a-z].*?)(?=[|;&)]|$)")
OPTION = re.compile(r"(?<![\w-])--?[A-Za-z][\w-]*")
FENCED = re.compile(r"^```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"(?:^ {4}.*\n)+", re.MULTILINE)
SPAN = re.compile(r"`([^`]+)`")
PATH = re.compile(r"(?:bench|cmake|corpora|docs|examples|fuzz|loadgen|parsers|servers|tasks|tests|tools)/[a-z0-9_./+-]*")
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")


def commands(text: str) -> list[str]:
    """Every line of code and every span, without comments and quoted arguments."""
    code = [line for block in FENCED.findall(text) + INDENTED.findall(text) for line in block.splitlines()]
    prose = FENCED.sub("", text)
    spans = [" ".join(span.split()) for span in SPAN.findall(INDENTED.sub("", prose))]
    return [re.sub(r"\s#.*", "", QUOTED.sub("", line)).strip() for line in code + spans]


@functools.cache
def options_of(program: Path, verb: str) -> set[str]:
    ran = subprocess.run([program, verb, "--help"], capture_output=True, text=True, timeout=60, check=False)
    lines = [line for line in ran.stdout.splitlines() if re.match(r" +-", line)]
    known = f"Usage: backtalk {verb} " in ran.stdout  # without such a verb it is the help of the program
    return {option for line in lines for option in OPTION.findall(line)} if known else set()


def missing_options(text: str, program: Path) -> list[str]:
    problems = []
    for command in commands(text):
        for call in CALL.findall(command):
            verb, *rest = call.split(" ", 1)
            if verb.endswith(":"):
                continue  # what the program says
            if verb == "help":  # of the verb behind it; VERB stands for any
                verb, rest = (rest or [""])[0], []
                if verb in ("", "VERB"):
                    continue
            known = options_of(program, verb)
            if not known:
                problems.append(f"`backtalk {call}`: there is no verb {verb}")
            problems += [f"`backtalk {call}`: there is no option {option}"
                         for option in OPTION.findall(rest[0] if rest else "") if known and option not in known]
    return problems


def missing_tasks(text: str) -> list[str]:
    tasks = re.search(r"^tasks=\((.*)\)", (TOP / "run").read_text(), re.MULTILINE)[1].split()
    named = {task for command in commands(text) for task in re.findall(r"\./run ([a-z][\w-]*)", command)}
    return [f"./run {task}: there is no such task" for task in sorted(named - {*tasks, "help"})]


def wrong_outputs(text: str, program: Path) -> list[str]:
    problems = []
    environment = {**os.environ, "PATH": f"{program.resolve().parent}:{os.environ['PATH']}"}
    for block in INDENTED.findall(text):
        first, *shown = [line[4:] for line in block.splitlines()]
        if not first.startswith("$ ") or "| backtalk parse" not in first:
            continue
        ran = subprocess.run(["bash", "-c", first[2:]], capture_output=True, text=True, env=environment, timeout=60,
                             check=False)
        if ran.stdout.splitlines() != shown:
            problems.append(f"{first[2:]}\nprints\n{ran.stdout}")
    return problems


def broken_links(text: str, folder: Path) -> list[str]:
    targets = {link for link in LINK.findall(FENCED.sub("", text)) if "://" not in link}
    return [f"{link}: there is no such file" for link in sorted(targets) if not (folder / link).exists()]


def missing_paths(text: str) -> list[str]:
    paths = {span for span in SPAN.findall(FENCED.sub("", text)) if PATH.fullmatch(span)}
    return [f"{path}: there is no such path" for path in sorted(paths) if not (TOP / path).exists()]


def check(document: Path, program: Path) -> list[str]:
    text = document.read_text()
    problems = (missing_options(text, program) + missing_tasks(text) + wrong_outputs(text, program) +
                broken_links(text, document.parent) + missing_paths(text))
    return [f"{os.path.relpath(document, TOP)}: {problem}" for problem in problems]


def main() -> int:
    program, *documents = map(Path, sys.argv[1:])
    problems = [problem for document in documents for problem in check(document, program)]
    print("\n".join(problems) or f"what {len(documents)} documents name exists")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
