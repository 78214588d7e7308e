# SPDX-License-Identifier: Apache-2.0 OR MIT
"""`load --users`: connections take the users of a file in turn, with every protocol, and addresses of SMTP name them."""

import collections
import imaplib
import re
import tempfile
import unittest
from pathlib import Path

from load import LoadTest, load
from servers.builtin import Builtin
from servers.dovecot import Dovecot


class UsersTest(LoadTest):
    def file(self, text: str) -> str:
        directory = tempfile.TemporaryDirectory(prefix="backtalk-users-")
        self.addCleanup(directory.cleanup)
        path = Path(directory.name) / "users.txt"
        path.write_text(text)
        return str(path)


class Turns(UsersTest):
    """Five connections and two users: three log in as the first, two as the second."""

    def started(self, **options: object) -> Dovecot:
        if reason := Dovecot.why_not():
            self.skipTest(reason)
        return self.enterContext(Dovecot(**options))

    def logins(self, server: Dovecot, service: str) -> collections.Counter[str]:
        server.logins()  # waits for the log
        return collections.Counter(re.findall(rf"{service}-login: Info: Login: user=<([^>]*)>", server.output()))

    def test_more_connections_than_users(self) -> None:
        server = self.started()
        users = self.file("u1 pass\nu2 pass\n")
        seen: dict[str, int] = collections.Counter()
        for name, options in (("imap", ("--script", "noop")), ("imaps", ("--script", "noop", "--insecure")),
                              ("pop3", ()), ("pop3s", ("--insecure",))):
            with self.subTest(name):
                run = load(server.urls()[name], "-c", 5, "-n", 500, "--users", users, *options)
                self.assert_all_completed(run, 500)
                service = name.removesuffix("s")
                seen[service] += 1
                self.assertEqual(self.logins(server, service), {"u1": 3 * seen[service], "u2": 2 * seen[service]})

    def test_submission(self) -> None:
        relay = self.enterContext(Builtin())
        server = self.started(relay=relay.address()[1])
        users = self.file("u1 pass\nu2 pass\n")
        for options in ((), ("--starttls", "--insecure")):
            run = load(server.urls()["submission"], "-c", 5, "-n", 50, "--users", users, "--from",
                       "{user}@example.org", "--to", "{user}@example.org", *options)
            self.assert_all_completed(run, 50)
        self.assertEqual(self.logins(server, "submission"), {"u1": 6, "u2": 4})


class Addresses(UsersTest):
    """Where mail is delivered, the user of the connection has it."""

    URLS = ("imap://127.0.0.1:0", "smtp://127.0.0.1:0", "lmtp://127.0.0.1:0", "smtps://127.0.0.1:0")

    def count(self, server: Builtin, user: str) -> int:
        with imaplib.IMAP4("127.0.0.1", int(server.url_of("imap").rsplit(":", 1)[1])) as client:
            client.login(user, "x")
            return int(client.select("INBOX", readonly=True)[1][0])

    def test_each_user_has_what_was_sent_on_his_connections(self) -> None:
        users = self.file("anna x\nbert x\n")
        script = self.file("== pass\nC: MAIL FROM:<{from}>\nS: 250\nC: RCPT TO:<{to}>\nS: 250\nC: DATA\nS: 354\nC: {message}\nS: 250\n")
        for scheme, options in (("smtp", ()), ("smtp", ("--starttls", "--insecure")), ("smtps", ("--insecure",)),
                                ("lmtp", ()), ("smtp", ("--data", "bdat", "-p", 4)), ("smtp", ("--script", script))):
            with self.subTest(scheme=scheme, options=options), Builtin(*self.URLS, "--messages", "0", listens=4) as server:
                run = load(server.url_of(scheme), "-c", 2, "-n", 40, "--per-connection", 5, "--users", users, "--auth", "none",
                           "--to", "{user}@example.org", *options)
                self.assert_all_completed(run, 40)
                self.assertEqual(run.sent("AUTH"), 0)
                found = [self.count(server, user) for user in ("anna", "bert")]
                self.assertEqual(sum(found), 40)
                self.assertEqual(self.count(server, "user"), 0)
                self.assertTrue(all(found), found)

    def test_usage(self) -> None:
        users = self.file("anna x\n")
        for words, said in ((("--to", "{user}@x"), "{user} in --to or --from: name the users"),
                            (("--to", "{user}@x", "--auth", "none", "--users", self.file("a<b x\n")), "cannot stand in an address"),
                            (("--auth", "none"), "--auth has no effect without --user or --users")):
            run = load("smtp://127.0.0.1:9", *words)
            self.assertEqual((run.code, run.report), (2, {}), run.err)
            self.assertIn(said, run.err)
        for scheme in ("pop3", "imap", "pop3s", "imaps"):
            run = load(f"{scheme}://127.0.0.1:9", "--auth", "none", "--users", users)
            self.assertEqual((run.code, run.report), (2, {}), run.err)
            self.assertIn(f"--auth none: {scheme} needs a login", run.err)


class Lines(UsersTest):
    def test_a_line_that_is_wrong_is_named_with_every_protocol(self) -> None:
        for text, said in (("a b\n\nc d\n", "line 2: expected a user, a space and a password: the line is empty"),
                           ("a b\nc\n", "line 2: expected a user, a space and a password"),
                           ("a b\n \nc d\n", "line 2: expected a user"), ("", "no user is in it")):
            users = self.file(text)
            for scheme in ("smtp", "smtps", "lmtp", "pop3", "pop3s", "imap", "imaps", "http"):
                script = ("--script", self.file("== pass\nC: GET /{user} HTTP/1.1\nC: Host: x\nC:\nS: HTTP/1.1 200\n"))
                run = load(f"{scheme}://127.0.0.1:9", "--users", users, *(script if scheme == "http" else ()))
                self.assertEqual((run.code, run.report), (2, {}), run.err)
                self.assertIn(said, run.err)
                self.assertEqual(run.err.count("\n"), 1, run.err)


if __name__ == "__main__":
    unittest.main()
