# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Ports on loopback, and what a server says first."""

import contextlib
import random
import socket
import ssl
import time
from collections.abc import Callable
from pathlib import Path

WAIT_S = 20.0

_unverified = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
_unverified.check_hostname = False
_unverified.verify_mode = ssl.CERT_NONE

Address = tuple[str, int] | str  # (host, port), or the path of a Unix socket


_given: set[int] = set()


def free_port() -> int:
    """A port that is free on 127.0.0.1 and, if there is IPv6, on ::1; another one each time.

    Not one of those that the system hands out for port 0 and for clients: nobody else gets it between two starts of a
    server, or before the first.
    """
    first_of_system = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    while True:
        port = random.randrange(10_000, max(first_of_system, 30_000))
        if port not in _given and _is_free(port):
            _given.add(port)
            return port


def _is_free(port: int) -> bool:
    try:
        with socket.create_server(("127.0.0.1", port)):
            if have_ipv6():
                socket.create_server(("::1", port), family=socket.AF_INET6).close()
            return True
    except OSError:
        return False


def have_ipv6() -> bool:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


def first_bytes(address: Address, request: bytes = b"", farewell: bytes = b"", tls: bool = False) -> bytes:
    """What a server says first, after `request`; empty if it does not answer. Ends the session with `farewell`."""
    family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family) as probe:
        probe.settimeout(2)
        try:
            probe.connect(address)
            with _unverified.wrap_socket(probe) if tls else contextlib.nullcontext(probe) as stream:
                stream.sendall(request)
                said = stream.recv(512)
                stream.sendall(farewell)
                while stream.recv(512):
                    pass
            return said
        except OSError:
            return b""


def wait_for(condition: Callable[[], bool], complaint: str, detail: Callable[[], str] = str,
             limit_s: float = WAIT_S) -> None:
    """Waits until the condition holds; raises a RuntimeError with the complaint if it does not in time."""
    deadline = time.monotonic() + limit_s
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError(complaint + detail())
        time.sleep(0.02)
