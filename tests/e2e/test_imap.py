# SPDX-License-Identifier: Apache-2.0 OR MIT
"""IMAP: real servers, and servers that are scripted here, agree with what Backtalk counts."""

import imaplib
import re
import socket
import tempfile
import threading
import unittest
from collections.abc import Callable

from load import LoadTest, Run, load
from real_servers import RealServers, start_for_module
from servers.courier import Courier
from servers.cyrus import Cyrus
from servers.dovecot import Dovecot
from servers.mailutils import Mailutils
from servers.server import Server

LOGIN = ("--user", "u1", "--password", "pass")
KINDS = (Dovecot, Cyrus, Courier, Mailutils)


def setUpModule() -> None:
    start_for_module(KINDS)


class Scripted:
    """A server on loopback whose answers to the lines of a client a function decides: what it returns is sent, and None
    closes the connection. It counts the commands that it has read."""

    def __init__(self, answer: Callable[[str, str], str | None], greeting: str = "* OK [CAPABILITY IMAP4rev1] hello\r\n"):
        self._answer = answer
        self._greeting = greeting
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"imap://127.0.0.1:{self._listener.getsockname()[1]}"
        self.lines: list[str] = []

    def __enter__(self) -> "Scripted":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection, connection.makefile("r", encoding="latin-1", newline="\n") as lines:
                connection.sendall(self._greeting.encode())
                for line in lines:
                    self.lines.append(line.rstrip("\r\n"))
                    tag, _, command = self.lines[-1].partition(" ")
                    said = self._answer(tag, command)
                    if said is None:
                        return
                    connection.sendall(said.encode("latin-1"))
        except OSError:
            pass


def well_behaved(tag: str, command: str) -> str:
    """What a server says to the commands before the first pass."""
    if command.startswith(("SELECT", "EXAMINE")):
        return f"* 3 EXISTS\r\n{tag} OK done\r\n"
    if command == "LOGOUT":
        return f"* BYE\r\n{tag} OK done\r\n"
    if command.startswith("LOGIN"):
        return f"{tag} OK [CAPABILITY IMAP4rev1] done\r\n"
    return ""


class PlantedAnswers(LoadTest):
    def run_against(self, answer: Callable[[str, str], str | None], *options: object, greeting: str = "") -> Run:
        given = {"greeting": greeting} if greeting else {}
        with Scripted(answer, **given) as server:
            run = load(server.url, *LOGIN, *options)
            self.said = server.lines
        self.assert_whole(run)
        return run

    def test_no_to_everything_completes_nothing(self) -> None:
        for status in ("NO", "BAD"):
            run = self.run_against(lambda tag, command: well_behaved(tag, command) or f"{tag} {status} no\r\n", "-n", 50)
            self.assertEqual((run.code, run.transactions["completed"]), (1, 0))
            self.assertEqual(run.errors, {f"reply-{status.lower()}": 50})

    def test_ok_without_the_data_completes_nothing(self) -> None:
        run = self.run_against(lambda tag, command: well_behaved(tag, command) or f"{tag} OK done\r\n", "-n", 20)
        self.assertEqual((run.code, run.errors), (1, {"script-unexpected-reply": 20}))

    def test_unasked_data_between_answers_is_counted_and_bye_fails_the_rest(self) -> None:
        waiting: list[str] = []

        def answer(tag: str, command: str) -> str:
            said = well_behaved(tag, command)
            if said:
                return said
            waiting.append(tag)
            if len(waiting) < 3:
                return ""
            # The last first; one is never answered.
            return (f"* 1 FETCH (FLAGS ())\r\n{waiting[2]} OK x\r\n* 5 EXPUNGE\r\n* 1 FETCH (FLAGS ())\r\n"
                    f"{waiting[1]} OK x\r\n* BYE enough\r\n")

        run = self.run_against(answer, "-n", 3, "-c", 1, "-p", 3)
        self.assertEqual((run.code, run.transactions["completed"], run.errors), (1, 2, {"closed-bye": 1}))
        self.assertEqual(run.report["counters"]["unsolicited"], 2)
        self.assertEqual(run.said("closed-bye"), "* BYE enough")

    def test_starttls_that_is_not_offered_sends_no_password(self) -> None:
        run = self.run_against(well_behaved, "-n", 1, "-c", 1, "--timeout", "2s", "--starttls", "--insecure")
        self.assertEqual(run.code, 1)
        self.assertEqual(set(run.errors), {"starttls-missing"})
        self.assertEqual([line for line in self.said if "pass" in line or "u1" in line], [])

    def test_preauth_is_refused_with_starttls(self) -> None:
        run = self.run_against(well_behaved, "-n", 1, "-c", 1, "--timeout", "2s", "--starttls", "--insecure",
                               greeting="* PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] hello\r\n")
        self.assertEqual(set(run.errors), {"starttls-preauth"})
        self.assertEqual(self.said, [])

    def test_an_octet_behind_the_acceptance_of_starttls_is_an_injection(self) -> None:
        run = self.run_against(lambda tag, _: f"{tag} OK go\r\n*", "-n", 1, "-c", 1, "--timeout", "2s", "--starttls",
                               "--insecure", greeting="* OK [CAPABILITY IMAP4rev1 STARTTLS] hello\r\n")
        self.assertEqual(set(run.errors), {"protocol-starttls-injection"})

    def test_a_tag_that_nobody_sent_ends_the_connection(self) -> None:
        run = self.run_against(lambda tag, command: well_behaved(tag, command) or "x9 OK done\r\n", "-n", 5, "-c", 1)
        self.assertEqual((run.code, run.transactions["completed"]), (1, 0))
        self.assertEqual(run.errors, {"protocol-unknown-tag": 5})


class ImapTest(RealServers):
    def assert_reads(self, url: str, *options: object, count: int = 200) -> Run:
        run = load(url, "-n", count, "-c", 2, *LOGIN, *options)
        self.assert_all_completed(run, count)
        self.assertEqual((run.sent("FETCH"), run.ok("FETCH")), (count, count))
        self.assertEqual(run.codes("FETCH"), {"OK": count})
        return run


class EveryServer(ImapTest):
    """What holds of each server, in lock step and with many tags in flight."""

    def test_reads(self) -> None:
        def check(server: Server) -> None:
            for depth in (1, 8):
                self.assert_reads(server.url, "-p", depth, count=100)
                if isinstance(server, (Dovecot, Cyrus)):
                    self.assert_reads(server.url, "-p", depth, "--starttls", "--insecure", count=100)
                if isinstance(server, Dovecot):
                    self.assert_reads(server.urls()["imaps"], "-p", depth, "--insecure", count=100)

        self.on_each(check, KINDS)

    def test_every_script(self) -> None:
        """What ships with the program works as it is, in lock step and with many tags in flight."""
        def check(server: Server) -> None:
            for script in ("noop", "status", "flags", "headers", "search", "append", "store", "sync"):
                for depth in (1, 8):
                    self.assert_all_completed(
                        load(server.url, "-n", 24, "-c", 2, "-p", depth, "--script", script, *LOGIN), 24)
            run = load(server.url, "-n", 4, "-c", 2, "--script", "idle", *LOGIN)
            self.assert_all_completed(run, 4)
            self.assertEqual((run.codes("IDLE"), run.codes("DONE")), ({"+": 4}, {"OK": 4}))
            # How long IDLE lasts is part of the run, and of no latency.
            self.assertGreater(run.report["elapsed_s"], 1)

        self.on_each(check, (Dovecot, Cyrus, Courier))


class DovecotServer(ImapTest):
    def test_a_message_has_the_size_that_is_asked_for(self) -> None:
        server = self.server(Dovecot)
        for octets in (500, 70_000):
            options = ("--script", "append", "--size", octets, "--user", "u2", "--password", "pass")
            self.assert_all_completed(load(server.url, "-n", 3, "-c", 1, *options), 3)
        client = imaplib.IMAP4("127.0.0.1", server.port("imap"), timeout=20)
        client.login("u2", "pass")
        client.select("INBOX", readonly=True)
        _, sizes = client.fetch("1:*", "(RFC822.SIZE)")
        client.logout()
        stamp = len("X-Copy: 0123456789abcdef\r\n")
        self.assertEqual([int(re.search(rb"SIZE (\d+)", one)[1]) for one in sizes], [500 + stamp] * 3 + [70_000 + stamp] * 3)

    def test_an_empty_mailbox_has_a_name(self) -> None:
        run = load(self.server(Dovecot).url, "-n", 20, "-c", 2, "--user", "u3", "--password", "pass")
        self.assert_whole(run)
        self.assertEqual((run.code, run.errors), (1, {"mailbox-empty": 20}))

    def test_a_conversation_can_be_a_transaction(self) -> None:
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as script:
            script.write("C: a LOGIN u1 pass\nS: a OK\nC: b SELECT INBOX\nS: * EXISTS\nS: b OK\n"
                         "C: c LOGOUT\nS: * BYE\nS: c OK\n")
            script.flush()
            before = self.logins()
            run = load(self.server(Dovecot).url, "-n", 20, "-c", 2, "--script", script.name, *LOGIN)
        self.assert_all_completed(run, 20)
        self.assertEqual((run.report["connections"]["opened"], run.ok("LOGOUT")), (20, 20))
        self.assertEqual(self.logins() - before, 20)

    def test_its_log_has_each_login(self) -> None:
        for auth in ("command", "plain", "login", "cram-md5", "scram-sha-256"):
            with self.subTest(auth=auth):
                before = self.logins()
                run = self.assert_reads(self.server(Dovecot).url, "--auth", auth, "--per-connection", 20)
                opened = run.report["connections"]["opened"]
                self.assertGreaterEqual(opened, 10)
                self.assertEqual(self.logins() - before, opened)

    def logins(self) -> int:
        return self.server(Dovecot).logins()["imap"].total()

    def test_a_wrong_password_is_refused_by_name(self) -> None:
        def check(auth: str) -> None:
            run = load(self.server(Dovecot).url, "-n", 1, "-c", 1, "--timeout", "3s", "--user", "u1", "--password", "wrong",
                       "--auth", auth)
            self.assert_whole(run)
            self.assertEqual((run.code, set(run.errors)), (1, {"auth-refused"}))
            self.assertIn("AUTHENTICATIONFAILED", run.said("auth-refused"))

        self.side_by_side(check, ("command", "plain"))


if __name__ == "__main__":
    unittest.main()
