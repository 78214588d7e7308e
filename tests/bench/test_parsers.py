# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The benchmarks' own tests: every row is read and compared, every table is printed, mistakes are reported. No time is
asserted. Usage: test_parsers.py PROGRAM"""

import copy
import json
import re
import subprocess
import sys
import tempfile
import unittest
from html.parser import HTMLParser
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "bench"))

from report.measured import PROTOCOLS, read_run  # noqa: E402
from report.targets import read_cells  # noqa: E402

PROGRAM = Path("build/bench/bench/backtalk_bench")
PEERS = {"http": {"beast-basic_parser", "beast-parser", "llhttp", "http-parser", "picohttpparser-scalar"},
         "smtp": {"dovecot", "libetpan", "vmime"}, "pop3": {"dovecot", "libetpan"},
         "imap": {"dovecot", "libetpan", "vmime"}}
# Known differences from Backtalk.
DIFFERENCES = (
    ("http/[fg]/.*/beast-parser", "reports field"),  # groups fields by name
    ("http/.*/picohttpparser-avx2", "reports field"),  # names end up in values
    ("imap/commands/.*/dovecot", "reports argument '(6)'"),  # to it, a section is several tokens
    ("smtp/different/.*/vmime", "reports text"),  # drops white space at the end of a line
)


def parsers(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, str(TOP / "bench/parsers.py"), *arguments], capture_output=True, text=True,
                          check=False)


class WhatItLoads(HTMLParser):
    """Everything that a page would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.found += [value for name, value in attrs if name in ("src", "href") and value]


class QuickRun(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.directory = tempfile.TemporaryDirectory()
        cls.out = Path(cls.directory.name)
        cls.done = parsers("--program", str(PROGRAM), "--out", str(cls.out), "--quick")
        cls.run_ = read_run([cls.out / "parsers.json"])

    @classmethod
    def tearDownClass(cls) -> None:
        cls.directory.cleanup()

    def test_it_succeeds(self) -> None:
        self.assertEqual(self.done.returncode, 0, self.done.stderr)

    def test_every_row_was_read_and_compared(self) -> None:
        listed = subprocess.run([str(PROGRAM), "--benchmark_list_tests"], capture_output=True, text=True, check=True)
        self.assertEqual({row.name for row in self.run_.rows}, set(listed.stdout.split()))
        for row in self.run_.rows:
            self.assertEqual(row.error, "", row.name)
            if row.kind == "limit":
                continue
            known = next((how for name, how in DIFFERENCES if re.fullmatch(name, row.name)), "same")
            self.assertTrue(row.events == "same" or row.events.startswith(known), f"{row.name}: {row.events}")

    def test_every_peer_that_debian_packages_is_there(self) -> None:
        for protocol, peers in PEERS.items():
            there = {row.contender for row in self.run_.rows if row.protocol == protocol and row.kind == "peer"}
            self.assertLessEqual(peers, there, protocol)

    def test_every_row_names_its_build(self) -> None:
        for row in self.run_.rows:
            for key in ("version", "build", "simd"):
                self.assertTrue(row.label.get(key), f"{row.name}: {key}")
            if row.contender == "picohttpparser-scalar":
                self.assertIn("scalar build of a SIMD parser", row.label["simd"])

    def test_a_remark_may_contain_a_semicolon(self) -> None:
        remark = "a callback for each span, also divided by cuts; no limit on the size of a head"
        self.assertEqual({row.label["remarks"] for row in self.run_.rows if row.contender == "llhttp"}, {remark})
        self.assertIn(f"; {remark}\n", self.done.stdout)

    def test_every_input_has_a_table(self) -> None:
        for protocol in PROTOCOLS:
            self.assertIn(f"\n== {protocol}\n", self.done.stdout)
        for name, source in self.run_.inputs.items():
            self.assertIn(f"  {name}: {source.what}" if not source.worst else f"  {name}/", self.done.stdout)

    def test_every_size_of_pieces_is_measured(self) -> None:
        for piece in ("whole", "half", "64", "16", "1"):
            self.assertTrue(any(row.piece == piece and row.protocol == "http" for row in self.run_.rows), piece)

    def test_every_target_belongs_to_a_row(self) -> None:
        _, cells = read_cells(self.run_, TOP / "bench/targets.json")
        self.assertEqual(len(cells), len(json.loads((TOP / "bench/targets.json").read_text())["cells"]))
        for cell in cells:
            if " as fast as picohttpparser" not in cell.name:  # those need sources that Debian does not package
                self.assertIsNotNone(cell.met, cell.name)
            self.assertIn(cell.name, self.done.stdout)

    def test_the_page_loads_nothing_else(self) -> None:
        page = (self.out / "parsers.html").read_text(encoding="utf-8")
        loads = WhatItLoads()
        loads.feed(page)
        self.assertEqual(loads.found, [])
        usual = [name for name, source in self.run_.inputs.items()]
        self.assertEqual(page.count("Bars: time per"), len(usual))
        self.assertGreaterEqual(page.count("<svg"), len(usual))


class WhatIsWrong(unittest.TestCase):
    """On a report of Google Benchmark's that was changed by hand."""

    def setUp(self) -> None:
        self.directory = tempfile.TemporaryDirectory()
        self.out = Path(self.directory.name)
        done = parsers("--program", str(PROGRAM), "--out", str(self.out), "--quick", "--filter", "smtp/ok/whole/")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.report = json.loads((self.out / "parsers.json").read_text())

    def tearDown(self) -> None:
        self.directory.cleanup()

    def printed(self, report: dict) -> subprocess.CompletedProcess:
        path = self.out / "changed.json"
        path.write_text(json.dumps(report))
        return parsers("--out", str(self.out), "--from", str(path))

    def row(self, report: dict, contender: str) -> dict:
        return next(entry for entry in report["benchmarks"] if entry["run_name"] == f"smtp/ok/whole/{contender}")

    @staticmethod
    def label(row: dict, **changed: str) -> None:
        row["label"] = json.dumps({**json.loads(row["label"]), **changed})

    def test_a_failed_row_is_reported(self) -> None:
        report = copy.deepcopy(self.report)
        self.row(report, "dovecot").update(error_occurred=True, error_message="not every message was found")
        done = self.printed(report)
        self.assertEqual(done.returncode, 1)
        self.assertIn("smtp/ok/whole/dovecot: not every message was found", done.stderr)

    def test_a_different_result_of_backtalk_is_reported(self) -> None:
        report = copy.deepcopy(self.report)
        self.label(self.row(report, "backtalk"), events="reports code '251'; Backtalk reports code '250'")
        done = self.printed(report)
        self.assertEqual(done.returncode, 1)
        self.assertIn("reports code '251'; Backtalk reports code '250'\n", done.stderr)

    def test_a_peer_that_reports_something_else_cannot_be_the_best(self) -> None:
        report = copy.deepcopy(self.report)
        self.row(report, "dovecot")["seconds_per_unit"] = 1e-12
        self.assertIn("0.00x", self.printed(report).stdout)
        self.label(self.row(report, "dovecot"), events="reports text", remarks='one; kind=own; "two" \\')
        done = self.printed(report)
        self.assertEqual(done.returncode, 0)
        self.assertIn("* dovecot reports text", done.stdout)
        self.assertIn('; one; kind=own; "two" \\\n', done.stdout)

    def test_json_of_another_program_is_refused(self) -> None:
        for report in ({}, [], {"context": {}, "benchmarks": [{"run_type": "iteration", "run_name": "a/b/c/d"}]}):
            done = self.printed(report)
            self.assertEqual(done.returncode, 1)
            self.assertIn("changed.json: not the JSON of such a run", done.stderr)

    def test_a_target_is_met_or_not(self) -> None:
        report = copy.deepcopy(self.report)
        for seconds, word in ((14e-9, " met"), (16e-9, "NOT MET")):
            self.row(report, "backtalk")["seconds_per_unit"] = seconds
            line = next(line for line in self.printed(report).stdout.splitlines()
                        if line.startswith("  smtp/ok/whole/backtalk") and "<=" in line)
            self.assertIn(word, line)


if __name__ == "__main__":
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-"):
        PROGRAM = Path(sys.argv.pop(1))
    unittest.main()
