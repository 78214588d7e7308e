#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Runs clang-tidy on files, one for each processor at a time, and reports its progress.

    clang_tidy.py BUILD FILE...

BUILD is a configured build folder. A file that it does not compile is left out. Exit status: 0 clang-tidy found nothing, 1 it
did.
"""

import concurrent.futures
import json
import os
import subprocess
import sys
import time
from pathlib import Path

SECONDS_A_FILE = 18  # of one core, on average


def span(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 60 else f"{int(seconds) // 60} min {int(seconds) % 60} s"


def look(build: str, file: str) -> tuple[str, int, str]:
    ran = subprocess.run(["clang-tidy-19", "--quiet", "-p", build, file], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, text=True, errors="replace", check=False)
    # Standard error has counts of warnings that are not shown, unless something went wrong.
    return file, ran.returncode, ran.stdout + (ran.stderr if ran.returncode and not ran.stdout else "")


def main() -> int:
    if len(sys.argv) < 3:
        print(__doc__, file=sys.stderr)
        return 2
    build, wanted = sys.argv[1], sys.argv[2:]
    compiled = {entry["file"] for entry in json.loads((Path(build) / "compile_commands.json").read_text())}
    files = [file for file in wanted if os.path.abspath(file) in compiled]
    if left_out := sorted(set(wanted) - set(files)):
        print(f"Not compiled by this build, and left out: {' '.join(left_out)}", file=sys.stderr)
    if not files:
        return 0
    jobs, begun, failed = os.cpu_count() or 1, time.monotonic(), []
    estimate = len(files) * SECONDS_A_FILE / min(jobs, len(files))
    print(f"clang-tidy: {len(files)} files, about {span(estimate)} on {jobs} cores.", file=sys.stderr, flush=True)
    pool = concurrent.futures.ThreadPoolExecutor(jobs)
    try:
        pending = [pool.submit(look, build, file) for file in files]
        for count, done in enumerate(concurrent.futures.as_completed(pending), 1):
            file, code, said = done.result()
            print(f"clang-tidy {count}/{len(files)} {file}" + (": FAILED" if code else ""), file=sys.stderr, flush=True)
            if code:
                failed.append(file)
                print(said, flush=True)
    except KeyboardInterrupt:
        pool.shutdown(wait=False, cancel_futures=True)
        return 130
    took = span(time.monotonic() - begun)
    print(f"clang-tidy took {took}" + (f"; it complains about {' '.join(sorted(failed))}." if failed else "."),
          file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
