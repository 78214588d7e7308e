#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Do the conversations of docs/talking.md and docs/serve.md go as shown? Usage: check_talks.py BACKTALK PAGE [--write]

The page's first line of code starts servers; here they listen on free ports. A fenced block with the name of a file is
that file. A command begins with `$ `, goes on with
lines that begin with `>`, and is followed by what it prints, which --write writes again. Numbers of nine digits and more
are times.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

BLOCK = re.compile(r"(?:^ {4}.*\n)+", re.MULTILINE)
URL = re.compile(r"\b\w+://127\.0\.0\.1:\d+")
TIME = re.compile(r"\d{9,}")
FILE = re.compile(r"^```text (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def listening(server: subprocess.Popen[str], count: int) -> list[str]:
    """Where it listens, in the order of its URLs."""
    urls = []
    while len(urls) < count:
        line = server.stdout.readline()
        if not line:
            raise SystemExit(f"the servers ended with {server.wait()}")
        urls.append(line.removeprefix("listening on ").strip())
    return urls


def commands_of(block: str) -> list[tuple[str, list[str]]]:
    """Each command with the lines that it is shown to print; none if the block has no commands."""
    found: list[tuple[str, list[str]]] = []
    lines = [line[4:] for line in block.splitlines()]
    if not lines[0].startswith("$ "):
        return []
    for line in lines:
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif line.startswith(">"):
            found[-1] = (f"{found[-1][0]}\n{line[1:].removeprefix(' ')}", found[-1][1])
        else:
            found[-1][1].append(line)
    return found


def as_shown(command: str, printed: list[str]) -> str:
    first, *more = command.split("\n")
    lines = [f"$ {first}", *(f"> {line}".rstrip() for line in more), *printed]
    return "".join(f"    {line}".rstrip() + "\n" for line in lines)


def run(command: str, program: Path, folder: str) -> list[str]:
    environment = {**os.environ, "PATH": f"{program.resolve().parent}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, env=environment, cwd=folder, timeout=120,
                          check=False)
    printed = [line.rstrip() for line in (done.stdout + done.stderr).splitlines()]
    return printed if done.returncode == 0 else [*printed, f"(status {done.returncode})"]


def same(shown: list[str], printed: list[str]) -> bool:
    return TIME.sub("N", "\n".join(shown)) == TIME.sub("N", "\n".join(printed))


def check(page: str, program: Path) -> tuple[str, list[str], int]:
    """The page as it should be, what is wrong with it, and how many commands it has."""
    serve = next(line for block in BLOCK.findall(page) for line in block.splitlines() if "backtalk serve" in line)
    shown_urls = URL.findall(serve)
    problems = []
    count = 0
    with tempfile.TemporaryDirectory(prefix="backtalk-talks-") as folder:
        for name, text in FILE.findall(page):
            (Path(folder) / name).write_text(text, encoding="utf-8")
        words = re.sub(r":\d+(?= )", ":0", serve).replace("&", "").split()
        server = subprocess.Popen([program.resolve(), *words[1:]], stdout=subprocess.PIPE, text=True, cwd=folder)
        try:
            real = dict(zip(shown_urls, listening(server, len(shown_urls))))

            def renewed(block: re.Match[str]) -> str:
                nonlocal count
                text = ""
                for command, shown in commands_of(block[0]):
                    count += 1
                    printed = run(URL.sub(lambda url: real[url[0]], command), program, folder)
                    if same(shown, printed):
                        printed = shown
                    else:
                        problems.append(f"{command}\nprints\n" + "\n".join(printed))
                    text += as_shown(command, printed)
                return text or block[0]

            page = BLOCK.sub(renewed, page)
        finally:
            server.terminate()
            server.wait()
    return page, problems, count


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("program", type=Path)
    arguments.add_argument("page", type=Path)
    arguments.add_argument("--write", action="store_true", help="write again what is printed")
    options = arguments.parse_args()
    page, problems, count = check(options.page.read_text(encoding="utf-8"), options.program)
    if options.write:
        options.page.write_text(page, encoding="utf-8")
        problems = []
    if count == 0:
        problems.append("there is no command on the page")
    print("\n\n".join(problems) or f"{count} conversations go as {options.page.name} shows them")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
