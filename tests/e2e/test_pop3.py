# SPDX-License-Identifier: Apache-2.0 OR MIT
"""POP3: real servers, the built-in one and Backtalk count the same sessions, commands and octets."""

import itertools
import poplib
import re
import tempfile
import unittest
from pathlib import Path

from load import LoadTest, Run, load
from real_servers import RealServers, start_for_module
from servers.builtin import Builtin
from servers.courier import Courier
from servers.cyrus import Cyrus
from servers.dovecot import Dovecot
from servers.hostile import Peer, hostile
from servers.mailutils import Mailutils
from servers.messages import MESSAGES
from servers.network import wait_for
from servers.popa3d import Popa3d
from servers.server import Server

U1 = ("--user", "u1", "--password", "pass")
LOCK_STEP = ("-p", 1)
PIPELINED = ("-p", 8)
NO_PIPELINING = "does not offer PIPELINING"
KINDS = (Dovecot, Courier, Cyrus, Mailutils, Popa3d)


def setUpModule() -> None:
    start_for_module(KINDS)


def pop3(server: Server, *options: object) -> Run:
    return load(server.urls()["pop3"], *U1, *options)


class Pop3Test(LoadTest):
    def assert_reads(self, run: Run, passes: int, pipelined: bool) -> None:
        """A run of --script read, which looks at the mailbox and fetches a message in each pass."""
        self.assert_all_completed(run, passes)
        for command in ("LIST", "UIDL", "RETR"):
            self.assertEqual((run.sent(command), run.ok(command)), (passes, passes), command)
        self.assertEqual(NO_PIPELINING in run.notes, not pipelined)

    def with_script(self, text: str) -> Path:
        folder = self.enterContext(tempfile.TemporaryDirectory(prefix="backtalk-script-"))
        path = Path(folder) / "script.txt"
        path.write_text(text)
        return path


class EveryServer(RealServers, Pop3Test):
    """What each of them must do."""

    def test_polling(self) -> None:
        def check(server: Server) -> None:
            for options in (LOCK_STEP, PIPELINED):
                run = pop3(server, "-c", 1, "-n", 60, *options)
                self.assert_all_completed(run, 60)
                self.assertEqual(run.codes("STAT"), {"+OK": 60})
                self.assertEqual((run.ok("PASS"), run.ok("QUIT")), (1, 1))

        self.on_each(check, KINDS)

    def test_reading(self) -> None:
        def check(server: Server) -> None:
            pipelines = not isinstance(server, Popa3d)  # which has no CAPA either
            # Some of them take 40 ms for each answer.
            self.assert_reads(pop3(server, "-c", 1, "-n", 16, "--script", "read"), 16, True)
            self.assert_reads(pop3(server, "-c", 1, "-n", 16, "--script", "read", *PIPELINED), 16, pipelines)
            run = pop3(server, "-c", 1, "-n", 16, "--script", "headers", *PIPELINED)
            self.assert_all_completed(run, 16)
            self.assertEqual(run.ok("TOP"), 16)

        self.on_each(check, KINDS)

    def test_a_connection_a_pass(self) -> None:
        def check(server: Server) -> None:
            run = pop3(server, "-c", 1, "-n", 6, "--script", "session")
            self.assert_all_completed(run, 6)
            self.assertEqual(run.report["connections"]["opened"], 6)
            for command in ("GREETING", "USER", "PASS", "STAT", "UIDL", "LIST", "RETR", "QUIT"):
                self.assertEqual((run.sent(command), run.ok(command)), (6, 6), command)

        self.on_each(check, KINDS)

    def test_a_wrong_password(self) -> None:
        def check(server: Server) -> None:
            refuses_within = "7s" if isinstance(server, Courier) else "3s"
            run = load(server.urls()["pop3"], "--user", "u1", "--password", "wrong", "-c", 1, "-n", 2, "--timeout",
                       refuses_within)
            self.assert_whole(run)
            self.assertEqual((run.code, run.transactions["completed"], run.transactions["started"]), (1, 0, 0))
            # Some servers take longer with each refusal.
            self.assertEqual(set(run.errors) - {"handshake-unfinished", "timeout"}, {"auth-refused"})
            self.assertTrue(run.said("auth-refused").startswith("-ERR"))
            self.assertNotIn("wrong", str(run.report["examples"]) + run.out + run.err)

        self.on_each(check, KINDS)

    def test_messages_are_removed_one_a_connection(self) -> None:
        """What the client counts as done is done: the server agrees about what is left."""
        script = self.with_script("C: DELE 1\nS: +OK\n")

        def check(kind: type[Server]) -> None:
            if reason := kind.why_not():
                self.skipTest(reason)
            with kind() as server:
                self.assert_all_completed(pop3(server, "-c", 1, "-n", 4, "--script", script), 4)
                client = poplib.POP3(*server.address("pop3"), timeout=20)
                client.user("u1")
                client.pass_("pass")
                self.assertEqual(client.stat()[0], len(MESSAGES) - 4)
                client.quit()
                run = pop3(server, "-c", 1, "-n", 4, "--script", script)
                self.assert_whole(run)
                self.assertEqual((run.transactions["completed"], run.errors), (2, {"reply-err": 2}))

        self.side_by_side(check, KINDS)


@unittest.skipIf(Dovecot.why_not(), Dovecot.why_not())
class DovecotCounts(RealServers, Pop3Test):
    def log(self, server: Dovecot) -> str:
        return (server.directory / "dovecot.log").read_text(errors="replace")

    def logged(self, server: Dovecot, pattern: str) -> int:
        """The sum of a figure over all sessions that have ended."""
        wait_for(lambda: self.log(server).count("Info: Login:") == self.log(server).count("Disconnected: Logged out"),
                 "sessions are still open:\n", lambda: self.log(server))
        return sum(map(int, re.findall(pattern, self.log(server))))

    def test_its_log_has_the_same_sessions_and_messages(self) -> None:
        def check(options: tuple) -> None:
            with Dovecot() as server:
                reading = pop3(server, "-c", 4, "-n", 200, "--script", "read", *options)
                self.assert_reads(reading, 200, True)
                headers = pop3(server, "-c", 4, "-n", 100, "--script", "headers", *options)
                sessions = pop3(server, "-c", 4, "-n", 40, "--script", "session", *options)
                self.assert_all_completed(headers, 100)
                self.assert_all_completed(sessions, 40)
                self.assertEqual(self.logged(server, r"retr=(\d+)/"), reading.ok("RETR") + sessions.ok("RETR"))
                self.assertEqual(self.logged(server, r"top=(\d+)/"), headers.ok("TOP"))
                logins = sum(run.ok("PASS") for run in (reading, headers, sessions))
                self.assertEqual(self.log(server).count("method=PLAIN"), logins)
                self.assertEqual(sessions.ok("PASS"), 40)

        self.side_by_side(check, (LOCK_STEP, PIPELINED))

    def test_a_wrong_password_in_every_way(self) -> None:
        def check(auth: str) -> None:
            run = load(self.server(Dovecot).urls()["pop3"], "--user", "u1", "--password", "wrong", "--auth", auth, "-c", 1,
                       "-n", 1, "--timeout", "1s")
            self.assertEqual(run.transactions["completed"], 0)
            self.assertLessEqual(set(run.errors), {"auth-refused", "timeout", "handshake-unfinished"})

        self.side_by_side(check, ("command", "plain", "login", "cram-md5", "scram-sha-256", "apop"))

    def test_tls(self) -> None:
        with Dovecot() as server:
            def check(case: tuple[str, tuple]) -> None:
                service, more = case
                options = ("--starttls",) if service == "pop3" else ()
                run = load(server.urls()[service], *U1, "--cafile", server.directory / "cert.pem", "-c", 2, "-n", 60,
                           *options, *more)
                self.assert_all_completed(run, 60)
                self.assertTrue(run.report["target"]["tls"]["verified"])
                self.assertEqual(run.report["connections"]["handshakes"]["full"], 2)
                self.assertEqual(run.ok("STLS"), 2 if options else 0)

            self.side_by_side(check, itertools.product(("pop3s", "pop3"),
                                                       (LOCK_STEP, PIPELINED, ("--auth", "scram-sha-256"))))
            self.logged(server, "0")
            self.assertEqual(len(re.findall(r"Login: .*, TLS", self.log(server))), 12)
            run = load(server.urls()["pop3"], *U1, "--starttls", "-n", 2, "--timeout", "1s")
            self.assertEqual((run.code, run.transactions["completed"]), (1, 0))
            self.assertEqual(set(run.errors) - {"handshake-unfinished"}, {"tls-issuer"})
            self.assertEqual(run.sent("USER"), 0)

    def test_an_empty_mailbox(self) -> None:
        run = load(self.server(Dovecot).urls()["pop3"], "--user", "u2", "--password", "pass", "-c", 1, "-n", 5,
                   "--script", "read")
        self.assert_whole(run)
        self.assertEqual((run.code, run.errors), (1, {"mailbox-empty": 5}))

    def test_it_is_killed_and_restarted(self) -> None:
        with Dovecot() as server:
            self.assert_all_completed(pop3(server, "-c", 2, "-n", 20), 20)
            server.kill()
            run = pop3(server, "-c", 2, "-n", 20, "--timeout", "500ms")
            self.assert_whole(run)
            self.assertEqual((run.code, run.transactions["completed"]), (1, 0))
            server.start()
            self.assert_all_completed(pop3(server, "-c", 2, "-n", 20), 20)


@unittest.skipIf(Courier.why_not(), Courier.why_not())
class CourierCounts(Pop3Test):
    def test_its_log_has_the_same_octets(self) -> None:
        """Both count from the login on."""
        script = self.with_script("== pass\nC: LIST\nC: UIDL\nC: RETR 3\nS: +OK\nS: +OK\nS: +OK\n")
        for options in (LOCK_STEP, PIPELINED):
            with self.subTest(options=options), Courier() as server:
                run = pop3(server, "-c", 1, "-n", 100, "--script", script, *options)
                self.assert_reads(run, 100, True)
                wait_for(lambda: "LOGOUT, user=u1" in server.output(), "the session goes on:\n", server.output)
                (received, sent), = re.findall(r"LOGOUT, user=u1.* rcvd=(\d+), sent=(\d+)", server.output())
                self.assertEqual(server.output().count("LOGIN, user=u1"), 1)
                self.assertEqual(run.report["bytes"]["sent"], int(received))
                self.assertEqual(run.report["bytes"]["received"] + len("+OK logged in.\r\n"), int(sent))


class CyrusSpeaks(RealServers, Pop3Test):
    def test_stls(self) -> None:
        server = self.server(Cyrus)
        run = pop3(server, "-c", 2, "-n", 40, "--starttls", "--cafile", server.directory / "cert.pem", *PIPELINED)
        self.assert_all_completed(run, 40)
        self.assertEqual(run.ok("STLS"), 2)

    def test_ways_to_log_in(self) -> None:
        for auth in ("plain", "login", "cram-md5", "apop"):
            with self.subTest(auth=auth):
                self.assert_all_completed(pop3(self.server(Cyrus), "-c", 1, "-n", 5, "--auth", auth), 5)


class MailutilsLocks(RealServers, Pop3Test):
    def test_a_second_session_finds_the_mailbox_in_use(self) -> None:
        run = pop3(self.server(Mailutils), "-c", 2, "-n", 20)
        self.assert_whole(run)
        self.assertEqual(run.transactions["completed"], 20)
        self.assertEqual(set(run.errors) - {"handshake-unfinished"}, {"reply-in-use"})
        self.assertEqual(run.codes("PASS")["-ERR [IN-USE]"], run.errors["reply-in-use"])


class Popa3dSpeaks(RealServers, Pop3Test):
    def test_it_has_no_stls(self) -> None:
        run = pop3(self.server(Popa3d), "-n", 2, "-c", 1, "--starttls", "--insecure", "--timeout", "1s")
        self.assertEqual((run.code, run.transactions["completed"]), (1, 0))
        self.assertEqual(set(run.errors) - {"handshake-unfinished"}, {"starttls-missing"})
        self.assertEqual(run.sent("USER"), 0)


class BuiltinPop3(Pop3Test):
    """The server that comes with the program, whose users all have mailboxes of ten messages."""

    def serve(self, *options: str) -> Builtin:
        return Builtin("pop3://127.0.0.1:0", "--messages", "10", "--message-size", "3000", *options)

    def test_server_and_client_count_the_same(self) -> None:
        for options in ((), PIPELINED, ("-t", 2, "-p", 4), ("--per-connection", 7)):
            with self.subTest(options=options), self.serve() as server:
                run = load(server.url, *U1, "-n", 500, "-c", 8, "--script", "read", *options)
                self.assert_reads(run, 500, True)

    def test_sessions(self) -> None:
        with self.serve() as server:
            run = load(server.url, *U1, "-n", 200, "-c", 8, "--script", "session")
            self.assert_all_completed(run, 200)
            # Each has one session; one may have opened for a session that another took.
            self.assertIn(run.report["connections"]["opened"], range(200, 200 + 8))
            self.assertGreaterEqual(run.ok("QUIT"), 200)

    def test_open_loop(self) -> None:
        with self.serve() as server:
            run = load(server.url, *U1, "-r", 100, "-d", "2s", "-c", 4)
            self.assert_all_completed(run, 200)
            run = load(server.url, *U1, "-r", 20, "-d", "2s", "-c", 4, "--script", "session")
            self.assert_all_completed(run, 40)


# --- Servers that misbehave


def answering(answer: bytes):
    """The same answer to everything."""
    def behave(peer: Peer) -> None:
        peer.say(b"+OK ready\r\n")
        while peer.hear():
            peer.say(answer)
    return behave


def serving(answers: dict[bytes, bytes]):
    """A plain server without extensions, but for these answers."""
    def behave(peer: Peer) -> None:
        peer.say(answers.get(b"", b"+OK ready\r\n"))
        while heard := peer.hear()[:4]:
            peer.say(answers.get(heard, b"+OK\r\n"))
    return behave


class Misbehaving(Pop3Test):
    def against(self, behave, *options: object, count: int = 3) -> Run:
        with hostile(behave) as url:
            run = load(url.replace("smtp:", "pop3:"), *U1, "-c", 1, "-n", count, "--timeout", "500ms", *options)
        self.assert_whole(run)
        return run

    def test_a_server_that_refuses_everything_completes_nothing(self) -> None:
        for options in ((), PIPELINED, ("--script", "session")):
            run = self.against(answering(b"-ERR no\r\n"), *options)
            self.assertEqual((run.code, run.transactions["completed"]), (1, 0))
            self.assertIn("auth-refused", run.errors)

    def test_refused_after_the_login(self) -> None:
        run = self.against(serving({b"STAT": b"-ERR [SYS/TEMP] busy\r\n"}))
        self.assertEqual((run.code, run.transactions["completed"]), (1, 0))
        self.assertEqual(run.errors, {"reply-sys-temp": 3})
        self.assertEqual(run.said("reply-sys-temp"), "-ERR [SYS/TEMP] busy")
        self.assertEqual(run.codes("STAT"), {"-ERR [SYS/TEMP]": 3})

    def test_wrong_answers(self) -> None:
        for answer, name in ((b"+OK 1 2\n", "protocol-bare-lf"), (b"+OK 1 \0002\r\n", "protocol-nul"),
                             (b"250 ok\r\n", "protocol-bad-status"), (b"+ \r\n", "protocol-unexpected-continuation"),
                             (b"+OK " + b"x" * 20000, "protocol-line-too-long"), (b"", "timeout")):
            with self.subTest(name=name):
                run = self.against(serving({b"STAT": answer}))
                self.assertEqual((run.code, run.errors), (1, {name: 3}))

    def test_an_answer_too_many(self) -> None:
        run = self.against(serving({b"STAT": b"+OK 1 2\r\n+OK 1 2\r\n"}), count=1)
        self.assertIn("unsolicited-reply", run.errors)
        self.assertIn("wrong command", run.notes)

    def test_a_body_without_end(self) -> None:
        script = self.with_script("== pass\nC: RETR 1\nS: +OK\n")
        run = self.against(serving({b"RETR": b"+OK\r\nSubject: x\r\n"}), "--script", script)
        self.assertEqual(run.errors, {"timeout": 3})

    def test_clear_text_behind_stls(self) -> None:
        capa = b"+OK\r\nSTLS\r\n.\r\n"
        run = self.against(serving({b"CAPA": capa, b"STLS": b"+OK\r\n+OK injected\r\n"}), "--starttls", "--insecure")
        self.assertEqual(set(run.errors) - {"handshake-unfinished"}, {"protocol-starttls-injection"})
        self.assertEqual((run.sent("USER"), run.transactions["completed"]), (0, 0))


if __name__ == "__main__":
    unittest.main()
