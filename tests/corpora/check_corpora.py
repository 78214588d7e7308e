# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The corpora are what corpora/README.md says: enough of them, each once, each accounted for, none of them telling
where it was recorded; and `backtalk parse` reads what real servers say."""

import collections
import os
import re
import socket
import subprocess
import sys
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
CORPORA = TOP / "corpora"
PROTOCOLS = ("smtp", "pop3", "imap", "http")
SETS = ("rfc", "recorded", "hostile", "reported", "fuzzed", "regressions")
SEEDS_MIN = 150         # a protocol
OCTETS_MAX = 3_000_000  # all seeds together
DATA = {".txt", ".golden", ".md"}
CLIENT_SIDE = {"commands", "requests"}

sys.path[:0] = [str(TOP), str(TOP / "tools/recorder")]


def seeds(protocol: str, *sets: str) -> list[Path]:
    return sorted(path for name in sets or SETS for path in (CORPORA / protocol / name).rglob("*") if path.is_file())


def is_client_side(seed: Path) -> bool:
    return not CLIENT_SIDE.isdisjoint(seed.relative_to(CORPORA).parts)


def table(file: Path) -> dict[str, list[str]]:
    """The lines of a table: the first word, and the rest of the line's words."""
    lines = file.read_text().splitlines() if file.exists() else []
    return {words[0]: words[1:] for words in map(str.split, lines) if words and not words[0].startswith("#")}


class Counts(unittest.TestCase):
    def test_enough_for_each_protocol(self) -> None:
        for protocol in PROTOCOLS:
            count = len(seeds(protocol))
            print(f"{protocol}: {count} seeds, " + ", ".join(f"{len(seeds(protocol, name))} {name}" for name in SETS))
            self.assertGreaterEqual(count, SEEDS_MIN, protocol)
            for needed in ("rfc", "recorded", "hostile"):
                sides = {is_client_side(seed) for seed in seeds(protocol, needed)}
                self.assertEqual(sides, {False, True}, f"{protocol}/{needed} has one side only")

    def test_no_seed_is_there_twice(self) -> None:
        for protocol in PROTOCOLS:
            by_octets = collections.defaultdict(list)
            for seed in seeds(protocol):
                by_octets[seed.read_bytes()].append(str(seed.relative_to(CORPORA)))
            twice = [names for names in by_octets.values() if len(names) > 1]
            self.assertEqual(twice, [], "these are the same")

    def test_the_repository_stays_small(self) -> None:
        octets = sum(seed.stat().st_size for protocol in PROTOCOLS for seed in seeds(protocol))
        print(f"{octets} octets")
        self.assertLess(octets, OCTETS_MAX)


class ReadMe(unittest.TestCase):
    def test_every_directory_has_a_row(self) -> None:
        text = (CORPORA / "README.md").read_text()
        rows = set(re.findall(r"^\| `(\S+?)/?` \|", text, re.MULTILINE))
        directories = {str(seed.parent.relative_to(CORPORA)) for protocol in PROTOCOLS for seed in seeds(protocol)}
        self.assertEqual(directories - rows, set(), "the table in corpora/README.md lacks rows")
        self.assertEqual(rows - directories, set(), "the table in corpora/README.md has rows for what is not there")

    def test_every_file_is_a_known_seed(self) -> None:
        known = {seed for protocol in PROTOCOLS for seed in seeds(protocol)}
        strays = [str(path.relative_to(CORPORA)) for protocol in PROTOCOLS for path in (CORPORA / protocol).rglob("*")
                  if path.is_file() and path not in known and path.suffix != ".golden" and path.name != "readings.txt"]
        self.assertEqual(strays, [])

    def test_there_is_only_data(self) -> None:
        code = [str(path.relative_to(CORPORA)) for path in CORPORA.rglob("*")
                if path.is_file() and (path.suffix not in DATA or path.stat().st_mode & 0o111)]
        self.assertEqual(code, [], "programs belong in tools/")

    def test_names_describe_seeds(self) -> None:
        for protocol in PROTOCOLS:
            for seed in seeds(protocol):
                self.assertRegex(seed.name, r"^[a-z0-9][a-z0-9_-]*\.txt$")


class Recorded(unittest.TestCase):
    """The recordings, and the tables that say how they are read: readings.txt and refused.txt."""

    maxDiff = None

    def parse(self, protocol: str, seed: Path) -> tuple[int, str]:
        directory = CORPORA / protocol / "recorded"
        options = table(CORPORA / protocol / "readings.txt").get(str(seed.relative_to(directory)), [])
        if is_client_side(seed):
            options = ["--http-request"]
        command = [os.environ["BACKTALK"], "parse", protocol, str(seed), *options]
        done = subprocess.run(command, capture_output=True, text=True)
        words = re.findall(r'"type":"error","offset":\d+,"error":"([^"]+)"', done.stdout)
        return done.returncode, words[-1] if words else {0: "", 3: "incomplete"}.get(done.returncode, done.stderr)

    def test_each_parses_or_is_listed_with_its_error(self) -> None:
        expected = {name: words[0] for name, words in table(CORPORA / "refused.txt").items()}
        refused = {}
        for protocol in PROTOCOLS:
            for seed in seeds(protocol, "recorded"):
                if is_client_side(seed) and protocol != "http":
                    continue  # `backtalk parse` reads what servers say
                code, word = self.parse(protocol, seed)
                if code != 0:
                    refused[str(seed.relative_to(CORPORA))] = word
        self.assertEqual(refused, expected)

    def test_readings_belong_to_existing_recordings(self) -> None:
        for protocol in PROTOCOLS:
            for name in table(CORPORA / protocol / "readings.txt"):
                self.assertTrue((CORPORA / protocol / "recorded" / name).is_file(), f"{protocol}: {name}")

    def test_nothing_reveals_the_machine_or_the_day(self) -> None:
        host = socket.gethostname().encode()
        telling = {  # the recorder makes every date the 23rd or 4th of November 2026, 07:00:00
            "a path of the machine": rb"/(?:tmp|home|root|work)/",
            "an address": rb"(?<![\d.])(?!127\.0\.0\.1(?!\d)|192\.0\.2\.)\d{1,3}(?:\.\d{1,3}){3}(?![\d.])",
            "a time of day": rb"(?<![\d:+-])(?!07:00(?::00)?(?![\d:])|23:59:59)\d\d:\d\d(?::\d\d)?(?![\d:])",
            "a kernel": rb"Linux.{0,40}\d+\.\d+\.\d+-\d",
        }
        if len(host) > 3:
            telling["the host's name"] = re.escape(host)
        for protocol in PROTOCOLS:
            for seed in seeds(protocol, "recorded"):
                for what, pattern in telling.items():
                    found = re.search(pattern, seed.read_bytes())
                    self.assertIsNone(found, f"{seed.relative_to(CORPORA)} tells {what}: {found and found[0]!r}")


class Recorder(unittest.TestCase):
    """The tests do not record, but they check what can be checked without a server."""

    def test_its_packages_are_listed(self) -> None:
        import recordings
        from servers import machine
        listed = set(re.search(r"^\[recorded\].*?\n(.*?)(?:^\[|\Z)", (TOP / "dependencies.txt").read_text(),
                               re.MULTILINE | re.DOTALL)[1].split())
        needed = {package.split("/")[0] for recorded in recordings.ALL.values() for package in recorded.packages}
        self.assertEqual(needed | set(machine.PACKAGES), listed)

    def test_variable_text_becomes_fixed_text_of_the_same_length(self) -> None:
        import normal
        rules = [normal.group_by(rb"queued as (\w+)", normal.shape)]
        for said, kept in (
                (b"Date: Tue, 24 Nov 2026 20:32:19 GMT", b"Date: Mon, 23 Nov 2026 07:00:00 GMT"),
                (b"Thu, 3 Dec 2026 20:32:19 +0000", b"Wed, 4 Nov 2026 07:00:00 +0000"),
                (b'INTERNALDATE " 3-Dec-2026 20:32:19 +0100"', b'INTERNALDATE "23-Nov-2026 07:00:00 +0100"'),
                (b"250 2.0.0 Ok: queued as 4QXyZ12AbC", b"250 2.0.0 Ok: queued as 1BCdE67HiJ"),
                (b"250 2.0.0 Ok", b"250 2.0.0 Ok")):
            self.assertEqual(normal.normalise(said, rules), kept)
            self.assertEqual(len(said), len(kept))


if __name__ == "__main__":
    unittest.main()
