"""What a client may cost the built-in server: bounded memory, and no time of the other clients."""

import contextlib
import selectors
import socket
import unittest

from load import LoadTest
from servers.builtin import Builtin


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
        self.assertLess(taken, 200_000_000, "the server takes commands for ever")
        self.assertLess(server.resident_kb() - before, self.CLIENT_KB + self.BUFFERS_KB)
        return taken

    def test_replies_that_are_held_back(self) -> None:
        with Builtin("smtp://127.0.0.1:0", "--fault", "delay=1h") as server, \
                socket.create_connection(server.address()) as connection:
            self.ask_until_left_alone(server, connection)

    def test_replies_that_are_not_read_and_then_are(self) -> None:
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

    def test_many_clients_cost_little_each_and_the_next_ones_get_their_memory(self) -> None:
        with Builtin() as server:
            before = server.resident_kb()
            used = []
            for _ in range(3):
                with contextlib.ExitStack() as stack:
                    self.flood(server, stack)
                    used.append(server.resident_kb() - before)
            self.assertLess(max(used), self.CLIENTS * self.CLIENT_KB)
            self.assertLess(used[2], used[0] * 1.5, "what the first clients had is not used again")

    def test_another_client_is_answered_meanwhile(self) -> None:
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

    def test_a_message_with_many_recipients_has_all_its_answers(self) -> None:
        count = 20_000
        with Builtin("lmtp://127.0.0.1:0") as server, socket.create_connection(server.address(), timeout=20) as client, \
                client.makefile("rb") as replies:
            client.sendall(b"LHLO x\r\nMAIL FROM:<a@x>\r\n" + b"RCPT TO:<b@x>\r\n" * count + b"DATA\r\n.\r\nQUIT\r\n")
            lines = list(replies)
        self.assertEqual(sum(line.startswith(b"250 2.0.0") for line in lines), count)
        self.assertEqual(lines[-1], b"221 2.0.0 Bye\r\n")


if __name__ == "__main__":
    unittest.main()
