# SPDX-License-Identifier: Apache-2.0 OR MIT
"""`load --html` and `report --html` in headless Chromium: the page is read as a person's browser shows it."""

import copy
import json
import math
import os
import re
import subprocess
import tempfile
import unittest
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import chromium
from load import program, read_report
from servers.builtin import Builtin
from servers.hostile import Peer, hostile

# As on a phone, and on a desktop.
WIDTHS = (390, 1280)
UNITS = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}
HOSTILE = b"550 </script><script>document.title='owned'</script><img src=http://evil.test/x onerror=alert(1)>\r\n"
FIGURES = """[...document.querySelectorAll("data[data-key]")].map((one) => [one.dataset.key, one.value, one.textContent])"""
TOO_WIDE = "document.documentElement.scrollWidth - innerWidth"
# Charts without a line, bar or dot.
EMPTY = """[...document.querySelectorAll("figure.chart")]
    .filter((one) => ![...one.querySelectorAll(".area path:not(.grid, .mark)")].some((path) => path.getAttribute("d") !== ""))
    .map((one) => one.className)"""


def run(*words: object, codes: tuple[int, ...] = (0, 1)) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([program(), *map(str, words)], capture_output=True, text=True, timeout=60, check=False)
    if done.returncode not in codes:
        raise AssertionError(f"{done.args} ended with {done.returncode}:\n{done.stderr}")
    return done


def resolve(document: object, pointer: str) -> object:
    """What is there by RFC 6901."""
    for step in pointer.split("/")[1:]:
        step = step.replace("~1", "/").replace("~0", "~")
        document = document[int(step)] if isinstance(document, list) else document[step]
    return document


def number_in(shown: str) -> tuple[float, float] | None:
    """The number that a person reads there, and by how much it may be rounded; None if it is a word."""
    found = re.fullmatch(r"(?:≥ )?([0-9][0-9,]*(?:\.[0-9]+)?)(?: (ns|us|ms|s)|/s)?", shown)
    if found is None:
        return None
    digits = found[1].replace(",", "")
    unit = UNITS.get(found[2] or "", 1)
    return float(digits) * unit, unit * 0.51 * 10 ** -len(digits.partition(".")[2])


def wrong_figures(figures: list[list[str]], report: dict) -> list[str]:
    """The figures of a page that are not those of the result."""
    out = []
    for key, value, shown in figures:
        try:
            expected = resolve(report, key)
        except (KeyError, IndexError):
            out.append(f"{key}: not in the result")
            continue
        there = json.loads(value)
        # The library that reads a saved result may lose the last digit of a decimal.
        if not (math.isclose(there, expected, rel_tol=1e-14) if isinstance(expected, float) else there == expected):
            out.append(f"{key}: {value} is not {expected}")
        read = number_in(shown)
        in_unit = 1e9 if key.endswith("_s") and shown.endswith(" s") else 1  # seconds in the result
        if shown.endswith(" %"):  # a ratio, as a difference
            read, expected = (float(shown[:-2]), 0.051), (expected - 1) * 100
        if shown.startswith("×"):
            read = number_in(shown[1:])
        if read and expected is not None and abs(read[0] - expected * in_unit) > read[1]:
            out.append(f"{key}: {shown} is not {expected}")
    return out


@cache
def results() -> dict[str, tuple[dict, str]]:
    """By name, results of short runs and their pages."""
    out = {}

    def keep(name: str, url: str, *options: object) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file, page = Path(folder) / "result.json", Path(folder) / "result.html"
            run("load", url, "--quiet", "--json", file, "--html", page, *options)
            out[name] = read_report(file.read_text()), page.read_text()

    with Builtin("smtp://127.0.0.1:0", "--fault", "refuse-mail=50") as server:
        keep("open", server.url, "-r", 1500, "-d", "1s", "--slo", "p99<1ns, failed<50%", "--fail-if", "p50>1h")
        keep("stages", server.url, "--stages", "300ms:400,300ms:800")

    def behave(peer: Peer) -> None:
        peer.say(b"220 hostile.test ESMTP\r\n")
        for line in iter(peer.hear, b""):
            peer.say({b"EHLO": b"250 hostile.test\r\n", b"RCPT": HOSTILE}.get(line[:4], b"250 Ok\r\n"))

    with hostile(behave) as url:
        keep("hostile", url, "-c", 2, "-n", 20)
    return out


@cache
def series() -> dict[str, tuple[dict, str]]:
    """By schema, what several runs came to, and its page."""
    out = {}
    with Builtin("smtp://127.0.0.1:0", "--fault", "service=const:2ms", "--fault", "workers=1") as server, \
            Builtin("smtp://127.0.0.1:0") as other, tempfile.TemporaryDirectory() as folder:
        for words in (("compare", server.url, other.url, "--rounds", 6, "-d", "80ms"),
                      ("load", server.url, "--find-rate", "p50<6ms", "-d", "50ms", "-r", 400),
                      ("load", server.url, "-p", "1,2,4", "-n", 60), ("load", server.url, "--repeat", 2, "-n", 70),
                      ("load", "--at", "50%,(100%)", "--slo", "p50<1h", "-d", "250ms", "--quiet",
                       "--", "one", server.url, "-r", 200, "--", "other", other.url, "-r", 400)):
            file, page = Path(folder) / "result.json", Path(folder) / "result.html"
            own = ("--quiet", "--json", file, "--html", page)
            run(words[0], *own, *words[1:])
            report = json.loads(file.read_text())
            out[report["schema"]] = report, page.read_text()
    return out


def differs_from_report(report: dict, text: str) -> bool:
    """Whether that page is not the one that `report` makes of the result."""
    with tempfile.TemporaryDirectory() as folder:
        saved = Path(folder) / "saved.json"
        saved.write_text(json.dumps(report))
        return run("report", saved, "--html", "-", codes=(0,)).stdout != text


@unittest.skipUnless(chromium.find() or os.environ.get("CI"), "there is no chromium")  # in CI, it fails
class Pages(unittest.TestCase):
    browser: chromium.Chromium

    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.browser = cls.enterClassContext(chromium.Chromium())

    def open(self, text: str, width: int = 1280, dark: bool = False) -> chromium.Seen:
        file = self.folder / "page.html"
        file.write_text(text)
        self.browser.look(width, dark)
        self.browser.open(file)
        return self.browser.seen()

    def test_of_every_run_on_every_screen(self) -> None:
        for name, (report, text) in results().items():
            for width in WIDTHS:
                for dark in (False, True):
                    with self.subTest(name, width=width, dark=dark):
                        seen = self.open(text, width, dark)
                        self.assertEqual((seen.complaints, seen.requests), ([], []))
                        figures = self.browser.value(FIGURES)
                        self.assertGreater(len(figures), 30)
                        self.assertEqual(wrong_figures(figures, report), [])
                        self.assertEqual(self.browser.value(TOO_WIDE), 0)
                        self.assertEqual(self.browser.value(EMPTY), [])
                        paper = self.browser.value("getComputedStyle(document.documentElement).backgroundColor")
                        self.assertEqual(paper == "rgb(255, 255, 255)", not dark, paper)

    def test_of_several_runs(self) -> None:
        asked = {"backtalk.compare/1": (".sides td",), "backtalk.find-rate/1": (".trail .dots",),
                 "backtalk.sweep/1": (".sweep-rate .line", ".sweep-latency .line"), "backtalk.repeat/1": (".spread td",),
                 "backtalk.joint/1": (".limits .kept", ".loads td", ".joint-p50 .line")}
        self.assertEqual(set(series()), set(asked))
        for schema, (report, text) in series().items():
            for width in WIDTHS:
                with self.subTest(schema, width=width):
                    seen = self.open(text, width)
                    self.assertEqual((seen.complaints, seen.requests), ([], []))
                    self.assertEqual(self.browser.value(TOO_WIDE), 0)
                    self.assertEqual(self.browser.value(EMPTY), [])
                    figures = self.browser.value(FIGURES)
                    self.assertEqual(wrong_figures(figures, report), [])
                    metrics = report.get("metrics", [])
                    for selector, count in (("svg.forest .point", len(metrics)),
                                            ("svg.forest .interval", sum(one["low"] is not None for one in metrics))):
                        self.assertEqual(self.browser.value(f"document.querySelectorAll('{selector}').length"), count)
                    self.assertGreater(len(figures), 2 * len(metrics) - 1)
                    for selector in (".verdict h2", *asked[schema]):
                        self.assertTrue(self.browser.value(f"document.querySelector('{selector}') !== null"), selector)

    def test_the_sections_that_a_run_has_are_there(self) -> None:
        asked = {"open": (".verdict.bad", ".limits .lost", ".limits .kept", ".chart.percentiles", ".chart.rate", ".chart.latency",
                          ".chart.failures", ".commands svg.shape", ".errors td", ".repeat pre"),
                 "stages": (".verdict", ".stages td", ".chart.percentiles"), "hostile": (".verdict.bad", ".errors article pre")}
        for name, selectors in asked.items():
            self.open(results()[name][1])
            for selector in selectors:
                with self.subTest(name, selector=selector):
                    self.assertTrue(self.browser.value(f"document.querySelector('{selector}') !== null"))

    def test_what_a_server_says_is_text(self) -> None:
        self.open(results()["hostile"][1])
        self.assertNotEqual(self.browser.value("document.title"), "owned")
        self.assertEqual(self.browser.value("document.images.length"), 0)
        self.assertIn("</script><script>document.title='owned'", self.browser.value("document.body.innerText"))

    def test_values_are_shown_under_the_pointer_and_a_drag_looks_closer(self) -> None:
        self.open(results()["open"][1])
        area = "document.querySelector('.chart.percentiles .area')"
        self.browser.value(f"{area}.scrollIntoView({{block: 'center'}})")
        box = self.browser.value(f"(({{x, y, width, height}}) => ({{x, y, width, height}}))({area}.getBoundingClientRect())")
        middle = box["y"] + box["height"] / 2
        self.browser.point_at(box["x"] + 1, middle)
        said = "document.querySelector('.chart.percentiles .readout').textContent"
        self.assertRegex(self.browser.value(said), r"^min scheduled [0-9.]+ [mun]?s, actual [0-9.]+ [mun]?s")
        whole = self.browser.value(f"{area}.querySelector('svg').getAttribute('viewBox')")
        self.browser.drag((box["x"] + box["width"] * 0.5, middle), (box["x"] + box["width"] * 0.9, middle))
        closer = self.browser.value(f"{area}.querySelector('svg').getAttribute('viewBox')")
        self.assertEqual(whole, "0 0 1000 240")
        begin, _, width, _ = map(float, closer.split())
        self.assertAlmostEqual(begin, 500, delta=5)
        self.assertAlmostEqual(width, 400, delta=5)
        self.browser.value("document.querySelector('.chart.percentiles .readout button').click()")
        self.assertEqual(self.browser.value(f"{area}.querySelector('svg').getAttribute('viewBox')"), whole)
        self.assertEqual(self.browser.seen().complaints, [])

    def test_what_these_tests_look_for_is_found(self) -> None:
        report, text = results()["open"]
        figures = lambda: wrong_figures(self.browser.value(FIGURES), report)  # noqa: E731
        body = "<main>"
        for planted, found in (
            ("<script>console.error('planted')</script>", lambda seen: seen.complaints),  # the policy refuses it
            ("<img src='https://evil.test/x'>", lambda seen: seen.complaints),
            ("<div>" + "wide" * 400 + "</div>", lambda _seen: self.browser.value(TOO_WIDE)),
            ("<data data-key='/transactions/completed' value='7'>7</data>", lambda _seen: figures()),
            ("<data data-key='/no/such' value='7'>7</data>", lambda _seen: figures()),
            ("<figure class='chart none'><figcaption></figcaption><div class='plot'><svg class='wide'></svg>"
             "<svg class='narrow'></svg><div class='area'><svg viewBox='0 0 1 1'></svg></div></div><script>{}</script></figure>",
             lambda _seen: self.browser.value(EMPTY)),
        ):
            with self.subTest(planted):
                self.assertTrue(found(self.open(text.replace(body, body + planted, 1), 390)))
        with self.subTest("without its policy it would ask"):
            bare = re.sub(r"<meta http-equiv[^>]*>", "", text).replace(body, body + "<img src='https://evil.test/x'>", 1)
            self.assertEqual(self.open(bare).requests, ["https://evil.test/x"])
        wrong = copy.deepcopy(report)
        wrong["latency_ns"]["p50"] += 1
        self.open(text)
        self.assertTrue(wrong_figures(self.browser.value(FIGURES), wrong))
        shown = text.replace(">1,500</data>", ">1,400</data>")
        self.assertNotEqual(shown, text)
        self.open(shown)
        self.assertTrue(figures())


class Files(unittest.TestCase):
    def test_several_runs_have_the_page_of_report(self) -> None:
        for schema, (report, text) in series().items():
            with self.subTest(schema):
                self.assertFalse(differs_from_report(report, text))
        report, text = series()["backtalk.sweep/1"]
        planted = {**report, "sentence": "another"}
        self.assertTrue(differs_from_report(planted, text))

    def test_the_page_of_a_sweep_names_one_step(self) -> None:
        report, text = series()["backtalk.sweep/1"]
        words = f"-p {report['gain_ends_at']}"
        self.assertIn(words, report["sentence"])
        ended = report["gain_has_ended"]  # else there is no step to mark
        self.assertRegex(report["sentence"], rf"the gain {'ends' if ended else 'has not ended'} at {words}[:,]")
        row = f'<tr class="chosen"><th scope="row" class="n">{report["gain_ends_at"]}</th>'
        self.assertEqual(text.count(row), ended)
        mark = f'<li class="mark">the gain ends at {words}</li>'
        self.assertEqual(text.count(mark), text.count('class="chart sweep-') * ended)

    def test_a_page_says_when_it_was_measured(self) -> None:
        for name, (report, text) in (*results().items(), *series().items()):
            with self.subTest(name):
                spans = re.findall(r'"begin_unix_us": (\d+)', json.dumps(report))
                begin = datetime.fromtimestamp(min(map(int, spans)) // 1_000_000, UTC)
                self.assertRegex(text, f"<title>backtalk [^<]*, {begin:%Y-%m-%d %H:%M} UTC</title>")
                self.assertIn(f'<p class="when">Measured <time datetime="{begin:%Y-%m-%dT%H:%M:%SZ}">', text)

    def test_a_page_of_several_runs_overwrites_no_result(self) -> None:
        report, _ = series()["backtalk.compare/1"]
        with tempfile.TemporaryDirectory() as folder:
            files = [Path(folder) / name for name in ("a.json", "b.json")]
            for file, side in zip(files, report["sides"]):
                file.write_text(json.dumps(side["results"][0]))
            before = files[1].read_bytes()
            for words in (files, ["--", "a", files[0], "--", "b", files[1]]):
                options = ["--trust-saved", "--html", files[1]]
                done = run("compare", *options, *words, codes=(2,))
                self.assertIn("it is read, and would be overwritten", done.stderr)
            for words in (("compare", "smtp://127.0.0.1:1", "smtp://127.0.0.1:2"), ("load", "smtp://127.0.0.1:1", "-r", 1, "--at", "50%"),
                          ("load", "smtp://127.0.0.1:1", "-p", "1,2"), ("load", "smtp://127.0.0.1:1", "--repeat", 2)):
                with self.subTest(words):
                    page = Path(folder) / "page"
                    done = run(*words, "--json", page, "--html", page, codes=(2,))
                    self.assertIn("only one result can go to a file", done.stderr)
                    done = run(*words, "--html", Path(folder) / "no/such/page", codes=(2,))
                    self.assertIn("page: cannot be written", done.stderr)
            self.assertEqual(files[1].read_bytes(), before)

    def test_a_page_of_several_runs_can_go_to_standard_output(self) -> None:
        with Builtin("smtp://127.0.0.1:0") as server:
            for words in (("-p", "1,2"), ("--repeat", 2)):
                out = run("load", server.url, "-n", 20, *words, "--html", "-").stdout
                self.assertTrue(out.startswith("<!DOCTYPE html>") and out.rstrip().endswith("</html>"), words)

    def test_what_may_be_a_secret_is_not_on_the_page(self) -> None:
        with Builtin("http://127.0.0.1:0") as server, tempfile.TemporaryDirectory() as folder:
            page = Path(folder) / "page.html"
            run("load", f"{server.url}/?api_key=QSECRET", "-n", 5, "--quiet", "--html", page,
                "-H", "X-Auth-Token: HSECRET", "-H", "Accept: text/plain", codes=(0,))
            text = page.read_text()
            self.assertIn(f"{server.url}/?…", text)
        self.assertNotIn("SECRET", text)
        self.assertIn("Accept: text/plain", text)

    def test_no_output_overwrites_another_or_what_is_read(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            saved, link = Path(folder) / "saved.json", Path(folder) / "link"
            saved.write_text(json.dumps(results()["stages"][0]))
            before = saved.read_bytes()
            link.symlink_to(saved)
            for page in (saved, f"{folder}/./saved.json", link):
                done = run("report", saved, "--html", page, codes=(2,))
                self.assertIn("that is the result itself", done.stderr)
            for one in ("--html", "--csv", "--hdr", "--openmetrics", "--google-benchmark"):
                for paths in ((f"{folder}/new", f"{folder}/./new"), (saved, link)):
                    with self.subTest(one, paths=paths):
                        done = run("load", "smtp://127.0.0.1:1", "-n", 1, "--json", paths[0], one, paths[1], codes=(2,))
                        self.assertIn("only one result can go to a file", done.stderr)
            self.assertEqual(saved.read_bytes(), before)
            self.assertFalse(Path(folder, "new").exists())
            with Builtin("smtp://127.0.0.1:0") as server:
                run("load", server.url, "-n", 5, "--quiet", "--json", "/dev/null", "--html", "/dev/null", codes=(0,))

    def test_a_result_is_known_wherever_its_schema_stands(self) -> None:
        report, _ = series()["backtalk.repeat/1"]
        with tempfile.TemporaryDirectory() as folder:
            saved = Path(folder) / "sorted.json"
            saved.write_text(json.dumps(report, sort_keys=True))
            self.assertIn("backtalk load --repeat", run("report", saved, "--html", "-", codes=(0,)).stdout)

    def test_a_saved_result_makes_the_same_page(self) -> None:
        report, text = results()["stages"]
        with tempfile.TemporaryDirectory() as folder:
            saved, page = Path(folder) / "saved.json", Path(folder) / "page.html"
            saved.write_text(json.dumps(report))
            run("report", saved, "--html", page, codes=(0,))
            again = page.read_text()
        of_load = re.sub(r"<dt>Machine</dt><dd>.*?</dd>\n", "", text)
        self.assertNotEqual(of_load, text, "only the run itself knows the machine")
        self.assertEqual(again.replace(f" · {saved}", "").strip(), of_load.strip())

    def test_a_page_is_small_and_whole_without_a_script(self) -> None:
        for name, (report, text) in results().items():
            with self.subTest(name):
                self.assertLess(len(text.encode()), 400_000)
                self.assertNotRegex(text, r"""<[a-z][^>]*\s(?:src|href)\s*=\s*["']?https?:""")
                self.assertIn("default-src 'none'", text)
                still = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
                self.assertEqual(still.count('class="chart '), still.count('<svg viewBox="0 0 1000 240"'))
                self.assertIn(f">{report['transactions']['started']:,}</data>", still)

    def test_several_results_are_on_one_page(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            files = [Path(folder) / f"{name}.json" for name in results()]
            for file, (report, _) in zip(files, results().values()):
                file.write_text(json.dumps(report))
            out = run("report", *files, "--html", "-", codes=(0,)).stdout
        self.assertEqual(out.count('<article class="result"'), len(files))
        for file in files:
            self.assertIn(str(file), out)

    def test_mistakes_are_named(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            bad = Path(folder) / "bad.json"
            bad.write_text('{"schema": "backtalk.load/1"}')
            other = Path(folder) / "other.json"
            other.write_text('{"schema": "backtalk.fill/1"}')
            for words, said in (((bad, "--html", "-"), "bad.json: saved by a version"),
                                ((Path(folder) / "none", "--html", "-"), "none"),
                                ((other, "--html", "-"), "other.json: its `schema` is none of"),
                                ((bad,), "--html is required"),
                                ((*[bad] * 21, "--html", "-"), "21 files: a page has at most 20"),
                                (("--html", "-"), "FILE is required")):
                with self.subTest(said):
                    done = run("report", *words, codes=(2,))
                    self.assertIn(said, done.stderr)
                    self.assertEqual(done.stdout, "")
            done = run("load", "smtp://127.0.0.1:1", "-n", 1, "--html", Path(folder) / "no/such/x.html", codes=(2,))
            self.assertIn("x.html: cannot be written", done.stderr)


if __name__ == "__main__":
    unittest.main()
