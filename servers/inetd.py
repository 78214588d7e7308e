# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Serves a program that talks on its standard input and output, as inetd does: inetd.py PORT COMMAND..."""

import signal
import socket
import subprocess
import sys
from pathlib import Path


def command(port: int, *program: str) -> list[str]:
    """The command that starts this file for a port and a program."""
    return [sys.executable, "-B", str(Path(__file__)), str(port), *program]


def serve(port: int, program: list[str]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel reaps the children
    with socket.create_server(("127.0.0.1", port), backlog=64) as listener:
        while True:
            connection, _ = listener.accept()
            with connection:
                subprocess.Popen(program, stdin=connection, stdout=connection, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2:])
