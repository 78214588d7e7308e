# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Servers with several addresses, of IPv4 and IPv6, and clients that come from several: how connections are spread over
them, what becomes of an address that refuses, and what goes out to which."""

import contextlib
import socket
import subprocess
import sys
import tempfile
import threading
import unittest
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from load import Load, LoadTest, Run, load, load_inside, program
from servers import namespace
from servers.builtin import Builtin
from servers.hostile import Peer, hostile
from servers.network import free_port, have_ipv6, wait_for
from test_behaviours import CLIENTS, Client, ten_ports
from test_talk import LAST, SAID, talk

ADDRESSES = ["127.0.0.1", "127.0.0.2", *(["::1"] if have_ipv6() else [])]
NAME = "several.test"  # no name server has it (RFC 6761 6.2)


def each(option: str, values: list[str]) -> list[str]:
    """A repeatable option with each of the values."""
    return [word for value in values for word in (option, value)]


def at(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def counts_of(run: Run, where: str = "addresses") -> dict[str, tuple[int, int]]:
    """Connections opened, and failed, by address."""
    return {one["address"]: (one["opened"], one["failed"]) for one in run.report["connections"][where]}


def begun_at(run: Run, where: str = "addresses") -> dict[str, int]:
    """Transactions by address."""
    return {one["address"]: one["transactions"] for one in run.report["connections"][where]}


def established(port: int) -> dict[str, int]:
    """How many connections clients have to that port, by address; IPv4 alone."""
    remotes = [row.split()[2] for row in Path("/proc/net/tcp").read_text().splitlines()[1:] if row.split()[3] == "01"]
    hosts = [host for host, remote_port in (one.split(":") for one in remotes) if int(remote_port, 16) == port]
    return dict(Counter(socket.inet_ntoa(int(host, 16).to_bytes(4, sys.byteorder)) for host in hosts))


class SeveralTest(LoadTest):
    def assert_add_up(self, run: Run) -> None:
        connections = run.report["connections"]
        for where in ("addresses", "sources"):
            every = connections[where]
            if where == "sources" and not every:
                continue
            for key in ("opened", "failed"):
                self.assertEqual(sum(one[key] for one in every), connections[key], where)
            begun = run.transactions["started"] + run.report["warmup"]["started"]
            # What fell due and had not yet been given a connection when the run ended is in no address's count.
            waiting = begun - sum(one["transactions"] for one in every)
            self.assertGreaterEqual(waiting, 0, where)
            may_wait = run.report["workload"]["rate_per_s"] is not None
            self.assertLessEqual(waiting, run.transactions["unfinished"] if may_wait else 0, where)
            for one in every:
                self.assertEqual(sum(one["errors"].values()), one["failed"], one)


class Spread(SeveralTest):
    def serve_each(self, client: Client, port: int, *options: str) -> list[Builtin]:
        return [Builtin(f"{client.scheme}://{at(address)}:{port}", *options) for address in ADDRESSES]

    def test_connections_take_the_addresses_in_turn(self) -> None:
        def check(client: Client) -> None:
            with contextlib.ExitStack() as stack:
                port = free_port()
                servers = [stack.enter_context(one) for one in self.serve_each(client, port)]
                count = 2
                run = load(f"{client.scheme}://{NAME}:{port}", *each("--address", ADDRESSES), "-c", count * len(ADDRESSES), "-n", 90, "-t", 2,
                           *client.options)
                self.assert_all_completed(run, 90)
                self.assert_add_up(run)
                self.assertEqual(counts_of(run), dict.fromkeys(ADDRESSES, (count, 0)))
                self.assertEqual(run.report["workload"]["address"], ADDRESSES)
                for address, server in zip(ADDRESSES, servers, strict=True):
                    counts = server.counts()
                    self.assertEqual(counts["connections"], count)
                    self.assertEqual(counts[client.served], begun_at(run)[address])

        self.side_by_side(check, CLIENTS)

    def test_a_connection_that_is_opened_again_takes_the_next_one(self) -> None:
        def check(client: Client) -> None:
            with contextlib.ExitStack() as stack:
                port = free_port()
                for one in self.serve_each(client, port):
                    stack.enter_context(one)
                run = load(f"{client.scheme}://{NAME}:{port}", *each("--address", ADDRESSES), "-c", 1, "-n", 12, "--per-connection", 1,
                           *client.options)
                self.assert_all_completed(run, 12)
                self.assertEqual(begun_at(run), dict.fromkeys(ADDRESSES, 12 // len(ADDRESSES)))

        self.side_by_side(check, CLIENTS)

    def test_an_address_that_refuses_does_not_keep_the_load_from_the_others(self) -> None:
        def check(client: Client) -> None:
            with client.server() as server:
                for nobody in ("127.0.0.9", *ADDRESSES[2:]):
                    run = Load(server.url, "--address", nobody, "--address", "127.0.0.1", "-c", 4, "-n", 40,
                               *client.options).finish()
                    self.assert_whole(run)
                    self.assert_add_up(run)
                    self.assertEqual((run.code, run.reasons), (0, []))
                    self.assertEqual(run.transactions["completed"], 40)
                    self.assertEqual(run.errors, {"connect-refused": 2})
                    self.assertEqual(counts_of(run), {nobody: (0, 2), "127.0.0.1": (4, 0)})
                    self.assertEqual(run.report["connections"]["addresses"][0]["errors"], {"connect-refused": 2})
                    self.assertEqual(run.report["connections"]["ready_at_start"], 4)
                    self.assertIn(f"no connection could be opened to {nobody} (connect-refused)", run.notes)
                    self.assertRegex(run.out, rf"to {nobody}: 0 opened, 2 failed; 0 \w+ begun\n")
                    self.assertRegex(run.out, r"to 127.0.0.1: 4 opened, 0 failed; 40 \w+ begun\n")

        self.side_by_side(check, CLIENTS)

    def test_it_is_no_restart_and_no_loss_of_the_server(self) -> None:
        with Builtin() as server:
            options = ("--address", "127.0.0.9", "--address", "127.0.0.1", "--per-connection", 1)
            run = load(server.url, *options, "-c", 1, "-n", 30)
            self.assert_whole(run)
            self.assertEqual((run.code, run.reasons), (0, []))
            self.assertEqual(run.transactions["completed"], 30)
            self.assertGreaterEqual(run.errors["connect-refused"], 29)
            self.assertEqual(run.report["connections"]["restarts"]["count"], 0)

    def test_a_server_that_goes_away_at_one_address_in_mid_run(self) -> None:
        def check(client: Client) -> None:
            port = free_port()
            stays, goes = (Builtin(f"{client.scheme}://{address}:{port}") for address in ("127.0.0.1", "127.0.0.2"))
            with stays, goes:
                running = Load(stays.url, "--quiet", "--address", "127.0.0.1", "--address", "127.0.0.2", "-c", 4,
                               "-r", 100, "-d", "60s", *client.options)
                wait_for(lambda: established(port) == {"127.0.0.1": 2, "127.0.0.2": 2}, "not all were opened")
                goes.kill()
                wait_for(lambda: established(port) == {"127.0.0.1": 4}, "not all were opened again")
                run = running.interrupt()
                self.assert_whole(run)
                self.assert_add_up(run)
                self.assertEqual(run.report["connections"]["restarts"]["count"], 0)
                self.assertEqual(counts_of(run)["127.0.0.1"][0], 4)
                self.assertEqual(counts_of(run)["127.0.0.2"][0], 2)
                self.assertNotIn("server-lost", run.reasons)

        self.side_by_side(check, CLIENTS)

    def test_what_cannot_be_an_address_is_refused(self) -> None:
        for url, options, said in (
            ("smtp://127.0.0.1:25", ("--address", "127.0.0.1:25"), "without a port"),
            ("smtp://127.0.0.1:25", ("--address", "localhost"), "expected an IPv4 or IPv6 address"),
            ("smtp+unix:/run/sink", ("--address", "127.0.0.1"), "no effect with a Unix socket"),
        ):
            run = load(url, *options)
            self.assertEqual(run.code, 2, options)
            self.assertIn(said, run.err)

    def test_each_address_has_to_be_near(self) -> None:
        with Builtin() as server:
            run = load(server.url, "--address", "127.0.0.1", "--address", "192.0.2.1", "-n", 5)
            self.assertEqual(run.code, 2)
            self.assertIn("192.0.2.1, an address of ", run.err)
            self.assertIn("--i-may-load-this-target", run.err)
            self.assertEqual(server.counts()["connections"], 0)

    def test_a_comparison_takes_them_too(self) -> None:
        with Builtin() as server:
            url = server.url.replace("127.0.0.1", NAME)
            done = subprocess.run([program(), "compare", "--rounds", "6", "--duration", "20ms", "--warmup", "0",
                                   "--address", "127.0.0.1", url, url], capture_output=True, text=True, timeout=120,
                                  check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertGreaterEqual(server.counts()["connections"], 12)


class TheName(SeveralTest):
    """What is said stays the same, whichever address it goes to."""

    def test_the_certificate_has_to_be_that_of_the_name(self) -> None:
        """The server's names localhost and 127.0.0.1, and not 127.0.0.2."""

        def check(client: Client) -> None:
            with tempfile.TemporaryDirectory() as folder:
                trusted = f"{folder}/trusted.pem"
                port = free_port()
                urls = [f"{client.scheme}s://{address}:{port}" for address in ("127.0.0.1", "127.0.0.2")]
                with Builtin(*urls, "--save-cert", trusted, listens=2) as server:
                    addresses = ("--address", "127.0.0.1", "--address", "127.0.0.2")
                    client_options = ("--cafile", trusted, *client.options)
                    run = load(f"{client.scheme}s://localhost:{port}", *addresses, "-c", 4, "-n", 20, *client_options)
                    self.assert_all_completed(run, 20)
                    self.assertEqual(counts_of(run), {"127.0.0.1": (2, 0), "127.0.0.2": (2, 0)})
                    self.assertEqual(run.report["target"]["tls"]["verified"], True)
                    wrong = load(f"{client.scheme}s://{NAME}:{port}", *addresses, "-c", 2, "-d", "200ms", "--timeout",
                                 "2s", *client_options)
                    self.assert_whole(wrong)
                    self.assertEqual(wrong.errors.keys(), {"tls-name"})
                    self.assertEqual(server.counts()[client.served], 20)

        self.side_by_side(check, CLIENTS)

    def test_starttls_asks_for_the_name(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            for client in CLIENTS[1:]:
                trusted = f"{folder}/{client.scheme}.pem"
                with self.subTest(client.scheme), client.server("--save-cert", trusted) as server:
                    url = server.url.replace("127.0.0.1", "localhost")
                    options = ("--address", "127.0.0.1", "--starttls", "--cafile", trusted, *client.options)
                    self.assert_all_completed(load(url, *options, "-n", 10), 10)

    def test_host_has_the_name_and_the_port(self) -> None:
        heard: list[bytes] = []

        def answers(peer: Peer) -> None:
            while request := peer.hear():
                heard.append(request)
                while line := peer.hear():
                    heard.append(line)
                peer.say(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

        with hostile(answers) as url:
            port = url.rsplit(":", 1)[1]
            self.assert_all_completed(load(f"http://{NAME}:{port}/x", "--address", "127.0.0.1", "-n", 3, "-c", 1), 3)
        hosts = [line for line in heard if line.startswith(b"HOST:")]
        self.assertEqual(hosts, [f"HOST: {NAME}:{port}".upper().encode()] * 3)


@unittest.skipIf(namespace.why_not(), namespace.why_not())
class Names(SeveralTest):
    """With addresses that a file of hosts has, which only this test sees."""

    def hosts(self, *addresses: str) -> list[str]:
        """The prefix for a command to which the name has these addresses."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        file = Path(folder.name) / "hosts"
        file.write_text("127.0.0.1 localhost\n" + "".join(f"{address} {NAME}\n" for address in addresses))
        return namespace.prefix({}, {"/etc/hosts": file})

    def test_all_addresses_of_a_name_are_loaded(self) -> None:
        prefix = self.hosts(*ADDRESSES, ADDRESSES[0])

        def check(client: Client) -> None:
            with contextlib.ExitStack() as stack:
                port = free_port()
                for address in ADDRESSES:
                    stack.enter_context(Builtin(f"{client.scheme}://{at(address)}:{port}"))
                run = load_inside(prefix, f"{client.scheme}://{NAME}:{port}", "-c", 2 * len(ADDRESSES), "-n", 60,
                                  *client.options)
                self.assert_all_completed(run, 60)
                self.assert_add_up(run)
                self.assertEqual(counts_of(run), dict.fromkeys(ADDRESSES, (2, 0)))
                self.assertEqual(run.report["workload"]["address"], [])

        self.side_by_side(check, CLIENTS)

    def test_a_name_of_which_one_address_is_far_needs_permission(self) -> None:
        prefix = self.hosts("127.0.0.1", "192.0.2.1")
        with Builtin() as server:
            run = load_inside(prefix, server.url.replace("127.0.0.1", NAME), "-n", 5)
            self.assertEqual(run.code, 2)
            self.assertIn(f"192.0.2.1, an address of smtp://{NAME}", run.err)
            self.assertEqual(server.counts()["connections"], 0)

    def test_addresses_that_the_machine_cannot_reach_are_left_out(self) -> None:
        prefix = self.hosts("fd00:1::1", "127.0.0.1")
        with ten_ports() as inside:  # where there is nothing but loopback
            server = Builtin("smtp://127.0.0.1:2525")
            server.wrapper = inside
            with server:
                run = load_inside([*inside, *prefix], f"smtp://{NAME}:2525", "-c", 4, "-n", 20)
            self.assert_all_completed(run, 20)
            self.assertEqual(counts_of(run), {"127.0.0.1": (4, 0)})
            self.assertIn(f"{NAME} also has fd00:1::1, for which this machine has no route", run.notes)

    def test_talk_tries_them_in_turn(self) -> None:
        prefix = self.hosts("127.0.0.9", "127.0.0.1")
        with Builtin() as server:
            url = server.url.replace("127.0.0.1", NAME)
            done = subprocess.run([*prefix, program(), "talk", url], input="EHLO me\nQUIT\n", capture_output=True,
                                  text=True, timeout=60, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("S: 221 ", done.stdout)


class Relay:
    """Passes connections on to a server, and notes where they come from."""

    def __init__(self, server: Builtin) -> None:
        self._server = server.address()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]
        self.seen: list[str] = []
        self._passed_on = contextlib.ExitStack()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, (address, _) = self._listener.accept()
                self.seen.append(address)
                server = socket.create_connection(self._server)
                for one in (client, server):
                    self._passed_on.enter_context(one)
                for one, other in ((client, server), (server, client)):
                    threading.Thread(target=self._pump, args=(one, other), daemon=True).start()

    @staticmethod
    def _pump(one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while octets := one.recv(65536):
                other.sendall(octets)
            other.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._passed_on.close()


@contextlib.contextmanager
def relayed(client: Client, tls: bool = False) -> Iterator[tuple[str, Relay]]:
    with client.server(tls=tls) as server, contextlib.closing(Relay(server)) as relay:
        yield server.url.rsplit(":", 1)[0] + f":{relay.port}", relay


class Sources(SeveralTest):
    def test_connections_come_from_each_in_turn(self) -> None:
        def check(case: tuple[Client, bool]) -> None:
            client, tls = case
            with relayed(client, tls) as (url, relay):
                run = load(url, "--source", "127.0.0.2", "--source", "127.0.0.3", "-c", 6, "-n", 30, "-t", 2,
                           *(("--insecure",) if tls else ()), *client.options)
                self.assert_all_completed(run, 30)
                self.assert_add_up(run)
                self.assertEqual(Counter(relay.seen), {"127.0.0.2": 3, "127.0.0.3": 3})
                self.assertEqual(counts_of(run, "sources"), {"127.0.0.2": (3, 0), "127.0.0.3": (3, 0)})
                self.assertEqual(run.report["workload"]["source"], ["127.0.0.2", "127.0.0.3"])

        self.side_by_side(check, [(client, tls) for client in CLIENTS for tls in (False, True)])

    def test_a_network_stands_for_its_hosts(self) -> None:
        with relayed(CLIENTS[0]) as (url, relay):
            run = Load(url, "--source", "127.0.1.0/29", "-c", 1, "-n", 12, "--per-connection", 1).finish()
            self.assert_all_completed(run, 12)
            self.assertEqual(set(relay.seen), {f"127.0.1.{host}" for host in range(1, 7)})
            self.assertRegex(run.out, r"from 6 addresses of this machine: 2(?: to 3)? opened from each, 0 failed\n")

    @unittest.skipUnless(have_ipv6(), "this machine has no IPv6 on loopback")
    def test_each_family_has_its_own(self) -> None:
        port = free_port()
        with Builtin(f"http://127.0.0.1:{port}"), Builtin(f"http://[::1]:{port}"):
            both = ("--address", "127.0.0.1", "--address", "::1")
            run = load(f"http://{NAME}:{port}", *both, "--source", "127.0.0.2", "--source", "::1", "-c", 4, "-n", 20)
            self.assert_all_completed(run, 20)
            self.assertEqual(counts_of(run, "sources"), {"127.0.0.2": (2, 0), "::1": (2, 0)})
            run = load(f"http://{NAME}:{port}", *both, "--source", "127.0.0.2", "-n", 5)
            self.assertEqual(run.code, 2)
            self.assertIn("none of its addresses can reach ::1: add one of IPv6", run.err)

    def test_what_cannot_be_one_is_refused(self) -> None:
        for url, source, said in (("smtp://127.0.0.1:25", "192.0.2.1", "this machine has no address 192.0.2.1"),
                                  ("smtp://127.0.0.1:25", "127.0.0.0/8", "at most 1024 addresses"),
                                  ("smtp://127.0.0.1:25", "lo", "expected an IPv4 or IPv6 address"),
                                  ("smtp+unix:/run/sink", "127.0.0.2", "no effect with a Unix socket")):
            run = load(url, "--source", source)
            self.assertEqual(run.code, 2, source)
            self.assertIn(said, run.err)

    def test_each_has_ports_of_its_own_to_each_address_of_the_server(self) -> None:
        """Of which there are ten here."""
        with ten_ports() as inside:
            for number, client in enumerate(CLIENTS):
                for case, (addresses, sources, most) in enumerate((
                    (["127.0.0.1"], ["127.0.0.5"], 10),
                    (["127.0.0.1"], ["127.0.0.5", "127.0.0.6"], 20),
                    (["127.0.0.1"], ["127.0.1.0/29"], 60),
                    (["127.0.0.1", "127.0.0.2"], ["127.0.0.5"], 20),
                    (["127.0.0.1", "127.0.0.2"], ["127.0.0.5", "127.0.0.6"], 40),
                )):
                    with self.subTest(client.scheme, at=addresses, sources=sources), contextlib.ExitStack() as stack:
                        # At another port, to which no port of the run before is in TIME-WAIT.
                        port = 2525 + 10 * number + case
                        for address in addresses:
                            server = Builtin(f"{client.scheme}://{address}:{port}")
                            server.wrapper = inside
                            stack.enter_context(server)
                        run = load_inside(inside, f"{client.scheme}://{NAME}:{port}", "-c", most, "-n", 2 * most,
                                          *each("--address", addresses), *each("--source", sources), *client.options)
                        self.assert_all_completed(run, 2 * most)
                        self.assert_add_up(run)
                        self.assertEqual(run.report["connections"]["ready_at_start"], most)
                        opened = {count for count, _ in counts_of(run, "sources").values()}
                        self.assertEqual(opened, {10 * len(addresses)})

    def test_ports_that_run_out_are_counted_with_the_addresses(self) -> None:
        """Another program has six of the ten ports of each address: more connections than ten each would be refused."""
        hold = ("import socket, sys\n"
                "held = [socket.socket() for source in sys.argv[2:] for _ in range(6)]\n"
                "for one, source in zip(held, 6 * sys.argv[2:]):\n"
                "    one.setsockopt(socket.IPPROTO_IP, 24, 1)  # IP_BIND_ADDRESS_NO_PORT\n"
                "    one.bind((source, 0))\n"
                "    one.connect(('127.0.0.1', int(sys.argv[1])))\n"
                "print('held', flush=True)\n"
                "sys.stdin.read()\n")
        with ten_ports() as inside:
            for number, (sources, said) in enumerate(((["127.0.0.5"], "one address"),
                                                      (["127.0.0.5", "127.0.0.6"], "2 addresses"))):
                server = Builtin(f"smtp://127.0.0.1:{2525 + number}")
                server.wrapper = inside
                with server, subprocess.Popen([*inside, sys.executable, "-c", hold, str(2525 + number), *sources], text=True,
                                              stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
                    assert other.stdin and other.stdout
                    self.assertEqual(other.stdout.readline(), "held\n")
                    run = load_inside(inside, server.url, "-c", 10, "-n", 200, "--timeout", "2s",
                                      *each("--source", sources))
                    other.stdin.close()
                self.assert_whole(run)
                self.assert_add_up(run)
                self.assertEqual(run.transactions["completed"], 200)
                self.assertEqual(run.reasons, ["ports-exhausted"])
                self.assertIn(f"connect from more than {said} (--source", run.out)
                evidence = run.report["verdict"]["reasons"][0]["evidence"]
                self.assertEqual(evidence["source_addresses"], len(sources))
                self.assertEqual(run.report["connections"]["ready_ever"], 4 * len(sources))


class Secrets(SeveralTest):
    def test_credentials_in_clear_text_to_a_far_target_are_a_note(self) -> None:
        """The address is one of a network of the test's own."""
        serve = ("import http.server, sys\n"
                 "class Handler(http.server.SimpleHTTPRequestHandler):\n"
                 "    log_message = lambda *_: None\n"
                 "server = http.server.ThreadingHTTPServer((sys.argv[1], 8080), Handler)\n"
                 "print('up', flush=True)\n"
                 "server.serve_forever()\n")
        with ten_ports() as inside, tempfile.TemporaryDirectory() as folder:
            added = subprocess.run([*inside, "ip", "address", "add", "192.0.2.1/32", "dev", "lo"], capture_output=True,
                                   text=True, check=False)
            if added.returncode != 0:
                self.skipTest(f"no address can be added: {added.stderr.strip()}")
            for address, is_far in (("192.0.2.1", True), ("127.0.0.1", False)):
                with subprocess.Popen([*inside, sys.executable, "-c", serve, address], stdout=subprocess.PIPE, text=True,
                                      cwd=folder) as server:
                    self.addCleanup(server.kill)
                    assert server.stdout
                    self.assertEqual(server.stdout.readline(), "up\n")
                    for field, is_secret in (("Authorization: Basic dGltOnNlc2FtZQ==", True),
                                             ("Cookie: session=abcdefg", True), ("X-Nothing: secret", False)):
                        run = load_inside(inside, f"http://{address}:8080/", "-H", field, "-c", 1, "-n", 2,
                                          "--i-may-load-this-target")
                        self.assert_whole(run)
                        self.assertEqual(run.transactions["completed"], 2, run.out)
                        said = "credentials (Authorization, Proxy-Authorization or Cookie) went out in clear text"
                        self.assertEqual(said in run.notes, is_far and is_secret, (address, field, run.notes))
                        self.assertEqual("Use https" in run.notes, is_far and is_secret)
                    server.kill()


class ByHand(SeveralTest):
    def test_addresses_are_tried_in_turn(self) -> None:
        def check(client: Client) -> None:
            with client.server() as server:
                url = server.url.replace("127.0.0.1", NAME)
                talked = talk(url, SAID[client.scheme], "--address", "127.0.0.9", "--address", "127.0.0.1")
                self.assertEqual((talked.code, talked.err), (0, ""))
                self.assertTrue(talked.lines[0].startswith("# 127.0.0.9: connection refused"), talked.lines)
                self.assertEqual(talked.lines[1], "# connected to 127.0.0.1")
                self.assertIn(LAST[client.scheme], talked.out)

        self.side_by_side(check, CLIENTS)

    def test_one_that_answers_is_used_without_a_word(self) -> None:
        with Builtin() as server:
            url = server.url.replace("127.0.0.1", NAME)
            talked = talk(url, ("QUIT",), "--address", "127.0.0.1", "--address", "127.0.0.9")
            self.assertEqual(talked.code, 0)
            self.assertNotIn("#", talked.out)

    def test_if_none_answers_each_is_named(self) -> None:
        port = free_port()
        talked = talk(f"smtp://{NAME}:{port}", (), "--address", "127.0.0.9", "--address", "127.0.0.8")
        self.assertEqual(talked.code, 2)
        self.assertIn("cannot connect to any of the 2 addresses:", talked.err)
        for address in ("127.0.0.8", "127.0.0.9"):
            self.assertRegex(talked.err, rf"  {address}: connection refused.* \(connect-refused\)")

    def test_an_address_that_never_answers_leaves_time_for_the_next(self) -> None:
        port = free_port()
        with socket.create_server(("127.0.0.9", port), backlog=0), Builtin(f"smtp://127.0.0.1:{port}"), \
                contextlib.ExitStack() as stack:
            for _ in range(8):  # more than it queues: the kernel drops what comes from here on
                one = stack.enter_context(socket.socket())
                one.setblocking(False)
                one.connect_ex(("127.0.0.9", port))
            talked = talk(f"smtp://{NAME}:{port}", ("QUIT",), "--address", "127.0.0.9", "--address", "127.0.0.1",
                          "--timeout", "6s")
            self.assertEqual(talked.code, 0, talked.err)
            self.assertIn("# 127.0.0.9: nothing answers there", talked.out)
            self.assertIn("# connected to 127.0.0.1", talked.out)

    def test_the_certificate_has_to_be_that_of_the_name(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            trusted = f"{folder}/trusted.pem"
            with Builtin("smtps://127.0.0.2:0", "--save-cert", trusted) as server:
                for name, code in (("localhost", 0), (NAME, 2)):
                    url = server.url.replace("127.0.0.2", name)
                    talked = talk(url, ("QUIT",), "--address", "127.0.0.2", "--cafile", trusted)
                    self.assertEqual(talked.code, code, talked.err)


if __name__ == "__main__":
    unittest.main()
