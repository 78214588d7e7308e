# SPDX-License-Identifier: Apache-2.0 OR MIT
"""A conversation with a server that keeps both sides."""

import re
import socket
from collections.abc import Callable

WAIT_S = 8.0


class Conversation:
    def __init__(self, address: tuple[str, int] | str) -> None:
        self.sent = bytearray()   # by us
        self.received = bytearray()  # from the server
        self.flags: list[str] = []  # how `backtalk parse` reads what was heard, e.g. --http-head
        self.ended = False
        self._mark = 0
        family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
        self._socket = socket.socket(family)
        self._socket.settimeout(WAIT_S)
        self._socket.connect(address)

    def close(self) -> None:
        self._socket.close()

    def send_lines(self, *lines: bytes | str) -> None:
        """Sends lines in one write, each with CRLF."""
        self.send(b"".join(_octets(line) + b"\r\n" for line in lines))

    def send(self, octets: bytes) -> None:
        self.sent += octets
        try:
            self._socket.sendall(octets)
        except OSError:
            self.ended = True

    def end_sending(self) -> None:
        try:
            self._socket.shutdown(socket.SHUT_WR)
        except OSError:
            self.ended = True

    def receive_until(self, complete: Callable[[bytes], bool], limit_s: float = WAIT_S) -> bytes:
        """Reads until `complete` is true of what has come since the last call, the server closes, or it is silent for
        `limit_s`; returns what came."""
        self._socket.settimeout(limit_s)
        while not self.ended and not complete(bytes(self.received[self._mark:])):
            try:
                piece = self._socket.recv(65536)
            except TimeoutError:
                break
            except OSError:
                piece = b""
            self.ended = not piece
            self.received += piece
        came = bytes(self.received[self._mark:])
        self._mark = len(self.received)
        return came

    def receive_rest(self, limit_s: float = WAIT_S) -> bytes:
        return self.receive_until(lambda _: False, limit_s)

    def receive_match(self, pattern: bytes, times: int = 1, limit_s: float = WAIT_S) -> bytes:
        """Reads until the pattern has matched that many times; `^` and `$` match at lines."""
        compiled = re.compile(pattern, re.MULTILINE)
        return self.receive_until(lambda came: len(compiled.findall(came)) >= times, limit_s)


def _octets(line: bytes | str) -> bytes:
    return line if isinstance(line, bytes) else line.encode("utf-8", "surrogateescape")
