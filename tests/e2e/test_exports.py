# SPDX-License-Identifier: Apache-2.0 OR MIT
"""What `backtalk load` writes for other tools, read by those tools where they are there, and by readers of the tests."""

import contextlib
import csv
import json
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request
from pathlib import Path

from load import HdrHistogram, LoadTest, load, program
from servers.builtin import Builtin
from servers.packages import Packages

PROMTOOL = Packages(("prometheus",), "usr/bin/promtool")
JAVA_READER = Packages(("libhdrhistogram-java",), "usr/share/java/hdrhistogram.jar")
CLIENT = Packages(("python3-prometheus-client",), "usr/lib/python3/dist-packages/prometheus_client")
PERCENTILES = (("50%", 0.5), ("90%", 0.9), ("99%", 0.99), ("99.9%", 0.999), ("99.99%", 0.9999))
LINE = re.compile(r"^(\d+\.\d{3}),(\d+\.\d{3}),(\d+\.\d{3}),(HISTFA[A-Za-z0-9+/]+=*)$")


def open_metrics(text: str) -> dict[str, float]:
    """By the sample as it is written, its value."""
    if CLIENT.why_not():
        raise unittest.SkipTest(CLIENT.why_not())
    sys.path.append(str(Path(CLIENT.file("usr/lib/python3/dist-packages/prometheus_client")).parent))
    from prometheus_client.openmetrics.parser import text_string_to_metric_families
    return {one.name + "".join(f" {key}={value}" for key, value in sorted(one.labels.items())): one.value
            for family in text_string_to_metric_families(text) for one in family.samples}


def promtool(text: str) -> subprocess.CompletedProcess[str]:
    if PROMTOOL.why_not():
        raise unittest.SkipTest(PROMTOOL.why_not())
    return subprocess.run([PROMTOOL.file("usr/bin/promtool"), "check", "metrics"], input=text, capture_output=True,
                          text=True, timeout=60, check=False)


class Exports(LoadTest):
    """Of one run, in which some transactions are refused."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        with Builtin("http://127.0.0.1:0") as server:
            files = [(f"--{name}", str(cls.folder / name)) for name in ("csv", "hdr", "openmetrics", "google-benchmark")]
            cls.run_of_all = load(f"{server.url}/10", "-c", 4, "-n", 3000, *(word for pair in files for word in pair))

    def read(self, name: str) -> str:
        return (self.folder / name).read_text()

    def test_the_lines_of_csv_add_up_to_the_result(self) -> None:
        self.assert_all_completed(self.run_of_all, 3000)
        report = self.run_of_all.report
        with open(self.folder / "csv", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(len(rows), len(report["series"]["points"]))
        for column in ("started", "completed", "failed", "unfinished"):
            self.assertEqual(sum(int(row[column]) for row in rows), report["transactions"][column], column)
        self.assertEqual(sum(int(row["sent_bytes"]) for row in rows), report["bytes"]["sent"])
        self.assertEqual(sum(int(row["received_bytes"]) for row in rows), report["bytes"]["received"])
        self.assertEqual(max(int(row["max_ns"]) for row in rows if row["max_ns"]), report["latency_ns"]["max"])
        for row, point in zip(rows, report["series"]["points"]):
            self.assertEqual(row["p99_ns"], "" if point["p99_ns"] is None else str(point["p99_ns"]))
            self.assertAlmostEqual(float(row["per_s"]), int(row["completed"]) / float(row["length_s"]), places=3)

    def test_the_intervals_of_the_log_are_the_histogram(self) -> None:
        comments, lines = [], []
        for line in self.read("hdr").splitlines():
            (comments if line.startswith(("#", '"')) else lines).append(line)
        self.assertIn("#[Histogram log format version 1.2]", comments)
        began = float(next(re.match(r"#\[StartTime: (\d+\.\d{3}) ", one)[1] for one in comments if "StartTime" in one))
        self.assertAlmostEqual(began, self.run_of_all.report["spans"][0]["begin_unix_us"] / 1e6, delta=0.002)
        self.assertEqual(comments[-1], '"StartTimestamp","Interval_Length","Interval_Max",'
                                       '"Interval_Compressed_Histogram"')
        counts: dict[int, int] = {}
        for number, (line, point) in enumerate(zip(lines, self.run_of_all.report["series"]["points"], strict=True)):
            start, length, most, text = LINE.match(line).groups()
            self.assertAlmostEqual(float(start), point["t_s"], delta=0.001, msg=number)
            self.assertAlmostEqual(float(length), point["length_s"], delta=0.001)
            self.assertAlmostEqual(float(most), (point["max_ns"] or 0) / 1e6, delta=0.001)
            histogram = HdrHistogram(text)
            self.assertEqual(histogram.count, point["completed"])
            for value, count in histogram.buckets:
                counts[value] = counts.get(value, 0) + count
        self.assertEqual(sorted(counts.items()), HdrHistogram(self.run_of_all.report["histogram"]["latency"]).buckets)

    def test_the_program_of_hdr_histogram_reads_the_log(self) -> None:
        if JAVA_READER.why_not() or shutil.which("java") is None:
            self.skipTest(JAVA_READER.why_not() or "there is no Java")
        out = self.folder / "processed"
        subprocess.run(["java", "-cp", JAVA_READER.file("usr/share/java/hdrhistogram.jar"),
                        "org.HdrHistogram.HistogramLogProcessor", "-i", self.folder / "hdr", "-o", out],
                       capture_output=True, timeout=120, check=True)
        rows = [line.split() for line in out.with_suffix(".hgrm").read_text().splitlines() if re.match(r" *\d", line)]
        text = out.with_suffix(".hgrm").read_text()
        self.assertEqual(int(re.search(r"Total count *= *(\d+)", text)[1]), 3000)
        ours = HdrHistogram(self.run_of_all.report["histogram"]["latency"])
        most = float(re.search(r"Max *= *([\d.]+)", text)[1]) * 1e6
        self.assertAlmostEqual(most, ours.buckets[-1][0], delta=ours.buckets[-1][0] * 1e-3 + 1e3)
        for name, share in PERCENTILES:
            theirs = next(float(row[0]) for row in rows if float(row[1]) >= share) * 1e6
            with self.subTest(percentile=name):  # the table's own steps are coarse: no less, and never a bucket more
                self.assertGreaterEqual(theirs * 1.001 + 1e3, ours.percentile(share))

    def test_open_metrics_is_the_result(self) -> None:
        text = self.read("openmetrics")
        self.assertTrue(text.endswith("# EOF\n"))
        found, report = open_metrics(text), self.run_of_all.report
        self.assertEqual(found["backtalk_transactions_started_total"], 3000)
        self.assertEqual(found["backtalk_transactions_ended_total outcome=completed"], 3000)
        self.assertEqual(found["backtalk_sent_bytes_total"], report["bytes"]["sent"])
        self.assertEqual(found["backtalk_commands_total command=GET outcome=ok"], 3000)
        self.assertEqual(found["backtalk_latency_seconds_count"], 3000)
        ours = HdrHistogram(report["histogram"]["latency"])
        self.assertEqual(found["backtalk_latency_seconds_bucket le=0.001"],
                         sum(count for value, count in ours.buckets if value <= 1e6))
        self.assertAlmostEqual(found["backtalk_latency_seconds_sum"], report["latency_ns"]["mean"] * 3000 / 1e9, places=6)
        with self.assertRaises(ValueError):  # the parser can say no
            open_metrics(text.replace("# EOF\n", ""))

    def test_google_benchmark(self) -> None:
        report = self.run_of_all.report
        written = json.loads(self.read("google-benchmark"))
        rows = {row["name"]: row for row in written["benchmarks"]}
        self.assertEqual(written["context"]["backtalk_url"], report["target"]["url"])
        for figure in ("p50", "p90", "p99", "mean"):
            self.assertEqual(rows[f"http/request/{figure}"]["real_time"], report["latency_ns"][figure])
        each = rows["http/request/time_each"]
        self.assertAlmostEqual(each["items_per_second"], report["transactions"]["per_s"], places=3)
        self.assertAlmostEqual(each["real_time"], 1e9 / report["transactions"]["per_s"], places=3)
        for row in rows.values():
            self.assertEqual((row["run_type"], row["time_unit"], row["run_name"]), ("iteration", "ns", row["name"]))


class Failures(LoadTest):
    def test_refusals_are_counted_where_they_happened(self) -> None:
        with Builtin("http://127.0.0.1:0") as server, tempfile.TemporaryDirectory() as folder:
            run = load(f"{server.url}/status/404", "-c", 2, "-n", 50, "--openmetrics", f"{folder}/om")
            self.assert_whole(run)
            self.assertEqual(sum(point["refused"] for point in run.report["series"]["points"]), 50)
            self.assertEqual(open_metrics(Path(folder, "om").read_text())["backtalk_errors_total name=reply-4xx"], 50)

    def test_standard_output_has_the_data_alone(self) -> None:
        texts = {}
        with Builtin("http://127.0.0.1:0") as server:
            for option in ("--csv", "--openmetrics", "--google-benchmark", "--html"):
                done = subprocess.run([program(), "load", f"{server.url}/10", "-c", "1", "-n", "9", option, "-"],
                                      capture_output=True, text=True, timeout=120, check=False)
                self.assertEqual(done.returncode, 0, done.stderr)
                texts[option] = done.stdout
        lines = texts["--csv"].splitlines()
        self.assertEqual({line.count(",") for line in lines}, {lines[0].count(",")})
        self.assertTrue(lines[0].startswith("t_s,"))
        self.assertTrue(texts["--openmetrics"].startswith("# "))
        self.assertTrue(texts["--openmetrics"].endswith("\n# EOF\n"))
        self.assertIn("benchmarks", json.loads(texts["--google-benchmark"]))
        self.assertTrue(texts["--html"].startswith("<!DOCTYPE html>"))
        self.assertTrue(texts["--html"].rstrip().endswith("</html>"))

    def test_what_cannot_be_is_refused(self) -> None:
        for words, why in ((("--csv", "-", "--hdr", "-"), "only one result can go to standard output"),
                           (("--csv", "/none/x"), "/none/x: cannot be written"),
                           (("--metrics-listen", "9x"), "--metrics-listen 9x: a port is expected"),
                           (("--metrics-listen", "127.0.0.1"), "a port is expected"),
                           (("--metrics-listen", "127.0.0.1:1/x"), "a port is expected"),
                           (("--metrics-listen", "9", "--repeat", 2), "--metrics-listen has no effect")):
            with self.subTest(words=words):
                run = load("http://127.0.0.1:9", "-n", 1, *words)
                self.assertEqual(run.code, 2)
                self.assertIn(why, run.err)


class Listening(LoadTest):
    def get(self, url: str, **fields: str) -> tuple[str, str]:
        with urllib.request.urlopen(urllib.request.Request(url, headers=fields), timeout=30) as answer:
            return answer.headers["Content-Type"], answer.read().decode()

    def get_in_the_end(self, url: str) -> str:
        """While all places are taken, a client is turned away."""
        give_up = time.monotonic() + 120
        while True:
            try:
                return self.get(url)[1]
            except OSError:
                self.assertLess(time.monotonic(), give_up)
                time.sleep(0.2)

    def raw(self, port: int, octets: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", port), timeout=30) as peer:
            with contextlib.suppress(OSError):
                peer.sendall(octets)
                peer.shutdown(socket.SHUT_WR)
            answer = b""
            with contextlib.suppress(OSError):
                while piece := peer.recv(65536):
                    answer += piece
            return answer

    def test_the_counters_of_a_run_that_goes_on(self) -> None:
        with Builtin("http://127.0.0.1:0") as server:
            command = [program(), "load", f"{server.url}/10", "-c", "2", "-d", "600s", "-r", "200", "--quiet",
                       "--metrics-listen", "0"]
            with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
                try:
                    self.watch(process)
                finally:
                    process.terminate()

    def test_where_it_listens_is_said(self) -> None:
        for where, said in (("0:0", r"0\.0\.0\.0:\d+/metrics, which other machines can read too"),
                            ("localhost:0", r"(127\.0\.0\.1|\[::1\]):\d+/metrics"),
                            ("127.0.0.1:0", r"127\.0\.0\.1:\d+/metrics")):
            with self.subTest(where=where), Builtin("http://127.0.0.1:0") as server:
                run = load(f"{server.url}/10", "-c", 1, "-n", 1, "--metrics-listen", where)
                self.assertRegex(run.err, rf"(?m)^backtalk load: metrics at http://{said}$")

    def watch(self, process: subprocess.Popen) -> None:
        url = re.match(r"backtalk load: metrics at (http://127\.0\.0\.1:(\d+)/metrics)$", process.stderr.readline())
        page, port = url[1], int(url[2])
        counts = []
        give_up = time.monotonic() + 60
        while time.monotonic() < give_up and (not counts or counts[-1] == 0):
            time.sleep(0.1)
            counts.append(open_metrics(self.get(page, Accept="application/openmetrics-text; version=1.0.0")[1])
                          ["backtalk_transactions_ended_total outcome=completed"])
        self.assertGreater(counts[-1], 0)
        kind, text = self.get(page)
        self.assertEqual(kind, "text/plain; version=0.0.4; charset=utf-8")
        # What is none, or too much, is answered or dropped, and the page is still there.
        self.assertTrue(self.raw(port, b"\0\xff garbage\r\n\r\n").startswith(b"HTTP/1.1 400 "))
        self.assertTrue(self.raw(port, b"POST /metrics HTTP/1.1\r\nHost: x\r\n\r\n").startswith(b"HTTP/1.1 405 "))
        self.assertTrue(self.raw(port, b"GET / HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 404 "))
        self.assertTrue(self.raw(port, b"GET /metrics HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 300_000)[:12]
                        in (b"", b"HTTP/1.1 400"))
        pipelined = self.raw(port, b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n" * 500)
        self.assertEqual(pipelined.count(b"HTTP/1.1 200 OK"), 1, "one answer a connection")
        with contextlib.ExitStack() as idle:  # none of them asks for anything, or ends
            for _ in range(40):
                with contextlib.suppress(OSError):
                    idle.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
            self.assertIn("backtalk_run{", self.get_in_the_end(page))
        self.assertIsNone(process.poll())
        checked = promtool(text)
        self.assertEqual((checked.returncode, checked.stdout + checked.stderr), (0, ""))
        self.assertNotEqual(promtool(text.replace("# HELP backtalk_sent_bytes_total", "# ")).returncode, 0)


if __name__ == "__main__":
    unittest.main()
