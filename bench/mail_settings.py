#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""What a mail server's own settings do to a number. Usage: mail_settings.py BACKTALK [--rounds N] [--seconds N]

Each server is started with each of the settings, and loaded in lock step and pipelined. The rounds are interleaved; the
median of them is shown, and the rate as a share of the first row of that server. docs/mail-servers.md has a run of it.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TOP))

from servers import exim  # noqa: E402
from servers.opensmtpd import OpenSmtpd  # noqa: E402
from servers.postfix import Postfix  # noqa: E402
from servers.server import Server  # noqa: E402
from servers.smtp_sink import SmtpSink  # noqa: E402

LOCK_STEP = ("-p", "1")
PIPELINED = ("-p", "2")


class Exim(exim.Exim):
    def __init__(self, queue_only: bool) -> None:
        super().__init__(for_load=True)
        if queue_only:
            self._configuration = f"queue_only = true\n{self._configuration}"


Row = tuple[str, str, Callable[[], Server], tuple[str, ...]]
ROWS: list[Row] = [
    ("smtp-sink", "", SmtpSink, LOCK_STEP),
    ("smtp-sink", "", SmtpSink, PIPELINED),
    ("Postfix", "in_flow_delay = 1s", lambda: Postfix(for_load=True, in_flow_delay="1s"), LOCK_STEP),
    ("Postfix", "in_flow_delay = 1s", lambda: Postfix(for_load=True, in_flow_delay="1s"), PIPELINED),
    ("Postfix", "in_flow_delay = 0", lambda: Postfix(for_load=True, in_flow_delay="0"), LOCK_STEP),
    ("Postfix", "in_flow_delay = 0", lambda: Postfix(for_load=True, in_flow_delay="0"), PIPELINED),
    ("Postfix", "default_process_limit = 5", lambda: Postfix(for_load=True, default_process_limit=5), LOCK_STEP),
    ("Exim", "", lambda: Exim(False), LOCK_STEP),
    ("Exim", "", lambda: Exim(False), PIPELINED),
    ("Exim", "queue_only = true", lambda: Exim(True), LOCK_STEP),
    ("Exim", "queue_only = true", lambda: Exim(True), PIPELINED),
    ("OpenSMTPD", "max-mails 1000000", lambda: OpenSmtpd(for_load=True), LOCK_STEP),
    ("OpenSMTPD", "as it comes (100 messages)", OpenSmtpd, LOCK_STEP),
]


def load(program: Path, url: str, seconds: float, words: tuple[str, ...]) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "result.json"
        subprocess.run([program, "load", url, "--quiet", "--json", file, "-c", "20", "-d", f"{seconds}s", "--timeout", "5s",
                        "--warmup", "1s", "--to", "u1@example.org", *words], stderr=subprocess.DEVNULL, check=False)
        return json.loads(file.read_text())


def ms(report: dict, name: str) -> float:
    return (report["latency_ns"][name] or 0) / 1e6


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("program", type=Path)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--seconds", type=float, default=5, help="of each run")
    given = arguments.parse_args()
    reports: list[list[dict]] = [[] for _ in ROWS]
    for _ in range(given.rounds):
        for index, (server, setting, start, words) in enumerate(ROWS):
            try:
                with start() as running:
                    url = running.url.replace("localhost", "127.0.0.1")
                    reports[index].append(load(given.program, url, given.seconds, words))
            except Exception as problem:
                print(f"{server} {setting}: {problem}", file=sys.stderr)
    print("| server | setting | | messages/s | of its first row | p50 ms | p99 ms | errors |\n|---|---|---|---|---|---|---|---|")
    first: dict[str, float] = {}
    for (server, setting, _, words), runs in zip(ROWS, reports, strict=True):
        if not runs:
            continue
        rate = statistics.median(run["transactions"]["per_s"] for run in runs)
        first.setdefault(server, rate)
        p50, p99 = (statistics.median(ms(run, name) for run in runs) for name in ("p50", "p99"))
        errors = ", ".join(f"{name} {count}" for name, count in runs[-1]["errors"].items())
        how = "lock step" if words == LOCK_STEP else "pipelined"
        print(f"| {server} | {setting} | {how} | {rate:.0f} | {rate / first[server] if first[server] else 0:.2f} | {p50:.2f} | "
              f"{p99:.1f} | {errors} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
