# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Logins, XCLIENT and the PROXY protocol: what real servers log is what Backtalk counts."""

import contextlib
import itertools
import json
import re
import smtplib
import tempfile
import unittest
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from load import LoadTest, Run, load
from servers.builtin import Builtin
from servers.dovecot import Dovecot, token
from servers.exim import Exim
from servers.haproxy import HaProxy
from servers.postfix import SASL_TOOLS, Postfix

# By service: the ways to log in, the command that is counted for each, and what Dovecot calls it.
SASL = {"plain": "PLAIN", "login": "LOGIN", "cram-md5": "CRAM-MD5", "scram-sha-256": "SCRAM-SHA-256",
        "xoauth2": "XOAUTH2"}
WAYS = {
    "submission": {auth: ("AUTH", method) for auth, method in SASL.items()},
    "pop3": {auth: ("AUTH", method) for auth, method in SASL.items()} | {
        "command": ("PASS", "PLAIN"), "apop": ("APOP", "APOP")},
    "imap": {auth: ("AUTHENTICATE", method) for auth, method in SASL.items()} | {"command": ("LOGIN", "PLAIN")},
}
SECRET = "correct-horse-battery"


def users_file(folder: str, *lines: str) -> Path:
    path = Path(folder) / "users"
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


@unittest.skipIf(Dovecot.why_not(), Dovecot.why_not())
class DovecotLogins(LoadTest):
    @classmethod
    def setUpClass(cls) -> None:
        cls.sink = cls.enterClassContext(Builtin("smtp://127.0.0.1:0"))
        cls.dovecot = cls.enterClassContext(
            Dovecot(relay=cls.sink.address()[1], tokens=True, proxied=True))
        cls.folder = cls.enterClassContext(tempfile.TemporaryDirectory())

    def load(self, service: str, *options: object, url: str = "") -> Run:
        """A run of 12 transactions on 3 connections."""
        return load(url or self.dovecot.urls()[service], "-c", 3, "-n", 12, *options)

    @contextlib.contextmanager
    def logged(self) -> Iterator[dict[str, Counter[str]]]:
        """What Dovecot's log has of the logins to each service inside the `with`, by mechanism: it is there behind it."""
        before = self.dovecot.logins()
        found: dict[str, Counter[str]] = {}
        yield found
        found |= {service: logins - before[service] for service, logins in self.dovecot.logins().items()}

    def test_each_way_to_log_in(self) -> None:
        def check(case: tuple[str, str]) -> None:
            service, auth = case
            command = WAYS[service][auth][0]
            password = token("u1") if auth == "xoauth2" else "pass"
            run = self.load(service, "--user", "u1", "--password", password, "--auth", auth)
            self.assert_all_completed(run, 12)
            self.assertEqual((run.sent(command), run.ok(command), run.refused(command)), (3, 3, 0))

        with self.logged() as logins:
            self.side_by_side(check, [(service, auth) for service, ways in WAYS.items() for auth in ways])
        for service, ways in WAYS.items():
            self.assertEqual(logins[service], Counter(3 * [method for _, method in ways.values()]), service)

    def test_each_new_connection_logs_in(self) -> None:
        runs: dict[str, Run] = {}

        def check(service: str) -> None:
            runs[service] = self.load(service, "--user", "u1", "--password", "pass", "--auth", "scram-sha-256",
                                      "--per-connection", 2)
            self.assert_all_completed(runs[service], 12)

        with self.logged() as logins:
            self.side_by_side(check, WAYS)
        for service, run in runs.items():
            self.assertGreaterEqual(logins[service]["SCRAM-SHA-256"], 6)
            # Connections that are being opened when the run ends may be in the log alone.
            self.assertLessEqual(logins[service]["SCRAM-SHA-256"] - run.ok(WAYS[service]["scram-sha-256"][0]), 3)

    def test_under_starttls(self) -> None:
        def check(service: str) -> None:
            self.assert_all_completed(self.load(service, "--user", "u1", "--password", "pass", "--auth", "scram-sha-256",
                                                "--starttls", "--insecure"), 12)

        with self.logged() as logins:
            self.side_by_side(check, WAYS)
        self.assertEqual(logins, {service: {"SCRAM-SHA-256": 3} for service in WAYS})

    def test_connections_take_the_users_in_turn(self) -> None:
        users = users_file(self.folder, "u1 pass", "u2 pass", "u3 pass")

        def check(service: str) -> None:
            script = ("--script", "noop") if service == "imap" else ()  # not all of them have mail to read
            self.assert_all_completed(self.load(service, "--users", users, *script), 12)

        before = len(self.dovecot.output())
        with self.logged():
            self.side_by_side(check, WAYS)
        for service in WAYS:
            self.assertEqual(sorted(re.findall(rf"{service}-login: Info: Login: user=<([^>]*)>",
                                               self.dovecot.output()[before:])), ["u1", "u2", "u3"], service)

    def test_a_wrong_password_is_counted_and_the_run_goes_on(self) -> None:
        users = users_file(self.folder, "u1 pass", f"u2 {SECRET}")

        def check(case: tuple[str, str]) -> None:
            service, auth = case
            run = load(self.dovecot.urls()[service], "-c", 2, "-n", 30, "--users", users, "--auth", auth)
            self.assert_whole(run)
            self.assertEqual(run.transactions["completed"], 30, run.errors)
            # The end of the run may find the other session in one more login.
            self.assertEqual(run.errors.keys() - {"handshake-unfinished"}, {"auth-refused"})
            command = WAYS[service][auth][0]
            self.assertEqual(run.refused(command), run.errors["auth-refused"])
            self.assertEqual(run.ok(command), 1)
            self.assertNotIn(SECRET, json.dumps(run.report) + run.out + run.err)

        self.side_by_side(check, [(service, auth) for service, ways in WAYS.items() for auth in ways.keys() - {"xoauth2"}])

    def test_a_wrong_token_is_counted(self) -> None:
        def check(service: str) -> None:
            run = load(self.dovecot.urls()[service], "-c", 1, "-n", 5, "--timeout", "2s", "--user", "u1",
                       "--password", token("u1", b"a key"), "--auth", "xoauth2")
            self.assert_whole(run)
            self.assertEqual(run.code, 1)
            self.assertEqual(run.errors.keys(), {"auth-refused"})

        self.side_by_side(check, WAYS)

    def test_the_result_says_neither_user_nor_password(self) -> None:
        def check(service: str) -> None:
            run = load(self.dovecot.urls()[service], "-n", 1, "-c", 1, "--user", "nobody-of-note", "--password", SECRET,
                       "--timeout", "2s", "--auth", "plain")
            self.assertEqual(run.report["workload"]["auth"], "plain")
            text = json.dumps(run.report) + run.out + run.err
            self.assertNotIn(SECRET, text)
            self.assertNotIn("nobody-of-note", text)

        self.side_by_side(check, WAYS)

    def test_the_proxy_protocol(self) -> None:
        """In clear text, before TLS too."""
        def check(case: tuple[str, str, str]) -> None:
            service, version, secured = case
            options = ["--insecure"] if secured else []
            run = self.load(service, "--user", "u1", "--password", "pass", "--proxy", version, "--auth", "plain", *options,
                            url=self.dovecot.proxied_url(service + secured))
            self.assert_all_completed(run, 12)
            octets = run.report["bytes"]
            self.assertGreaterEqual(octets["wire_sent"], octets["sent"])

        with self.logged() as logins:
            self.side_by_side(check, itertools.product(WAYS, ("v1", "v2"), ("", "s")))
        self.assertEqual(logins, {service: {"PLAIN": 4 * 3} for service in WAYS})


@unittest.skipIf(Dovecot.why_not(), Dovecot.why_not())
class WhatIsNotOffered(LoadTest):
    def test_a_mechanism_is_not_tried(self) -> None:
        with Builtin("smtp://127.0.0.1:0") as sink, Dovecot(relay=sink.address()[1]) as dovecot:
            run = load(dovecot.urls()["submission"], "-c", 1, "-n", 3, "--timeout", "2s", "--user", "u1",
                       "--password", token("u1"), "--auth", "xoauth2")
            self.assert_whole(run)
            self.assertEqual((run.code, run.errors.keys(), run.sent("AUTH")), (1, {"auth-missing"}, 0))
            self.assertNotIn("auth failed", dovecot.output())

    @unittest.skipIf(Postfix.why_not(), Postfix.why_not())
    def test_a_server_without_auth_gets_none(self) -> None:
        with Postfix() as postfix:
            run = load(postfix.url, "-c", 1, "-n", 3, "--timeout", "2s", "--user", "u1", "--password", "pass")
            self.assertEqual((run.errors.keys(), run.sent("AUTH"), run.sent("MAIL")), ({"auth-missing"}, 0, 0))
            self.assertEqual(postfix.queued(), 0)


class BuiltinMailServers(LoadTest):
    """AUTH of `backtalk serve`, whose users are those of its mailboxes."""

    def setUp(self) -> None:
        folder = self.enterContext(tempfile.TemporaryDirectory())
        users = str(users_file(folder, "ann pass", f"bob {SECRET}"))
        self.server = self.enterContext(Builtin("smtp://127.0.0.1:0", "smtps://127.0.0.1:0", "lmtp://127.0.0.1:0",
                                                "--users", users, listens=3))

    def test_each_mechanism(self) -> None:
        for scheme, *options in (("smtp",), ("smtp", "--starttls", "--insecure"), ("smtps", "--insecure"), ("lmtp",)):
            for auth in SASL:
                with self.subTest(scheme=scheme, options=options, auth=auth):
                    run = load(self.server.url_of(scheme), "-c", 2, "-n", 10, "--user", "ann", "--password", "pass",
                               "--auth", auth, *options)
                    self.assert_all_completed(run, 10)
                    self.assertEqual((run.sent("AUTH"), run.ok("AUTH"), run.refused("AUTH")), (2, 2, 0))
        counts = self.server.counts()
        self.assertEqual((counts["logins"], counts["logins_refused"]), (2 * 4 * len(SASL), 0))

    def test_a_wrong_password_is_refused(self) -> None:
        for auth in SASL:
            with self.subTest(auth=auth):
                run = load(self.server.url_of("smtp"), "-c", 1, "-n", 3, "--timeout", "2s", "--user", "ann",
                           "--password", SECRET, "--auth", auth)
                self.assert_whole(run)
                self.assertEqual((run.errors.keys(), run.sent("MAIL")), ({"auth-refused"}, 0))
                self.assertEqual(run.refused("AUTH"), run.errors["auth-refused"])

    def test_smtplib_logs_in(self) -> None:
        host, port = self.server.url_of("smtp").removeprefix("smtp://").split(":")
        for mechanism in ("PLAIN", "LOGIN", "CRAM-MD5"):
            for initial in (True, False):
                with self.subTest(mechanism=mechanism, initial=initial), smtplib.SMTP(host, int(port)) as client:
                    client.ehlo()
                    client.user, client.password = "bob", SECRET
                    way = getattr(client, "auth_" + mechanism.lower().replace("-", "_"))
                    self.assertEqual(client.auth(mechanism, way, initial_response_ok=initial)[0], 235)
                    client.sendmail("bob@example.org", ["ann@example.org"], "Subject: hello\r\n\r\nhello\r\n")
        with smtplib.SMTP(host, int(port)) as client:
            self.assertEqual(client.login("ann", "pass")[0], 235)
            self.assertEqual(client.docmd("AUTH", "PLAIN")[0], 503)
        with smtplib.SMTP(host, int(port)) as client, self.assertRaises(smtplib.SMTPAuthenticationError) as refused:
            client.login("ann", "wrong")
        self.assertEqual(refused.exception.smtp_code, 535)

    def test_mail_needs_no_login(self) -> None:
        self.assert_all_completed(load(self.server.url_of("smtp"), "-c", 1, "-n", 5), 5)


class SmtpServersWithLogins(LoadTest):
    def assert_logins(self, url: str, auth: str) -> Run:
        run = load(url, "-c", 2, "-n", 10, "--user", "ann", "--password", "pass", "--auth", auth,
                   "--to", "bob@example.org")
        self.assert_all_completed(run, 10)
        self.assertEqual((run.sent("AUTH"), run.ok("AUTH"), run.refused("AUTH")), (2, 2, 0))
        return run

    @unittest.skipIf(Postfix.why_not() or SASL_TOOLS.why_not(), "Postfix or sasl2-bin is missing")
    def test_postfix_with_cyrus_sasl(self) -> None:
        with Postfix(refusing=True) as postfix:
            for auth in ("plain", "login", "cram-md5"):
                with self.subTest(auth=auth):
                    self.assert_logins(postfix.url, auth)
                    self.assertEqual(len(re.findall(rf"sasl_method={SASL[auth]}, sasl_username=ann", postfix.log())), 10)

    @unittest.skipIf(Exim.why_not(), Exim.why_not())
    def test_exim(self) -> None:
        with Exim(refusing=True) as exim:
            for auth in ("plain", "login", "cram-md5"):
                with self.subTest(auth=auth):
                    self.assert_logins(exim.url, auth)


@unittest.skipIf(Postfix.why_not(), Postfix.why_not())
class Xclient(LoadTest):
    def test_postfix_takes_the_connection_for_that_clients(self) -> None:
        with Postfix(smtpd_authorized_xclient_hosts="127.0.0.0/8") as postfix:
            run = load(postfix.url, "-c", 3, "-n", 30, "--xclient", "NAME=spike.example ADDR=127.0.0.9")
            self.assert_all_completed(run, 30)
            self.assertEqual((run.ok("XCLIENT"), run.ok("EHLO")), (3, 6))
            self.assertEqual(postfix.queued(), 30)
            self.assertEqual(postfix.log().count("client=spike.example[127.0.0.9]"), 30)

    def test_refusals_and_lack_of_it(self) -> None:
        with Postfix(smtpd_authorized_xclient_hosts="127.0.0.0/8") as postfix:
            run = load(postfix.url, "-c", 1, "-n", 3, "--timeout", "2s", "--xclient", "ADDR=nowhere")
            self.assert_whole(run)
            self.assertEqual((run.errors.keys(), run.sent("MAIL")), ({"xclient-refused"}, 0))
        with Postfix() as postfix:
            run = load(postfix.url, "-c", 1, "-n", 3, "--timeout", "2s", "--xclient", "ADDR=127.0.0.9")
            self.assert_whole(run)
            self.assertEqual((run.errors.keys(), run.sent("XCLIENT"), run.sent("MAIL")), ({"xclient-missing"}, 0, 0))


class ProxyProtocol(LoadTest):
    @unittest.skipIf(Postfix.why_not(), Postfix.why_not())
    def test_postfix(self) -> None:
        with Postfix(proxied=True) as postfix:
            for version in ("v1", "v2"):
                with self.subTest(version=version):
                    self.assert_all_completed(load(postfix.proxied_url, "-c", 3, "-n", 30, "--proxy", version), 30)
            self.assertEqual(postfix.queued(), 60)
            run = load(postfix.proxied_url, "-c", 1, "-n", 3, "--timeout", "2s")
            self.assertEqual(run.transactions["completed"], 0, "it insists on the header")

    @unittest.skipIf(HaProxy.why_not(), HaProxy.why_not())
    def test_haproxy(self) -> None:
        with HaProxy() as haproxy:
            for version in ("v1", "v2"):
                with self.subTest(version=version):
                    self.assert_all_completed(load(haproxy.proxied_url, "-c", 3, "-n", 60, "--proxy", version), 60)
            self.assertEqual(load(haproxy.proxied_url, "-c", 1, "-n", 3, "--timeout", "2s").transactions["completed"], 0)


if __name__ == "__main__":
    unittest.main()
