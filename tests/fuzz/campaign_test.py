#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""What ./run fuzz and ./run fuzz triage do, shown on parsers with planted bugs. Needs the fuzz build with its gallery."""

import os
import pty
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
TOOL = [sys.executable, "-B", str(TOP / "tools/fuzz")]


def run(*arguments: object) -> subprocess.CompletedProcess:
    return subprocess.run([*TOOL, *map(str, arguments)], cwd=TOP, capture_output=True, text=True,
                          errors="replace", timeout=240, check=False)


def forget(target: str) -> None:
    for folder in ("corpus", "findings"):
        shutil.rmtree(TOP / "build" / folder / target, ignore_errors=True)


class Campaign(unittest.TestCase):
    def test_a_planted_bug_is_a_finding(self) -> None:
        forget("gallery.reply_cut_in_crlf")
        ran = run("gallery.reply_cut_in_crlf", 20)
        self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
        self.assertRegex(ran.stdout, r"oracle +split")
        self.assertRegex(ran.stdout, r"the result differs when the stream is ")
        written = re.search(r"input +(\S+)", ran.stdout)
        self.assertTrue(written and (TOP / written.group(1)).is_file(), ran.stdout)
        again = re.search(r"again +\./run fuzz triage (.*)", ran.stdout)
        self.assertTrue(again, ran.stdout)
        with self.subTest("and the command that it names looks into it"):
            triage = run("triage", "--seconds", 20, *again.group(1).split())
            self.assertEqual(triage.returncode, 1, triage.stdout + triage.stderr)
            self.assertIn("oracle: split", triage.stdout)

    def test_a_correct_parser_has_no_findings(self) -> None:
        forget("gallery.replies_right")
        ran = run("gallery.replies_right", 5, "--interval", 1)
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertIn("Nothing was found.", ran.stdout)
        with self.subTest("where standard output is no terminal there is a line now and then"):
            self.assertGreater(ran.stdout.count("gallery.replies_right"), 2, ran.stdout)
            self.assertNotIn("\x1b", ran.stdout)
        with self.subTest("and executions are counted"):
            last = [line for line in ran.stdout.splitlines() if line.startswith("gallery.replies_right")][-1]
            self.assertGreater(int(last.split()[2].replace(",", "")), 1000, last)

    def test_a_terminal_shows_a_table(self) -> None:
        forget("gallery.replies_right")
        forget("gallery.http_right")
        drawn = bytearray()

        def read(terminal: int) -> bytes:
            octets = os.read(terminal, 4096)
            drawn.extend(octets)
            return octets  # goes to standard output; none would be the end

        command = [*TOOL, "gallery.replies_right", "gallery.http_right", "3"]
        saved = os.dup(1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        try:
            status = pty.spawn(command, read)
        finally:
            os.dup2(saved, 1)
        self.assertEqual(os.waitstatus_to_exitcode(status), 0, drawn.decode(errors="replace"))
        self.assertIn(b"\x1b[2K", drawn)
        self.assertIn(b"gallery.http_right", drawn)
        self.assertIn(b"executions", drawn)

    def test_unknown_targets_are_refused(self) -> None:
        ran = run("gopher", 1)
        self.assertEqual(ran.returncode, 2)
        self.assertIn("There is no fuzz target 'gopher'", ran.stderr)


class Triage(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)

    def triage(self, stream: bytes, target: str) -> tuple[subprocess.CompletedProcess, Path]:
        path = self.folder / "input"
        path.write_bytes(stream)
        return run("triage", "--seconds", 40, path, target), path.with_name("input.small")

    def test_it_names_the_oracle_and_reduces_the_input(self) -> None:
        stream = b"220 mx.example ready\r\n" + b"250-one\r\n250 two\r\n" * 5 + b"250 bare\rcr\r\n" + b"221 Bye\r\n"
        ran, small = self.triage(stream, "gallery.reply_bare_cr")
        self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
        self.assertIn("oracle: reference", ran.stdout)
        self.assertLess(len(small.read_bytes().split(b"\n#! ")[0]), 12)
        with self.subTest("as a transcript with offsets"):
            self.assertRegex(ran.stdout, r'\n +0  "')

    def test_a_crash_is_described_in_plain_words(self) -> None:
        ran, _ = self.triage(b"220 mx.example ready\r\n250\r\n", "gallery.reply_short_line")
        self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
        self.assertIn("oracle: crash", ran.stdout)
        self.assertIn("reads octets that it was not given", ran.stdout)

    def test_cuts_follow_the_reduction(self) -> None:
        stream = b"220 mx.example ready\r\n250 one\r\n#! cuts=21,30 variant=0\n"
        ran, small = self.triage(stream, "gallery.reply_cut_in_crlf")
        self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
        self.assertIn("oracle: split", ran.stdout)
        self.assertIn(b"cuts=", small.read_bytes())

    def test_an_input_without_a_finding_is_reported(self) -> None:
        ran, _ = self.triage(b"220 mx.example ready\r\n", "gallery.replies_right")
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertIn("Nothing is wrong", ran.stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
