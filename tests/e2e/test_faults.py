# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Each fault of the built-in servers, by protocol, in clear text and under TLS: the run goes on, and each is counted
once under its own name."""

import itertools
import json
import os
import resource
import subprocess
import tempfile
import unittest
from dataclasses import dataclass, field
from pathlib import Path

from load import LoadTest, Run, load
from servers.builtin import Builtin, program

# A fault, how many of 12 transactions complete, and what is counted.
Expected = dict[str, tuple[int, dict[str, int]]]


@dataclass
class Client:
    """How a protocol is loaded, and what comes of faults then."""

    url: str
    options: tuple[object, ...]
    expected: Expected = field(repr=False)


# Five answers are good on each connection, the sixth is not.
HTTP: Expected = {
    "close=5": (10, {"closed": 2}),
    "reset=5": (10, {"reset": 2}),
    "mute=5": (10, {"timeout": 2}),
    "half=5": (10, {"closed-in-body": 2}),
    "bare-lf=5": (10, {"protocol-bare-lf": 2}),
    "bare-cr=5": (10, {"protocol-bare-cr": 2}),
    "nul=5": (10, {"protocol-nul": 2}),
    "garbage=5": (10, {"protocol-excess-bytes": 2}),
    "endless=5": (10, {"protocol-line-too-long": 2}),
    "unasked=5": (12, {"unsolicited-reply": 2}),
    "early=5": (12, {"unsolicited-reply": 2}),
    "size-more=2": (8, {"timeout": 4}),
    "size-less=2": (12, {"protocol-excess-bytes": 4}),
    "cut-body=2": (8, {"closed-in-body": 4}),
}
# The greeting, the answers to EHLO, MAIL, RCPT, DATA, the message, MAIL and RCPT are good; that to the second DATA is not.
SMTP: Expected = {
    "close=8": (6, {"closed": 6}),
    "reset=8": (6, {"reset": 6}),
    "mute=8": (6, {"timeout": 6}),
    "half=8": (6, {"closed": 6}),
    "bare-lf=8": (6, {"protocol-bare-lf": 6}),
    "bare-cr=8": (6, {"timeout": 6}),  # a line that has not ended yet
    "nul=8": (6, {"protocol-nul": 6}),
    "garbage=8": (6, {"protocol-bad-code": 6}),
    "endless=8": (6, {"protocol-line-too-long": 6}),
    "unasked=8": (6, {"unsolicited-reply": 6}),
    "early=8": (6, {"unsolicited-reply": 6}),
}
# The greeting, the answers to USER, PASS and to four STATs are good.
POP3: Expected = {
    "close=7": (10, {"closed": 2}),
    "reset=7": (10, {"reset": 2}),
    "mute=7": (10, {"timeout": 2}),
    "bare-lf=7": (10, {"protocol-bare-lf": 2}),
    "bare-cr=7": (10, {"timeout": 2}),
    "nul=7": (10, {"protocol-nul": 2}),
    "garbage=7": (10, {"protocol-bad-status": 2}),
    "endless=7": (10, {"protocol-line-too-long": 2}),
    "unasked=7": (12, {"unsolicited-reply": 2}),
    "early=7": (12, {"unsolicited-reply": 2}),
}
POP3_READ: Expected = {
    "cut-body=3": (9, {"closed-in-body": 3}),
    "size-more=3": (12, {}),  # POP3 ends a message with a dot: the size that RETR says is for people
    "size-less=3": (12, {}),
}
# The greeting, the answers to LOGIN, SELECT and to three FETCHs are good.
IMAP: Expected = {
    "close=6": (9, {"closed": 3}),
    "reset=6": (9, {"reset": 3}),
    "mute=6": (9, {"timeout": 3}),
    "half=6": (9, {"closed-in-body": 3}),
    "bare-lf=6": (9, {"protocol-bare-lf": 3}),
    "garbage=6": (9, {"protocol-control-byte": 3}),
    "endless=6": (9, {"protocol-line-too-long": 3}),
    "unasked=6": (12, {"protocol-answered-twice": 3}),
    "early=6": (12, {"protocol-answered-twice": 3}),
    "size-less=2": (8, {"protocol-bare-lf": 4}),
    "cut-body=2": (8, {"closed-in-body": 4}),
}
# What is sent is right, but comes in bits, late, or not at all to some connections.
SLOW: Expected = {
    "split=1": (12, {}),
    "split=worst": (12, {}),
    "drip=100/1ms": (12, {}),
    "delay=2ms": (12, {}),
    "stall=20ms/100ms": (12, {}),
}
LOGIN = ("--user", "u", "--password", "p")
CLIENTS = [
    Client("http://127.0.0.1:0", (), HTTP | SLOW),
    Client("smtp://127.0.0.1:0", (), SMTP | SLOW),
    Client("pop3://127.0.0.1:0", LOGIN, POP3 | SLOW),
    Client("pop3://127.0.0.1:0", (*LOGIN, "--script", "read"), POP3_READ | SLOW),
    Client("https://127.0.0.1:0", (), HTTP | SLOW | {"truncate=5": (10, {"tls-truncated": 2}),
                                                    "cut-record=5": (10, {"tls-truncated": 2})}),
    Client("smtps://127.0.0.1:0", (), SMTP | SLOW | {"truncate=8": (6, {"tls-truncated": 6}),
                                                    "cut-record=8": (6, {"tls-truncated": 6})}),
    Client("pop3s://127.0.0.1:0", LOGIN, POP3 | SLOW | {"truncate=7": (10, {"tls-truncated": 2}),
                                                       "cut-record=7": (10, {"tls-truncated": 2})}),
    Client("smtp://127.0.0.1:0", ("--starttls",), SLOW | {"truncate=10": (6, {"tls-truncated": 6}),
                                                         "close=10": (6, {"closed": 6})}),
    Client("pop3://127.0.0.1:0", (*LOGIN, "--starttls"), SLOW),
    Client("imap://127.0.0.1:0", LOGIN, IMAP | SLOW),
    Client("imaps://127.0.0.1:0", LOGIN, IMAP | SLOW | {"truncate=6": (9, {"tls-truncated": 3}),
                                                       "cut-record=6": (9, {"tls-truncated": 3})}),
    Client("imap://127.0.0.1:0", (*LOGIN, "--starttls"), SLOW),
]
# What STARTTLS changes is over before a stream breaks.
SAVED = [client for client in CLIENTS if "--starttls" not in client.options]
MEMORY_KB = 100_000
# AddressSanitizer would keep 256 MiB of what was freed.
os.environ.setdefault("ASAN_OPTIONS", "quarantine_size_mb=4")


class FaultTest(LoadTest):
    def run_under(self, fault: str, client: Client, *options: object, connections: int = 1, count: int = 12) -> Run:
        is_tls = client.url.split(":")[0].endswith("s") or "--starttls" in client.options
        with tempfile.TemporaryDirectory() as folder:
            trusted = Path(folder) / "trusted.pem"
            saved = ("--save-cert", str(trusted)) if is_tls else ()
            trust = ("--cafile", trusted) if is_tls else ()
            with Builtin(client.url, "--fault", fault, *saved) as server:
                run = load(server.url, "-n", count, "-c", connections, *trust, *client.options, *options)
        self.assert_whole(run)
        return run


class Faults(FaultTest):
    def test_each_is_counted_once_under_its_own_name(self) -> None:
        def check(case: tuple[str, Client]) -> None:
            fault, client = case
            completed, errors = client.expected[fault]
            # What got no core for a moment has not timed out.
            run = self.run_under(fault, client, "--timeout", "500ms" if "timeout" in errors else "5s")
            counts = run.transactions
            self.assertEqual((counts["started"], counts["completed"]), (12, completed), run.errors)
            self.assertEqual(run.errors, errors)
            self.assertEqual(run.code, 0 if completed == 12 else 1)
            self.assertEqual({example["name"] for example in run.report["examples"]}, errors.keys())

        self.side_by_side(check, ((fault, client) for client in CLIENTS for fault in client.expected))

    def test_memory_is_bounded(self) -> None:
        """A line without an end, a body that is cut: what comes is not kept."""
        for client in CLIENTS[:4]:
            self.run_under("endless=3", client, "--timeout", "500ms", connections=10, count=200)
        self.assertLess(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, MEMORY_KB)

    def test_a_connection_that_is_refused_is_tried_again(self) -> None:
        def check(client: Client) -> None:
            run = self.run_under("refuse=2", client, connections=4)
            self.assertEqual(run.transactions["started"], 12)
            self.assertLessEqual(run.errors.keys(), {"reset", "connect-reset"})
            self.assertGreater(sum(run.errors.values()), 0)
            # Without a greeting, a request is what finds out.
            lost = run.errors.get("reset", 0) if client.url.startswith("http:") else 0
            self.assertLessEqual(run.transactions["failed"], lost)

        self.side_by_side(check, CLIENTS)

    def test_a_line_in_clear_text_before_the_handshake(self) -> None:
        def check(case: tuple[str, tuple[str, ...]]) -> None:
            scheme, options = case
            run = self.run_under("inject=1", Client(f"{scheme}://127.0.0.1:0", (*options, "--starttls"), {}),
                                 "-d", "300ms", "--timeout", "2s")
            self.assertEqual((run.code, run.transactions["started"]), (1, 0))
            self.assertEqual(run.errors.keys(), {"protocol-starttls-injection"})
            self.assertIn("injected", run.said("protocol-starttls-injection"))
            self.assertEqual(run.report["connections"]["handshakes"], {"full": 0, "resumed": 0, "failed": 0})

        self.side_by_side(check, (("smtp", ()), ("lmtp", ()), ("pop3", LOGIN), ("imap", LOGIN)))

    def test_bad_certificates(self) -> None:
        names = {"expired": "tls-expired", "not-yet": "tls-expired", "wrong-name": "tls-name", "untrusted": "tls-issuer"}

        def check(case: tuple[str, str]) -> None:
            scheme, kind = case
            client = Client(f"{scheme}://127.0.0.1:0", LOGIN if scheme == "pop3s" else (), {})
            run = self.run_under(f"certificate={kind}", client, "-d", "200ms", "--timeout", "2s")
            self.assertEqual((run.code, run.transactions["started"]), (1, 0))
            self.assertEqual(run.errors.keys(), {names[kind]})
            handshakes = run.report["connections"]["handshakes"]
            self.assertEqual(handshakes, {"full": 0, "resumed": 0, "failed": run.errors[names[kind]]})

        self.side_by_side(check, itertools.product(("https", "smtps", "pop3s"), names))

    def test_faults_that_mean_nothing_to_a_protocol_are_refused(self) -> None:
        for scheme, fault, words in (("http", "refuse-rcpt=3", "smtp, smtps, lmtp"), ("smtp", "cut-body=1", "http"),
                                     ("http", "truncate=1", "https"), ("https", "inject=1", "smtp"),
                                     ("smtp", "tuncate=1", "did you mean `truncate`"),
                                     ("smtp", "certificate=old", "expired")):
            with self.subTest(scheme=scheme, fault=fault):
                done = subprocess.run([program(), "serve", f"{scheme}://127.0.0.1:0", "--fault", fault],
                                      capture_output=True, text=True, timeout=20, check=False)
                self.assertEqual(done.returncode, 2)
                self.assertIn(words, done.stderr)


class SaveBad(FaultTest):
    """`--save-bad DIR`: the streams that broke the protocol, as seeds."""

    def saved(self, fault: str, client: Client, *options: object, **counts: int) -> dict[str, bytes]:
        with tempfile.TemporaryDirectory() as folder:
            bad = Path(folder) / "bad"
            self.run_under(fault, client, "--save-bad", bad, *options, **counts)
            return {file.name: file.read_bytes() for file in sorted(bad.iterdir())}

    def parsed(self, protocol: str, octets: bytes, *options: str) -> list[dict]:
        done = subprocess.run([program(), "parse", protocol, *options], input=octets, capture_output=True, timeout=20,
                              check=False)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def test_a_stream_that_was_saved_has_the_same_error(self) -> None:
        def check(case: tuple[str, str, Client]) -> None:
            name, fault, client = case
            scheme = client.url.split(":")[0]
            protocol = scheme.removesuffix("s")
            files = self.saved(fault, client)
            # Streams that are the same are there once; a POP3 greeting is another each time.
            self.assertIn(f"{scheme}-{name}-1", files)
            self.assertEqual({file.rsplit("-", 1)[0] for file in files}, {f"{scheme}-{name}"})
            # IMAP's lines may be a megabyte long, of which the end is kept.
            limit = ("--limit", "line_octets_max=60000") if (protocol, fault) == ("imap", "endless=6") else ()
            for octets in files.values():
                last = self.parsed(protocol, octets, *limit)[-1]
                self.assertEqual((last["type"], last.get("error")), ("error", name.removeprefix("protocol-")))

        # A parser alone does not know what was asked: an octet behind a response begins the next.
        self.side_by_side(check, [(name, fault, client) for client in SAVED
                                  for fault, (_, errors) in client.expected.items() for name in errors
                                  if name.startswith("protocol-")
                                  and name not in ("protocol-excess-bytes", "protocol-answered-twice")])

    def test_a_stream_that_was_cut_is_incomplete(self) -> None:
        for client, fault in ((CLIENTS[0], "half=5"), (CLIENTS[1], "half=8"), (CLIENTS[3], "cut-body=3"),
                              (CLIENTS[4], "cut-body=2"), *((client, fault) for client in SAVED[-2:]
                                                            for fault in ("half=6", "cut-body=2"))):
            protocol = client.url.split(":")[0].removesuffix("s")
            options = ("--pop3-multi", "auto") if protocol == "pop3" else ()
            with self.subTest(url=client.url, fault=fault):
                files = self.saved(fault, client)
                # POP3 greets differently each time, and IMAP's passes fetch different messages.
                self.assertEqual(len(files), 1 if protocol not in ("pop3", "imap") else len(files))
                self.assertTrue(files)
                for octets in files.values():
                    self.assertEqual(self.parsed(protocol, octets, *options)[-1]["type"], "incomplete")

    def test_of_a_long_stream_the_broken_message_is_saved(self) -> None:
        client = Client("http://127.0.0.1:0", (), {})
        files = self.saved("bare-lf=300", client, count=301)
        self.assertEqual(files.keys(), {"http-protocol-bare-lf-1"})
        octets = files["http-protocol-bare-lf-1"]
        self.assertTrue(octets.startswith(b"HTTP/1.1 200 OK"))
        self.assertLess(len(octets), 65_536)
        self.assertEqual(self.parsed("http", octets)[-1]["error"], "bare-lf")

    def test_their_number_is_bounded_and_each_is_there_once(self) -> None:
        files = self.saved("nul=3", CLIENTS[1], count=100)
        self.assertEqual(len(files), 1, "all connections break in the same way")

    def test_what_went_well_is_not_saved(self) -> None:
        self.assertEqual(self.saved("refuse-rcpt=2", CLIENTS[1]), {})

    def test_a_directory_that_cannot_be_made_is_an_error_before_the_run(self) -> None:
        with tempfile.NamedTemporaryFile() as file:
            run = load("smtp://127.0.0.1:1", "-n", 1, "--save-bad", file.name)
        self.assertEqual(run.code, 2)
        self.assertIn("--save-bad", run.err)


if __name__ == "__main__":
    unittest.main()
