# SPDX-License-Identifier: Apache-2.0 OR MIT
"""`backtalk serve --script`: Python's clients and curl hold whole conversations with a mock server from a script."""

import contextlib
import http.client
import imaplib
import poplib
import shutil
import smtplib
import socket
import ssl
import subprocess
import tempfile
import unittest
from collections.abc import Iterator
from pathlib import Path

from load import program
from servers.builtin import Builtin

HERE = "127.0.0.1"

SMTP = """\
S: 220 mock.example ESMTP
C: EHLO somebody
S: 250-mock.example greets you
S: 250-AUTH PLAIN
S: 250 8BITMIME
C: AUTH PLAIN
S: 334
C: ***
S: 235 2.7.0 Welcome
C: MAIL FROM:<a@example.org>
S: 250 2.1.0 Sender noted
C: RCPT TO:<refused@example.org>
S: 550 5.1.1 Nobody here
C: RCPT TO:<b@example.org>
S: 250 2.1.5 Recipient noted
C: DATA
S: 354 Go on
C: Subject: x
C:
C: Hello
C: .
S: 250 2.0.0 Queued as 4711
C: NOOP
S: 250 first
C: NOOP
S: 250 second
C: QUIT
S: 221 2.0.0 See you
"""

POP3 = """\
S: +OK mock POP3
C: USER alice
S: +OK
C: PASS ***
S: +OK welcome
C: STAT
S: +OK 2 320
C: LIST
S: +OK 2 messages
S: 1 120
S: 2 200
S: .
C: LIST 1
S: +OK 1 120
C: RETR 1
S: +OK
S: Subject: one
S:
S: ..dot
S: .
C: RETR 2
S: +OK
S: Subject: two
S: .
C: DELE 1
S: -ERR locked
C: QUIT
S: +OK bye
"""

IMAP = """\
S: * OK mock IMAP
C: 1 CAPABILITY
S: * CAPABILITY IMAP4rev1 IDLE
S: 1 OK done
C: 2 LOGIN alice ***
S: 2 OK welcome
C: 3 SELECT INBOX
S: * 1 EXISTS
S: * FLAGS (\\Seen)
S: 3 OK [READ-WRITE] selected
C: 4 FETCH 1 (BODY[])
S: * 1 FETCH (BODY[] {20}
S: Subject: x
S:
S: 4 OK
S: )
S: 4 OK fetched
C: 5 APPEND INBOX {4}
S: + send it
C: Hi
C:
S: 5 OK appended
C: 6 NOOP
S: 6 NO not today
C: 7 LOGOUT
S: * BYE
S: 7 OK bye
"""

HTTP = """\
C: GET /one HTTP/1.1
C: Host: mock
C:
S: HTTP/1.1 200 OK
S: Content-Type: text/plain
S: Content-Length: 12
S:
S: first
S: line2
C: POST /form HTTP/1.1
C: Host: mock
C: Content-Length: 3
C:
C: a=b
S: HTTP/1.1 201 Created
S: Location: /form/1
C: GET /two HTTP/1.1
C: Host: mock
C:
S: HTTP/1.1 200 OK
S: Transfer-Encoding: chunked
S:
S: 5
S: hello
S: 0
S:
"""


class ScriptTest(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="backtalk-served-")))

    @contextlib.contextmanager
    def serve(self, text: str, *urls: str, options: tuple[str, ...] = ()) -> Iterator[Builtin]:
        path = self.folder / "script.txt"
        path.write_text(text, encoding="latin-1")
        with Builtin(urls[0], *urls[1:], "--script", str(path), *options, listens=len(urls)) as server:
            yield server

    @staticmethod
    def port(server: Builtin, scheme: str) -> int:
        return int(server.url_of(scheme).rsplit(":", 1)[1])

    @staticmethod
    def trust(saved: Path) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(saved))


class Smtp(ScriptTest):
    def converse(self, client: smtplib.SMTP) -> None:
        self.assertEqual(client.ehlo("another.name"), (250, b"mock.example greets you\nAUTH PLAIN\n8BITMIME"))
        self.assertEqual(client.login("someone", "else"), (235, b"2.7.0 Welcome"))
        refused = client.sendmail("x@example.net", ["refused@example.org", "y@example.net"],
                                  "Subject: another\r\n\r\n.dot\r\n")
        self.assertEqual(refused, {"refused@example.org": (550, b"5.1.1 Nobody here")})
        self.assertEqual(client.noop(), (250, b"first"))
        self.assertEqual(client.noop(), (250, b"second"))
        self.assertEqual(client.docmd("VRFY", "x"), (502, b"5.5.1 Not in the script"))
        self.assertEqual(client.noop(), (502, b"5.5.1 Not in the script"))
        self.assertEqual(client.quit(), (221, b"2.0.0 See you"))

    def test_smtplib_holds_the_conversation(self) -> None:
        with self.serve(SMTP, f"smtp://{HERE}:0") as server:
            for _ in range(2):
                self.converse(smtplib.SMTP(HERE, self.port(server, "smtp"), timeout=60))
            counts = server.counts()
            self.assertEqual((counts["connections"], counts["answered"], counts["unexpected"]), (2, 20, 4))
            self.assertIn("script.txt: line 27 expects `QUIT`; the client said `VRFY`", server.output())

    def test_the_same_over_tls(self) -> None:
        saved = self.folder / "ca.pem"
        with self.serve(SMTP, f"smtps://{HERE}:0", options=("--save-cert", str(saved))) as server:
            self.converse(smtplib.SMTP_SSL(HERE, self.port(server, "smtps"), timeout=60, context=self.trust(saved)))

    def test_starttls_does_the_handshake(self) -> None:
        script = ("S: 220 hi\nC: EHLO x\nS: 250-me\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\nC: EHLO x\nS: 250 again\n"
                  "C: QUIT\nS: 221 bye\n")
        saved = self.folder / "ca.pem"
        with self.serve(script, f"smtp://{HERE}:0", options=("--save-cert", str(saved))) as server, \
                smtplib.SMTP(HERE, self.port(server, "smtp"), timeout=60) as client:
            client.ehlo()
            self.assertEqual(client.starttls(context=self.trust(saved)), (220, b"go"))
            self.assertEqual(client.ehlo(), (250, b"again"))
            self.assertEqual(client.sock.version()[:3], "TLS")

    def test_commands_that_come_together_are_answered_in_order(self) -> None:
        with self.serve(SMTP, f"smtp://{HERE}:0") as server, \
                socket.create_connection((HERE, self.port(server, "smtp")), 60) as connection:
            connection.sendall(b"EHLO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<b@example.org>\r\nDATA\r\nhi\r\n.\r\nNOOP\r\nQUIT\r\n")
            codes = [line[:4] for line in connection.makefile("rb")]
            self.assertEqual(codes, [b"220 ", b"250-", b"250-", b"250 ", b"250 ", b"250 ", b"354 ", b"250 ", b"250 ",
                                     b"221 "])

    def test_lmtp_answers_for_each_recipient(self) -> None:
        script = ("C: LHLO x\nS: 250 me\nC: MAIL FROM:<a@b>\nS: 250\nC: RCPT TO:<a@b>\nS: 250\nC: RCPT TO:<c@d>\nS: 250\n"
                  "C: DATA\nS: 354\nC: .\nS: 250 for a\nS: 452 for c\nC: QUIT\nS: 221\n")
        with self.serve(script, f"lmtp://{HERE}:0") as server, \
                socket.create_connection((HERE, self.port(server, "lmtp")), 60) as connection:
            connection.sendall(b"LHLO y\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\nRCPT TO:<e@f>\r\nDATA\r\n.\r\nQUIT\r\n")
            lines = connection.makefile("rb").read().split(b"\r\n")
            self.assertEqual(lines[-4:], [b"250 for a", b"452 for c", b"221", b""])

    def test_a_script_of_sections_is_repeated(self) -> None:
        script = "== pass x2 good\nC: MAIL FROM:<a@b>\nS: 250 good\n\n== pass bad\nC: MAIL FROM:<a@b>\nS: 450 bad\n"
        with self.serve(script, f"smtp://{HERE}:0") as server, \
                smtplib.SMTP(HERE, self.port(server, "smtp"), timeout=60) as client:
            self.assertEqual(client.ehlo()[0], 250)
            self.assertEqual([client.mail("x@y")[0] for _ in range(6)], [250, 250, 450, 250, 250, 450])


class Pop3(ScriptTest):
    def test_poplib_holds_the_conversation(self) -> None:
        with self.serve(POP3, f"pop3://{HERE}:0") as server:
            client = poplib.POP3(HERE, self.port(server, "pop3"), timeout=60)
            self.assertEqual(client.getwelcome(), b"+OK mock POP3")
            client.user("bob")
            client.pass_("secret")
            self.assertEqual(client.stat(), (2, 320))
            self.assertEqual(client.list(), (b"+OK 2 messages", [b"1 120", b"2 200"], 14))
            self.assertEqual(client.list(2), b"+OK 1 120")
            # The words tell which of several is meant.
            self.assertEqual(client.retr(2)[1], [b"Subject: two"])
            self.assertEqual(client.retr(1)[1], [b"Subject: one", b"", b".dot"])
            with self.assertRaisesRegex(poplib.error_proto, "-ERR locked"):
                client.dele(7)
            with self.assertRaisesRegex(poplib.error_proto, "-ERR Not in the script"):
                client.noop()
            self.assertEqual(client.quit(), b"+OK bye")
            self.assertEqual(server.counts()["unexpected"], 1)

    def test_a_late_answer_is_late(self) -> None:
        with self.serve("C: NOOP\nwait 10s\nS: +OK late\n", f"pop3://{HERE}:0") as server:
            client = poplib.POP3(HERE, self.port(server, "pop3"), timeout=60)
            self.addCleanup(client.close)
            client.sock.settimeout(0.1)
            with self.assertRaises(TimeoutError):
                client.noop()

    def test_a_shipped_script_is_served(self) -> None:
        shown = subprocess.run([program(), "load", "--show-script", "pop3/read"], capture_output=True, text=True,
                               timeout=60, check=True).stdout
        shown = shown.replace("S: +OK\n", "S: +OK 3 300\n", 1)
        with self.serve(shown, f"pop3://{HERE}:0") as server:
            client = poplib.POP3(HERE, self.port(server, "pop3"), timeout=60)
            client.user("bob")
            client.pass_("secret")
            self.assertEqual(client.stat(), (3, 300))
            for _ in range(3):
                client.list()
                client.uidl()
                client.retr(1)
            client.quit()
            self.assertEqual(server.counts()["unexpected"], 0)


class Imap(ScriptTest):
    def converse(self, client: imaplib.IMAP4) -> None:
        self.assertEqual(client.login("bob", "secret"), ("OK", [b"welcome"]))
        self.assertEqual(client.select("INBOX"), ("OK", [b"1"]))
        # What looks like an answer inside a literal is none.
        self.assertEqual(client.fetch("1", "(BODY[])"), ("OK", [(b"1 (BODY[] {20}", b"Subject: x\r\n\r\n4 OK\r\n"), b")"]))
        self.assertEqual(client.append("INBOX", None, None, b"another message, and longer"), ("OK", [b"appended"]))
        self.assertEqual(client.noop(), ("NO", [b"not today"]))
        with self.assertRaisesRegex(imaplib.IMAP4.error, "Not in the script"):
            client.check()
        self.assertEqual(client.logout(), ("BYE", [b""]))

    def test_imaplib_holds_the_conversation(self) -> None:
        with self.serve(IMAP, f"imap://{HERE}:0") as server:
            self.converse(imaplib.IMAP4(HERE, self.port(server, "imap"), timeout=60))
            self.assertEqual(server.counts()["unexpected"], 1)

    def test_the_same_over_tls(self) -> None:
        saved = self.folder / "ca.pem"
        with self.serve(IMAP, f"imaps://{HERE}:0", options=("--save-cert", str(saved))) as server:
            self.converse(imaplib.IMAP4_SSL(HERE, self.port(server, "imaps"), timeout=60, ssl_context=self.trust(saved)))


class Http(ScriptTest):
    def test_http_client_holds_the_conversation(self) -> None:
        with self.serve(HTTP, f"http://{HERE}:0") as server:
            client = http.client.HTTPConnection(HERE, self.port(server, "http"), timeout=60)
            self.addCleanup(client.close)

            def ask(method: str, target: str, body: str | None = None) -> tuple[int, bytes]:
                client.request(method, target, body)
                answer = client.getresponse()
                return answer.status, answer.read()

            self.assertEqual(ask("GET", "/two"), (200, b"hello"))
            self.assertEqual(ask("GET", "/one"), (200, b"first\r\nline2"))
            self.assertEqual(ask("GET", "/one"), (200, b"first\r\nline2"), "again")
            self.assertEqual(ask("POST", "/form", "a longer body"), (201, b""))
            self.assertEqual(ask("POST", "/elsewhere", "a longer body"), (404, b""))
            self.assertEqual(ask("GET", "/three"), (404, b""))
            self.assertEqual(ask("PUT", "/one", "x"), (501, b""))
            self.assertIn("the script has nothing more; the client said `GET /three`", server.output())
            self.assertEqual(server.counts()["unexpected"], 3)

    @unittest.skipUnless(shutil.which("curl"), "there is no curl")
    def test_curl_holds_it_over_tls(self) -> None:
        saved = self.folder / "ca.pem"
        with self.serve(HTTP, f"https://{HERE}:0", options=("--save-cert", str(saved))) as server:
            url = server.url_of("https")
            run = subprocess.run(["curl", "-sS", "--cacert", str(saved), f"{url}/one", f"{url}/two", "--next", "-sS",
                                  "--cacert", str(saved), "-d", "a=b", "-H", "Expect: 100-continue", "-w",
                                  "%{http_code}", f"{url}/form"], capture_output=True, timeout=120, check=True)
            self.assertEqual(run.stdout, b"first\r\nline2hello201")


class Files(ScriptTest):
    def test_each_connection_plays_the_next_conversation_of_its_protocol(self) -> None:
        script = ("== first ==\nS: +OK one\n\n== mail ==\nS: 220 mail ESMTP\n\n== second ==\nS: +OK two\n")
        with self.serve(script, f"pop3://{HERE}:0", f"smtp://{HERE}:0") as server:
            greetings = []
            for _ in range(3):
                client = poplib.POP3(HERE, self.port(server, "pop3"), timeout=60)
                greetings.append(client.getwelcome())
                client.quit()
            self.assertEqual(greetings, [b"+OK one", b"+OK two", b"+OK one"])
            with smtplib.SMTP(timeout=60) as mail:
                self.assertEqual(mail.connect(HERE, self.port(server, "smtp")), (220, b"mail ESMTP"))

    def test_a_faulty_server_out_of_a_script(self) -> None:
        with self.serve(POP3, f"pop3://{HERE}:0", options=("--fault", "half=2")) as server, \
                socket.create_connection((HERE, self.port(server, "pop3")), 60) as connection:
            connection.sendall(b"USER x\r\nPASS y\r\n")
            self.assertEqual(connection.makefile("rb").read(), b"+OK mock POP3\r\n+OK\r\n+OK we")

    def test_mistakes_end_the_program_before_it_listens(self) -> None:
        for text, options, hint in (
                ("S: * OK hi\n", (), "script.txt:1:1: no conversation of POP3"),
                ("C NOOP\n", (), "script.txt:1:1: expected `C:`"),
                ("C: NOOP\nS: +OK\n", ("--messages", "3"), "--messages has no effect with --script"),
                ("C: NOOP\nS: +OK\n", ("--fault", "cut-body=1"), "--fault cut-body has no effect with --script")):
            with self.subTest(text=text, options=options):
                path = self.folder / "script.txt"
                path.write_text(text, encoding="utf-8")
                run = subprocess.run([program(), "serve", f"pop3://{HERE}:0", "--script", str(path), *options],
                                     capture_output=True, text=True, timeout=60, check=False)
                self.assertEqual(run.returncode, 2, run.stderr)
                self.assertIn(hint, run.stderr)
                self.assertEqual(run.stdout, "")

    def test_mistakes_about_a_later_url_are_told_before_the_first_listens(self) -> None:
        path = self.folder / "script.txt"
        path.write_text(SMTP, encoding="utf-8")
        with socket.create_server((HERE, 0)) as taken:
            for second, hint in ((f"pop3://{HERE}:0", "script.txt:1:1: no conversation of POP3"),
                                 (f"smtp://{HERE}:{taken.getsockname()[1]}", "cannot listen on this address")):
                with self.subTest(second):
                    run = subprocess.run([program(), "serve", f"smtp://{HERE}:0", second, "--script", str(path)],
                                         capture_output=True, text=True, timeout=60, check=False)
                    self.assertEqual((run.returncode, run.stdout), (2, ""), run.stderr)
                    self.assertIn(hint, run.stderr)

    def test_a_client_that_never_ends_its_line_is_told_so(self) -> None:
        with self.serve(POP3, f"pop3://{HERE}:0") as server, \
                socket.create_connection((HERE, self.port(server, "pop3")), 60) as connection:
            connection.sendall(b"x" * 100_000)
            answer = connection.makefile("rb").read()
            self.assertIn(b"-ERR Lines end with CRLF", answer)
            connection.close()
            self.assertEqual(server.counts()["protocol_errors"], 1)


if __name__ == "__main__":
    unittest.main()
