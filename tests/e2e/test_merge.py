# SPDX-License-Identifier: Apache-2.0 OR MIT
"""`backtalk merge`: one result of several."""

import copy
import json
import subprocess
import tempfile
import unittest
from collections import Counter
from pathlib import Path

from load import SCHEMA, HdrHistogram, LoadTest, load, program
from servers.builtin import Builtin

HOUR_US = 3_600_000_000


def counted(*texts: str) -> Counter:
    out: Counter = Counter()
    for text in texts:
        out.update(dict(HdrHistogram(text).buckets))
    return out


class Merge(LoadTest):
    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        with Builtin("http://127.0.0.1:0") as server:
            cls.parts = [load(f"{server.url}/10", "-c", 2, "-n", 500, "--seed", seed, "--hdr", cls.folder / "log").report
                         for seed in (1, 2)]
            cls.other = load(f"{server.url}/10", "-c", 2, "-n", 500, "-p", 4).report

    def merge(self, *reports: dict) -> tuple[int, dict, str]:
        files = []
        for number, report in enumerate(reports):
            file = self.folder / f"{number}.json"
            file.write_text(json.dumps(report))
            files.append(str(file))
        done = subprocess.run([program(), "merge", *files, "--json", "-"], capture_output=True, text=True, timeout=60,
                              check=False)
        report = json.loads(done.stdout) if done.stdout else {}
        if report:
            self.assertEqual(SCHEMA.problems(report), [])
            self.assert_series_adds_up(report)
        return done.returncode, report, done.stderr

    def at(self, report: dict, begin_us: int) -> dict:
        moved = copy.deepcopy(report)
        moved["spans"][0]["begin_unix_us"] = begin_us
        return moved

    def test_the_histogram_is_that_of_one_that_saw_all(self) -> None:
        code, merged, err = self.merge(*self.parts)
        self.assertEqual(code, 0, err)
        self.assertEqual(counted(merged["histogram"]["latency"]),
                         counted(*(part["histogram"]["latency"] for part in self.parts)))
        self.assertEqual(merged["transactions"]["completed"], 1000)
        everything = HdrHistogram(merged["histogram"]["latency"])
        for name, share in (("p50", 0.5), ("p90", 0.9)):
            self.assertEqual(merged["latency_ns"][name], everything.percentile(share))

    def test_the_rate_is_that_of_the_busy_time(self) -> None:
        first, second = self.at(self.parts[0], HOUR_US), self.at(self.parts[1], 2 * HOUR_US)
        code, merged, err = self.merge(second, first)
        self.assertEqual(code, 0, err)
        busy_s = first["elapsed_s"] + second["elapsed_s"]
        self.assertAlmostEqual(merged["elapsed_s"], busy_s, places=8)
        self.assertAlmostEqual(merged["transactions"]["per_s"], 1000 / busy_s, places=3)
        self.assertEqual([span["begin_unix_us"] for span in merged["spans"]], [HOUR_US, 2 * HOUR_US])
        self.assertEqual(merged["workload"]["connections"], 2)

    def test_runs_at_the_same_time_are_parts_of_one(self) -> None:
        first, second = self.at(self.parts[0], HOUR_US), self.at(self.parts[1], HOUR_US + 1)
        code, merged, err = self.merge(first, second)
        self.assertEqual(code, 0, err)
        longest = max(first["elapsed_s"], second["elapsed_s"] + 1e-6)
        self.assertAlmostEqual(merged["elapsed_s"], longest, places=8)
        self.assertEqual(merged["workload"]["connections"], 4)
        self.assertEqual(len(merged["spans"]), 1)

    def test_other_loads_are_refused_with_what_differs(self) -> None:
        later = self.at(self.parts[1], self.parts[0]["spans"][0]["begin_unix_us"] + HOUR_US)
        more = copy.deepcopy(later)
        more["workload"]["connections"] = 3
        elsewhere = copy.deepcopy(later)
        elsewhere["target"]["url"] = "http://127.0.0.1:9/10"
        broken = copy.deepcopy(later)
        broken["spans"][0]["length_s"] += 1
        for what, other, why in (("depth", self.other, "`pipeline` differs: 4, not 1"),
                                 ("later and with more connections", more, "`connections` differs: 3, not 2"),
                                 ("target", elsewhere, "another target than the first (`http://127.0.0.1:9/10`, not"),
                                 ("spans", broken, "`spans`: their lengths do not add up")):
            with self.subTest(what):
                code, merged, err = self.merge(self.parts[0], other)
                self.assertEqual((code, merged), (2, {}))
                self.assertIn("/1.json", err)
                self.assertIn(why, err)

    def run_merge(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([program(), "merge", *words], capture_output=True, text=True, timeout=60, check=False)

    def files_of_parts(self) -> list[str]:
        files = [self.folder / f"part{number}.json" for number in range(len(self.parts))]
        for file, part in zip(files, self.parts, strict=True):
            file.write_text(json.dumps(part))
        return [str(file) for file in files]

    def test_a_result_is_not_counted_twice(self) -> None:
        one, two = self.files_of_parts()
        copied = self.folder / "copied.json"
        copied.write_text(json.dumps(self.parts[0], indent=1))
        for again in (one, str(copied)):
            done = self.run_merge(one, two, again)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertEqual(done.stderr, f"backtalk merge: {again} is the same result as {one}\n")

    def test_a_result_is_not_overwritten(self) -> None:
        one, two = self.files_of_parts()
        link = self.folder / "link.json"
        link.unlink(missing_ok=True)
        link.symlink_to(two)
        for option, file in (("--csv", one), ("--json", two), ("--openmetrics", str(link))):
            with self.subTest(option=option):
                done = self.run_merge(one, two, option, file)
                self.assertEqual(done.returncode, 2)
                self.assertIn("would be overwritten", done.stderr)
        self.assertEqual([json.loads(Path(file).read_text()) for file in (one, two)], self.parts)

    def test_a_merge_that_fails_leaves_no_file(self) -> None:
        one, none, out = self.files_of_parts()[0], self.folder / "none.json", self.folder / "out.json"
        done = self.run_merge(one, str(none), "--json", str(out))
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stderr, f"backtalk merge: {none}: there is no such file\n")
        self.assertFalse(out.exists())
        done = self.run_merge(*self.files_of_parts(), "--json", "/none/out.json")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("/none/out.json: cannot be written", done.stderr)

    def test_a_file_does_not_drive_the_terminal(self) -> None:
        hostile = copy.deepcopy(self.parts[1])
        hostile["target"]["url"] += "\x1b]0;owned\x07\x9b31m"
        files = self.files_of_parts()
        Path(files[1]).write_text(json.dumps(hostile))
        done = self.run_merge(*files)
        self.assertEqual(done.returncode, 2)
        self.assertIn(r"\x1b]0;owned\x07\x9b31m", done.stderr)
        both = copy.deepcopy(self.parts[0])
        both["target"]["url"] = hostile["target"]["url"]
        Path(files[0]).write_text(json.dumps(both))
        done = self.run_merge(*files)
        for text in (done.stdout, done.stderr):
            self.assertNotRegex(text, "[\x00-\x09\x0b-\x1f\x7f-\x9f]")

    def test_standard_output_has_the_data_alone(self) -> None:
        done = self.run_merge(*self.files_of_parts(), "--csv", "-")
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = done.stdout.splitlines()
        self.assertEqual({line.count(",") for line in lines}, {lines[0].count(",")})

    def test_usage(self) -> None:
        for files, why in ((("/none", "/none"), "/none"), (("/none",), "two or more"), ((), "two or more")):
            done = subprocess.run([program(), "merge", *files], capture_output=True, text=True, timeout=60, check=False)
            self.assertEqual(done.returncode, 2)
            self.assertIn(why, done.stderr)


if __name__ == "__main__":
    unittest.main()
