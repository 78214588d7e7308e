# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The built-in mailboxes: Python's and curl's clients hold whole conversations, and what SMTP delivers is there to read."""

import email
import imaplib
import poplib
import shutil
import smtplib
import ssl
import subprocess
import tempfile
import unittest
from pathlib import Path

from load import LoadTest, load
from servers.builtin import Builtin


class Mailboxes(LoadTest):
    """One process that serves the mail protocols, in clear text and over TLS."""

    URLS = ("smtp://127.0.0.1:0", "lmtp://127.0.0.1:0", "pop3://127.0.0.1:0", "pop3s://127.0.0.1:0",
            "imap://127.0.0.1:0", "imaps://127.0.0.1:0")
    OPTIONS = ("--messages", "3", "--message-size", "3000")

    @classmethod
    def setUpClass(cls) -> None:
        cls.directory = tempfile.TemporaryDirectory(prefix="backtalk-mailbox-")
        cls.addClassCleanup(cls.directory.cleanup)
        cls.certificate = Path(cls.directory.name) / "ca.pem"
        cls.server = Builtin(cls.URLS[0], *cls.URLS[1:], *cls.OPTIONS, "--save-cert", str(cls.certificate),
                             listens=len(cls.URLS))
        cls.enterClassContext(cls.server)
        cls.tls = ssl.create_default_context(cafile=str(cls.certificate))

    @classmethod
    def port(cls, scheme: str) -> int:
        return int(cls.server.url_of(scheme).rsplit(":", 1)[1])

    def deliver(self, user: str, text: str, lmtp: bool = False) -> None:
        make = smtplib.LMTP if lmtp else smtplib.SMTP
        with make("127.0.0.1", self.port("lmtp" if lmtp else "smtp")) as client:
            self.assertEqual(client.sendmail("sender@example.org", [f"{user}@example.com"], text), {})

    def pop3(self, user: str, secured: str = "") -> poplib.POP3:
        if secured == "tls":
            client: poplib.POP3 = poplib.POP3_SSL("localhost", self.port("pop3s"), context=self.tls, timeout=20)
        else:
            client = poplib.POP3("localhost", self.port("pop3"), timeout=20)
        if secured == "stls":
            client.stls(self.tls)
        client.user(user)
        client.pass_("secret")
        return client


class Pop3(Mailboxes):
    def test_a_whole_conversation(self) -> None:
        for secured in ("", "tls", "stls"):
            with self.subTest(secured=secured or "clear text"):
                client = self.pop3(f"whole{secured}", secured)
                self.assertEqual(client.stat(), (3, 9000))
                self.assertEqual(client.list()[1], [b"1 3000", b"2 3000", b"3 3000"])
                uids = client.uidl()[1]
                self.assertEqual(len({line.split()[1] for line in uids}), 3)
                _, lines, octets = client.retr(2)
                self.assertEqual((octets, sum(len(line) + 2 for line in lines)), (3000, 3000))
                self.assertEqual(client.top(2, 0)[1], lines[:lines.index(b"") + 1])
                client.dele(1)
                self.assertEqual(client.stat(), (2, 6000))
                client.rset()
                client.dele(2)
                client.noop()
                self.assertEqual("STLS" in client.capa(), False)
                client.quit()
                client = self.pop3(f"whole{secured}", secured)
                self.assertEqual(client.uidl()[1], [uids[0], uids[2].replace(b"3 ", b"2 ", 1)])
                client.quit()

    def test_stls_is_offered_in_clear_text(self) -> None:
        client = poplib.POP3("localhost", self.port("pop3"), timeout=20)
        self.assertIn("STLS", client.capa())
        client.quit()

    def test_what_is_delivered_is_there(self) -> None:
        self.deliver("bert", "Subject: one\r\n\r\n.a line with a dot\r\n..\r\n")
        self.deliver("bert", "Subject: two\r\n\r\n\r\n", lmtp=True)
        client = self.pop3("bert")
        self.assertEqual(client.stat()[0], 5)
        self.assertEqual(client.retr(4)[1], [b"Subject: one", b"", b".a line with a dot", b".."])
        self.assertEqual(client.retr(5)[1], [b"Subject: two", b"", b""])
        client.quit()


class Imap(Mailboxes):
    def imap(self, user: str, secured: str = "") -> imaplib.IMAP4:
        if secured == "tls":
            client: imaplib.IMAP4 = imaplib.IMAP4_SSL("localhost", self.port("imaps"), ssl_context=self.tls, timeout=20)
        else:
            client = imaplib.IMAP4("localhost", self.port("imap"), timeout=20)
        if secured == "starttls":
            self.ok(client.starttls(self.tls))
        self.ok(client.login(user, "secret"))
        return client

    def ok(self, answer: tuple) -> list:
        self.assertEqual(answer[0], "OK", answer)
        return answer[1]

    def test_a_whole_conversation(self) -> None:
        for secured in ("", "tls", "starttls"):
            with self.subTest(secured=secured or "clear text"):
                self.converse(self.imap(f"imap{secured}", secured))

    def converse(self, client: imaplib.IMAP4) -> None:
        self.assertEqual(self.ok(client.select()), [b"3"])
        for literal, body in (item for item in self.ok(client.fetch("1:*", "(UID BODY.PEEK[])")) if len(item) == 2):
            self.assertIn(b"BODY[] {3000}", literal)
            self.assertEqual(len(body), 3000)
        self.assertEqual(self.ok(client.search(None, "SUBJECT", '"Message 2"')), [b"2"])
        self.assertEqual(self.ok(client.store("2", "+FLAGS", "(\\Deleted)")), [b"2 (FLAGS (\\Deleted \\Recent))"])
        self.assertEqual(self.ok(client.expunge()), [b"2"])
        self.ok(client.create("Archive/2026"))
        self.ok(client.copy("1", "Archive/2026"))
        self.ok(client.append("Archive/2026", "(\\Seen)", imaplib.Time2Internaldate(0.0), b"Subject: x\r\n\r\nbody\r\n"))
        self.assertEqual(len(self.ok(client.list())), 3)
        self.assertEqual(self.ok(client.status("Archive/2026", "(MESSAGES UNSEEN)")),
                         [b"Archive/2026 (MESSAGES 2 UNSEEN 1)"])
        self.assertEqual(self.ok(client.select("Archive/2026", readonly=True)), [b"2"])
        message = email.message_from_bytes(self.ok(client.fetch("2", "(RFC822)"))[0][1])
        self.assertEqual((message["Subject"], message.get_payload()), ("x", "body\r\n"))
        self.ok(client.close())
        self.ok(client.noop())
        client.logout()

    def test_what_is_delivered_is_seen_by_both(self) -> None:
        self.deliver("carla", "Subject: one\r\n\r\nfirst\r\n")
        self.deliver("carla", "Subject: two\r\n\r\nsecond\r\n", lmtp=True)
        client = self.imap("carla")
        self.assertEqual(self.ok(client.select()), [b"5"])
        self.assertEqual(self.ok(client.search(None, "BODY", "second")), [b"5"])
        reader = self.pop3("carla")
        self.assertEqual(reader.retr(4)[1], [b"Subject: one", b"", b"first"])
        reader.dele(4)
        reader.quit()
        self.ok(client.noop())
        self.assertEqual(client.response("EXPUNGE"), ("EXPUNGE", [b"4"]))
        client.logout()

    def test_idle_is_told_at_once(self) -> None:
        client = self.imap("doris")
        self.ok(client.select())
        client.send(b"i1 IDLE\r\n")
        self.assertTrue(client.readline().startswith(b"+ "))
        for count in (4, 5):
            self.deliver("doris", "Subject: new\r\n\r\n\r\n")
            self.assertEqual(client.readline(), b"* %d EXISTS\r\n" % count)
            self.assertEqual(client.readline(), b"* %d RECENT\r\n" % count)
        client.send(b"DONE\r\n")
        self.assertTrue(client.readline().startswith(b"i1 OK"))
        client.logout()


class Curl(Mailboxes):
    """curl speaks all three protocols."""

    def curl(self, url: str, *options: str) -> bytes:
        done = subprocess.run(["curl", "--silent", "--show-error", "--max-time", "20", "--cacert", str(self.certificate),
                               *options, url], capture_output=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, b""), url)
        return done.stdout

    def url(self, scheme: str, path: str) -> str:
        return f"{scheme}://localhost:{self.port(scheme)}/{path}"

    @unittest.skipUnless(shutil.which("curl"), "there is no curl")
    def test_reads_and_sends(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            mail = Path(folder) / "mail"
            mail.write_bytes(b"Subject: by curl\r\n\r\n.dots\r\n")
            for options in ((), ("--ssl-reqd",)):
                self.curl(self.url("smtp", ""), *options, "--mail-from", "a@example.org", "--mail-rcpt", "erna@example.com",
                          "--upload-file", str(mail))
            user = ("--user", "erna:secret")
            for scheme, options in (("pop3", ()), ("pop3", ("--ssl-reqd",)), ("pop3s", ())):
                self.assertEqual(self.curl(self.url(scheme, "4"), *user, *options), mail.read_bytes())
                self.assertEqual(len(self.curl(self.url(scheme, ""), *user, *options).splitlines()), 5)
            for scheme, options in (("imap", ()), ("imap", ("--ssl-reqd",)), ("imaps", ())):
                path = "INBOX;MAILINDEX=5"
                self.assertEqual(self.curl(self.url(scheme, path), *user, *options), mail.read_bytes())
            self.curl(self.url("imap", "INBOX"), *user, "--upload-file", str(mail))
            self.assertIn(b"MESSAGES 6", self.curl(self.url("imap", ""), *user, "-X", "STATUS INBOX (MESSAGES)"))


class Scripts(Mailboxes):
    """`backtalk load` against them: every script that comes with the program, in lock step and pipelined."""

    NAMES = {"imap": ("noop", "status", "flags", "read", "headers", "search", "append", "store", "sync", "idle"),
             "pop3": ("poll", "list", "read", "headers", "session")}

    def test_each_completes(self) -> None:
        def check(case: tuple[str, str, int]) -> None:
            scheme, name, depth = case
            run = load(self.server.url_of(scheme), "--user", f"{scheme}-{name}", "--password", "x",
                       "--script", name, "-n", 30 if name != "idle" else 6, "-c", 3, "-p", depth)
            self.assert_all_completed(run, run.report["workload"]["transactions"])

        self.side_by_side(check, [(scheme, name, depth) for scheme, names in self.NAMES.items() for name in names
                                  for depth in (1, 8)])


class Room(LoadTest):
    def test_mail_beyond_the_bound_is_refused(self) -> None:
        with Builtin("smtp://127.0.0.1:0", "pop3://127.0.0.1:0", "--messages", "0", "--mailbox-octets", "100000",
                     listens=2) as server:
            port = int(server.url_of("smtp").rsplit(":", 1)[1])
            with smtplib.SMTP("127.0.0.1", port) as client:
                text = "Subject: much\r\n\r\n" + 1000 * "a line of text\r\n"
                with self.assertRaises(smtplib.SMTPDataError) as refused:
                    for _ in range(20):
                        client.sendmail("a@example.org", ["b@example.org"], text)
                self.assertEqual(refused.exception.smtp_code, 452)
            counts = server.counts()
            self.assertGreaterEqual(counts["messages"], 4)
            self.assertEqual(counts["messages_refused"], 1)


class Users(LoadTest):
    def test_mechanisms_need_the_password_too(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            users = Path(folder) / "users"
            users.write_text("anna secret\n")
            with Builtin("pop3://127.0.0.1:0", "imap://127.0.0.1:0", "--users", str(users), listens=2) as server:
                pop3, imap = (int(server.url_of(scheme).rsplit(":", 1)[1]) for scheme in ("pop3", "imap"))
                client = poplib.POP3("127.0.0.1", pop3, timeout=20)
                with self.assertRaisesRegex(poplib.error_proto, r"\[AUTH\]"):
                    client.apop("anna", "wrong")
                client.apop("anna", "secret")
                client.quit()
                for password, status in (("wrong", "NO"), ("secret", "OK")):
                    session = imaplib.IMAP4("127.0.0.1", imap, timeout=20)
                    self.assertIn("AUTH=CRAM-MD5", session.capabilities)
                    try:
                        self.assertEqual(session.login_cram_md5("anna", password)[0], status)
                    except imaplib.IMAP4.error:
                        self.assertEqual(status, "NO")
                    session.logout()

    def test_only_those_of_the_file_are_let_in(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            users = Path(folder) / "users"
            users.write_text("anna a pass phrase\nbert secret\n")
            with Builtin("pop3://127.0.0.1:0", "smtp://127.0.0.1:0", "--users", str(users), listens=2) as server:
                client = poplib.POP3("127.0.0.1", int(server.url_of("pop3").rsplit(":", 1)[1]), timeout=20)
                client.user("anna")
                with self.assertRaisesRegex(poplib.error_proto, r"\[AUTH\]"):
                    client.pass_("secret")
                client.user("anna")
                client.pass_("a pass phrase")
                client.quit()
                with smtplib.SMTP("127.0.0.1", int(server.url_of("smtp").rsplit(":", 1)[1])) as mail:
                    with self.assertRaises(smtplib.SMTPRecipientsRefused):
                        mail.sendmail("a@example.org", ["carla@example.org"], "\r\n")
                    mail.sendmail("a@example.org", ["bert@example.org"], "\r\n")


if __name__ == "__main__":
    unittest.main()
