# SPDX-License-Identifier: Apache-2.0 OR MIT
"""`backtalk differ`: servers that agree, servers that do not, and the real ones beside each other."""

import contextlib
import json
import re
import socket
import tempfile
import threading
import unittest
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from json_schema import Schema
from load import run_with_json
from servers.builtin import Builtin
from servers.exim import Exim
from servers.network import free_port
from servers.opensmtpd import OpenSmtpd
from servers.postfix import Postfix

SCHEMA = Schema.documented("differ")
# What these servers answer does not depend on it.
SOON = ("--pause", "50ms")
SEQUENCES = {f"{before}-dot-{after}" for before in ("crlf", "lf", "cr") for after in ("crlf", "lf", "cr")}


@dataclass
class Differed:
    code: int
    report: dict = field(default_factory=dict)
    out: str = ""
    err: str = ""

    def framings(self, case: str) -> list[str]:
        found = next(one for one in self.report["cases"] if one["name"] == case)
        return [outcome["framing"] for outcome in found["outcomes"]]

    @property
    def differing(self) -> list[str]:
        return [one["name"] for one in self.report["cases"] if not one["agree"]]


def differ(*words: object, limit_s: float = 120) -> Differed:
    done, written = run_with_json("differ", *words, limit_s=limit_s)
    return Differed(done.returncode, json.loads(written) if written else {}, done.stdout, done.stderr)


def answer_laxly(client: socket.socket) -> None:
    """SMTP for one client, by a server with a mistake that real ones had: LF "." LF ends a message too."""
    with client, contextlib.suppress(OSError):
        client.sendall(b"220 lax\r\n")
        waiting, in_data = b"", False
        while octets := client.recv(65536):
            waiting += octets
            while True:
                end = re.search(rb"\r?\n\.\r?\n" if in_data else rb"\r\n", waiting)
                # A sequence that begins with the CRLF of the line before: the CR may be text, so nothing is lost.
                if not end:
                    break
                line, waiting = waiting[:end.start()], waiting[end.end():]
                if in_data:
                    in_data = False
                    client.sendall(b"250 stored\r\n")
                elif line == b"QUIT":
                    client.sendall(b"221 bye\r\n")
                    return
                elif line == b"DATA":
                    in_data = True
                    client.sendall(b"354 go on\r\n")
                else:
                    client.sendall(b"250 ok\r\n" if line[:4] in (b"EHLO", b"MAIL", b"RCPT", b"RSET") else b"500 what\r\n")


@contextlib.contextmanager
def lax_server() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    answer_laxly(listener.accept()[0])

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"smtp://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


class DifferTest(unittest.TestCase):
    maxDiff = None

    def assert_adds_up(self, run: Differed) -> None:
        self.assertTrue(run.report, run.err)
        self.assertEqual(SCHEMA.problems(run.report), [])
        self.assertEqual(run.report["differing"], len(run.differing))
        self.assertEqual(run.code, 1 if run.differing else 0, run.err)
        for case in run.report["cases"]:
            with self.subTest(case=case["name"]):
                framings = [outcome["framing"] for outcome in case["outcomes"]]
                self.assertEqual(len(framings), len(run.report["servers"]))
                self.assertEqual(case["agree"], len(set(framings)) == 1)
                self.assertEqual(sorted(sum(case["groups"], [])), list(range(len(framings))))
                for group in case["groups"]:
                    self.assertEqual(len({framings[server] for server in group}), 1)
                self.assertRegex(case["clause"], r"^RFC \d+, [\d.]+$")


class OnTheBuiltInServer(DifferTest):
    def test_two_of_them_agree(self) -> None:
        with Builtin() as one, Builtin() as other:
            run = differ(one.url, other.url, *SOON)
            self.assert_adds_up(run)
            self.assertEqual((run.code, run.differing), (0, []), run.out)
            self.assertTrue(run.out.endswith("\nthey agree\n"), run.out)
            self.assertEqual(run.framings("crlf-dot-crlf"), ["accepted"] * 2)
            self.assertEqual(run.framings("cut-between"), ["accepted"] * 2)
            for sequence in SEQUENCES - {"crlf-dot-crlf"}:
                self.assertEqual(run.framings(sequence), ["refused"] * 2, sequence)
            self.assertEqual(run.framings("two-dots"), ["not accepted"] * 2)

    def test_a_server_that_ends_a_message_at_lf_is_found(self) -> None:
        with Builtin() as strict, lax_server() as lax:
            run = differ(strict.url, lax, *SOON)
            self.assert_adds_up(run)
            self.assertEqual(run.code, 1)
            self.assertEqual(set(run.differing), SEQUENCES - {"crlf-dot-crlf"}, run.out)
            self.assertEqual([case for case in run.differing if run.framings(case)[1] == "accepted"],
                             ["crlf-dot-lf", "lf-dot-crlf", "lf-dot-lf"])
            self.assertIn('\nlf-dot-lf: LF "." LF (RFC 5321, 4.1.1.4)\n'
                          r"  | Subject: differ\r\n\r\nfirst\n.\n" "\n"
                          r"  | RSET\r\n" "\n"
                          r"  | .\r\n" "\n"
                          r"  | QUIT\r\n" "\n"
                          "  A: refused: 500; 0 messages, closed\n"
                          "  B: accepted: 250 250 ...; 1 message, closed\n", run.out)

    def test_bare_octets_are_refused(self) -> None:
        with Builtin() as one, Builtin() as other:
            run = differ(one.url, other.url, "--corpus", "bare", *SOON)
            self.assert_adds_up(run)
            self.assertEqual(run.code, 0, run.out)
            for case in run.report["cases"]:
                wanted = "two commands" if case["name"] == "crlf" else "refused, closed"
                self.assertEqual(run.framings(case["name"]), [wanted] * 2, case)

    def test_a_server_that_refuses_messages_is_found(self) -> None:
        with Builtin() as one, Builtin("smtp://127.0.0.1:0", "--fault", "refuse-message=1") as other:
            run = differ(one.url, other.url, *SOON)
            self.assert_adds_up(run)
            self.assertEqual(run.framings("crlf-dot-crlf"), ["accepted", "ended, refused"])
            self.assertEqual(run.framings("two-dots"), ["not accepted", "refused"])
            accepted = [[case["outcomes"][server]["messages"] for case in run.report["cases"]] for server in (0, 1)]
            self.assertEqual(accepted[0], [0 if case["agree"] else 1 for case in run.report["cases"]])
            self.assertEqual(sum(accepted[1]), 0)

    def test_a_server_that_does_not_close_is_silent(self) -> None:
        with Builtin() as one, Builtin("smtp://127.0.0.1:0", "--fault", "close=6") as other, self.corpus(
                "== one: no QUIT\nclause: RFC 5321, 4.1.1.4\n| \\r\\n.\\r\\nNOOP\\r\\n\n") as corpus:
            run = differ(one.url, other.url, "--corpus", corpus, "--timeout", "1s")
            self.assert_adds_up(run)
            self.assertEqual(run.framings("one"), ["2xx 2xx, then silent", "2xx"])

    def test_answers_that_break_the_grammar_are_named(self) -> None:
        with Builtin() as one, Builtin("smtp://127.0.0.1:0", "--fault", "bare-lf=5") as bare:
            run = differ(one.url, bare.url, *SOON)
            self.assert_adds_up(run)
            self.assertEqual(run.framings("crlf-dot-crlf"), ["accepted", "no answer, then bare-lf"])

    @contextlib.contextmanager
    def corpus(self, cases: str) -> Iterator[str]:
        head = "protocol: smtp\nS: 2xx\nC: EHLO me\nS: 2xx\nC: MAIL FROM:<{from}>\nS: 2xx\nC: RCPT TO:<{to}>\nS: 2xx\n" \
               "C: DATA\nS: 3xx\n"
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "cases.txt"
            path.write_text(head + cases)
            yield str(path)

    def test_what_cannot_be_done_is_said(self) -> None:
        with Builtin() as server:
            here = server.url
            broken = self.enterContext(self.corpus("== one\n"))
            for words, said in (
                    ((here,), "name two servers or more: `backtalk differ URL URL`"),
                    ((here, here, "--corpus", "eob"), "--corpus: no corpus is called `eob`; did you mean `eod`?; the path "
                                                      "of a file has a slash"),
                    ((here, here, "--corpus", "/none/here"), "/none/here: cannot be read"),
                    ((here, here, "--corpus", broken), f"{broken}: line 11: a case begins with `== NAME: TITLE`"),
                    ((here, "imap://127.0.0.1:9"), "imap://127.0.0.1:9: the cases of this corpus are smtp, and so must the "
                                                   "URLs be"),
                    ((here, "smtp://192.0.2.1"), "smtp://192.0.2.1:25 is neither loopback nor private: a load test of "
                                                 "somebody else's server is an attack. If you may load it, say "
                                                 "--i-may-load-this-target")):
                with self.subTest(words=words):
                    run = differ(*words)
                    self.assertEqual((run.code, run.report), (2, {}))
                    self.assertEqual(run.err, f"backtalk differ: {said}\n")

    def test_a_server_that_cannot_be_tried_is_an_environment_that_does_not_do(self) -> None:
        closed = f"smtp://127.0.0.1:{free_port()}"
        with Builtin() as one, Builtin("smtp://127.0.0.1:0", "--fault", "refuse-rcpt=1") as refusing:
            for other, said in ((closed, "connect-refused"), (refusing.url, "`RCPT TO:<bob@example.org>")):
                with self.subTest(other=other):
                    run = differ(one.url, other, "--to", "bob@example.org")
                    self.assertEqual(run.code, 2)
                    self.assertTrue(run.err.startswith(f"backtalk differ: {other}: "), run.err)
                    self.assertIn(said, run.err)


class OnRealServers(DifferTest):
    def tables(self, corpus: str) -> Differed:
        """The same in two runs."""
        runs = [differ(*self.servers, "--to", "u1@example.org", "--corpus", corpus) for _ in range(2)]
        for run in runs:
            self.assert_adds_up(run)
        self.assertEqual(runs[0].out, runs[1].out)
        return runs[0]

    def test_the_tables_are_the_same_in_two_runs(self) -> None:
        kinds = (Postfix, Exim, OpenSmtpd)
        if reasons := [reason for kind in kinds if (reason := kind.why_not())]:
            self.skipTest("; ".join(reasons))
        with Postfix() as postfix, Exim() as exim, OpenSmtpd(for_load=True) as opensmtpd:
            self.servers = (postfix.url, exim.url, opensmtpd.url)
            self.check_the_ends_of_a_message(self.tables("eod"))
            self.check_bare_octets(self.tables("bare"))

    def check_the_ends_of_a_message(self, run: Differed) -> None:
        self.assertLessEqual(SEQUENCES, {case["name"] for case in run.report["cases"]})
        for case in ("crlf-dot-crlf", "cut-between"):
            self.assertEqual(run.framings(case), ["accepted"] * 3, run.out)
        # Postfix takes LF for CRLF unless smtpd_forbid_bare_newline says otherwise.
        self.assertEqual(run.framings("lf-dot-lf")[0], "accepted", run.out)
        self.assertIn("lf-dot-lf", run.differing)

    def check_bare_octets(self, run: Differed) -> None:
        # OpenSMTPD refuses pipelining.
        self.assertEqual(run.framings("crlf"), ["two commands", "two commands", "refused, closed"], run.out)
        self.assertEqual(run.framings("nul-verb"), ["refused"] * 3, run.out)
        self.assertIn("nul-end", run.differing)


if __name__ == "__main__":
    unittest.main()
