#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Searches for the slowest inputs: worst.py PROGRAM SEED-FOLDER OUT [--seconds S] [--only SUBJECT]

Runs the search of bench/worst/search.cpp for S seconds for each of Backtalk's parsers and each size. It continues from the
streams in OUT, and writes slower ones there.
"""

import argparse
import subprocess
import sys
from pathlib import Path

SUBJECTS = ("http-response", "http-chunked", "http-request", "smtp-reply", "smtp-command", "smtp-data", "pop3-listing",
            "pop3-body", "pop3-status", "pop3-command", "imap-response", "imap-command")
OCTETS = (256, 4096, 65536)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=Path)
    parser.add_argument("seeds", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--only", default="", help="subjects whose names begin with this")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for subject in SUBJECTS:
        if not subject.startswith(options.only):
            continue
        for octets in OCTETS:
            path = options.out / f"{subject}-{octets}.stream"
            seeds = str(options.seeds / subject.split("-")[0])
            code = subprocess.run([str(options.program), subject, str(octets), str(options.seconds), str(path), seeds],
                                  check=False).returncode
            if code != 0:
                return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
