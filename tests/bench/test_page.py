# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The page of `./run bench parsers`, of a run that is made up here. In Chromium it is read as on a phone and a desktop."""

import copy
import json
import os
import re
import sys
import tempfile
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TOP / "bench"), str(TOP / "tests/e2e")]

import chromium  # noqa: E402
from report.measured import read_run  # noqa: E402
from report.page import write_page  # noqa: E402

TARGETS = {"where": "another machine", "memchr_ns": {"smtp/ok": 4.0}, "bounds": [{"of": ["smtp/ok"], "by": "the ports"}],
           "cells": [{"row": "smtp/ok/whole/backtalk", "ns_max": 20}, {"row": "smtp/ok/16/backtalk", "ns_max": 30}]}
TOO_WIDE = "document.documentElement.scrollWidth - innerWidth"
# nanoseconds for each unit, by piece
TIMES = {"backtalk": {"whole": 10, "half": 14, "16": 40}, "dovecot": {"whole": 25, "half": 30, "16": 90},
         "vmime": {"whole": 300, "16": 4000}, "memchr": {"whole": 4}}


def benchmark(repetitions: int = 9, noise: float = 0.01) -> dict:
    """In the format of Google Benchmark."""
    entries = []
    for contender, pieces in TIMES.items():
        kind = {"backtalk": "own", "memchr": "limit"}.get(contender, "peer")
        label = {"kind": kind, "version": "1 <b>", "build": "-O3", "simd": "AVX-512", "events": "same", "remarks": "",
                 "without": ["keywords"] if contender == "dovecot" else []}
        if contender == "vmime":
            label["events"] = "reports text '<script>alert(1)</script>'"
        for piece, ns in pieces.items():
            for i in range(repetitions):
                entries.append({"run_type": "iteration", "run_name": f"smtp/ok/{piece}/{contender}", "label": json.dumps(label),
                                "seconds_per_unit": ns * (1 + noise * (i % 3)) / 1e9, "octets_per_second": 1e9})
    inputs = [{"name": "smtp/ok", "unit": "message", "units": 1, "octets": 8, "worst": False, "what": "250 Ok & more"}]
    return {"context": {"date": "2026-12-01T10:00:00+00:00", "backtalk_inputs": json.dumps(inputs)}, "benchmarks": entries}


class Page(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def page(self, report: dict, targets: dict = TARGETS) -> str:
        for name, value in (("run.json", report), ("targets.json", targets)):
            (self.folder / name).write_text(json.dumps(value))
        out = self.folder / "page.html"
        write_page(read_run([self.folder / "run.json"]), self.folder / "targets.json", out)
        return out.read_text(encoding="utf-8")

    def test_it_begins_with_the_verdict_and_a_summary(self) -> None:
        text = self.page(benchmark())
        order = [text.index(part) for part in ("<h1>", 'class="verdict', 'class="summary"', 'class="charts"', 'class="targets"')]
        self.assertEqual(order, sorted(order))
        self.assertIn("1 of 2 targets not met", text)
        self.assertIn('<section class="verdict doubtful">', text)
        self.assertIn("dovecot</td><td class=\"n\">2.50x", text)
        self.assertIn("<title>Backtalk: parsers and their peers, 2026-12-01T10:00:00+00:00</title>", text)
        easy = copy.deepcopy(TARGETS)
        easy["cells"][1]["ns_max"] = 50
        self.assertIn('<section class="verdict good"><h2>Targets met</h2>', self.page(benchmark(), easy))

    def test_it_has_the_style_of_the_other_pages(self) -> None:
        style = (TOP / "loadgen/html/page.css").read_text(encoding="utf-8")
        self.assertIn(style, self.page(benchmark()))

    def test_charts_say_how_to_read_them(self) -> None:
        text = self.page(benchmark())
        self.assertIn("both axes go by factors", text)
        self.assertIn("shorter is faster", text)
        lines = re.findall(r'<path class="line [a-z ]+" d="(M[^"]+)"', text)
        self.assertEqual([line.count("L") for line in lines], [2, 2, 1])  # the limits have none, and one has no half

    def test_what_a_peer_leaves_out_stands_beside_its_time(self) -> None:
        self.assertIn("<td>same, but not keywords</td>", self.page(benchmark()))

    def test_a_noisy_run_says_so(self) -> None:
        self.assertNotIn("was not quiet", self.page(benchmark()))
        text = self.page(benchmark(noise=0.3))
        self.assertIn("the machine was not quiet", text)
        self.assertIn("The repetitions differ by more than 20%: backtalk, ", text.replace("memchr, ", ""))

    def test_one_repetition_has_no_spread(self) -> None:
        text = self.page(benchmark(repetitions=1))
        self.assertNotIn(" %", text.partition("<main>")[2])
        self.assertIn("–", text)

    def test_what_a_parser_says_is_text(self) -> None:
        text = self.page(benchmark())
        self.assertNotIn("<script", text)
        self.assertIn("&lt;script&gt;", text)
        self.assertIn("250 Ok &amp; more", text)

    @unittest.skipUnless(chromium.find() or os.environ.get("CI"), "there is no chromium")  # in CI, it fails
    def test_on_every_screen(self) -> None:
        text = self.page(benchmark())
        planted = text.replace("<main>", "<main><div>" + "wide" * 400 + "</div><img src='https://evil.test/x'>")
        with chromium.Chromium() as browser:
            for shown, right in ((text, True), (planted, False)):
                (self.folder / "page.html").write_text(shown, encoding="utf-8")
                for width in (390, 1280):
                    for dark in (False, True):
                        with self.subTest(width=width, dark=dark, right=right):
                            browser.look(width, dark)
                            browser.open(self.folder / "page.html")
                            seen = browser.seen()
                            fits = browser.value(TOO_WIDE) == 0 and (seen.complaints, seen.requests) == ([], [])
                            self.assertEqual(fits, right, seen)
                            paper = browser.value("getComputedStyle(document.documentElement).backgroundColor")
                            self.assertEqual(paper == "rgb(255, 255, 255)", not dark, paper)


if __name__ == "__main__":
    unittest.main()
