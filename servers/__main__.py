# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Starts a real server on loopback and prints its URLs, a service a line. Ctrl-C or SIGTERM ends it.

Without a name it lists the servers, and what each needs that is not here.
"""

import argparse
import signal
import sys
import time
from pathlib import Path

from .catalogue import ALL
from .place import Directory


def list_servers() -> None:
    for name, server in ALL.items():
        print(f"{name:12} {server.why_not() or 'can be started'}")


def run(name: str, directory: Path | None) -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C
    with ALL[name](place=Directory(name, directory)) as server:
        for service, url in server.urls().items():
            print(f"{service} {url}", flush=True)
        try:
            while server.process.exit_code() is None:
                time.sleep(0.1)
        except KeyboardInterrupt:
            for ending in (signal.SIGINT, signal.SIGTERM):
                signal.signal(ending, signal.SIG_IGN)  # it is ending already
            return 0
        print(f"{name} has ended by itself:\n{server.output()}", file=sys.stderr)
        return 1


def main() -> int:
    parser = argparse.ArgumentParser(prog="python3 -m servers", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", nargs="?", choices=ALL, metavar="NAME", help="the server")
    parser.add_argument("--directory", type=Path, metavar="DIR",
                        help="where its configuration, data and logs go, and stay; by default a temporary directory")
    options = parser.parse_args()
    if options.name is None:
        list_servers()
        return 0
    if reason := ALL[options.name].why_not():
        print(reason, file=sys.stderr)
        return 2
    try:
        return run(options.name, options.directory)
    except KeyboardInterrupt:  # while it started
        return 0
    except (OSError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
