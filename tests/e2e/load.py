# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Runs `backtalk load`, and knows what every result of it must have."""

import json
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TOP), str(TOP / "tools")]

from hdr_histogram import HdrHistogram  # noqa: E402
from json_schema import Schema  # noqa: E402
from servers.builtin import program  # noqa: E402
from side_by_side import SideBySide  # noqa: E402

# The three ways of sending a message: a command at a time, in the groups of RFC 2920, and in BDAT transactions 8 deep.
LOCK_STEP = ("-p", 1)
GROUPS = ("-p", 2)
BDAT = ("-p", 8, "--data", "bdat")
MODES = {"lock step": LOCK_STEP, "groups": GROUPS, "bdat": BDAT}

# How the connections of a run end, and fail, whose server is killed, and that is interrupted after the server is back:
# a connection that opens or says goodbye then has a second to finish.
RESTART_ERRORS = {"connect-refused", "connect-reset", "closed", "reset", "closed-in-body", "closed-bye", "tls-truncated",
                  "service-closing", "transfer-failed", "handshake-unfinished", "quit-unanswered"}
# Reasons of a verdict that any short run may have, and any run on a busy machine.
OF_THE_TESTS = {"too-short", "unstable", "generator-bound", "arrivals-off"}
SCHEMA = Schema.documented("load")


def read_report(text: str | bytes) -> dict:
    """A result as the program wrote it, which must be as the schema says."""
    report = json.loads(text)
    problems = SCHEMA.problems(report)
    if problems:
        raise AssertionError("not a result of backtalk.load/1:\n" + "\n".join(problems))
    return report


@cache
def workload_keys() -> dict[str, list[str]]:
    """By protocol, the keys of `workload`: the program has them from its table of options."""
    done = subprocess.run([program(), "--generate", "keys"], capture_output=True, text=True, timeout=60, check=True)
    return {protocol: keys for protocol, *keys in map(str.split, done.stdout.splitlines())}


@dataclass
class Run:
    code: int
    report: dict  # empty where the run wrote none
    out: str
    err: str

    @property
    def transactions(self) -> dict:
        return self.report["transactions"]

    @property
    def errors(self) -> dict:
        return self.report["errors"]

    @property
    def reasons(self) -> list[str]:
        """Why the result does not hold, by code, but for what the tests' own brevity and a machine with other things to
        do bring about: a test that is about one of those looks at `all_reasons`."""
        return [code for code in self.all_reasons if code not in OF_THE_TESTS]

    @property
    def all_reasons(self) -> list[str]:
        return [reason["code"] for reason in self.report["verdict"]["reasons"]]

    @property
    def notes(self) -> str:
        return "\n".join(self.report["notes"])

    def said(self, name: str) -> str:
        """What the server said first under that name."""
        return next(example["text"] for example in self.report["examples"] if example["name"] == name)

    def sent(self, command: str) -> int:
        return self.report["commands"].get(command, {}).get("sent", 0)

    def ok(self, command: str) -> int:
        return self.report["commands"].get(command, {}).get("ok", 0)

    def refused(self, command: str) -> int:
        return self.report["commands"].get(command, {}).get("refused", 0)

    def codes(self, command: str) -> dict[str, int]:
        return self.report["commands"].get(command, {}).get("codes", {})


class Load:
    """A run in the background, for tests that do something to it meanwhile; `finish` waits for its result."""

    def __init__(self, url: str, *options: object) -> None:
        self._directory = tempfile.TemporaryDirectory(prefix="backtalk-load-")
        self._json = Path(self._directory.name) / "result.json"
        arguments = [program(), "load", url, "--json", str(self._json), *map(str, options)]
        self.process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)

    def interrupt(self, limit_s: float = 60) -> Run:
        """Ends it as Ctrl-C does: its result holds until then."""
        self.process.send_signal(signal.SIGINT)
        return self.finish(limit_s)

    def finish(self, limit_s: float = 60) -> Run:
        try:
            out, err = self.process.communicate(timeout=limit_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            out, err = self.process.communicate()
            raise AssertionError(f"backtalk load did not end within {limit_s} s:\n{out}{err}") from None
        finally:
            text = self._json.read_text() if self._json.exists() else ""
            self._directory.cleanup()
        return Run(self.process.returncode, read_report(text) if text else {}, out, err)


def load(url: str, *options: object, limit_s: float = 60) -> Run:
    return Load(url, "--quiet", *options).finish(limit_s)


def load_inside(prefix: list[str], url: str, *options: object, limit_s: float = 60) -> Run:
    """The same with its summary, by a command that begins with this prefix: in a namespace of its own, for example."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "result.json"
        done = subprocess.run([*prefix, program(), "load", url, "--json", str(file), *map(str, options)],
                              capture_output=True, text=True, timeout=limit_s, check=False)
        # The file of a run that was refused is empty.
        written = file.read_text() if file.exists() else ""
        return Run(done.returncode, read_report(written) if written else {}, done.stdout, done.stderr)


def run_with_json(verb: str, *words: object, limit_s: float) -> tuple[subprocess.CompletedProcess[str], str | None]:
    """The verb as it ended, and what it wrote to --json; None if there is no such file."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "result.json"
        done = subprocess.run([program(), verb, "--json", str(file), *map(str, words)], capture_output=True, text=True,
                              timeout=limit_s, check=False)
        return done, file.read_text() if file.exists() else None


def run_series(*words: object, limit_s: float = 240) -> tuple[int, dict, str, str]:
    """The exit status of a load with several runs, its JSON (empty if it wrote none), and what it printed."""
    done, written = run_with_json("load", *words, limit_s=limit_s)
    return done.returncode, json.loads("{}" if written is None else written), done.stdout, done.stderr


class LoadTest(SideBySide):
    """What every test of a run checks."""

    def assert_whole(self, run: Run) -> None:
        """There is a result, which `read_report` has read, and no transaction in it is lost or counted twice."""
        report = run.report
        self.assertTrue(report, f"no result was written (exit {run.code}):\n{run.out}{run.err}")
        self.assertEqual(list(report["workload"]), workload_keys()[report["target"]["protocol"]])
        for name, command in report["commands"].items():
            answered = command["ok"] + command["refused"] + command["unexpected"]
            self.assertGreaterEqual(command["sent"], answered, name)
            self.assertEqual(sum(command["codes"].values()), answered, name)
            self.assertEqual(command["latency_ns"]["count"], answered, name)
        self.assertEqual(report["verdict"]["valid"], not report["verdict"]["reasons"])
        self.assert_adds_up(run)

    def assert_adds_up(self, run: Run) -> None:
        counts = run.transactions
        self.assertEqual(counts["started"], counts["completed"] + counts["failed"] + counts["unfinished"], counts)
        self.assertLessEqual(counts["in_doubt"], counts["failed"] + counts["unfinished"], counts)
        self.assertEqual(run.report["latency_ns"]["count"], counts["completed"])
        self.assertEqual(HdrHistogram(run.report["histogram"]["latency"]).count, counts["completed"])
        self.assertEqual(sum(interval["completed"] for interval in run.report["intervals"]), counts["completed"])
        self.assertGreaterEqual(sum(run.errors.values()), counts["failed"], "every failure has a name")
        self.assert_series_adds_up(run.report)
        if sessions := run.report["sessions"]:
            self.assertEqual(sessions["started"], sessions["completed"] + sessions["failed"] + sessions["unfinished"])
            self.assertEqual(sessions["latency_ns"]["count"], sessions["completed"])
            self.assertEqual(HdrHistogram(sessions["histogram"]).count, sessions["completed"])
            self.assertGreaterEqual(sum(run.errors.values()), sessions["failed"], "every failure has a name")

    def assert_series_adds_up(self, report: dict) -> None:
        points = report["series"]["points"]
        sums = {key: sum(point[key] for point in points) for key in
                ("started", "completed", "failed", "unfinished", "sent", "received")}
        expected = {key: report["transactions"][key] for key in ("started", "completed", "failed", "unfinished")}
        self.assertEqual(sums, expected | {key: report["bytes"][key] for key in ("sent", "received")})
        for at, point in enumerate(points):
            self.assertAlmostEqual(point["t_s"], at * report["series"]["width_s"])
            self.assertLessEqual(point["timed_out"] + point["refused"], point["failed"])

    def assert_all_completed(self, run: Run, count: int) -> None:
        self.assert_whole(run)
        self.assertEqual(run.code, 0, run.err)
        self.assertEqual(run.transactions["started"], count)
        self.assertEqual(run.transactions["completed"], count, run.errors)
        self.assertEqual(run.errors, {})
