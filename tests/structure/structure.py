#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Checks that every dependency points down. Usage: structure.py BUILD/structure.json [--write]

The build writes structure.json: its targets, their sources, and what they link (cmake/BacktalkStructure.cmake).
Reported: a link that points up or sideways, an include of a folder that the target does not link, and a picture in
docs/architecture.md that shows something else. --write draws that picture again.
"""

import argparse
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]

# Folders of loadgen/ from the top level to the bottom one. A folder depends only on lower levels.
LEVELS = (
    {"cli": "the verbs: words become options"},
    {"series": "several runs of one load"},
    {"calibrate": "what this machine adds to a result", "html": "a result as a page", "live": "a run while it goes on, as lines",
     "compare": "sides against each other, by pairs of runs", "ranks": "a run that several processes share", "terminal": "lines edited at a terminal"},
    {
        "load": "a run from its options to its result",
        "fill": "mailboxes made before a run",
        "differ": "the same octets to several servers",
        "report": "a result, for people and for programs",
        "talk": "a conversation by hand",
    },
    {"engine": "the client: threads, rings, connections", "result": "a run's result as a value"},
    {
        "workload": "options to sessions; the table of protocols",
        "serve": "the built-in servers",
        "parse": "what a parser reads, as JSON lines",
    },
    {
        "stats": "histograms, schedules, counts",
        "options": "options declared once, in tables",
        "mailbox": "the mail that servers share",
        "script": "conversations as one writes them down",
        "tls": "TLS between socket and session",
        "sasl": "the mechanisms by which clients log in",
    },
    {
        "session": "one side of a protocol, sans-I/O",
        "net": "sockets, the ring, addresses, the clock",
        "text": "times and shares as text",
    },
    {"parsers": "the library"},
)
# Other folders at the top of the tree, and the folders of LEVELS that they may link; None: all.
BESIDE = {
    "fuzz": {"parsers", "session", "mailbox", "script", "serve", "parse", "talk"},
    "bench": {"parsers", "fuzz"},
    "examples": {"parsers", "fuzz", "bench"},
    "tests": None,
}
# Bytes in, bytes out: these do no I/O, whatever else their folder does.
SANS_IO = (
    "backtalk_parsers", "backtalk_sessions", "backtalk_script", "backtalk_sasl", "backtalk_answers", "backtalk_mailbox",
    "backtalk_conversation", "backtalk_pairs", "backtalk_shape", "backtalk_cases",
)
IO = {"backtalk_net", "PkgConfig::URING"}

BEGIN = "<!-- Drawn by tests/structure/structure.py --write. -->\n"
END = "<!-- End of the drawing. -->\n"
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)


@dataclass(frozen=True)
class Target:
    name: str
    folder: str  # from the top of the tree
    sources: tuple[str, ...]
    links: tuple[str, ...]
    public: tuple[str, ...]

    @property
    def part(self) -> str:
        """The folder as LEVELS and BESIDE name it."""
        names = self.folder.split("/")
        return names[1] if names[0] == "loadgen" and len(names) > 1 else names[0]


def level_of(part: str) -> int | None:
    """0 is the bottom."""
    for height, level in enumerate(reversed(LEVELS)):
        if part in level:
            return height
    return None


class Structure:
    def __init__(self, targets: list[Target], top: Path) -> None:
        self.targets = {target.name: target for target in targets}
        self.top = top
        self.owners = self._header_owners()

    def linked(self, target: Target) -> set[str]:
        """What the target may include from: what it links, and what that gives on as PUBLIC."""
        found, waiting = set(), list(target.links)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += self.targets[name].public if name in self.targets else ()
        return found

    def reached(self, target: Target) -> set[str]:
        """Everything that ends up in a program which links the target."""
        found, waiting = set(), [*target.links, *target.public]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += self.targets[name].links if name in self.targets else ()
        return found

    def parts_linked(self, part: str) -> set[str]:
        links = {link for target in self.targets.values() if target.part == part for link in target.links}
        return {self.targets[link].part for link in links if link in self.targets} - {part}

    def own_files(self, target: Target) -> set[str]:
        """The target's sources, and the headers of its own folder that they include, from the top of the tree."""
        found = set()
        waiting = [f"{target.folder}/{source}" for source in target.sources if "$<" not in source]
        while waiting:
            file = waiting.pop()
            if file in found or not (self.top / file).is_file():
                continue
            found.add(file)
            waiting += [f"loadgen/{name}" for name in self.includes(file) if f"loadgen/{name}".startswith(f"{target.folder}/")]
        return found

    def includes(self, file: str) -> list[str]:
        """Includes of loadgen's folders. A folder of the same name beside the including file's is meant first."""
        above = self.top / file.split("/")[0]
        return [
            name
            for name in INCLUDE.findall((self.top / file).read_text(encoding="utf-8", errors="replace"))
            if (self.top / "loadgen" / name).is_file() and (above.name == "loadgen" or not (above / name).is_file())
        ]

    def _header_owners(self) -> dict[str, set[str]]:
        """By header: the targets of its folder that use it and link none of the others that do."""
        users: dict[str, set[str]] = {}
        for target in self.targets.values():
            if target.folder.startswith("loadgen/"):
                for file in self.own_files(target):
                    users.setdefault(file, set()).add(target.name)
        return {
            file: {name for name in names if not names & self.reached(self.targets[name])} for file, names in users.items()
        }


def wrong_links(structure: Structure) -> list[str]:
    problems = []
    for target in structure.targets.values():
        part = target.part
        height = level_of(part)
        if height is None and part not in BESIDE:
            problems.append(f"{target.name}: the folder {target.folder} has no level in tests/structure/structure.py")
            continue
        for link in sorted({*target.links, *target.public}):
            if link not in structure.targets or structure.targets[link].part == part:
                continue
            other = structure.targets[link].part
            other_height = level_of(other)
            if height is None:
                allowed = BESIDE[part]
                if allowed is not None and other not in allowed:
                    problems.append(f"{target.name} links {link}: {part}/ may not depend on {other}/")
            elif other_height is None or other_height > height:
                problems.append(f"{target.name} links {link}: a dependency of {part}/ on {other}/ points up")
            elif other_height == height:
                problems.append(f"{target.name} links {link}: {part}/ and {other}/ are on the same level")
    for name in SANS_IO:
        if name not in structure.targets:
            problems.append(f"{name}: there is no such target, but tests/structure/structure.py says that it does no I/O")
        elif with_io := structure.reached(structure.targets[name]) & IO:
            problems.append(f"{name} reaches {', '.join(sorted(with_io))}, but has to do without I/O")
    return problems


def wrong_includes(structure: Structure) -> list[str]:
    problems = []
    for target in structure.targets.values():
        linked = structure.linked(target) | {target.name}
        for file in sorted(structure.own_files(target)):
            for name in structure.includes(file):
                if f"loadgen/{name}".startswith(f"{target.folder}/"):
                    owners = structure.owners.get(f"loadgen/{name}", {target.name})
                    if target.name in owners or owners & linked:
                        continue
                owners = structure.owners.get(f"loadgen/{name}") or {
                    other.name for other in structure.targets.values() if other.folder == f"loadgen/{name.split('/')[0]}"
                }
                if not owners & linked:
                    problems.append(f"{file} includes {name}, but {target.name} does not link {' or '.join(sorted(owners))}")
    return problems


def picture(structure: Structure) -> str:
    """The levels from top to bottom, with what each folder links."""
    blocks = []
    for level in LEVELS:
        rows = []
        for part, meaning in level.items():
            if not any(target.part == part for target in structure.targets.values()):
                continue
            links = sorted(structure.parts_linked(part), key=lambda name: (-(level_of(name) or 0), name))
            arrow = f"-> {', '.join(links)}" if links else ""
            rows.append(f"    {part:<9} {meaning:<45} {arrow}".rstrip())
        if rows:
            blocks.append("\n".join(rows))
    return "\n\n".join(blocks) + "\n"


def with_picture(page: str, drawing: str) -> str | None:
    """The page with this drawing; None if it has no place for one."""
    begin, end = page.find(BEGIN), page.find(END)
    if begin < 0 or end < begin:
        return None
    return f"{page[: begin + len(BEGIN)]}\n{drawing}\n{page[end:]}"


def check_picture(structure: Structure, page: Path, write: bool) -> list[str]:
    text = page.read_text(encoding="utf-8")
    wanted = with_picture(text, picture(structure))
    if wanted is None:
        return [f"{page}: the lines between which the picture stands are missing"]
    if wanted == text:
        return []
    if write:
        page.write_text(wanted, encoding="utf-8")
        return []
    return [f"{page} shows other dependencies than the build has; run `python3 tests/structure/structure.py structure.json --write`"]


def read_targets(text: str) -> list[Target]:
    return [
        Target(row["name"], row["folder"], tuple(row["sources"]), tuple(row["links"]), tuple(row["public"]))
        for row in json.loads(text)
    ]


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("file", type=Path, help="BUILD/structure.json")
    arguments.add_argument("--write", action="store_true", help="draw the picture in docs/architecture.md again")
    options = arguments.parse_args()
    structure = Structure(read_targets(options.file.read_text(encoding="utf-8")), TOP)
    problems = wrong_links(structure) + wrong_includes(structure)
    problems += check_picture(structure, TOP / "docs/architecture.md", options.write)
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{len(structure.targets)} targets, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
