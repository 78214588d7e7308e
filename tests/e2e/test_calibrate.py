# SPDX-License-Identifier: Apache-2.0 OR MIT
"""`backtalk calibrate`: what it keeps, and which results quote it."""

import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from json_schema import Schema
from load import program, read_report
from planted import assert_finds_all, assert_requires_all
from servers.builtin import Builtin

SCHEMA = Schema.documented("calibrate")


class Calibrate(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.environment = {**os.environ, "XDG_STATE_HOME": cls.folder.name}
        cls.kept = Path(cls.folder.name) / "backtalk/calibration.json"
        cls.done = cls.run_it("calibrate", "-d", "500ms")

    @classmethod
    def run_it(cls, *words: object) -> subprocess.CompletedProcess:
        return subprocess.run([program(), *map(str, words)], capture_output=True, text=True, timeout=300, check=False,
                              env=cls.environment)

    def load(self, url: str, *words: object) -> tuple[dict, str]:
        """The result, and the summary."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "result.json"
            done = self.run_it("load", url, "--json", file, *words)
            return read_report(file.read_text()), done.stdout

    def test_keeps_a_floor_of_each_protocol_in_clear_text_and_over_tls_at_two_depths(self) -> None:
        self.assertEqual(self.done.returncode, 0, self.done.stderr)
        report = json.loads(self.kept.read_text())
        self.assertEqual(SCHEMA.problems(report), [])
        self.assertEqual([(row["protocol"], row["tls"] is not None, row["pipeline"]) for row in report["floors"]],
                         [(protocol, tls, depth) for protocol in ("smtp", "lmtp", "pop3", "imap", "http")
                          for tls in (False, True) for depth in (1, 16)])
        self.assertEqual(report["machine"]["host"], os.uname().nodename)
        self.assertEqual(report["machine"]["kernel"], os.uname().release)
        self.assertIn(f"saved in {self.kept}", self.done.stdout)

    def test_is_quoted_by_such_a_run_with_its_age_and_its_file(self) -> None:
        rows = json.loads(self.kept.read_text())["floors"]
        known = next(row for row in rows if (row["protocol"], row["tls"], row["pipeline"]) == ("smtp", None, 1))
        with Builtin("smtp://127.0.0.1:0", "--fault", "service=const:20ms") as server:
            report, out = self.load(server.url, "-c", 2, "-n", 20, "--to", "somebody@else.example")
        floor = report["floor"]
        self.assertEqual((floor["p50_ns"], floor["p99_ns"]), (known["p50_ns"], known["p99_ns"]))
        self.assertEqual(floor["file"], str(self.kept))
        self.assertRegex(out, r"floor     of the [\d.]+ ms p50, [\d.]+ \w+ are this machine's own "
                              r"\(calibrated (just now|\d+ minutes? ago)\)")

    def test_over_tls_is_quoted_by_runs_with_that_cipher(self) -> None:
        """Whether TLS began at once or by STARTTLS."""
        rows = json.loads(self.kept.read_text())["floors"]
        known = next(row for row in rows if row["protocol"] == "smtp" and row["tls"] and row["pipeline"] == 1)
        for url, words in (("smtps://127.0.0.1:0", ()), ("smtp://127.0.0.1:0", ("--starttls",))):
            with self.subTest(url), Builtin(url, "--fault", "service=const:20ms") as server:
                report, out = self.load(server.url, "-n", 20, "--insecure", *words)
                self.assertEqual(report["target"]["tls"]["cipher"], known["tls"])
                self.assertEqual(report["floor"]["p50_ns"], known["p50_ns"])
                self.assertIn("\nfloor     of the ", out)
                report, _ = self.load(server.url, "-n", 20, "--insecure", *words, "--tls-version", "1.2")
                self.assertNotEqual(report["target"]["tls"]["cipher"], known["tls"])
                self.assertIsNone(report["floor"])

    def test_is_not_quoted_by_another_run(self) -> None:
        with Builtin("smtp://127.0.0.1:0") as server:
            for words in (("-p", 2), ("--size", 99), ("--exercise", "noop")):
                report, out = self.load(server.url, "-n", 20, *words)
                self.assertIsNone(report["floor"], words)
                self.assertNotIn("\nfloor ", out)

    def test_of_another_machine_is_not_quoted(self) -> None:
        report = json.loads(self.kept.read_text())
        for key in ("host", "processor", "kernel"):
            other = {**report, "machine": {**report["machine"], key: "other"}}
            with self.subTest(key), tempfile.TemporaryDirectory() as folder, Builtin("smtp://127.0.0.1:0") as server:
                kept = Path(folder) / "backtalk/calibration.json"
                kept.parent.mkdir()
                kept.write_text(json.dumps(other))
                done = subprocess.run([program(), "load", server.url, "-n", "9", "--quiet", "--json", "-"], check=False,
                                      capture_output=True, timeout=60, env={**self.environment, "XDG_STATE_HOME": folder})
                self.assertIsNone(read_report(done.stdout)["floor"])

    def test_can_be_kept_elsewhere(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "new/floor.json"
            before = self.kept.read_text()
            done = self.run_it("calibrate", "-d", "500ms", "--out", file, "--quiet")
            self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)
            self.assertEqual(SCHEMA.problems(json.loads(file.read_text())), [])
            self.assertEqual(self.kept.read_text(), before)

    def test_leaves_no_server_behind(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            process = subprocess.Popen([program(), "calibrate", "-d", "50ms", "--quiet", "--out", f"{folder}/a"],
                                       start_new_session=True)
            process.wait(timeout=300)
            with self.assertRaises(ProcessLookupError):
                os.killpg(process.pid, 0)

    def test_the_schema_finds_whatever_is_wrong(self) -> None:
        report = json.loads(self.kept.read_text())
        report["floors"] = report["floors"][:1]
        assert_finds_all(self, SCHEMA, report)
        assert_requires_all(self, SCHEMA)


if __name__ == "__main__":
    unittest.main()
