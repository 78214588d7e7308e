# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The built-in server and Backtalk count the same messages, over every kind of socket."""

import contextlib
import os
import signal
import socket
import subprocess
import tempfile
import time
import unittest

from load import BDAT, GROUPS, MODES, Load, LoadTest, load, program, read_report
from servers.builtin import Builtin
from servers.network import have_ipv6


class BuiltinCounts(LoadTest):
    def assert_agree(self, url: str, count: int, *options: object) -> None:
        with Builtin(url) as server:
            self.assert_all_completed(load(server.url, "-n", count, *options), count)
            self.assertEqual(server.messages(), count)

    def test_every_mode_of_sending_counts_every_message(self) -> None:
        for name, options in MODES.items():
            with self.subTest(mode=name):
                self.assert_agree("smtp://127.0.0.1:0", 5000, "-c", 8, *options)

    def test_two_threads_count_every_message(self) -> None:
        for name, options in MODES.items():
            with self.subTest(mode=name):
                self.assert_agree("smtp://127.0.0.1:0", 5000, "-c", 8, "-t", 2, *options)

    def test_large_messages_arrive_whole(self) -> None:
        for name, options in MODES.items():
            with self.subTest(mode=name):
                self.assert_agree("smtp://127.0.0.1:0", 50, "-c", 2, "--size", 500_000, *options)

    @unittest.skipUnless(have_ipv6(), "this machine has no IPv6 on loopback")
    def test_ipv6_works(self) -> None:
        self.assert_agree("smtp://[::1]:0", 500, *GROUPS)

    def test_a_unix_socket_works(self) -> None:
        self.assert_agree("smtp+unix:", 500, *GROUPS)

    def test_lmtp_counts_each_recipient(self) -> None:
        recipients = ("--to", "a@here.test", "--to", "b@here.test")
        for name, options in MODES.items():
            with self.subTest(mode=name):
                self.assert_agree("lmtp://127.0.0.1:0", 500, "-c", 2, *recipients, *options)

    def test_a_server_takes_several_runs(self) -> None:
        with Builtin() as server:
            for _ in range(3):
                self.assert_all_completed(load(server.url, "-c", 2, "-n", 100, *BDAT), 100)
            self.assertEqual(server.messages(), 300)


class BuiltinAnswersAClientThatEndsFirst(LoadTest):
    """A client that has said all and shuts down its half gets every reply that it is owed."""

    def replies(self, server: Builtin, commands: bytes) -> list[bytes]:
        with socket.create_connection(server.address()) as connection:
            connection.sendall(commands)
            connection.shutdown(socket.SHUT_WR)
            connection.settimeout(20)
            with connection.makefile("rb") as file:
                return list(file)

    def test_with_delayed_replies(self) -> None:
        with Builtin("smtp://127.0.0.1:0", "--fault", "delay=50ms") as server:
            self.assertEqual(self.replies(server, b"NOOP\r\n" * 3)[1:], [b"250 2.0.0 Ok\r\n"] * 3)

    def test_with_replies_in_pieces(self) -> None:
        with Builtin("smtp://127.0.0.1:0", "--fault", "split=5") as server:
            self.assertEqual(len(self.replies(server, b"NOOP\r\n" * 500)), 501)

    def test_the_next_client_is_served(self) -> None:
        with Builtin("smtp://127.0.0.1:0", "-c", "1") as server:
            for _ in range(3):
                self.assertEqual(len(self.replies(server, b"NOOP\r\n")), 2)


class BuiltinOnAUnixSocket(LoadTest):
    def test_removes_its_socket_file(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/socket"
            for _ in range(2):
                with Builtin(f"smtp+unix:{path}") as server:
                    self.assert_all_completed(load(server.url, "-n", 5), 5)
                self.assertFalse(os.path.exists(path))

    def test_explains_what_to_do_about_an_existing_file(self) -> None:
        with tempfile.NamedTemporaryFile() as file:
            run = subprocess.run([program(), "serve", f"smtp+unix:{file.name}"], capture_output=True, text=True,
                                 timeout=20, check=False)
        self.assertEqual(run.returncode, 2)
        self.assertIn("remove it", run.stderr)

    def test_a_path_that_is_not_utf_8_is_in_the_result(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = os.fsencode(folder) + b"/caf\xe9"
            with subprocess.Popen([program(), "serve", b"smtp+unix:" + path], stdout=subprocess.PIPE) as server:
                assert server.stdout is not None
                server.stdout.readline()
                run = subprocess.run([program(), "load", b"smtp+unix:" + path, "-n", "5", "--json", "-"],
                                     capture_output=True, timeout=20, check=False)
                server.terminate()
        self.assertEqual(read_report(run.stdout)["target"]["url"], "smtp+unix:" + folder + "/caf\u00e9")


class ResultIntoAPipe(LoadTest):
    def test_reaches_its_reader(self) -> None:
        with tempfile.TemporaryDirectory() as folder, Builtin() as server:
            pipe = f"{folder}/pipe"
            os.mkfifo(pipe)
            with subprocess.Popen([program(), "load", server.url, "-n", "5", "--json", pipe, "--quiet"]) as run:
                with open(pipe, encoding="utf-8") as file:
                    self.assertEqual(read_report(file.read())["transactions"]["completed"], 5)
                self.assertEqual(run.wait(20), 0)

    def test_one_ctrl_c_ends_the_wait_for_a_reader(self) -> None:
        with tempfile.TemporaryDirectory() as folder, Builtin() as server:
            pipe = f"{folder}/pipe"
            os.mkfifo(pipe)
            with subprocess.Popen([program(), "load", server.url, "-n", "5", "--json", pipe, "--quiet"]) as run:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    run.wait(1)
                self.assertIsNone(run.returncode)
                run.send_signal(signal.SIGINT)
                self.assertEqual(run.wait(20), -signal.SIGINT)


class BuiltinIsKilled(LoadTest):
    def test_a_restart_during_the_run_is_survived(self) -> None:
        def check(mode: str) -> None:
            with Builtin("smtp://127.0.0.1:0", "--fault", "delay=1ms") as server:
                running = Load(server.url, "--quiet", "-c", 4, "-d", "60s", *MODES[mode])
                time.sleep(1)
                server.kill()
                time.sleep(0.3)
                server.start()
                time.sleep(2)
                run = running.interrupt()
                self.assert_whole(run)
                self.assertGreater(sum(run.errors.values()), 0)
                taken = server.messages()
                self.assertGreater(taken, 0, "the run did not go on")
                self.assertLess(taken, run.transactions["completed"] + run.transactions["in_doubt"])

        self.side_by_side(check, MODES)


if __name__ == "__main__":
    unittest.main()
