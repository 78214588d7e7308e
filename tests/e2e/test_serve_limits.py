# SPDX-License-Identifier: Apache-2.0 OR MIT
"""What a client may cost the built-in server: bounded memory, and no time of the other clients."""

import contextlib
import re
import selectors
import socket
import unittest

from load import LoadTest
from servers.builtin import Builtin
from servers.network import wait_for


class Memory(LoadTest):
    """A client that asks and asks and does not read is left alone before its replies fill the server's memory."""

    NOOPS = b"NOOP\r\n" * 10_000
    CLIENT_KB = 2 * 1024
    BUFFERS_KB = 1024  # the server's own receive buffers, of which the kernel touches more and more
    CLIENTS = 50

    def ask_until_left_alone(self, server: Builtin, connection: socket.socket) -> int:
        """Sends commands until the server takes no more of them; how many octets it took."""
        before = server.resident_kb()
        taken = 0
        connection.settimeout(1)
        with contextlib.suppress(TimeoutError):
            while taken < 200_000_000:
                taken += connection.send(self.NOOPS[taken % 6:])
        self.assertLess(taken, 200_000_000, "the server never stops taking commands")
        self.assertLess(server.resident_kb() - before, self.CLIENT_KB + self.BUFFERS_KB)
        return taken

    def test_delayed_replies_are_bounded(self) -> None:
        with Builtin("smtp://127.0.0.1:0", "--fault", "delay=1h") as server, \
                socket.create_connection(server.address()) as connection:
            self.ask_until_left_alone(server, connection)

    def test_unread_replies_are_bounded_and_arrive_once_read(self) -> None:
        with Builtin() as server, socket.create_connection(server.address()) as connection:
            taken = self.ask_until_left_alone(server, connection)
            connection.settimeout(20)
            with connection.makefile("rb") as replies:
                self.assertTrue(replies.readline().startswith(b"220"))
                for _ in range(taken // 6):
                    self.assertEqual(replies.readline(), b"250 2.0.0 Ok\r\n")

    def flood(self, server: Builtin, stack: contextlib.ExitStack, meanwhile=lambda: None) -> None:
        """Clients ask for the longest answer there is until the server leaves every one of them alone."""
        asked = b"EHLO x\r\n" * 10_000
        selector = stack.enter_context(selectors.DefaultSelector())
        for _ in range(self.CLIENTS):
            client = stack.enter_context(socket.create_connection(server.address()))
            client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 64 * 1024)
            client.setblocking(False)
            selector.register(client, selectors.EVENT_WRITE)
        while writable := selector.select(1):
            for key, _ in writable:
                assert isinstance(key.fileobj, socket.socket)
                with contextlib.suppress(BlockingIOError):
                    key.fileobj.send(asked)
            meanwhile()

    def test_many_clients_cost_little_and_their_memory_is_reused(self) -> None:
        with Builtin() as server:
            before = server.resident_kb()
            used = []
            for _ in range(3):
                with contextlib.ExitStack() as stack:
                    self.flood(server, stack)
                    used.append(server.resident_kb() - before)
            self.assertLess(max(used), self.CLIENTS * self.CLIENT_KB)
            self.assertLess(used[2], used[0] * 1.5, "what the first clients had is not used again")

    def test_other_clients_are_answered_meanwhile(self) -> None:
        # A second is ten thousand times what an answer takes: on a busy machine it still tells a server that works off
        # all that the others ask for first. That turns go round is shown without a clock in server_test.cpp.
        with Builtin() as server, socket.create_connection(server.address(), timeout=1) as other, \
                other.makefile("rb") as replies, contextlib.ExitStack() as stack:
            replies.readline()

            def ask() -> None:
                other.sendall(b"NOOP\r\n")
                self.assertEqual(replies.readline(), b"250 2.0.0 Ok\r\n")

            self.flood(server, stack, ask)
            ask()

    def test_a_message_with_many_recipients_gets_all_replies(self) -> None:
        count = 20_000
        with Builtin("lmtp://127.0.0.1:0") as server, socket.create_connection(server.address(), timeout=20) as client, \
                client.makefile("rb") as replies:
            client.sendall(b"LHLO x\r\nMAIL FROM:<a@x>\r\n" + b"RCPT TO:<b@x>\r\n" * count + b"DATA\r\n.\r\nQUIT\r\n")
            lines = list(replies)
        self.assertEqual(sum(line.startswith(b"250 2.0.0") for line in lines), count)
        self.assertEqual(lines[-1], b"221 2.0.0 Bye\r\n")


class TheLastReply(LoadTest):
    """A client that is told off while it is still sending gets to read what it is told."""

    def replies(self, said: bytes, *options: str) -> list[bytes]:
        with Builtin("smtp://127.0.0.1:0", *options) as server, \
                socket.create_connection(server.address(), timeout=20) as client, client.makefile("rb") as file:
            client.sendall(said)
            return [line[:9] for line in file]

    def test_after_an_endless_command_is_read(self) -> None:
        for _ in range(5):
            self.assertEqual(self.replies(b"x" * 10_000_000), [b"220 backt", b"500 5.5.2"])

    def test_after_a_chunk_without_a_valid_size_is_read(self) -> None:
        self.assertEqual(self.replies(b"BDAT ten\r\n" + b"x" * 10_000_000), [b"220 backt", b"501 5.5.4"])

    def test_after_the_last_allowed_message_is_read(self) -> None:
        message = b"MAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nBDAT 5000000 LAST\r\n" + b"x" * 5_000_000
        said = self.replies(b"HELO x\r\n" + message * 2, "--fault", "messages-max=1")
        self.assertEqual(said, [b"220 backt", b"250 backt", b"250 2.1.0", b"250 2.1.5", b"250 2.0.0", b"421 4.7.0"])

    def test_is_not_awaited_forever(self) -> None:
        # One client at most: the next is greeted only when the first is given up.
        with Builtin("smtp://127.0.0.1:0", "-c", "1") as server, socket.create_connection(server.address()) as silent:
            silent.sendall(b"bare\nLF")
            wait_for(server.greets, "a client that says nothing more is waited for without end")

    def test_does_not_make_the_server_read_forever(self) -> None:
        sent = 0
        with Builtin() as server, socket.create_connection(server.address(), timeout=20) as client, \
                contextlib.suppress(ConnectionError):
            client.sendall(b"bare\nLF")
            while sent < 200_000_000:
                sent += client.send(b"x" * 1_000_000)
        self.assertLess(sent, 200_000_000)


class TooManyConnections(LoadTest):
    def refused(self, server: Builtin) -> int:
        server.stop()
        return int(re.findall(r'"connections_refused":(\d+)', server.output())[0])

    def test_are_told_421_and_counted(self) -> None:
        with Builtin("smtp://127.0.0.1:0", "-c", "2") as server, contextlib.ExitStack() as stack:
            for _ in range(2):
                client = stack.enter_context(socket.create_connection(server.address(), timeout=20))
                self.assertTrue(client.recv(100).startswith(b"220"))
            for _ in range(3):
                with socket.create_connection(server.address(), timeout=20) as client, client.makefile("rb") as file:
                    self.assertEqual(list(file), [b"421 4.3.2 Too many connections\r\n"])
            self.assertEqual(self.refused(server), 3)

    def test_a_freed_place_is_used_again(self) -> None:
        with Builtin("smtp://127.0.0.1:0", "-c", "1") as server:
            with socket.create_connection(server.address(), timeout=20) as client:
                self.assertTrue(client.recv(100).startswith(b"220"))
            wait_for(server.greets, "the place is not taken again")

    def test_none_is_refused_below_the_limit(self) -> None:
        with Builtin() as server:
            self.assertTrue(server.greets())
            self.assertEqual(self.refused(server), 0)


if __name__ == "__main__":
    unittest.main()
