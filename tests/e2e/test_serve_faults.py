# SPDX-License-Identifier: Apache-2.0 OR MIT
"""`backtalk serve --fault`: what the server does on request, seen from a plain client."""

import contextlib
import socket
import tempfile
import time
import unittest
from collections.abc import Iterator
from pathlib import Path

from load import GROUPS, MODES, LoadTest, load
from servers.builtin import Builtin

MESSAGE = b"EHLO x\r\nMAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nDATA\r\n"


class Client:
    """Speaks to a server by hand."""

    def __init__(self, server: Builtin) -> None:
        self.socket = socket.create_connection(server.address(), timeout=20)
        self._lines = self.socket.makefile("rb")
        assert self.reply() == b"220"

    def say(self, octets: bytes) -> None:
        self.socket.sendall(octets)

    def reply(self) -> bytes:
        """The code of the next reply; empty where the server has closed."""
        while (line := self._lines.readline())[3:4] == b"-":
            pass
        return line[:3]

    def is_silent(self) -> bool:
        """Nothing comes for a while."""
        self.socket.settimeout(0.3)
        try:
            return not self.socket.recv(1)
        except TimeoutError:
            return True

    def close(self) -> None:
        self._lines.close()
        self.socket.close()


@contextlib.contextmanager
def clients(count: int, *faults: str) -> Iterator[list[Client]]:
    options = [word for fault in faults for word in ("--fault", fault)]
    with Builtin("smtp://127.0.0.1:0", *options) as server, contextlib.ExitStack() as stack:
        yield [stack.enter_context(contextlib.closing(Client(server))) for _ in range(count)]


class Stamps(LoadTest):
    def test_are_of_each_request_that_arrived_in_order(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "stamps"
            before = time.monotonic_ns()
            with Builtin("http://127.0.0.1:0", "--stamps", str(file)) as server:
                self.assert_all_completed(load(server.url, "-c", 3, "-n", 50), 50)
            stamps = [int(line) for line in file.read_text().split()]
            self.assertEqual(len(stamps), 50)
            self.assertEqual(stamps, sorted(stamps))
            self.assertGreater(stamps[0], before)
            self.assertLess(stamps[-1], time.monotonic_ns())


class ServiceTime(LoadTest):
    def test_the_end_of_a_message_waits_for_it_and_nothing_before(self) -> None:
        with clients(1, "service=const:1h") as [client]:
            client.say(MESSAGE)
            self.assertEqual([client.reply() for _ in range(4)], [b"250", b"250", b"250", b"354"])
            client.say(b"hello\r\n.\r\n")
            self.assertTrue(client.is_silent())

    def test_noop_and_rset_wait_for_it(self) -> None:
        for command in (b"NOOP\r\n", b"RSET\r\n"):
            with self.subTest(command), clients(1, "service=const:1h") as [client]:
                client.say(command)
                self.assertTrue(client.is_silent())

    def test_a_reply_never_comes_before_its_time(self) -> None:
        with clients(1, "service=const:50ms") as [client]:
            before = time.monotonic()
            client.say(b"NOOP\r\n")
            self.assertEqual(client.reply(), b"250")
            self.assertGreaterEqual(time.monotonic() - before, 0.05)

    def test_one_worker_serves_one_client_at_a_time(self) -> None:
        with clients(2, "service=const:200ms", "workers=1") as [first, second]:
            before = time.monotonic()
            for client in (first, second):
                client.say(b"NOOP\r\n")
            self.assertEqual([first.reply(), second.reply()], [b"250", b"250"])
            self.assertGreaterEqual(time.monotonic() - before, 0.4)
        with clients(2, "service=const:1h", "workers=1") as [first, second]:
            first.say(b"NOOP\r\n")
            self.assertTrue(first.is_silent())
            # What is no work waits for nobody.
            second.say(b"HELP\r\n")
            self.assertEqual(second.reply(), b"214")

    def test_a_delayed_reply_delays_later_ones_but_not_earlier_ones(self) -> None:
        with clients(1, "service=const:50ms") as [client]:
            before = time.monotonic()
            client.say(b"HELP\r\nNOOP\r\nVRFY x\r\nNOOP\r\nQUIT\r\n")
            self.assertEqual([client.reply() for _ in range(5)], [b"214", b"250", b"252", b"250", b"221"])
            self.assertGreaterEqual(time.monotonic() - before, 0.1)
            self.assertEqual(client.reply(), b"")

    def test_a_client_that_ends_first_still_gets_its_replies(self) -> None:
        with clients(1, "service=const:20ms") as [client]:
            client.say(b"NOOP\r\nNOOP\r\nVRFY x\r\n")
            client.socket.shutdown(socket.SHUT_WR)
            self.assertEqual([client.reply() for _ in range(4)], [b"250", b"250", b"252", b""])

    def test_slow_connections_do_not_delay_the_others(self) -> None:
        with clients(6, "service=slow-share:1us:1h:1/3") as talks:
            for client in talks:
                client.say(b"NOOP\r\n")
            for number, client in enumerate(talks):
                if number % 3 == 0:
                    self.assertTrue(client.is_silent())
                else:
                    self.assertEqual(client.reply(), b"250")

    def test_runs_complete_with_any_distribution(self) -> None:
        for name, options in MODES.items():
            for times in ("const:100us", "exp:200us", "bimodal:50us:5ms:2%", "slow-share:50us:1ms:2/4"):
                with self.subTest(mode=name, times=times), \
                        Builtin("smtp://127.0.0.1:0", "--fault", f"service={times}") as server:
                    self.assert_all_completed(load(server.url, "-n", 500, "-c", 4, *options), 500)
                    self.assertEqual(server.messages(), 500)

    def test_adds_to_a_delay(self) -> None:
        with Builtin("smtp://127.0.0.1:0", "--fault", "service=const:2ms", "--fault", "delay=3ms") as server:
            run = load(server.url, "-n", 20, "-c", 2, "--exercise", "noop")
            self.assert_all_completed(run, 20)
            self.assertGreaterEqual(run.report["latency_ns"]["min"], 5_000_000)

    def test_lmtp_runs_with_several_recipients_complete(self) -> None:
        with Builtin("lmtp://127.0.0.1:0", "--fault", "service=const:200us") as server:
            run = load(server.url, "-n", 50, "-c", 2, "--to", "a@x", "--to", "b@x", *GROUPS)
            self.assert_all_completed(run, 50)


if __name__ == "__main__":
    unittest.main()
