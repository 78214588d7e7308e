# SPDX-License-Identifier: Apache-2.0 OR MIT
"""`load --verify`: answers that are well formed and wrong are found, each under its name; healthy servers have none."""

import tempfile
import unittest
import zlib
from pathlib import Path

from load import LoadTest, Run, load
from real_servers import RealServers, start_for_module
from servers.builtin import Builtin
from servers.dovecot import Dovecot
from servers.nginx import Nginx
from servers.postfix import Postfix

U1 = ("--user", "u1", "--password", "pass")
VERIFY = ("--verify", "-c", 1)
TLS = ("--insecure",)

EXPUNGING = """\
== once
C: a SELECT INBOX
S: * EXISTS
S: a OK
== pass
C: a FETCH 1:* (UID FLAGS)
S: a OK
C: a STORE {number} +FLAGS.SILENT (\\Deleted)
S: a OK
C: a EXPUNGE
S: a OK
"""
APPENDING = """\
== once
C: a SELECT INBOX
S: * EXISTS
S: a OK
== pass
C: a APPEND INBOX {message}
S: a OK
C: a FETCH 1:* (UID FLAGS RFC822.SIZE)
S: a OK
"""
RETRIEVING = """\
== once
C: STAT
S: +OK
== pass
C: LIST
C: UIDL
C: STAT
C: RETR {number}
S: +OK
S: +OK
S: +OK
S: +OK
"""


def setUpModule() -> None:
    start_for_module((Dovecot,))


class VerifyTest(LoadTest):
    def script(self, text: str) -> Path:
        folder = self.enterContext(tempfile.TemporaryDirectory(prefix="backtalk-verify-"))
        path = Path(folder) / "script.txt"
        path.write_text(text)
        return path

    def assert_found(self, run: Run, name: str) -> None:
        """That is what was wrong, and nothing else."""
        self.assert_whole(run)
        self.assertEqual(list(run.errors), [name], run.err)
        self.assertGreater(run.errors[name], 0)
        self.assertEqual(run.errors[name], run.transactions["failed"], "each is counted once")
        self.assertEqual(run.code, 1)
        self.assertIn("wrong-answers", run.reasons)
        example = next(one for one in run.report["examples"] if one["name"] == name)
        self.assertTrue(example["text"])
        self.assertGreaterEqual(example["offset"], 0)
        self.assertIsNone(example["hexdump"], "the sentence about an answer is none of its octets")
        self.assertFalse(run.report["verdict"]["valid"])

    def assert_healthy(self, run: Run, passes: int, checked: int | None = None) -> None:
        self.assert_all_completed(run, passes)
        self.assertEqual(run.reasons, [])
        if checked is not None:
            self.assertEqual(run.report["verify"], {"checked": checked, "not_checkable": 0})


class Planted(VerifyTest):
    """Each fault is found under its own name, in clear text and over TLS."""

    def planted(self, schemes: tuple[str, ...], fault: str, name: str, *options: object) -> None:
        def check(scheme: str) -> None:
            tls = ("--starttls", *TLS) if scheme.endswith("+starttls") else TLS if scheme.endswith("s") else ()
            scheme = scheme.removesuffix("+starttls")
            user = () if scheme.startswith("http") else U1
            with Builtin(f"{scheme}://127.0.0.1:0", "--fault", fault,
                         *(() if scheme.startswith("http") else ("--messages", "5"))) as server:
                self.assert_found(load(server.url, *VERIFY, *user, *tls, *options), name)
        self.side_by_side(check, schemes)

    MAIL = ("pop3", "pop3s", "pop3+starttls", "imap", "imaps", "imap+starttls")
    HTTP = ("http", "https")

    def test_an_octet_of_a_body_is_another_one(self) -> None:
        self.planted(self.MAIL, "change-body=3", "verify-checksum", "-n", 20, "--script", "read")
        self.planted(self.HTTP, "change-body=3", "verify-checksum", "-n", 20)

    def test_in_open_loop_too_and_with_pipelining(self) -> None:
        self.planted(("pop3", "imap"), "change-body=3", "verify-checksum", "-n", 20, "-r", 500, "--script", "read")
        self.planted(("http",), "change-body=3", "verify-checksum", "-n", 20, "-r", 500)
        self.planted(("pop3", "imap"), "change-body=3", "verify-checksum", "-n", 40, "-p", 4, "--script", "read")

    def test_an_answer_to_another_request(self) -> None:
        self.planted(self.MAIL, "other-answer=12", "verify-other-answer", "-n", 30, "--script", "read")
        self.planted(self.HTTP, "other-answer=3", "verify-other-answer", "-n", 20)

    def test_an_expunge_that_is_not_told(self) -> None:
        self.planted(("imap", "imaps", "imap+starttls"), "expunge-untold=1", "verify-expunge", "-n", 3, "--script",
                     self.script(EXPUNGING))

    def test_a_uid_that_is_used_again(self) -> None:
        self.planted(("imap", "imaps", "imap+starttls"), "uid-again=3", "verify-uid-reused", "-n", 4, "--script",
                     self.script(APPENDING))

    def test_a_unique_id_that_is_used_again(self) -> None:
        for secured in ("", "s"):
            with Builtin(f"smtp{secured}://127.0.0.1:0", f"pop3{secured}://127.0.0.1:0", "--messages", "0", "--fault",
                         "uid-again=3", listens=2) as server:
                tls = TLS if secured else ()
                sent = load(server.url_of(f"smtp{secured}"), *VERIFY, *tls, "-n", 6, "--to", "u1@example.com")
                self.assert_all_completed(sent, 6)
                script = self.script("C: UIDL\nS: +OK\n")
                run = load(server.url_of(f"pop3{secured}"), *VERIFY, *U1, *tls, "-n", 1, "--script", script)
                self.assert_found(run, "verify-uid-reused")


class ReadBack(VerifyTest):
    """What SMTP and LMTP accepted is read back by IMAP and POP3 while it comes: none lost, none twice, none changed."""

    def read_back(self, fault: str | None, sends: str, reads: str, *options: object) -> Run:
        secured = reads.endswith("s") or sends.endswith("s")
        with Builtin(f"{sends}://127.0.0.1:0", f"{reads}://127.0.0.1:0", "--messages", "2", *(
                ("--fault", fault) if fault else ()), listens=2) as server:
            return load(server.url_of(sends), "--verify", "--watch", server.url_of(reads), *U1, "-c", 1, "-n", 20,
                        "--patience", "2s", "--poll", "100ms", *(TLS if secured else ()), *options)

    WAYS = (("smtp", "imap"), ("smtps", "imaps"), ("lmtp", "imap"), ("smtp", "pop3"), ("smtps", "pop3s"))

    def test_healthy_servers(self) -> None:
        def check(way: tuple[str, str]) -> None:
            run = self.read_back(None, *way)
            self.assert_all_completed(run, 20)
            self.assertEqual(run.reasons, [])
            self.assertEqual(run.report["verify"], {"checked": 20, "not_checkable": 0}, "and none of before")
            self.assertEqual({name: run.report["delivery"][name] for name in ("accepted", "seen", "lost", "twice")},
                             {"accepted": 20, "seen": 20, "lost": 0, "twice": 0})
        self.side_by_side(check, self.WAYS)

    def test_each_fault_is_found(self) -> None:
        def check(way: tuple[str, str]) -> None:
            lost = self.read_back("lose=10", *way)
            self.assertEqual((lost.code, lost.reasons, lost.report["delivery"]["lost"]), (1, ["delivery-lost"], 2))
            twice = self.read_back("twice=10", *way)
            self.assertEqual((twice.code, twice.reasons, twice.report["delivery"]["twice"]), (1, ["delivery-twice"], 2))
            changed = self.read_back("change=10", *way)
            self.assertEqual((changed.code, changed.reasons), (1, ["wrong-answers"]), changed.err)
            self.assertEqual(list(changed.errors), ["verify-checksum"], "one for each FETCH, two at most")
            self.assertEqual(changed.report["delivery"]["seen"], 20)
            self.assertIn("crc32=", changed.said("verify-checksum"))
        self.side_by_side(check, self.WAYS)


class Healthy(VerifyTest):
    def test_built_in_servers_have_nothing_wrong(self) -> None:
        def check(scheme: str) -> None:
            mail = not scheme.startswith("http")
            options = (*U1, "--script", "read") if mail else ()
            tls = TLS if scheme.endswith("s") else ()
            with Builtin(f"{scheme}://127.0.0.1:0", *(("--messages", "20") if mail else ())) as server:
                for loop in (("-c", 4), ("-c", 4, "-p", 4), ("-c", 4, "-r", 50)):
                    self.assert_healthy(load(server.url, "--verify", *options, *tls, "-n", 200, *loop), 200, 200)
        self.side_by_side(check, ("pop3", "pop3s", "imap", "imaps", "http", "https"))

    def test_sizes_and_framings_of_http(self) -> None:
        with Builtin("http://127.0.0.1:0") as server:
            for path in ("/0", "/1", "/4095", "/4096", "/4097", "/1000000", "/chunked/10000", "/close/5000", "/{n}"):
                run = load(server.url + path, *VERIFY, "-n", 5)
                self.assert_healthy(run, 5)
                self.assertEqual(run.report["verify"]["not_checkable"], 0, path)

    def test_what_is_sent_is_read(self) -> None:
        """SMTP, LMTP and APPEND put in checksums that POP3 and IMAP find right, whatever the way of sending."""
        with Builtin("smtp://127.0.0.1:0", "lmtp://127.0.0.1:0", "pop3://127.0.0.1:0", "imap://127.0.0.1:0",
                     "--messages", "0", listens=4) as server:
            message = self.script("From: a@example.org\n\n.hidden\n..\nSchöne Grüße\n")
            sent = 0
            for scheme in ("smtp", "lmtp"):
                for options in (("-p", 1), ("-p", 2), ("-p", 4, "--data", "bdat"), ("--size", 200_000),
                                ("--message", message), ("--script", "send")):
                    self.assert_all_completed(load(server.url_of(scheme), *VERIFY, "-n", 3, "--to", "u1@example.com",
                                                   *options), 3)
                    sent += 3
            self.assert_all_completed(load(server.url_of("imap"), *VERIFY, *U1, "-n", 3, "--script",
                                           self.script(APPENDING)), 3)
            sent += 3
            run = load(server.url_of("pop3"), *VERIFY, *U1, "-n", sent, "--script", self.script(RETRIEVING))
            self.assert_healthy(run, sent, sent)
            self.assert_healthy(load(server.url_of("imap"), *VERIFY, *U1, "-n", sent), sent, sent)

    def test_what_has_no_checksum_is_never_passed_silently(self) -> None:
        with Builtin("smtp://127.0.0.1:0", "pop3://127.0.0.1:0", "--messages", "0", listens=2) as server:
            load(server.url_of("smtp"), "-c", 1, "-n", 2, "--to", "u1@example.com")
            run = load(server.url_of("pop3"), *VERIFY, *U1, "-n", 4, "--script", "read")
            self.assert_all_completed(run, 4)
            self.assertEqual(run.report["verify"], {"checked": 0, "not_checkable": 4})
            self.assertEqual(run.reasons, ["nothing-verified"])
            load(server.url_of("smtp"), "-c", 1, "-n", 2, "--to", "u1@example.com", "--verify")
            run = load(server.url_of("pop3"), *VERIFY, *U1, "-n", 4, "--script", "read")
            self.assertEqual(run.report["verify"], {"checked": 2, "not_checkable": 2})
            self.assertEqual(run.reasons, [])
            self.assertIn("could not compare 2 of 4", run.notes)

    def test_without_it_nothing_is_verified(self) -> None:
        with Builtin("pop3://127.0.0.1:0", "--fault", "change-body=0") as server:
            run = load(server.url, *U1, "-c", 1, "-n", 5, "--script", "read")
            self.assert_all_completed(run, 5)
            self.assertIsNone(run.report["verify"])

    def test_mailboxes_that_change_have_nothing_wrong(self) -> None:
        with Builtin("imap://127.0.0.1:0", "--messages", "30") as server:
            for script in (EXPUNGING, APPENDING):
                for connections in (1, 4):
                    self.assert_healthy(load(server.url, "--verify", *U1, "-c", connections, "-n", 8, "--script",
                                             self.script(script)), 8)


@unittest.skipIf(Postfix.why_not() or Dovecot.why_not(), Postfix.why_not() or Dovecot.why_not())
class PostfixIntoDovecot(VerifyTest):
    """What Postfix accepts and hands on to Dovecot is read back: none lost, none twice, none changed."""

    def test_a_hundred_messages(self) -> None:
        with Dovecot(for_load=True) as dovecot:
            settings = {"virtual_mailbox_domains": "example.org", "in_flow_delay": "0",
                        "virtual_transport": f"lmtp:inet:127.0.0.1:{dovecot.port('lmtp')}"}
            with Postfix(**settings) as postfix:
                for sent, watch in enumerate((("imap",), ("imaps", "--insecure"), ("pop3", "--poll", "100ms"))):
                    run = load(postfix.url, "--verify", "--watch", dovecot.urls()[watch[0]], *watch[1:], *U1, "--to",
                               "u1@example.org", "-c", 2, "-n", 100, limit_s=60)
                    with self.subTest(watch, earlier=100 * sent):
                        self.assert_all_completed(run, 100)
                        self.assertEqual(run.report["verify"], {"checked": 100, "not_checkable": 0})
                        self.assertEqual(
                            {name: run.report["delivery"][name] for name in ("accepted", "seen", "lost", "twice")},
                            {"accepted": 100, "seen": 100, "lost": 0, "twice": 0})


class RealOnes(RealServers, VerifyTest):
    def test_dovecot_returns_what_was_appended_and_delivered(self) -> None:
        urls = self.server(Dovecot).urls()
        run = load(urls["imap"], *VERIFY, *U1, "-n", 5, "--script", self.script(APPENDING))
        self.assert_all_completed(run, 5)
        self.assert_all_completed(load(urls["lmtp"], *VERIFY, "-n", 5, "--to", "u1@mx.example.org"), 5)
        for scheme, tls in (("imap", ()), ("imaps", TLS), ("imap", ("--starttls", *TLS))):
            run = load(urls[scheme], *VERIFY, *U1, *tls, "-n", 40)
            self.assert_all_completed(run, 40)
            self.assertGreater(run.report["verify"]["checked"], 0)
        for scheme, tls in (("pop3", ()), ("pop3s", TLS), ("pop3", ("--starttls", *TLS))):
            run = load(urls[scheme], *VERIFY, *U1, *tls, "-n", 40, "--script", self.script(RETRIEVING))
            self.assert_all_completed(run, 40)
            self.assertGreater(run.report["verify"]["checked"], 0)
        for loop in (("-c", 1), ("-c", 3, "-r", 30)):
            self.assert_all_completed(load(urls["imap"], "--verify", *U1, *loop, "-n", 30, "--script", "sync"), 30)
        for script in (EXPUNGING, APPENDING):
            self.assert_all_completed(load(urls["imap"], *VERIFY, *U1, "-n", 5, "--script", self.script(script)), 5)

    def test_nginx_serves_files_that_say_their_checksum(self) -> None:
        body = b"a page\n" * 20_000
        with Nginx(for_load=True) as server:
            for name, field in (("right", zlib.crc32(body)), ("wrong", zlib.crc32(body) ^ 1)):
                (server.documents / name).write_bytes(b"X-Backtalk-Checksum: crc32=%08x\n\n%s" % (field, body))
            for scheme, tls in (("http", ()), ("https", TLS)):
                url = server.urls()[scheme]
                for loop in (("-c", 4), ("-c", 2, "-p", 4), ("-c", 4, "-r", 50)):
                    self.assert_healthy(load(f"{url}/right", "--verify", *tls, "-n", 100, *loop), 100, 100)
                self.assert_found(load(f"{url}/wrong", *VERIFY, *tls, "-n", 10), "verify-checksum")
                run = load(f"{url}/lines.txt", *VERIFY, *tls, "-n", 10)
                self.assertEqual(run.report["verify"], {"checked": 0, "not_checkable": 10})
