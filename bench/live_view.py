#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""What the live view costs: the CPU time of `backtalk load` for each message, with the view and without.

    live_view.py [--pairs N] [--seconds S]

Both run at a terminal of 80 columns and 24 rows, one after the other in random order, against the built-in server, which
has a core of its own. The time is that of the whole process, the thread that draws included. The estimate is that of Hodges
and Lehmann over the pairs, and its interval holds at 95 % (`backtalk compare --samples`). The exit status is 1 if the
interval reaches 1 % or more above 1. On a machine that does other things it is wider than that; what the threads use that
do not carry out the run, the view's among them, is known all the same, and printed too.
"""

import argparse
import fcntl
import json
import os
import pty
import random
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import threading
from dataclasses import dataclass
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TOP), str(TOP / "bench")]

from judge import Row, judge, program  # noqa: E402
from servers.builtin import Builtin  # noqa: E402

CLIENT_CORE, SERVER_CORE = "0", "1"
LIMIT = 1.01
PAIRS_MIN = 6  # fewer have no interval
WAYS = {"without": "never", "with": "auto"}
FRAME = b"\x1b[?25l"  # each begins with that


@dataclass(frozen=True)
class Used:
    message_us: float  # CPU time
    beside: float  # the share of it of threads that do not carry out the run
    frames: int


def run(url: str, seconds: float, live: str) -> Used:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    drawn = bytearray()

    def read() -> None:
        try:
            while text := os.read(ours, 65536):
                drawn.extend(text)
        except OSError:  # nobody writes any more
            pass

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "result.json"
        words = ["load", url, "-c", "4", "-p", "2", "--batch-wait", "0", "-d", f"{seconds}s", "--live", live, "--json", str(file)]
        client = subprocess.Popen(["taskset", "-c", CLIENT_CORE, program(), *words], stdout=subprocess.DEVNULL,
                                  stdin=subprocess.DEVNULL, stderr=theirs, env=os.environ | {"TERM": "xterm", "LANG": "C.UTF-8"})
        os.close(theirs)
        reader = threading.Thread(target=read)
        reader.start()
        _, status, usage = os.wait4(client.pid, 0)
        client.returncode = os.waitstatus_to_exitcode(status)
        reader.join()
        os.close(ours)
        if client.returncode != 0:
            raise SystemExit(f"backtalk load ended with {client.returncode}: {drawn.decode(errors='replace')}")
        report = json.loads(file.read_text(encoding="utf-8"))
    cpu_s = usage.ru_utime + usage.ru_stime
    return Used(cpu_s * 1e6 / report["transactions"]["completed"], 1 - report["client"]["cpu_s"] / cpu_s, drawn.count(FRAME))


def measure(pairs: int, seconds: float) -> dict[str, list[Used]]:
    used: dict[str, list[Used]] = {way: [] for way in WAYS}
    with Builtin() as server:
        subprocess.run(["taskset", "-a", "-c", "-p", SERVER_CORE, str(server.pid)], check=True, capture_output=True)
        run(server.url, seconds, "never")  # what only the first run pays
        for pair in range(pairs):
            for way in random.sample(list(WAYS), len(WAYS)):
                one = run(server.url, seconds, WAYS[way])
                if (one.frames > 0) != (way == "with"):
                    raise SystemExit(f"{way} the view, {one.frames} frames were drawn")
                used[way].append(one)
            print(f"pair {pair + 1:>2}: " + ", ".join(f"{way} {used[way][-1].message_us:.3f} us" for way in WAYS), flush=True)
    return used


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=10, help="%(default)s; 6 at least")
    parser.add_argument("--seconds", type=float, default=5, help="of each run: %(default)s")
    options = parser.parse_args()
    if options.pairs < PAIRS_MIN:
        parser.error(f"--pairs: {PAIRS_MIN} at least, as fewer have no interval")
    used = measure(options.pairs, options.seconds)
    without, having = ([one.message_us for one in used[way]] for way in WAYS)
    found = judge("without", "with", [Row("cpu", "us", without, having)])["cpu"]
    per_s = statistics.mean(one.frames for one in used["with"]) / options.seconds
    beside = {way: statistics.median(one.beside for one in used[way]) * 100 for way in WAYS}
    print(f"CPU per message: without {found.a_median:.3f} us, with {found.b_median:.3f} us (medians); {per_s:.1f} frames/s")
    print(f"of it beside the run's threads: without {beside['without']:.2f} %, with {beside['with']:.2f} % (medians)")
    print(f"ratio {found.ratio:.4f} ({found.low:.4f}-{found.high:.4f}), which has to stay below {LIMIT}")
    return 0 if found.high < LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
