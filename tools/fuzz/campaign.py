# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Fuzzing one target with libFuzzer for some time, and what it finds."""

import os
import re
import shlex
import struct
import subprocess
import time
from pathlib import Path

from command_line import TOP
from targets import Target
from verdict import Verdict, environment_for, verdict_of

FINDINGS_MAX = 10  # of one target; then there is enough to look at
STATUS = re.compile(r"^#\d+\s+\S+\s+cov: (\d+) (?:ft: (\d+) )?corp: (\d+)/(\S+)", re.MULTILINE)


class Finding:
    def __init__(self, target: Target, path: Path, verdict: Verdict) -> None:
        self.target, self.path, self.verdict = target, path, verdict

    def command(self) -> str:
        return f"./run fuzz triage {shlex.quote(os.path.relpath(self.path, TOP))} {self.target.name}"


class Campaign:
    """One target and its time. A process at a time, as many one after the other as there are findings."""

    def __init__(self, target: Target, seconds: int, long: bool) -> None:
        self.target, self.seconds, self.long = target, seconds, long
        self.corpus = TOP / "build/corpus" / target.name
        self.findings_folder = TOP / "build/findings" / target.name
        self.log_path = TOP / "build/logs" / f"fuzz-{target.name}.log"
        self.progress_path = TOP / "build/logs" / f"fuzz-{target.name}.progress"
        self.process: subprocess.Popen | None = None
        self.begun = self.ended = 0.0
        self.earlier = [0, 0]  # executions of the processes before, and those of them that all was asked of
        self.coverage = self.features = self.inputs = 0
        self.octets = "0"
        self.findings: list[Finding] = []
        self.processes = 0
        self.log_read = self.log_begun = 0
        self.broken = ""  # why it could not be run

    def start(self) -> None:
        for folder in (self.corpus, self.findings_folder, self.log_path.parent):
            folder.mkdir(parents=True, exist_ok=True)
        if self.processes == 0:
            self.begun = time.monotonic()
            self.log_path.write_bytes(b"")
        self.processes += 1
        self.progress_path.unlink(missing_ok=True)
        arguments = [str(self.target.program), f"-max_total_time={max(1, round(self.left()))}", "-print_final_stats=1",
                     f"-artifact_prefix={self.findings_folder}/", "-timeout=20", "-rss_limit_mb=2560"]
        arguments += ["-max_len=262144", "-len_control=0"] if self.long else ["-max_len=16384", "-len_control=100"]
        if self.target.dictionary():
            arguments.append(f"-dict={self.target.dictionary()}")
        arguments += [str(self.corpus), *map(str, self.target.seeds() + self.target.own_seeds())]
        environment = environment_for(self.target, BACKTALK_FUZZ_PROGRESS=str(self.progress_path), BACKTALK_FUZZ_SHADOW="direct")
        if self.long:
            environment["BACKTALK_FUZZ_EXCERPTS"] = "0"
        self.log_begun = self.log_read = self.log_path.stat().st_size
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(arguments, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=environment)

    def left(self) -> float:
        return self.seconds - (time.monotonic() - self.begun)

    def elapsed(self) -> float:
        return (self.ended or time.monotonic()) - self.begun if self.begun else 0.0

    def counts(self) -> tuple[int, int]:
        try:
            now = struct.unpack("=QQ", self.progress_path.read_bytes())
        except (OSError, struct.error):
            now = (0, 0)
        return self.earlier[0] + now[0], self.earlier[1] + now[1]

    def look(self) -> None:
        """Takes what the log has that is new; where the process has ended, takes its finding, and goes on."""
        if self.process is None:
            return
        code = self.process.poll()
        with self.log_path.open("rb") as log:
            log.seek(self.log_read)
            text = log.read().decode(errors="replace")
            self.log_read = log.tell()
        for coverage, features, inputs, octets in STATUS.findall(text):
            self.coverage, self.features = max(self.coverage, int(coverage)), max(self.features, int(features or 0))
            self.inputs, self.octets = int(inputs), octets
        if code is None:
            return
        self.process = None
        self.earlier = list(self.counts())
        self.progress_path.unlink(missing_ok=True)
        if code != 0:
            self.collect_finding(code)
        if code != 0 and not self.broken and len(self.findings) < FINDINGS_MAX and self.left() >= 2:
            self.start()
        else:
            self.ended = time.monotonic()

    def collect_finding(self, code: int) -> None:
        with self.log_path.open("rb") as log:
            log.seek(self.log_begun)
            text = log.read().decode(errors="replace")
        written = re.search(r"Test unit written to (.*)", text)
        if written is None:
            self.broken = f"it ended with status {code} and without an input; {os.path.relpath(self.log_path, TOP)} has its output"
            return
        finding = Finding(self.target, Path(written.group(1)), verdict_of(text, code))
        self.findings.append(finding)

    def different(self) -> int:
        return len({finding.verdict.kind() for finding in self.findings})

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait()
            self.look()
