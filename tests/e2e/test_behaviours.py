# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Twenty-six things that load generators have got wrong, each by somebody, and what must come out instead.

The numbers in the tests' names are theirs. Those that any protocol can have wrong are tried with each here, those of
HTTP alone in test_behaviours_http.py. Elsewhere:

- 8, a body that is shorter than its Content-Length: `cut-body` in test_faults.py;
- 20 and the second half of 22, names with several addresses and several source addresses: test_several_addresses.py;
- 23, too few open files: test_environment.py, and here for the other protocols;
- 25, certificates: test_faults.py, and here for IMAP.
"""

import contextlib
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
import unittest
from collections.abc import Iterator
from dataclasses import dataclass

from load import Load, LoadTest, load, load_inside, program
from servers.builtin import Builtin
from servers.hostile import Peer, hostile


@dataclass
class Client:
    """How a protocol is loaded, and what its server calls a transaction."""

    scheme: str
    options: tuple[object, ...]
    served: str  # among the server's counts
    handshake: int = 0  # answers on a connection before the first transaction

    def server(self, *options: str, tls: bool = False) -> Builtin:
        return Builtin(f"{self.scheme}{'s' if tls else ''}://127.0.0.1:0", *options)


LOGIN = ("--user", "u", "--password", "p")
CLIENTS = (Client("http", (), "requests"),
           Client("smtp", (), "messages", 2),
           Client("pop3", (*LOGIN, "--script", "read"), "retrieved", 3),
           Client("imap", LOGIN, "fetched", 3))


class EveryProtocol(LoadTest):
    def assert_served(self, client: Client, server: Builtin, count: int) -> None:
        self.assertEqual(server.counts()[client.served], count)

    def test_1_no_more_are_started_than_asked_for_with_more_threads_than_transactions_a_second(self) -> None:
        def check(client: Client) -> None:
            with client.server() as server:
                run = load(server.url, "-r", 6, "-t", 8, "-c", 50, "-d", "2s", *client.options)
                self.assert_whole(run)
                self.assertIn(run.transactions["started"], (11, 12))
                self.assert_served(client, server, run.transactions["completed"])

        self.side_by_side(check, CLIENTS)

    def test_2_an_impossible_rate_is_not_reached_and_the_rate_shown_is_that_of_what_completed(self) -> None:
        def check(client: Client) -> None:
            with client.server() as server:
                run = load(server.url, "-r", 10_000_000, "-d", "300ms", "-c", 4, "--timeout", "300ms", *client.options)
                self.assert_whole(run)
                self.assertEqual(run.code, 1)
                self.assertIn("rate-not-reached", run.reasons)
                completed = run.transactions["completed"]
                self.assertGreater(completed, 0)
                self.assertLess(completed, 4_000_000)
                self.assertAlmostEqual(run.transactions["per_s"] * run.report["elapsed_s"], completed, delta=1)
                # The server counts what it answers too late as well.
                lost = run.transactions["failed"] + run.transactions["unfinished"]
                self.assertIn(server.counts()[client.served], range(completed, completed + lost + 1))

        self.side_by_side(check, CLIENTS)

    def test_3_short_runs_have_numbers(self) -> None:
        def check(client: Client) -> None:
            with client.server() as server:
                for duration in ("1ms", "200ms"):
                    run = Load(server.url, "-d", duration, *client.options).finish()
                    self.assert_whole(run)
                    if duration != "1ms" or run.transactions["completed"] > 0:  # it may have got no core
                        self.assertGreater(run.transactions["per_s"], 0)
                        self.assertGreater(run.report["latency_ns"]["p50"], 0)
                    for text in (run.out, json.dumps(run.report)):
                        self.assertNotRegex(text, re.compile(r"\bnan\b|\binf(inity)?\b", re.IGNORECASE))

        self.side_by_side(check, CLIENTS)

    def test_6_what_is_in_flight_at_the_end_is_completed_failed_or_unfinished(self) -> None:
        def check(client: Client) -> None:
            with client.server("--fault", "delay=30ms") as server:
                run = load(server.url, "-d", "20ms", "-c", 4, *client.options)
                self.assert_all_completed(run, 4)  # they are waited for
                self.assert_served(client, server, 4)
            with client.server("--fault", f"mute={client.handshake + 4}") as server:
                run = load(server.url, "-d", "100ms", "-c", 4, "--timeout", "200ms", *client.options)
                self.assert_whole(run)
                self.assertEqual((run.transactions["failed"], run.errors), (4, {"timeout": 4}))
                running = Load(server.url, "--quiet", "-d", "1s", "-c", 4, "--timeout", "60s", *client.options)
                time.sleep(4)  # all four are in flight and wait, even if the client had to wait for a core
                run = running.interrupt()
                self.assert_whole(run)
                self.assertEqual((run.transactions["failed"], run.transactions["unfinished"]), (0, 4))

        self.side_by_side(check, CLIENTS)

    def test_7_seven_are_seven_over_three_connections_and_over_no_more_than_seven(self) -> None:
        def check(client: Client) -> None:
            with client.server() as server:
                for connections, opened in ((3, 3), (100, 7)):
                    run = load(server.url, "-n", 7, "-c", connections, *client.options)
                    self.assert_all_completed(run, 7)
                    self.assertEqual(run.report["connections"]["opened"], opened)
                self.assert_served(client, server, 14)

        self.side_by_side(check, CLIENTS)

    def test_23_too_few_open_files_are_refused_before_the_first_connection(self) -> None:
        for client in CLIENTS:
            with self.subTest(client), client.server() as server:
                run = subprocess.run([program(), "load", server.url, "-c", "1100", "-n", "2000", *map(str, client.options)],
                                     capture_output=True, text=True, timeout=30, check=False,
                                     preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (1024, 1024)))
                self.assertEqual(run.returncode, 2)
                self.assertRegex(run.stderr, r"ulimit -n 1[1-9]\d\d\b")
                self.assertEqual(server.counts()["connections"], 0)

    def test_24_the_warm_up_is_in_no_count_of_the_measured_part(self) -> None:
        def check(client: Client) -> None:
            with client.server("--fault", "delay=2ms") as server:
                run = load(server.url, "-n", 50, "-c", 2, "--warmup", "200ms", *client.options)
                self.assert_all_completed(run, 50)
                warmed = run.report["warmup"]
                self.assertGreater(warmed["completed"], 0)
                self.assertEqual(warmed["started"], warmed["completed"])
                every = load(server.url, "-n", 50, "-c", 2, *client.options)
                for way in ("sent", "received"):
                    # Of 50 transactions: the handshakes are before the warm-up, the goodbyes are small.
                    self.assertAlmostEqual(run.report["bytes"][way] / every.report["bytes"][way], 1, delta=0.2)
                self.assert_served(client, server, 100 + warmed["completed"])

        self.side_by_side(check, CLIENTS)

    def test_25_certificates_are_verified_and_what_is_wrong_with_them_has_a_name(self) -> None:
        client = CLIENTS[-1]

        def check(case: tuple[str, str]) -> None:
            kind, name = case
            with tempfile.TemporaryDirectory() as folder:
                trusted = f"{folder}/trusted.pem"
                faults = ("--fault", f"certificate={kind}", "--save-cert", trusted)
                with client.server(*faults, tls=True) as server:
                    run = load(server.url, "-d", "200ms", "-c", 1, "--timeout", "2s", "--cafile", trusted, *client.options)
                    self.assert_whole(run)
                    self.assertEqual((run.code, run.errors.keys(), run.transactions["started"]), (1, {name}, 0))
                    self.assert_all_completed(load(server.url, "-n", 5, "--insecure", *client.options), 5)

        self.side_by_side(check, (("expired", "tls-expired"), ("not-yet", "tls-expired"), ("wrong-name", "tls-name"),
                                  ("untrusted", "tls-issuer")))

    def test_25_as_many_handshakes_resume_as_asked_for(self) -> None:
        def check(client: Client) -> None:
            with client.server(tls=True) as server:
                run = load(server.url, "-n", 20, "-c", 1, "--per-connection", 1, "--insecure", "--resume", "50%", *client.options)
                self.assert_all_completed(run, 20)
                handshakes = run.report["connections"]["handshakes"]
                self.assertEqual(handshakes["full"] + handshakes["resumed"], 20)
                self.assertAlmostEqual(handshakes["resumed"], 10, delta=1)

        self.side_by_side(check, CLIENTS)

    def test_26_an_error_has_a_name_an_offset_and_its_octets(self) -> None:
        for client in CLIENTS:
            with self.subTest(client), client.server("--fault", f"bare-lf={client.handshake + 1}") as server:
                run = Load(server.url, "-n", 6, "-c", 1, *client.options).finish()
                self.assert_whole(run)
                self.assertEqual(run.errors.keys(), {"protocol-bare-lf"})
                [example] = [one for one in run.report["examples"] if one["name"] == "protocol-bare-lf"]
                self.assertGreater(example["offset"], 0)
                self.assertTrue(example["text"].endswith("\n"))
                self.assertEqual(example["offset"], example["text_offset"] + len(example["text"]) - 1)
                self.assertTrue(any(">0a" in row for row in example["hexdump"]), example)
                rows = "".join(f"    {row}\n" for row in example["hexdump"])
                self.assertRegex(run.out, rf"error protocol-bare-lf: \d, first \".*\" at offset {example['offset']}\n")
                self.assertIn(rows, run.out)

    def test_26_a_password_that_the_server_repeats_is_in_no_octets(self) -> None:
        def repeats(peer: Peer) -> None:
            peer.say(b"+OK\r\n")
            peer.hear()
            peer.say(b"+OK\r\n")
            peer.say(b"-ERR " + peer.hear().lower() + b"?\n")

        with hostile(repeats) as url:
            run = Load(url.replace("smtp", "pop3", 1), "-d", "200ms", "-c", 1, "--timeout", "2s", "--user", "u",
                       "--password", "open sesame").finish()
        self.assert_whole(run)
        self.assertIn("protocol-bare-lf", run.errors)
        self.assertIn("(not shown", run.said("protocol-bare-lf"))
        for text in (run.out, json.dumps(run.report)):
            self.assertNotIn("sesame", text)
            self.assertNotIn("73 65 73 61 6d 65", text)  # the same in hexadecimal


UP = """
import fcntl, socket, struct, sys
with socket.socket() as one:
    fcntl.ioctl(one, 0x8914, struct.pack("16sh14x", b"lo", 0x41))  # SIOCSIFFLAGS: IFF_UP, IFF_RUNNING
with open("/proc/sys/net/ipv4/ip_local_port_range", "w") as file:
    file.write("50000 50009")
print("up", flush=True)
sys.stdin.read()
"""


@contextlib.contextmanager
def ten_ports() -> Iterator[list[str]]:
    """A network of its own, whose clients have ten ports; yields the prefix for commands in it."""
    with subprocess.Popen(["unshare", "--net", sys.executable, "-c", UP], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True) as holder:
        assert holder.stdin and holder.stdout and holder.stderr
        try:
            if holder.stdout.readline() != "up\n":
                raise unittest.SkipTest(f"no network namespace: {holder.stderr.read().strip()}")
            yield ["nsenter", f"--net=/proc/{holder.pid}/ns/net"]
        finally:
            holder.stdin.close()


# Connects so often to that port of loopback, and holds the connections.
HOLD = """
import socket, sys
held = [socket.create_connection(("127.0.0.1", int(sys.argv[1]))) for _ in range(int(sys.argv[2]))]
print("held", flush=True)
sys.stdin.read()
"""


class Ports(LoadTest):
    def test_22_ports_that_run_out_are_said_with_what_to_change(self) -> None:
        """Another program has seven of the ten, so two of the five connections find none."""
        with ten_ports() as inside:
            for number, client in enumerate(CLIENTS):
                with self.subTest(client.scheme):
                    # At another port, to which no port of the run before is in TIME-WAIT.
                    server = Builtin(f"{client.scheme}://127.0.0.1:{2525 + number}")
                    server.wrapper = inside
                    with server, subprocess.Popen([*inside, sys.executable, "-c", HOLD, str(2525 + number), "7"], text=True,
                                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
                        assert other.stdin and other.stdout
                        self.assertEqual(other.stdout.readline(), "held\n")
                        run = load_inside(inside, server.url, "-c", 5, "-n", 100, "--timeout", "2s", *client.options)
                        other.stdin.close()
                    self.assert_whole(run)
                    self.assertEqual(run.transactions["completed"], 100)
                    self.assertEqual(run.errors.keys(), {"connect-no-ports-left"})
                    self.assertEqual(run.reasons, ["ports-exhausted"])
                    self.assertIn("net.ipv4.ip_local_port_range", run.out)

    def test_22_more_connections_than_ports_are_refused_before_the_first(self) -> None:
        """The number that is needed, and each way out: fewer connections, more addresses, no ports at all."""
        with ten_ports() as inside, tempfile.TemporaryDirectory() as folder:
            local = f"{folder}/socket"
            # A port of its own for each run that connects: none of it is in TIME-WAIT.
            listening = (*(f"smtp://127.0.0.1:{port}" for port in range(2525, 2529)), "smtp://127.0.0.2:2528", f"http+unix:{local}")
            server = Builtin(*listening, listens=len(listening))
            server.wrapper = inside
            with server:
                url = "smtp://127.0.0.1:2525"
                for options, says in ((("-c", 20, "-n", 100), "20 connections need as many local ports, and there are 10"),
                                      (("-c", 11, "-r", 100), "11 connections need"),
                                      (("--session-rate", 30, "-d", "1s"), "30 connections need"),
                                      (("-c", 21, "-n", 100, "--source", "127.0.0.3", "--source", "127.0.0.4"),
                                       "20 (10 for each of 2 pairs of addresses)"),
                                      (("-c", 21, "-n", 100, "--address", "127.0.0.1", "--address", "127.0.0.2"),
                                       "20 (10 for each of 2 pairs of addresses)")):
                    run = load_inside(inside, url, *options)
                    self.assertEqual((run.code, run.report), (2, {}), options)
                    self.assertIn(says, run.err)
                run = load_inside(inside, url, f"{url}/", "-c", 16, "-n", 100)
                self.assertEqual((run.code, run.report), (2, {}), "two targets with one address and port")
                self.assertIn("16 connections need as many local ports, and there are 10", run.err)
                beside = subprocess.run([*inside, program(), "load", "-c", "8", "-n", "100", "--", "a", url, "--", "b", url],
                                        capture_output=True, text=True, timeout=30, check=False)
                self.assertEqual(beside.returncode, 2, "two loads at one")
                self.assertIn("16 connections need as many local ports, and there are 10", beside.stderr)
                for port, options in enumerate((("-c", 10, "-n", 20), ("-c", 20, "-n", 10),
                                                ("-c", 20, "-n", 20, "--source", "127.0.0.3", "--source", "127.0.0.4"),
                                                ("-c", 20, "-n", 20, "--address", "127.0.0.1", "--address", "127.0.0.2")), 2525):
                    run = load_inside(inside, f"smtp://127.0.0.1:{port}", *options)
                    self.assert_all_completed(run, options[3])
                run = load_inside(inside, f"http+unix:{local}", "-c", 40, "-n", 100)
                self.assert_all_completed(run, 100)

    def test_22_an_address_that_the_machine_cannot_send_from_is_unreachable(self) -> None:
        """Linux has one error for both; a loopback that is down has no ::1."""
        alone = ["unshare", "--net"]
        if subprocess.run([*alone, "true"], capture_output=True, check=False).returncode != 0:
            self.skipTest("no network namespace")
        done = subprocess.run([*alone, program(), "load", "smtp://[::1]:25", "-c", "1", "-d", "100ms", "--timeout", "1s"],
                              capture_output=True, text=True, timeout=30, check=False)
        self.assertIn("connect-unreachable", done.stdout)
        self.assertNotIn("no-ports-left", done.stdout)


if __name__ == "__main__":
    unittest.main()
