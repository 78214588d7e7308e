# SPDX-License-Identifier: Apache-2.0 OR MIT
"""swaks, the Swiss Army Knife for SMTP, holds whole conversations with the built-in servers; what it sends is there."""

import re
import shutil
import subprocess
import unittest

from test_mailbox import Mailboxes

# In its transcript, what the server said over TLS begins with "<~", in clear text with "<-"; "*" stands for a failure.
REPLY = re.compile(r"^<[~-]  (\d{3})[ -](.*)$", re.MULTILINE)
FAILED = re.compile(r"^(<\*\*|<~\*|\*\*\*) .*$", re.MULTILINE)
MESSAGE = r"Subject: by swaks\n\n.begins with a dot\n..\nends"  # it reads \n as a line's end, and adds the last
READ = [b"Subject: by swaks", b"", b".begins with a dot", b"..", b"ends"]


@unittest.skipUnless(shutil.which("swaks"), "there is no swaks")
class Swaks(Mailboxes):
    URLS = (*Mailboxes.URLS, "smtps://127.0.0.1:0")

    def swaks(self, scheme: str, *options: str) -> str:
        """Its transcript."""
        done = subprocess.run(["swaks", "--server", "127.0.0.1", "--port", str(self.port(scheme)), "--timeout", "20",
                               "--helo", "client.example", "--from", "a@example.org", *options],
                              capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        self.assertNotRegex(done.stdout, FAILED)
        return done.stdout

    def assert_sent(self, user: str, scheme: str, *options: str) -> str:
        """A message that its user can read; the transcript."""
        said = self.swaks(scheme, "--to", f"{user}@example.com", "--data", MESSAGE, *options)
        self.assertEqual([code for code, _ in REPLY.findall(said)][-1], "221")
        client = self.pop3(user)
        self.assertEqual(client.stat()[0], 4)
        self.assertEqual(client.retr(4)[1], READ)
        client.quit()
        return said

    def test_smtp_in_clear_text(self) -> None:
        said = self.assert_sent("anna", "smtp")
        self.assertIn("PIPELINING", said)
        self.assertIn("STARTTLS", said)

    def test_starttls_and_tls_from_the_start_with_a_certificate_that_is_verified(self) -> None:
        trust = ("--tls-verify", "--tls-ca-path", str(self.certificate))
        for user, scheme, option in (("berta", "smtp", "--tls"), ("carla", "smtps", "--tls-on-connect"),
                                     ("dora", "lmtp", "--tls")):
            with self.subTest(scheme=scheme, option=option):
                protocol = ("--protocol", "LMTP") if scheme == "lmtp" else ()
                said = self.assert_sent(user, scheme, option, *trust, *protocol)
                self.assertRegex(said, r"=== TLS started with cipher TLSv1\.[23]")
                self.assertRegex(said, r"(?m)^<~  250 ")

    def test_pipelining(self) -> None:
        """It sends MAIL, RCPT and DATA together, and then reads their replies."""
        for user, options in (("emma", ()), ("frida", ("--tls",))):
            with self.subTest(options=options):
                said = self.assert_sent(user, "smtp", "--pipeline", *options)
                arrow, answer = (" ~>", "<~ ") if options else (" ->", "<- ")
                data = said.index(f"{arrow} DATA")
                self.assertLess(said.index(f"{arrow} MAIL"), data)
                self.assertEqual(said[said.index(f"{arrow} MAIL"):data].count(f"\n{answer}"), 0, said)

    def test_logins(self) -> None:
        for mechanism in ("PLAIN", "LOGIN", "CRAM-MD5"):
            for secured in ((), ("--tls",)):
                with self.subTest(mechanism, secured=secured):
                    said = self.swaks("smtp", *secured, "--to", "jutta@example.com", "--auth", mechanism, "--auth-user", "jutta",
                                      "--auth-password", "secret", "--data", MESSAGE)
                    self.assertRegex(said, rf"250[- ]AUTH .*{mechanism}")
                    self.assertIn("235", [code for code, _ in REPLY.findall(said)])
        client = self.pop3("jutta")
        self.assertEqual(client.stat()[0], 3 + 6)
        client.quit()

    def test_lmtp_answers_for_each_recipient(self) -> None:
        said = self.swaks("lmtp", "--protocol", "LMTP", "--to", "gerda@example.com,hanna@example.com", "--data",
                          MESSAGE)
        answers = [code for code, _ in REPLY.findall(said[said.index("\n -> ."):])]
        self.assertEqual(answers, ["250", "250", "221"])
        for user in ("gerda", "hanna"):
            client = self.pop3(user)
            self.assertEqual(client.stat()[0], 4)
            client.quit()

    def test_several_conversations_end_where_they_are_told_to(self) -> None:
        for stage in ("CONNECT", "HELO", "MAIL", "RCPT"):
            with self.subTest(stage):
                said = self.swaks("smtp", "--to", "ida@example.com", "--quit-after", stage)
                self.assertEqual(REPLY.findall(said)[-1][0], "221")
        client = self.pop3("ida")
        self.assertEqual(client.stat()[0], 3)
        client.quit()


if __name__ == "__main__":
    unittest.main()
