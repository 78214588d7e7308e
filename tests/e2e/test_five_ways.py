# SPDX-License-Identifier: Apache-2.0 OR MIT
"""One transcript, five ways: recorded and replayed by `talk`, run by `load`, served by `serve`, made seeds of by `seeds`.

`talk --script`, and `load --script` of a protocol, are tried where the program under test has them.
"""

import contextlib
import http.client
import imaplib
import os
import poplib
import smtplib
import subprocess
import tempfile
import unittest
from pathlib import Path

from load import LoadTest, load, program
from servers.builtin import Builtin

HERE = "127.0.0.1"
SCHEMES = ("smtp", "pop3", "imap", "http")
SAID = {
    "smtp": ("EHLO me", "MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>", "DATA", "Subject: x", "", "..Hi", ".", "QUIT"),
    "pop3": ("USER u1", "PASS quokka-9", "STAT", "LIST", "RETR 1", "QUIT"),
    "imap": ("a LOGIN u1 quokka-9", "b SELECT INBOX", "c FETCH 1 (FLAGS BODY[])", "d LOGOUT"),
    "http": ("GET /50 HTTP/1.1", "Host: a", "", "GET /chunked/60 HTTP/1.1", "Host: a", ""),
}
TARGETS = {"smtp": ("smtp_reply", "smtp_command"), "pop3": ("pop3_response", "pop3_command"),
           "imap": ("imap_response", "imap_command"), "http": ("http_response", "http_request")}
LOGIN = ("--user", "u1", "--password", "quokka-9")
PASSES = 6


def call(*arguments: object, said: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run([program(), *map(str, arguments)], input=said, capture_output=True, text=True, timeout=120,
                          encoding="latin-1", check=False)


def verb_has(verb: str, option: str) -> bool:
    return f"{option} " in call(verb, "--help").stdout


class FiveWays(LoadTest):
    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="backtalk-five-")))
        cls.urls = {}
        cls.transcripts = {}
        for scheme in SCHEMES:
            mailboxes = ("--messages", "2") if scheme in ("pop3", "imap") else ()
            server = cls.enterClassContext(Builtin(f"{scheme}://{HERE}:0", *mailboxes))
            cls.urls[scheme] = server.url
            cls.transcripts[scheme] = cls.folder / f"{scheme}.txt"
            said = "".join(f"{line}\n" for line in SAID[scheme])
            recorded = call("talk", server.url, "--transcript", cls.transcripts[scheme], said=said)
            if recorded.returncode != 0:
                raise AssertionError(recorded.stdout + recorded.stderr)

    def lines(self, scheme: str, speaker: str) -> list[str]:
        text = self.transcripts[scheme].read_text(encoding="latin-1")
        return [line for line in text.splitlines() if line.startswith(speaker)]

    @contextlib.contextmanager
    def served(self, scheme: str):
        with Builtin(f"{scheme}://{HERE}:0", "--script", str(self.transcripts[scheme])) as server:
            yield server

    def assert_replays(self, scheme: str, url: str) -> None:
        run = call("talk", url, "--script", self.transcripts[scheme], *(LOGIN if scheme in ("pop3", "imap") else ()))
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)

    def assert_loads(self, scheme: str, url: str) -> None:
        login = LOGIN if scheme in ("pop3", "imap") else ()
        run = load(url, "--script", self.transcripts[scheme], "-c", 1, "-n", PASSES, *login)
        if "--script has no effect with" in run.err or "there are scripts for" in run.err:
            self.skipTest(run.err.strip())
        self.assert_all_completed(run, PASSES)

    def test_recorded_without_secrets(self) -> None:
        for scheme, path in self.transcripts.items():
            with self.subTest(scheme):
                self.assertNotIn("quokka", path.read_text(encoding="latin-1"))
                self.assertGreaterEqual(len(self.lines(scheme, "S:")), 2)

    def test_replayed_by_talk(self) -> None:
        if not verb_has("talk", "--script"):
            self.skipTest("talk has no --script")
        for scheme, url in self.urls.items():
            with self.subTest(scheme):
                self.assert_replays(scheme, url)

    def test_run_by_load(self) -> None:
        for scheme, url in self.urls.items():
            with self.subTest(scheme):
                self.assert_loads(scheme, url)

    def test_served_word_for_word(self) -> None:
        for scheme in SCHEMES:
            with self.subTest(scheme), self.served(scheme) as server:
                said = "".join(f"{line}\n" for line in SAID[scheme])
                heard = [line for line in call("talk", server.url, said=said).stdout.splitlines() if line.startswith("S:")]
                self.assertEqual(heard, self.lines(scheme, "S:"))
                counts = server.counts()
                self.assertEqual((counts["unexpected"], counts["protocol_errors"]), (0, 0))

    def test_served_to_talk_and_load(self) -> None:
        for scheme in SCHEMES:
            with self.subTest(scheme), self.served(scheme) as server:
                if verb_has("talk", "--script"):
                    self.assert_replays(scheme, server.url)
                self.assert_loads(scheme, server.url)

    def test_served_to_smtplib(self) -> None:
        with self.served("smtp") as server, smtplib.SMTP(*server.address(), timeout=60) as client:
            self.assertEqual(client.sendmail("x@y.test", ["z@y.test"], "Subject: other\r\n\r\nother\r\n"), {})

    def test_served_to_poplib(self) -> None:
        with self.served("pop3") as server:
            client = poplib.POP3(*server.address(), timeout=60)
            client.user("other")
            client.pass_("other")
            self.assertEqual(client.stat()[0], 2)
            self.assertEqual(len(client.list()[1]), 2)
            self.assertGreater(len(client.retr(2)[1]), 5)
            client.quit()

    def test_served_to_imaplib(self) -> None:
        with self.served("imap") as server:
            client = imaplib.IMAP4(*server.address(), timeout=60)
            client.login("other", "other")
            self.assertEqual(client.select(), ("OK", [b"2"]))
            self.assertIn(b"BODY[]", client.fetch("1", "(BODY[])")[1][0][0])
            client.logout()

    def test_served_to_http_client(self) -> None:
        with self.served("http") as server:
            client = http.client.HTTPConnection(*server.address(), timeout=60)
            self.addCleanup(client.close)
            sizes = []
            for target in ("/chunked/60", "/other", "/50"):
                client.request("GET", target)
                sizes.append(len(client.getresponse().read()))
            self.assertEqual(sizes, [60, 0, 50])

    def test_made_seeds_of(self) -> None:
        replays = os.environ.get("BACKTALK_REPLAYS")
        for scheme, path in self.transcripts.items():
            out = self.folder / f"{scheme}-seeds"
            made = call("seeds", path, "--out", out)
            self.assertEqual(made.returncode, 0, made.stderr)
            for target in TARGETS[scheme]:
                with self.subTest(target):
                    seed = out / target / scheme
                    self.assertGreater(seed.stat().st_size, 0)
                    if not replays:
                        self.skipTest("the programs that replay seeds are not built")
                    run = subprocess.run([f"{replays}/replay_{target}", str(seed)], capture_output=True, text=True,
                                         timeout=120, check=False)
                    self.assertEqual(run.returncode, 0, run.stdout + run.stderr)


if __name__ == "__main__":
    unittest.main()
