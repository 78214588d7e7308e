#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Every golden case through ctypes, whole and in pieces: what libbacktalk.so reads is what `backtalk parse` prints.

    test_golden.py LIBRARY BACKTALK CORPORA
"""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import backtalk
from transcript import PROTOCOLS, Options

PIECES = (1, 7, 64)
EVERYTHING_MAX = 20_000  # octets that are fed one by one


@dataclass
class Case:
    protocol: str
    place: str
    options: list[str] = field(default_factory=list)
    stream: bytes = b""


def read_input(line: str) -> bytes:
    """An input line of a golden file, without its "| "."""
    count, quote, rest = line[1:].partition(' "')
    if line.startswith("*") and quote and count.isdigit() and rest.endswith('"'):
        return read_input(rest[:-1]) * int(count)
    return line.encode("latin-1").decode("unicode_escape").encode("latin-1")


def read_cases(path: Path) -> list[Case]:
    cases: list[Case] = []
    for number, line in enumerate(path.read_text(encoding="latin-1").splitlines(), 1):
        if line.startswith("== "):
            cases.append(Case(path.parent.parent.name, f"{path}:{number}: {line[3:]}"))
        elif line.startswith("options:"):
            cases[-1].options += line.removeprefix("options:").split()
        elif line.startswith("|"):
            cases[-1].stream += read_input(line.removeprefix("|").removeprefix(" "))
    return cases


def read_options(words: list[str]) -> Options:
    options = Options()
    rest = iter(words)
    for word in rest:
        match word:
            case "--tolerate":
                options.tolerate.append(next(rest))
            case "--limit":
                name, _, value = next(rest).partition("=")
                options.limits[name] = int(value)
            case "--pop3-multi":
                options.pop3_multi = next(rest)
            case "--http-request":
                options.http_request = True
            case "--http-head":
                options.http_method = b"HEAD"
            case "--http-connect":
                options.http_method = b"CONNECT"
            case "--chunk":
                next(rest)
            case _:
                raise ValueError(f"{word} is not an option that this test knows")
    return options


def expected_of(program: str, case: Case) -> tuple[list[dict], int]:
    ran = subprocess.run([program, "parse", case.protocol, *case.options], input=case.stream, capture_output=True,
                         check=False, timeout=60)
    return [json.loads(line) for line in ran.stdout.splitlines()], ran.returncode


def played(library: backtalk.Library, case: Case, options: Options, piece: int, lend: bool) -> tuple[list[dict], int]:
    transcript = PROTOCOLS[case.protocol](library, options)
    for at in range(0, len(case.stream), piece):
        transcript.feed(case.stream[at:at + piece], lend=lend)
    return transcript.finish()


def agree(got: tuple[list[dict], int], expected: tuple[list[dict], int]) -> bool:
    """Whether all is equal, but for what `backtalk parse` adds to a sentence, and does not say beside an error."""
    if got[1] != expected[1] or len(got[0]) != len(expected[0]):
        return False
    for ours, theirs in zip(*(lines for lines, _ in (got, expected))):
        if theirs["type"] in ("error", "incomplete"):
            ours = {key: value for key, value in ours.items() if key in theirs}
            if theirs.get("message", "").startswith(ours.get("message", "")):
                ours["message"] = theirs.get("message")
            theirs = {"message": None} | theirs
        if ours != theirs:
            return False
    return True


def check(library: backtalk.Library, case: Case, expected: tuple[list[dict], int]) -> list[str]:
    options = read_options(case.options)
    pieces = (*(piece for piece in PIECES if len(case.stream) <= EVERYTHING_MAX * piece), max(1, len(case.stream)))
    for piece in pieces:
        for lend in (False, True):
            got = played(library, case, options, piece, lend)
            if not agree(got, expected):
                how = "lent" if lend else "copied"
                return [f"{case.place}, {how} in pieces of {piece}:\n  expected {expected}\n  but got  {got}"]
    return []


def main() -> int:
    library, program, corpora = backtalk.Library(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    cases = [case for protocol in PROTOCOLS for path in sorted((corpora / protocol / "golden").glob("*.golden"))
             for case in read_cases(path)]
    with ThreadPoolExecutor(2) as pool:
        expected = list(pool.map(lambda case: expected_of(program, case), cases))
    problems = [problem for case, lines in zip(cases, expected) for problem in check(library, case, lines)]
    print("\n".join(problems[:20]) or f"{len(cases)} golden cases of {len(PROTOCOLS)} protocols")
    return 1 if problems or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
