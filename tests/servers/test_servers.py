# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Every server that can run here starts, answers, starts again, and leaves nothing behind when it is closed."""

import imaplib
import os
import poplib
import signal
import smtplib
import ssl
import sys
import tempfile
import unittest
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import traces

TOP = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TOP), str(TOP / "tests/e2e")]

from servers import messages  # noqa: E402
from servers.catalogue import ALL  # noqa: E402
from servers.exim import Exim  # noqa: E402
from servers.network import wait_for  # noqa: E402
from servers.nginx import Nginx  # noqa: E402
from servers.popa3d import Popa3d  # noqa: E402
from servers.python_http import PythonHttp  # noqa: E402
from servers.server import Server  # noqa: E402
from side_by_side import SideBySide  # noqa: E402

GREETINGS = {"smtp": b"220", "lmtp": b"220", "pop3": b"+OK", "imap": b"* OK", "http": b"HTTP/1."}
MAILBOXES = ("dovecot", "cyrus", "courier", "mailutils", "popa3d")
WAIT_S = 20
MESSAGE = "From: ann@example.com\r\nTo: u1@example.org\r\nSubject: hello\r\n\r\nHello.\r\n"


class ServerTest(SideBySide):
    def started(self, name: str) -> Server:
        """To be used in a `with`."""
        if reason := ALL[name].why_not():
            self.skipTest(reason)
        return ALL[name]()

    def assert_answers(self, server: Server) -> None:
        for service in server.services:
            expected = GREETINGS[service.protocol]
            self.assertEqual(server.answer(service.name)[:len(expected)], expected, service.name)

    def ports(self, server: Server) -> list[int]:
        return [server.address(service.name)[1] for service in server.services]

    def assert_stopped(self, server: Server, ports: list[int]) -> None:
        self.assertEqual(traces.processes(server.directory), [])
        self.assertEqual(traces.open_ports(ports), [])


class EveryServer(ServerTest):
    def test_each_starts_again_and_leaves_nothing_behind(self) -> None:
        before = traces.names()

        def check(name: str) -> None:
            with self.started(name) as server:
                ports = self.ports(server)
                self.assertTrue(all(port > 1023 for port in ports), ports)
                self.assertNotEqual(server.version(), "")
                self.assert_answers(server)
                server.stop()
                self.assert_stopped(server, ports)
                server.start()
                self.assert_answers(server)
                self.assertEqual(self.ports(server), ports)
            self.assert_stopped(server, ports)
            self.assertFalse(server.directory.exists())

        self.side_by_side(check, ALL)
        self.assertEqual(traces.new_names(before), set())


class Conversations(ServerTest):
    """Users, mailboxes and recipients are as the classes document them."""

    def each(self, check: Callable[[Server], None], *names: str) -> None:
        def check_started(name: str) -> None:
            with self.started(name) as server:
                check(server)

        self.side_by_side(check_started, names)

    def test_a_user_finds_the_messages_by_pop3_with_the_right_password(self) -> None:
        def check(server: Server) -> None:
            client = poplib.POP3("127.0.0.1", server.port("pop3"), timeout=WAIT_S)
            client.user("u1")
            client.pass_("pass")
            self.assertEqual(client.stat()[0], len(messages.MESSAGES))
            self.assertIn(b"Subject: plain", client.retr(1)[1])
            client.quit()
            client = poplib.POP3("127.0.0.1", server.port("pop3"), timeout=WAIT_S)
            client.user("u1")
            with self.assertRaises(poplib.error_proto):
                client.pass_("wrong")
            client.close()

        self.each(check, *MAILBOXES)

    def test_a_user_finds_the_messages_by_imap(self) -> None:
        def check(server: Server) -> None:
            client = imaplib.IMAP4("127.0.0.1", server.port("imap"), timeout=WAIT_S)
            client.login("u1", "pass")
            self.assertEqual(client.select("INBOX"), ("OK", [str(len(messages.MESSAGES)).encode()]))
            client.logout()

        self.each(check, *(name for name in MAILBOXES if name != "popa3d"))

    def test_a_message_is_accepted(self) -> None:
        def check(server: Server) -> None:
            with smtplib.SMTP("127.0.0.1", server.address()[1], timeout=WAIT_S) as client:
                client.sendmail("ann@example.com", ["u1@example.org"], MESSAGE)

        self.each(check, "builtin", "postfix", "smtp-sink", "exim", "opensmtpd", "sendmail", "courier-mta", "aiosmtpd")

    def test_a_message_delivered_by_lmtp_is_in_the_mailbox(self) -> None:
        def check(server: Server) -> None:
            with smtplib.LMTP("127.0.0.1", server.port("lmtp")) as client:
                client.sendmail("ann@example.com", ["u2"], MESSAGE)
            client = poplib.POP3("127.0.0.1", server.port("pop3"), timeout=WAIT_S)
            client.user("u2")
            client.pass_("pass")
            self.assertEqual(client.stat()[0], 1)
            client.quit()

        self.each(check, "dovecot", "cyrus")

    def test_a_refusing_exim_refuses_and_defers(self) -> None:
        if reason := Exim.why_not():
            self.skipTest(reason)
        with Exim(refusing=True) as server, smtplib.SMTP("127.0.0.1", server.port(), timeout=WAIT_S) as client:
            client.ehlo()
            for recipient, code in (("bob", 250), ("nobody", 550), ("carol", 451)):
                client.mail("ann@example.com")
                self.assertEqual(client.rcpt(f"{recipient}@example.org")[0], code, recipient)
                client.rset()

    def test_a_document_is_served(self) -> None:
        def check(server: Server) -> None:
            with urllib.request.urlopen(f"{server.url}/page.html", timeout=WAIT_S) as answer:
                self.assertIn(b"A page.", answer.read())

        # Not those with answers of their own, or that want a password.
        self.each(check, "nginx", "apache", "lighttpd", "h2o", "mini-httpd", "micro-httpd", "busybox", "python")


class ForLoad(ServerTest):
    """What load tests need beside; tests/matrix uses it of every server."""

    @unittest.skipIf(Popa3d.why_not(), Popa3d.why_not())
    def test_what_goes_to_the_system_log_is_read(self) -> None:
        with Popa3d(for_load=True) as server:
            for _ in range(2):  # also after a restart
                client = poplib.POP3("127.0.0.1", server.port(), timeout=WAIT_S)
                client.user("u1")
                client.pass_("pass")
                client.quit()
                server.stop()
                server.start()
            wait_for(lambda: server.output().count("Authentication passed for u1") == 2, "The logins are not logged")
        self.assertFalse(server.directory.exists())

    @unittest.skipIf(Nginx.why_not(), Nginx.why_not())
    def test_it_listens_for_tls_with_a_certificate_that_can_be_verified(self) -> None:
        with Nginx(for_load=True) as server:
            context = ssl.create_default_context(cafile=str(server.directory / "cert.pem"))
            with urllib.request.urlopen(f"{server.urls()['https']}/page.html", timeout=WAIT_S, context=context) as answer:
                self.assertIn(b"A page.", answer.read())
            # The log has a request once its answer is sent.
            wait_for(lambda: "/page.html" in server.access_log(), "The request is not logged")
            self.assertEqual(server.access_log().count("/page.html"), 1)


class Failures(ServerTest):
    def test_a_server_that_does_not_start_explains_why(self) -> None:
        class Broken(PythonHttp):
            def commands(self) -> Iterator[list[str]]:
                yield ["sh", "-c", "echo no such thing >&2; exit 3"]

        server = Broken()
        with self.assertRaisesRegex(RuntimeError, "ended with 3:\nno such thing"), server:
            pass
        self.assertFalse(server.directory.exists())

    def test_killing_a_server_kills_its_children(self) -> None:
        class WithChild(PythonHttp):
            def commands(self) -> Iterator[list[str]]:
                for command in super().commands():
                    yield ["sh", "-c", 'sleep 60 & "$@"', "sh", *command]

        with WithChild() as server:
            self.assertEqual(len(traces.processes(server.directory)), 3)
            server.kill()
            self.assertEqual(traces.processes(server.directory), [])

    def test_a_process_that_left_the_session_is_found(self) -> None:
        """The checks above would see it."""
        class Runaway(PythonHttp):
            def commands(self) -> Iterator[list[str]]:
                for command in super().commands():
                    yield ["sh", "-c", 'setsid sleep 60 & "$@"', "sh", *command]

        with Runaway() as server:
            pass
        left = traces.processes(server.directory)
        self.assertEqual(len(left), 1, left)
        os.kill(int(left[0].split()[0]), signal.SIGKILL)

    def test_a_file_that_was_left_elsewhere_is_found(self) -> None:
        before = traces.names()
        with tempfile.NamedTemporaryFile(dir="/dev/shm") as file:
            self.assertIn(file.name, traces.new_names(before, limit_s=0))


if __name__ == "__main__":
    unittest.main()
