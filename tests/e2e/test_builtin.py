"""The built-in server and Backtalk count the same messages, over every kind of socket."""

import contextlib
import socket
import time
import unittest

from load import BDAT, GROUPS, MODES, Load, LoadTest, load
from servers.builtin import Builtin
from servers.process import have_ipv6


class BuiltinCounts(LoadTest):
    def assert_agree(self, url: str, count: int, *options: object) -> None:
        with Builtin(url) as server:
            self.assert_all_completed(load(server.url, "-n", count, *options), count)
            self.assertEqual(server.messages(), count)

    def test_each_mode(self) -> None:
        for name, options in MODES.items():
            with self.subTest(mode=name):
                self.assert_agree("smtp://127.0.0.1:0", 5000, "-c", 8, *options)

    def test_two_threads(self) -> None:
        for name, options in MODES.items():
            with self.subTest(mode=name):
                self.assert_agree("smtp://127.0.0.1:0", 5000, "-c", 8, "-t", 2, *options)

    def test_large_messages(self) -> None:
        for name, options in MODES.items():
            with self.subTest(mode=name):
                self.assert_agree("smtp://127.0.0.1:0", 50, "-c", 2, "--size", 500_000, *options)

    @unittest.skipUnless(have_ipv6(), "this machine has no IPv6 on loopback")
    def test_ipv6(self) -> None:
        self.assert_agree("smtp://[::1]:0", 500, *GROUPS)

    def test_unix_socket(self) -> None:
        self.assert_agree("smtp+unix:", 500, *GROUPS)

    def test_lmtp(self) -> None:
        recipients = ("--to", "a@here.test", "--to", "b@here.test")
        for name, options in MODES.items():
            with self.subTest(mode=name):
                self.assert_agree("lmtp://127.0.0.1:0", 500, "-c", 2, *recipients, *options)

    def test_a_server_takes_several_runs(self) -> None:
        with Builtin() as server:
            for _ in range(3):
                self.assert_all_completed(load(server.url, "-c", 2, "-n", 100, *BDAT), 100)
            self.assertEqual(server.messages(), 300)


class BuiltinIsBounded(LoadTest):
    """A client that asks and asks and does not read is left alone before its replies fill the server's memory."""

    NOOPS = b"NOOP\r\n" * 10_000
    ROOM_KB = 64 * 1024

    def ask_until_left_alone(self, server: Builtin, connection: socket.socket) -> int:
        """Sends commands until the server takes no more of them; how many octets it took."""
        before = server.resident_kb()
        taken = 0
        connection.settimeout(1)
        with contextlib.suppress(TimeoutError):
            while taken < 200_000_000:
                taken += connection.send(self.NOOPS[taken % 6:])
        self.assertLess(taken, 200_000_000, "the server takes commands for ever")
        self.assertLess(server.resident_kb() - before, self.ROOM_KB)
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


class BuiltinIsKilled(LoadTest):
    def test_and_started_again_in_mid_run(self) -> None:
        for name, options in MODES.items():
            with self.subTest(mode=name), Builtin() as server:
                running = Load(server.url, "--quiet", "-c", 4, "-d", "3s", *options)
                time.sleep(1)
                server.kill()
                time.sleep(0.3)
                server.start()
                run = running.finish()
                self.assert_whole(run)
                self.assertGreater(sum(run.errors.values()), 0)
                taken = server.messages()
                self.assertGreater(taken, 0, "the run did not go on")
                self.assertLess(taken, run.transactions["completed"] + run.transactions["in_doubt"])


if __name__ == "__main__":
    unittest.main()
