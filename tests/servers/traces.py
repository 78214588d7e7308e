# SPDX-License-Identifier: Apache-2.0 OR MIT
"""What a server can leave behind: processes, listening ports, files."""

import os
import socket
import time
from pathlib import Path

# Where a server could write if its configuration did not say otherwise. Only names are compared, and other programs may
# come and go, so /tmp is not among them: there, the server's own directory must be gone.
WATCHED = ("/etc", "/var/lib", "/var/lock", "/var/log", "/var/mail", "/var/spool", "/run", "/run/lock", "/dev/shm",
           "/usr/lib", "/usr/sbin", str(Path.home()), str(Path.home() / ".config"))


def names() -> set[str]:
    """The files that are in the watched directories."""
    return {str(path) for directory in WATCHED if os.path.isdir(directory) for path in Path(directory).iterdir()}


def new_names(before: set[str], limit_s: float = 5) -> set[str]:
    """The files that have come since, and stay: other programs' temporary files are given time to go."""
    deadline = time.monotonic() + limit_s
    while (new := names() - before) and time.monotonic() < deadline:
        time.sleep(0.1)
    return new


def processes(directory: Path) -> list[str]:
    """The processes that have something to do with a directory: it is in their command line, their environment, their
    working directory or an open file. Not this one, nor a child of it that another thread is about to make a server
    of."""
    own = _read(Path("/proc/self/cmdline"))
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        command = _read(process / "cmdline")
        if command != own and str(directory) in _known_to(process):
            found.append(f"{process.name} {command}")
    return found


def open_ports(ports: list[int]) -> list[int]:
    """Those of the ports on 127.0.0.1 that somebody listens on."""
    found = []
    for port in ports:
        with socket.socket() as probe:
            probe.settimeout(2)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                found.append(port)
    return found


def _known_to(process: Path) -> str:
    known = [_read(process / "cmdline"), _read(process / "environ")]
    try:
        known += [os.readlink(link) for link in (process / "cwd", *(process / "fd").iterdir())]
    except OSError:
        pass  # it has ended
    return "\n".join(known)


def _read(path: Path) -> str:
    try:
        return path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""  # it has ended
