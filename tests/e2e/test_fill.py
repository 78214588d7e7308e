# SPDX-License-Identifier: Apache-2.0 OR MIT
"""`backtalk fill`: mailboxes from a seed, read back by Python's clients, on the built-in server, Dovecot and Postfix."""

import contextlib
import imaplib
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import unittest
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from json_schema import Schema
from load import LoadTest, run_with_json
from servers.builtin import Builtin, program
from servers.courier import Courier
from servers.cyrus import Cyrus
from servers.dovecot import Dovecot
from servers.hostile import Peer, hostile
from servers.mailutils import Mailutils
from servers.server import Server

SCHEMA = Schema.documented("fill")


@dataclass
class Filled:
    code: int
    report: dict = field(default_factory=dict)
    out: str = ""
    err: str = ""

    @property
    def messages(self) -> dict:
        return self.report["messages"]


def fill(url: str, *options: object) -> Filled:
    done, written = run_with_json("fill", url, *options, limit_s=120)
    return Filled(done.returncode, json.loads(written) if written else {}, done.stdout, done.stderr)


class FillTest(LoadTest):
    USERS = {"u1": "pass", "u2": "pass", "u3": "pass", "ann": "pass"}

    def users(self, *names: str) -> str:
        directory = tempfile.TemporaryDirectory(prefix="backtalk-fill-")
        self.addCleanup(directory.cleanup)
        path = Path(directory.name) / "users.txt"
        path.write_text("".join(f"{name} {self.USERS.get(name, 'secret')}\n" for name in names))
        return str(path)

    def assert_adds_up(self, run: Filled) -> None:
        self.assertTrue(run.report, run.err)
        self.assertEqual(SCHEMA.problems(run.report), [])
        for key, done in (("mailboxes", "filled"), ("messages", "stored")):
            of = run.report[key]
            self.assertEqual(of["asked"], of[done] + of["failed"] + of["unfinished"], of)
        self.assertEqual(run.code, 0 if run.messages["stored"] == run.messages["asked"] else 1)

    def assert_filled(self, run: Filled) -> None:
        self.assert_adds_up(run)
        self.assertEqual((run.code, run.report["errors"]), (0, {}), run.err + run.out)

    def read(self, url: str, user: str, *folders: str, tls: ssl.SSLContext | None = None) -> list[tuple]:
        """Per message of these folders: its flags but \\Recent, its INTERNALDATE as an instant, and its octets."""
        host, port = url.split("://")[1].rsplit(":", 1)
        client = imaplib.IMAP4_SSL("localhost", int(port), ssl_context=tls) if tls else imaplib.IMAP4(host, int(port))
        self.addCleanup(client.shutdown)
        client.login(user, self.USERS.get(user, "secret"))
        found = []
        for folder in folders or ("INBOX",):
            self.assertEqual(client.select(f'"{folder}"', readonly=True)[0], "OK", folder)
            kind, data = client.fetch("1:*", "(UID FLAGS INTERNALDATE BODY.PEEK[])")
            self.assertEqual(kind, "OK")
            for index, item in enumerate(data):
                if not isinstance(item, tuple):
                    continue
                # Servers may put items behind the body.
                head = item[0] + (data[index + 1] if isinstance(data[index + 1], bytes) else b"")
                flags = set(re.search(rb"FLAGS \((.*?)\)", head)[1].split()) - {b"\\Recent"}
                date = imaplib.Internaldate2tuple(re.search(rb"INTERNALDATE \".*?\"", head)[0])
                found.append((folder, sorted(flags), time.mktime(date), item[1]))
        return found


class OnTheBuiltInServer(FillTest):
    def serve(self, *urls: str, options: tuple = ()) -> Builtin:
        empty = ("--messages", "0") if any(url.startswith("imap") for url in urls) else ()
        server = Builtin(urls[0], *urls[1:], *empty, *options, listens=len(urls))
        return self.enterContext(server)

    def test_the_same_seed_makes_the_same_mailboxes(self) -> None:
        shape = ("-n", 50, "--sizes", "exp:5000", "--folders", "INBOX:60%,Archive/2026:30%,Sent Items:10%", "--seed", 7)
        folders = ("INBOX", "Archive/2026", "Sent Items")
        users = self.users("a", "b", "c")
        found = []
        # Whatever the number of connections and of messages in flight.
        for options in (("-c", 1, "-p", 1), ("-c", 3, "-p", 16)):
            server = self.serve("imap://127.0.0.1:0")
            run = fill(server.url, "--users", users, *shape, *options)
            self.assert_filled(run)
            self.assertEqual(run.report["mailboxes"]["filled"], 3)
            found.append([self.read(server.url, user, *folders) for user in "abc"])
            self.assertEqual(run.messages["octets"], sum(len(one[3]) for user in found[-1] for one in user))
        self.assertEqual(found[0], found[1])
        self.assertEqual([len(user) for user in found[0]], [50, 50, 50])
        self.assertEqual(len({one[3] for user in found[0] for one in user}), 150)
        flags = {flag for user in found[0] for one in user for flag in one[1]}
        self.assertEqual(flags, {b"\\Seen", b"\\Flagged", b"\\Answered"})

    def test_another_seed_makes_others(self) -> None:
        users = self.users("a")
        found = []
        for seed in (1, 2):
            server = self.serve("imap://127.0.0.1:0")
            self.assert_filled(fill(server.url, "--users", users, "-n", 5, "--seed", seed))
            found.append(self.read(server.url, "a"))
        self.assertFalse({one[3] for one in found[0]} & {one[3] for one in found[1]})

    def test_delivery_brings_the_same_messages(self) -> None:
        server = self.serve("imap://127.0.0.1:0", "smtp://127.0.0.1:0", "lmtp://127.0.0.1:0")
        shape = ("-n", 20, "--sizes", "320..9000")
        found = []
        for scheme in ("imap", "smtp", "lmtp"):
            # The same line of the file, as that decides.
            self.assert_filled(fill(server.url_of(scheme), "--users", self.users(scheme), *shape,
                                    *(() if scheme == "imap" else ("--to", "{user}@example.org"))))
            found.append([one[3] for one in self.read(server.url_of("imap"), scheme)])
        bodies = [sorted(re.sub(rb"\A(Return-Path|Received|Delivered-To):.*?\r\n(?=\S)", b"", one, flags=re.DOTALL)
                         for one in of) for of in found]
        self.assertEqual(bodies[0], bodies[1])
        self.assertEqual(bodies[0], bodies[2])

    def test_tls_and_starttls(self) -> None:
        with tempfile.TemporaryDirectory() as directory:
            certificate = Path(directory) / "ca.pem"
            server = self.serve("imap://127.0.0.1:0", "imaps://127.0.0.1:0", "smtp://127.0.0.1:0", "smtps://127.0.0.1:0",
                                "lmtp://127.0.0.1:0", options=("--save-cert", str(certificate)))
            users = self.users("a", "b")
            for scheme, options in (("imap", ("--starttls",)), ("imaps", ()), ("smtp", ("--starttls",)), ("smtps", ()),
                                    ("lmtp", ("--starttls",))):
                with self.subTest(scheme=scheme):
                    url = server.url_of(scheme).replace("127.0.0.1", "localhost")
                    add = ("--existing", "add") if scheme.startswith("imap") else ()
                    run = fill(url, "--users", users, "-n", 10, "--cafile", certificate, *add, *options)
                    self.assert_filled(run)
                    self.assertTrue(run.report["target"]["tls"]["verified"])
                    refused = fill(url, "--users", users, "-n", 10, *add, *options)
                    self.assert_adds_up(refused)
                    self.assertEqual((refused.report["errors"], refused.messages["stored"]), ({"tls-issuer": 2}, 0))

    def test_a_mailbox_that_has_messages(self) -> None:
        server = self.serve("imap://127.0.0.1:0")
        users = self.users("a", "b")
        self.assert_filled(fill(server.url, "--user", "b", "--password", "x", "-n", 3, "--seed", 9))
        before = self.read(server.url, "b")
        run = fill(server.url, "--users", users, "-n", 5)
        self.assert_adds_up(run)
        self.assertEqual((run.code, run.report["errors"]), (1, {"mailbox-not-empty": 1}))
        self.assertEqual((run.messages["stored"], run.messages["unfinished"]), (5, 5))
        self.assertIn("--existing replace", run.out)
        self.assertEqual(self.read(server.url, "b"), before)
        replaced = fill(server.url, "--users", users, "-n", 5, "--existing", "replace")
        self.assert_filled(replaced)
        self.assertEqual(replaced.messages["removed"], 8)
        self.assertEqual(len(self.read(server.url, "b")), 5)
        self.assertFalse({one[3] for one in self.read(server.url, "b")} & {one[3] for one in before})
        self.assert_filled(fill(server.url, "--users", users, "-n", 5, "--existing", "add"))
        self.assertEqual(len(self.read(server.url, "b")), 10)

    def test_what_the_server_refuses_is_counted_by_name(self) -> None:
        smtp = self.serve("smtp://127.0.0.1:0", options=("--fault", "refuse-rcpt=2"))
        run = fill(smtp.url, "--users", self.users("a"), "-n", 10, "-p", 1)
        self.assert_adds_up(run)
        self.assertEqual(run.messages["failed"], sum(run.report["errors"].values()))
        self.assertEqual((run.messages["stored"], run.messages["failed"]), (5, 5))
        self.assertEqual(run.report["examples"][0]["command"], "RCPT")

    def test_a_server_that_is_not_there(self) -> None:
        run = fill("imap://127.0.0.1:9", "--users", self.users("a", "b"), "-n", 5)
        self.assert_adds_up(run)
        self.assertEqual((run.report["errors"], run.messages["unfinished"]), ({"connect-refused": 2}, 10))

    def test_a_server_that_closes_in_the_middle(self) -> None:
        server = self.serve("imap://127.0.0.1:0", options=("--fault", "close=20"))
        run = fill(server.url, "--users", self.users("a"), "-n", 50)
        self.assert_adds_up(run)
        self.assertEqual(run.code, 1)
        self.assertTrue(run.report["errors"])

    def test_ctrl_c_ends_it_and_says_so(self) -> None:
        server = self.serve("smtp://127.0.0.1:0", options=("--fault", "delay=20ms"))
        with tempfile.TemporaryDirectory() as directory:
            file = Path(directory) / "result.json"
            run = subprocess.Popen([program(), "fill", server.url, "--users", self.users("a", "b"), "-n", "100000", "-c",
                                    "1", "--json", str(file)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            time.sleep(1)
            run.send_signal(signal.SIGINT)
            out, err = run.communicate(timeout=30)
            done = Filled(run.returncode, json.loads(file.read_text()), out, err)
        self.assert_adds_up(done)
        self.assertTrue(done.report["interrupted"])
        self.assertGreater(done.messages["stored"], 0)
        self.assertGreater(done.messages["unfinished"], 100_000)
        self.assertEqual(done.messages["failed"], 0, done.report["errors"])

    def test_usage(self) -> None:
        users = self.users("a")
        for words, said in (
                (("imap://127.0.0.1:1",), "whose mailboxes?"),
                (("http://127.0.0.1:1", "--users", users), "imap, imaps, smtp, smtps or lmtp"),
                (("pop3://127.0.0.1:1", "--users", users), "imap, imaps, smtp, smtps or lmtp"),
                (("imap://127.0.0.1:1/x", "--users", users), "path"),
                (("imap://127.0.0.1:1", "--users", users, "--sizes", "big"), "--sizes big: expected octets"),
                (("imap://127.0.0.1:1", "--users", users, "--folders", "a,a"), "--folders a,a: expected folders"),
                (("imap://127.0.0.1:1", "--users", users, "--flags", "red:5%"), "--flags red:5%: expected"),
                (("imap://127.0.0.1:1", "--users", users, "--to", "x@y"), "--to has no effect"),
                (("smtp://127.0.0.1:1", "--users", users, "--folders", "a"), "--folders has no effect"),
                (("smtp://127.0.0.1:1", "--users", users, "--existing", "add"), "--existing has no effect"),
                (("smtp://127.0.0.1:1", "--users", users, "--to", "a b"), "--to"),
                (("imap://127.0.0.1:1", "--users", "/none"), "--users /none"),
                (("imap://127.0.0.1:1", "--users", users, "-n", "0"), "--messages"),
                (("imap://192.0.2.1", "--users", users), "--i-may-load-this-target")):
            with self.subTest(said=said):
                run = fill(*words)
                self.assertEqual((run.code, run.report), (2, {}), run.err)
                self.assertIn(said, run.err)


class OnDovecot(FillTest):
    """Empty at first: u2, u3 and ann."""

    def started(self) -> Dovecot:
        if reason := Dovecot.why_not():
            self.skipTest(reason)
        return self.enterContext(Dovecot())

    def test_the_same_seed_makes_the_same_mailboxes(self) -> None:
        users = self.users("u2", "u3", "ann")
        shape = ("-n", 60, "--sizes", "normal:4000:2000", "--folders", "INBOX:70%,Box:30%", "--seed", 5)
        found = []
        for options in (("-c", 1, "-p", 1), ("-c", 3)):
            server = self.started()
            self.assert_filled(fill(server.urls()["imap"], "--users", users, *shape, *options))
            found.append([self.read(server.urls()["imap"], user, "INBOX", "Box") for user in ("u2", "u3", "ann")])
        self.assertEqual(found[0], found[1])
        # And they are those of any other server.
        other = self.enterContext(Builtin("imap://127.0.0.1:0", "--messages", "0"))
        self.assert_filled(fill(other.url, "--users", users, *shape))
        self.assertEqual([self.read(other.url, user, "INBOX", "Box") for user in ("u2", "u3", "ann")], found[0])

    def test_tls_lmtp_and_replacing(self) -> None:
        server = self.started()
        users = self.users("u2", "u3")
        self.assert_filled(fill(server.urls()["imaps"], "--users", users, "-n", 30, "--insecure"))
        self.assert_filled(fill(server.urls()["imap"], "--users", users, "-n", 30, "--insecure", "--starttls",
                                "--existing", "replace", "--auth", "scram-sha-256"))
        appended = [one[3] for one in self.read(server.urls()["imap"], "u2")]
        self.assertEqual(len(appended), 30)
        self.assertEqual(fill(server.urls()["imap"], "--users", users, "-n", 30).report["errors"],
                         {"mailbox-not-empty": 2})
        self.assert_filled(fill(server.urls()["lmtp"], "--users", users, "-n", 30, "--to", "{user}@example.org"))
        both = [one[3] for one in self.read(server.urls()["imap"], "u2")]
        self.assertEqual(len(both), 60)
        delivered = [one.partition(b"From: ")[2] for one in both[30:]]
        self.assertEqual(delivered, [one.partition(b"From: ")[2] for one in appended])

    def test_a_login_that_is_refused_fails_its_mailbox_alone(self) -> None:
        server = self.started()
        users = self.users("u2", "nobody", "u3")
        run = fill(server.urls()["imap"], "--users", users, "-n", 5)
        self.assert_adds_up(run)
        self.assertEqual((run.code, run.report["errors"]), (1, {"auth-refused": 1}))
        self.assertEqual((run.messages["stored"], run.messages["unfinished"]), (10, 5))
        self.assertNotIn("secret", json.dumps(run.report) + run.out)



class OnOtherServers(FillTest):
    """u2 has no messages at first. Not all of them have LITERAL+, so that messages wait for the server's word."""

    def contents(self, url: str) -> list[bytes]:
        """Without what mailutils keeps of a message in its header."""
        return [re.sub(rb"^(X-IMAPbase|X-UID|Status|X-Status):.*?\r\n", b"", one[3], flags=re.MULTILINE)
                for one in self.read(url, "u2")]

    def check(self, kind: type[Server]) -> None:
        if reason := kind.why_not():
            self.skipTest(reason)
        with kind() as server:
            url = server.urls()["imap"]
            shape = ("--users", self.users("u2"), "-n", 20, "--sizes", "320..6000", "--seed", 3)
            self.assert_filled(fill(url, *shape))
            first = self.contents(url)
            self.assertEqual(len(first), 20)
            self.assertEqual(fill(url, *shape).report["errors"], {"mailbox-not-empty": 1})
            replaced = fill(url, *shape, "--existing", "replace")
            self.assert_filled(replaced)
            self.assertEqual(replaced.messages["removed"], 20)
            self.assertEqual(self.contents(url), first)
            other = self.enterContext(Builtin("imap://127.0.0.1:0", "--messages", "0"))
            self.assert_filled(fill(other.url, *shape))
            self.assertEqual(self.contents(other.url), first)

    def test_courier(self) -> None:
        self.check(Courier)

    def test_cyrus(self) -> None:
        self.check(Cyrus)

    def test_mailutils(self) -> None:
        self.check(Mailutils)


class OnHostileServers(FillTest):
    """Whatever the server does, what was asked is stored, failed or unfinished, and the run ends."""

    REPLIES = ("close", "reset", "mute", "half", "bare-lf", "garbage", "endless", "unasked")

    def check(self, words: tuple[str, str]) -> None:
        scheme, fault = words
        options = ("--insecure",) if scheme.endswith("s") else ()
        for after in (0, 3, 12):
            with Builtin(f"{scheme}://127.0.0.1:0", "--fault", f"{fault}={after}") as server:
                run = fill(server.url, "--users", self.users("a", "b"), "-n", 30, "--timeout", "1s", "--existing", "add",
                           *options) if scheme.startswith("imap") else fill(
                               server.url, "--users", self.users("a", "b"), "-n", 30, "--timeout", "1s", *options)
            self.assert_adds_up(run)
            # What an end has surely kept from being stored goes over another connection.
            if run.code == 0 and fault in ("close", "half"):
                continue
            self.assertEqual(run.code, 1, (words, after, run.out))
            self.assertTrue(run.report["errors"], (words, after))
            self.assertLess(run.messages["stored"], 60, (words, after))

    def test_replies_that_go_wrong(self) -> None:
        self.side_by_side(self.check, [(scheme, fault) for scheme in ("imap", "smtp", "lmtp", "imaps") for fault in
                                       self.REPLIES])

    def test_starttls_that_is_not_offered_or_injected_into(self) -> None:
        with Builtin("imap://127.0.0.1:0", "--fault", "inject=1") as server:
            run = fill(server.url, "--users", self.users("a"), "-n", 5, "--starttls", "--insecure", "--existing", "add")
        self.assert_adds_up(run)
        self.assertEqual(run.report["errors"], {"protocol-starttls-injection": 1})
        self.assertEqual(run.messages["stored"], 0)

    def test_a_server_that_takes_only_so_many_on_a_connection_gets_another(self) -> None:
        with Builtin("smtp://127.0.0.1:0", "--fault", "messages-max=10") as server:
            run = fill(server.url, "--users", self.users("a"), "-n", 35, "-p", 1)
        self.assert_adds_up(run)
        self.assertGreaterEqual(run.messages["stored"], 30)
        self.assertGreaterEqual(run.report["connections"]["opened"], 3)


def imap_server(answer: Callable[[str, bytes], bytes | None]) -> Callable[[Peer], None]:
    """An IMAP server without LITERAL+: `answer` of a tag and a command, of whose literal it says "+" itself; of None it
    closes."""
    def converse(peer: Peer) -> None:
        peer.say(b"* OK [CAPABILITY IMAP4rev1] ready\r\n")
        while line := peer.hear():
            tag, _, command = line.partition(b" ")
            said = answer(tag.decode(), command)
            if said is None:
                return
            literal = re.search(rb"\{(\d+)\}$", command)
            if literal and not said.startswith(b"* BYE"):
                peer.say(b"+ go on\r\n")
                peer.hear_octets(int(literal[1]) + 2)
            peer.say(said)
            if command == b"LOGOUT" or said.startswith(b"* BYE"):
                return
    return converse


class EnoughOfAConnection(FillTest):
    """A server may take only so many messages on a connection: those that it surely did not take go over another."""

    def assert_all_stored(self, run: Filled, messages: int) -> None:
        self.assert_filled(run)
        self.assertEqual(run.messages["stored"], messages)

    def test_421_to_mail_is_tried_again(self) -> None:
        for scheme in ("smtp", "lmtp"):
            for depth in (1, 16):
                with self.subTest(scheme=scheme, depth=depth):
                    server = self.enterContext(Builtin(f"{scheme}://127.0.0.1:0", "--fault", "messages-max=3"))
                    run = fill(server.url, "--users", self.users("a"), "-n", 12, "--to", "r@example.org", "-p", depth)
                    self.assert_all_stored(run, 12)
                    self.assertGreaterEqual(run.report["connections"]["opened"], 4)
                    self.assertEqual(server.messages(), 12, "and none is stored twice")

    def test_bye_to_append_is_tried_again(self) -> None:
        taken = []

        def serve(peer: Peer) -> None:
            here = []

            def answer(tag: str, command: bytes) -> bytes:
                if command.startswith(b"APPEND"):
                    if len(here) == 3:
                        return b"* BYE enough of you\r\n"
                    here.append(command)
                    taken.append(command)
                return f"{tag} OK done\r\n".encode()

            imap_server(answer)(peer)

        with hostile(serve) as url:
            run = fill(url.replace("smtp", "imap"), "--users", self.users("a"), "-n", 10, "--existing", "add")
        self.assert_all_stored(run, 10)
        self.assertEqual(len(taken), 10)
        self.assertEqual(run.report["connections"]["opened"], 4)

    def test_one_that_takes_none_is_not_asked_for_ever(self) -> None:
        def serve(peer: Peer) -> None:
            peer.say(b"220 hostile.test\r\n")
            peer.serve({b"MAIL": b"421 4.3.2 enough\r\n"})

        with hostile(serve) as url:
            run = fill(url, "--users", self.users("a"), "-n", 10, "--to", "r@example.org")
        self.assert_adds_up(run)
        self.assertEqual((run.messages["stored"], run.report["connections"]["opened"]), (0, 1))
        self.assertEqual(run.report["errors"], {"service-closing": run.messages["failed"]})
        self.assertGreater(run.messages["failed"], 0)


class WhatIsThere(FillTest):
    """What is said of a mailbox is what the server has answered."""

    def fill(self, answers: dict[bytes, str], *options: object) -> tuple[Filled, list[bytes]]:
        heard = []

        def answer(tag: str, command: bytes) -> bytes:
            verb = command.split()[0]
            heard.append(verb)
            return answers.get(verb, "{tag} OK done\r\n").format(tag=tag).encode()

        with hostile(imap_server(answer)) as url:
            run = fill(url.replace("smtp", "imap"), "--users", self.users("a"), "-n", 3, *options)
        self.assert_adds_up(run)
        return run, heard

    def test_removed_is_what_close_has_expunged(self) -> None:
        seven = {b"SELECT": "* 7 EXISTS\r\n{tag} OK done\r\n"}
        run, _ = self.fill(seven, "--existing", "replace")
        self.assertEqual((run.messages["removed"], run.messages["stored"]), (7, 3))
        self.assertIn("removed    7 messages", run.out)
        for verb in (b"STORE", b"CLOSE"):
            with self.subTest(verb=verb):
                run, heard = self.fill(seven | {verb: "{tag} NO never\r\n"}, "--existing", "replace")
                self.assertEqual((run.messages["removed"], run.messages["stored"]), (0, 0))
                self.assertNotIn("removed", run.out)
                self.assertNotIn(b"APPEND", heard)

    def test_a_mailbox_of_which_nothing_is_said_is_left_as_it_is(self) -> None:
        for existing in ("refuse", "replace"):
            with self.subTest(existing=existing):
                run, heard = self.fill({}, "--existing", existing)
                self.assertEqual((run.report["errors"], run.messages["stored"]), ({"mailbox-size-unknown": 1}, 0))
                self.assertFalse({b"APPEND", b"STORE", b"CLOSE"} & set(heard))
        run, _ = self.fill({b"EXAMINE": "* 0 EXISTS\r\n{tag} OK done\r\n"})
        self.assert_filled(run)


class Interrupted(FillTest):
    """Ctrl-C, while nothing is in flight that an end would have to wait for."""

    def interrupted(self, url: str, *options: object) -> Filled:
        with tempfile.TemporaryDirectory() as directory:
            file = Path(directory) / "result.json"
            run = subprocess.Popen([program(), "fill", url, "--users", self.users("a"), "--timeout", "300s", "--json",
                                    str(file), *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            time.sleep(1)
            run.send_signal(signal.SIGINT)
            out, err = run.communicate(timeout=60)
            done = Filled(run.returncode, json.loads(file.read_text()), out, err)
        self.assert_adds_up(done)
        self.assertEqual((done.report["errors"], done.report["mailboxes"]["unfinished"]), ({}, 1))
        self.assertTrue(done.report["interrupted"])
        return done

    def test_in_the_handshake(self) -> None:
        for scheme in ("imaps", "smtps"):
            with self.subTest(scheme=scheme), hostile(Peer.sleep_until_gone) as url:
                self.interrupted(url.replace("smtp", scheme), "--insecure")

    def test_while_connecting(self) -> None:
        with socket.create_server(("127.0.0.1", 0), backlog=0) as full, contextlib.ExitStack() as stack:
            for _ in range(8):  # more than it queues: the kernel drops what comes from here on
                one = stack.enter_context(socket.socket())
                one.setblocking(False)
                one.connect_ex(full.getsockname())
            done = self.interrupted(f"imap://127.0.0.1:{full.getsockname()[1]}")
            self.assertEqual(done.report["connections"]["opened"], 0)


class Envelopes(FillTest):
    """{user} and {n} in addresses: what a user is called cannot change the command."""

    def paths(self, *options: object, **names: str) -> tuple[Filled, list[str]]:
        """The commands MAIL and RCPT that a server has heard."""
        heard = []

        def serve(peer: Peer) -> None:
            peer.say(b"220 hostile.test\r\n")
            while line := peer.hear_as_it_is():
                verb = line[:4].upper()
                heard.extend([line.decode()] if verb in (b"MAIL", b"RCPT") else [])
                peer.say({b"EHLO": b"250-hostile.test\r\n250 SMTPUTF8\r\n" if names.get("utf8") else
                          b"250 hostile.test\r\n", b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}.get(
                    verb, b"250 ok\r\n"))
                if verb == b"DATA":
                    peer.hear_message()
                    peer.say(b"250 ok\r\n")
                if verb == b"QUIT":
                    return

        with hostile(serve) as url:
            run = fill(url, "-n", 2, "-p", 1, *options)
        return run, heard

    def test_names_and_numbers_are_filled_in_once(self) -> None:
        run, heard = self.paths("--users", self.users("b{n}c"), "--to", "{user}@x", "--from", "s{n}.{user}@x")
        self.assert_filled(run)
        self.assertEqual(heard, ["MAIL FROM:<s0.b{n}c@x>", "RCPT TO:<b{n}c@x>", "MAIL FROM:<s1.b{n}c@x>",
                                 "RCPT TO:<b{n}c@x>"])

    def test_names_that_would_end_the_path_are_refused(self) -> None:
        for name in ("a>b", "<a", "a>"):
            for option in (("--from", "{user}", "--to", "r@x"), ("--to", "{user}")):
                with self.subTest(name=name, option=option):
                    run = fill("smtp://127.0.0.1:1", "--users", self.users(name), *option)
                    self.assertEqual((run.code, run.report), (2, {}), run.err)
        spaced = fill("smtp://127.0.0.1:1", "--user", "a b>c", "--from", "{user}", "--to", "r@x")
        self.assertEqual(spaced.code, 2)
        self.assertIn("cannot stand in an address", spaced.err)

    def test_octets_beyond_ascii_need_smtputf8(self) -> None:
        for option in (("--from", "ü@x", "--to", "r@x"), ("--to", "ü@x"), ("--from", "{user}@x", "--to", "r@x")):
            with self.subTest(option=option):
                users = self.users("ü")
                run, heard = self.paths("--users", users, *option)
                self.assert_adds_up(run)
                self.assertEqual((run.report["errors"], heard), ({"smtputf8-missing": 1}, []))
                run, heard = self.paths("--users", users, *option, utf8="offered")
                self.assert_filled(run)
                self.assertTrue(heard[0].endswith(" SMTPUTF8"), heard)

    def test_a_number_would_fill_other_mailboxes(self) -> None:
        run = fill("smtp://127.0.0.1:1", "--users", self.users("a"), "--to", "{n}@x")
        self.assertEqual(run.code, 2)
        self.assertIn("--to {n}@x: {n} would deliver each message to another mailbox", run.err)

    def test_nobody_who_does_not_log_in_needs_a_password(self) -> None:
        for auth in ((), ("--auth", "none")):
            run, heard = self.paths("--user", "a", "--to", "{user}@x", *auth)
            self.assert_filled(run)
            self.assertEqual(heard[1], "RCPT TO:<a@x>")


class Options(FillTest):
    def test_a_mailbox_is_filled_once(self) -> None:
        for existing in ("refuse", "replace", "add"):
            run = fill("imap://127.0.0.1:1", "--users", self.users("a", "dup", "b", "dup"), "--existing", existing)
            self.assertEqual((run.code, run.report), (2, {}), run.err)
            self.assertIn("--users: `dup` comes twice, and each mailbox is filled once", run.err)
        # Of a delivery each line has its messages.
        server = self.enterContext(Builtin("smtp://127.0.0.1:0"))
        self.assert_filled(fill(server.url, "--users", self.users("dup", "dup"), "-n", 5, "--to", "{user}@x"))
        self.assertEqual(server.messages(), 10)

    def test_sizes_that_no_message_has_are_refused(self) -> None:
        for sizes in ("100", "319", "100..1000", "100:50%,1000:50%"):
            run = fill("imap://127.0.0.1:1", "--users", self.users("a"), "--sizes", sizes)
            self.assertEqual(run.code, 2)
            self.assertIn(f"--sizes {sizes}: expected octets, from 320 to 33554432", run.err)

    def test_a_url_that_is_not_utf_8(self) -> None:
        """The file is JSON all the same, which `fill` here has read."""
        run = fill(os.fsdecode(b"imap+unix:/none\xff"), "--users", self.users("a"))
        self.assert_adds_up(run)
        self.assertEqual(run.report["target"]["url"], "imap+unix:/none\u00ff")


if __name__ == "__main__":
    unittest.main()
