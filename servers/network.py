# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Ports on loopback, and what a server says first."""

import contextlib
import socket
import ssl
import time
from collections.abc import Callable

WAIT_S = 20.0

_unverified = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
_unverified.check_hostname = False
_unverified.verify_mode = ssl.CERT_NONE

Address = tuple[str, int] | str  # (host, port), or the path of a Unix socket


def free_port() -> int:
    """A port that is free on 127.0.0.1 and, if there is IPv6, on ::1."""
    while True:
        with socket.create_server(("127.0.0.1", 0)) as four:
            port = four.getsockname()[1]
            if not have_ipv6():
                return port
            try:
                with socket.create_server(("::1", port), family=socket.AF_INET6):
                    return port
            except OSError:
                continue


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
