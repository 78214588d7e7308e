# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Servers that each misbehave in one way. They listen on loopback and serve each connection in a thread of its own."""

import contextlib
import select
import socket
import struct
import threading
from collections.abc import Callable, Iterator

EHLO = b"250-hostile.test\r\n250-PIPELINING\r\n250-SIZE 10000000\r\n250 ENHANCEDSTATUSCODES\r\n"
WHOLE_EHLO = EHLO.replace(b"250-SIZE", b"250-CHUNKING\r\n250-SIZE")


class Peer:
    """One connection, seen from the server."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._lines = connection.makefile("rb")
        if connection.family != socket.AF_UNIX:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self) -> None:
        self._lines.close()
        self._connection.close()

    def say(self, text: bytes) -> None:
        self._connection.sendall(text)

    def hear(self) -> bytes:
        """The next line without its end, in upper case; empty if the client has gone."""
        return self._lines.readline().strip().upper()

    def hear_as_it_is(self) -> bytes:
        """The next line without its end; empty if the client has gone."""
        return self._lines.readline().rstrip(b"\r\n")

    def hear_until(self, verb: bytes) -> None:
        for line in iter(self._lines.readline, b""):
            if line.strip().upper().startswith(verb):
                return

    def hear_message(self) -> None:
        for line in iter(self._lines.readline, b""):
            if line == b".\r\n":
                return

    def hear_octets(self, count: int) -> int:
        """How many came before the client ended."""
        return len(self._lines.read(count))

    def sleep_until_gone(self) -> None:
        """Reads nothing more until the client closes the connection."""
        poll = select.poll()
        poll.register(self._connection, select.POLLHUP | select.POLLERR)
        poll.poll(20_000)

    def reset(self) -> None:
        """Ends the connection with a TCP reset."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def serve(self, answers: dict[bytes, bytes] | None = None) -> None:
        """From here on, a plain SMTP server. `answers` replaces its reply to a verb; b"." is the end of a message."""
        replies = {b"EHLO": EHLO, b"HELO": b"250 hello\r\n", b"MAIL": b"250 2.1.0 Ok\r\n", b"RCPT": b"250 2.1.5 Ok\r\n",
                   b"DATA": b"354 go ahead\r\n", b".": b"250 2.0.0 Ok\r\n", b"RSET": b"250 2.0.0 Ok\r\n",
                   b"QUIT": b"221 2.0.0 Bye\r\n", **(answers or {})}
        while verb := self.hear()[:4]:
            self.say(replies.get(verb, b"500 5.5.1 what?\r\n"))
            if verb == b"DATA" and replies[b"DATA"].startswith(b"354"):
                self.hear_message()
                self.say(replies[b"."])
            if verb == b"QUIT":
                return


def _listen(at: str) -> tuple[socket.socket, str]:
    if "/" in at:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(at)
        listener.listen(64)
        return listener, f"smtp+unix:{at}"
    family = socket.AF_INET6 if ":" in at else socket.AF_INET
    listener = socket.create_server((at, 0), family=family, backlog=64)
    host = f"[{at}]" if ":" in at else at
    return listener, f"smtp://{host}:{listener.getsockname()[1]}"


@contextlib.contextmanager
def hostile(behave: Callable[[Peer], None], at: str = "127.0.0.1") -> Iterator[str]:
    """Runs `behave` on every connection; yields the server's URL. Leaves nothing behind after the `with`. `at` is an
    address, or the path of a Unix socket."""
    listener, url = _listen(at)
    open_connections: set[socket.socket] = set()

    def serve_one(connection: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError), contextlib.closing(Peer(connection)) as peer:
            behave(peer)
        open_connections.discard(connection)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                open_connections.add(connection)
                threading.Thread(target=serve_one, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield url
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for connection in list(open_connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        thread.join()
