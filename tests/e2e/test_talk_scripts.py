# SPDX-License-Identifier: Apache-2.0 OR MIT
"""`backtalk talk --script`: the conversations in scripts/ against built-in, real and hostile servers."""

import socket
import subprocess
import tempfile
import unittest
from pathlib import Path

from load import load
from real_servers import RealServers as StartedServers
from real_servers import start_for_module
from servers.apache import Apache
from servers.builtin import Builtin, program
from servers.courier import Courier
from servers.dovecot import Dovecot
from servers.exim import Exim
from servers.hostile import Peer, hostile
from servers.nginx import Nginx
from servers.postfix import Postfix
from servers.server import Server
from seed_conversations import FILE as SEEDS
from side_by_side import SideBySide
from test_talk import SAID, Talk, recorder, talk

SCRIPTS = Path(__file__).resolve().parent / "scripts"
SCHEMES = ("smtp", "smtps", "lmtp", "pop3", "pop3s", "imap", "imaps", "http", "https")


def setUpModule() -> None:
    start_for_module((Postfix, Exim, Dovecot, Courier, Nginx, Apache))


def play(url: str, script: Path, *options: object) -> Talk:
    return talk(url, "", "--script", script, *options)


class ScriptTest(SideBySide):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="backtalk-talk-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def script(self, *lines: str, name: str = "script.txt") -> Path:
        file = self.folder / name
        file.write_text("".join(f"{line}\n" for line in lines))
        return file

    def assert_played(self, talked: Talk) -> None:
        self.assertEqual((talked.code, talked.err), (0, ""), talked.out)

    def assert_failed(self, talked: Talk, *said: str) -> None:
        self.assertEqual(talked.code, 1, talked.out + talked.err)
        for one in said:
            self.assertIn(one, talked.err)


class BuiltinServers(ScriptTest):
    def setUp(self) -> None:
        super().setUp()
        self.trusted = self.folder / "trusted.pem"
        urls = [f"{scheme}://127.0.0.1:0" for scheme in SCHEMES]
        self.server = Builtin(urls[0], *urls[1:], "--save-cert", str(self.trusted), "--messages", "10", "--message-size", "400",
                              listens=len(urls))
        self.enterContext(self.server)

    def tls(self, scheme: str) -> tuple[object, ...]:
        return ("--cafile", self.trusted) if scheme.endswith("s") else ()

    def test_the_seed_conversations(self) -> None:
        """Those of the URL's protocol, in clear text and over TLS."""
        def check(scheme: str) -> None:
            talked = play(self.server.url_of(scheme), SEEDS, *self.tls(scheme))
            self.assert_played(talked)
            titles = [line for line in talked.lines if line.startswith("== ")]
            self.assertEqual(titles, wanted[scheme.removesuffix("s")], talked.out)

        wanted = {"smtp": ["== SMTP =="], "pop3": ["== POP3 (over TLS) =="], "imap": ["== IMAP4rev1 =="],
                  "http": ["== HTTP/1.0 ==", "== HTTP/1.1, one request ==", "== HTTP/1.1, connection kept =="]}
        self.side_by_side(check, [scheme for scheme in SCHEMES if scheme != "lmtp"])

    def test_only_one_of_them(self) -> None:
        talked = play(self.server.url_of("http"), SEEDS, "--only", "HTTP/1.1, one request")
        self.assert_played(talked)
        self.assertNotIn("HTTP/1.0", talked.out)
        refused = play(self.server.url_of("http"), SEEDS, "--only", "HTTP/2")
        self.assertEqual(refused.code, 2)
        self.assertIn("there is no conversation `== HTTP/2 ==`", refused.err)

    def test_a_transcript_replays(self) -> None:
        """What talk has recorded talk plays, and records the same again."""
        def check(case: tuple[str, tuple[str, ...], tuple[object, ...]]) -> None:
            scheme, said, options = case
            url = self.server.url_of(scheme)
            name = f"{scheme}-{abs(hash(case[1:]))}"
            first, second = self.folder / f"{name}.txt", self.folder / f"{name}-again.txt"
            recorded = talk(url, said, "--transcript", first, *self.tls(scheme), *options)
            self.assertEqual(recorded.code, 0, recorded.err)
            again = play(url, first, "--user", "u1", "--password", "quokka-9", "--transcript", second, *self.tls(scheme),
                         *(option for option in options if option != "--pipeline"))
            self.assert_played(again)
            self.assertNotIn("quokka", again.out)
            said_by_client = [[line for line in file.read_text().splitlines() if line.startswith("C: ")]
                              for file in (first, second)]
            self.assertEqual(*said_by_client)

        braces = ("a LOGIN u1 quokka-9", "b APPEND INBOX {11}", "{n} {{ }} {", "c LOGOUT")
        chunks = ("EHLO me", "MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>", "BDAT 4", "Hi", "BDAT 7 LAST", "you {", "QUIT")
        auth = {"smtp": ("EHLO me", "AUTH PLAIN", "AHUxAHF1b2trYS05", "QUIT"),
                "pop3": ("AUTH LOGIN", "dTE=", "cXVva2thLTk=", "STAT", "QUIT"),
                "imap": ("a AUTHENTICATE PLAIN", "AHUxAHF1b2trYS05", "b LOGIN u1 quokka-9", "c LOGOUT")}
        cases = [(scheme, SAID[scheme.removesuffix("s")], options) for scheme in SCHEMES for options in ((), ("--pipeline",))]
        cases += [(scheme, SAID[scheme], ("--starttls", "--cafile", self.trusted)) for scheme in ("smtp", "lmtp", "pop3", "imap")]
        cases += [(scheme, said, ()) for scheme, said in auth.items()]
        cases += [("imap", braces, ()), ("smtp", chunks, ()), ("smtp", chunks, ("--pipeline",)),
                  ("smtp", ("EHLO me", "STARTTLS", "EHLO me", "QUIT"), ("--cafile", self.trusted)),
                  ("imap", ("a LOGIN {2}", "u1 {8}", "quokka-9", "b SELECT INBOX", "c IDLE", "DONE", "d LOGOUT"), ())]
        self.side_by_side(check, cases)

    def test_one_file_goes_through_all(self) -> None:
        """Recorded, played, as load, parsed, and made a seed for fuzzing."""
        url, file = self.server.url_of("pop3"), self.folder / "all.txt"
        self.assertEqual(talk(url, SAID["pop3"], "--transcript", file).code, 0)
        self.assert_played(play(url, file, "--password", "quokka-9"))
        run = load(url, "--script", file, "--user", "u1", "--password", "quokka-9", "-n", 5, "-c", 1)
        self.assertEqual((run.code, run.transactions["completed"]), (0, 5), run.err)
        parsed = subprocess.run([program(), "parse", "pop3", file], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual((parsed.returncode, parsed.stdout.count("response")), (0, 8), parsed.stderr)
        seeds = subprocess.run([program(), "seeds", file, "--out", self.folder / "seeds"], capture_output=True, timeout=60,
                               check=False)
        self.assertEqual(seeds.returncode, 0, seeds.stderr)
        self.assertTrue(list((self.folder / "seeds/pop3_response").iterdir()))

    def test_exactly(self) -> None:
        """The same server says the same again; another text is a failure at its line."""
        said = ("EHLO me", "MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>", "DATA", "Hi", ".", "QUIT")
        file = self.folder / "exact.txt"
        talk(self.server.url_of("smtp"), said, "--transcript", file)
        self.assert_played(play(self.server.url_of("smtp"), file, "--exact"))
        file.write_text(file.read_text().replace("S: 250-SIZE 52428800", "S: 250-SIZE 1"))
        self.assert_played(play(self.server.url_of("smtp"), file))
        self.assert_failed(play(self.server.url_of("smtp"), file, "--exact"),
                           f'{file}:7:4: expected "250-SIZE 1", the server said "250-SIZE 52428800" at offset')

    def test_the_scripts_that_come_with_the_program(self) -> None:
        def check(case: tuple[str, str]) -> None:
            self.assert_played(play(self.server.url_of(case[0]), Path(case[1]), "--user", "u1", "--password", "x"))

        self.side_by_side(check, [("pop3", "poll"), ("pop3", "headers"), ("imap", "read"), ("imap", "append"), ("imap", "idle"),
                                  ("imap", "imap/headers"), ("smtp", "send"), ("smtp", "noop"), ("smtp", "verify"), ("lmtp", "send"),
                                  ("http", "get")])

    def test_a_path_is_what_the_script_asks_for(self) -> None:
        url = self.server.url_of("http")
        talked = play(f"{url}/20?x", Path("get"))
        self.assert_played(talked)
        self.assertEqual(talked.lines[:2], ["C: GET /20?x HTTP/1.1", f"C: Host: {url.removeprefix('http://')}"])
        refused = play(f"{url}/20?x", self.script("C: GET /2 HTTP/1.1", "C: Host: x", "C:", "S: HTTP/1.1 200"))
        self.assertEqual(refused.code, 2)
        self.assertIn("the path has no effect with this script", refused.err)

    def test_a_slip_is_refused_before_anything_is_said(self) -> None:
        def refused(scheme: str, said: str, *lines: str) -> None:
            talked = play(self.server.url_of(scheme), self.script(*lines, name=f"{scheme}.txt"))
            self.assertEqual((talked.code, talked.out), (2, ""), talked.err)
            self.assertIn(said, talked.err)

        refused("smtp", "smtp.txt:4:4: the message comes before this", "C: DATA", "S: 354", "C: Hi", "S: 250", "C: QUIT", "S: 221")
        refused("http", "http.txt:3:4: the body has 5 octets, not 9", "C: POST / HTTP/1.1", "C: Host: x",
                "C: Content-Length: 9", "C:", "C: Hello", "S: HTTP/1.1 200")

    def test_without_a_user_nothing_logs_in(self) -> None:
        for scheme, options, hint in (("imap", (), True), ("imap", ("--user", "u1", "--password", "x"), False)):
            talked = play(self.server.url_of(scheme), self.script("== pass", "C: a EXAMINE nowhere", "S: a OK"), *options)
            self.assert_failed(talked, "the server said")
            self.assertEqual("without --user nothing logs in before the sections" in talked.err, hint, talked.err)

    def test_what_a_script_needs_is_known_before_connecting(self) -> None:
        def check(case: tuple[str, tuple[str, ...], tuple[str, ...], str]) -> None:
            protocol, lines, options, wanted = case
            file = self.script(*lines, name=f"{abs(hash(case))}.txt")
            talked = play(f"{protocol}://127.0.0.1:1", file, *options)
            self.assertEqual(talked.code, 2, talked.out)
            self.assertIn(wanted, talked.err)

        self.side_by_side(check, [
            ("pop3", ("S: +OK", "C: USER a", "S: +OK", "C: PASS ***", "S: +OK"), (), ":4: a password is needed here: --password"),
            ("smtp", ("C: AUTH PLAIN ***", "S: 235"), ("--password", "x"), ":1: a user is needed here: --user"),
            ("smtp", ("C: AUTH MAGIC ***", "S: 235"), ("--user", "a", "--password", "x"), "a response of MAGIC is `***` here"),
            ("imap", ("C: a NOOP", "S: b OK"), (), ":2:4: no `C:` line with the tag `b` waits for an answer"),
            ("smtp", ("C: NOOP {what}",), (), ":1:9: `{what}` is no placeholder"),
            ("http", ("nothing",), (), ":1:1: expected `C:`, `S:`"),
        ])

    def test_options_without_a_script_are_refused(self) -> None:
        for option in (("--exact",), ("--only", "x"), ("--user", "x"), ("--password", "x")):
            talked = talk(self.server.url_of("smtp"), "", *option)
            self.assertEqual(talked.code, 2)
            self.assertIn(f"{option[0]} has no effect without --script", talked.err)


class RealServers(StartedServers, ScriptTest):
    def check(self, kind: type[Server], protocol: str, script: str, *options: object) -> Talk:
        server = self.server(kind)
        talked = play(f"{protocol}://127.0.0.1:{server.port(protocol)}", SCRIPTS / script, *options)
        self.assert_played(talked)
        return talked

    def test_postfix(self) -> None:
        self.check(Postfix, "smtp", "postfix.txt")

    def test_exim(self) -> None:
        self.check(Exim, "smtp", "exim.txt")

    def test_dovecot(self) -> None:
        for protocol in ("pop3", "imap"):
            for tls in ((), ("--starttls", "--insecure")):
                with self.subTest(protocol, tls=tls):
                    self.check(Dovecot, protocol, f"{protocol}.txt", "--password", "pass", *tls)

    def test_dovecot_over_tls(self) -> None:
        for protocol in ("pop3", "imap"):
            with self.subTest(protocol):
                self.check(Dovecot, f"{protocol}s", f"{protocol}.txt", "--password", "pass", "--insecure")

    def test_logins(self) -> None:
        """Each mechanism, with a password that is nowhere to be seen."""
        users = self.folder / "users"
        users.write_text("u1 pass\n")
        for protocol, tls in (("pop3", ()), ("imap", ()), ("imap", ("--starttls", "--insecure"))):
            with self.subTest(protocol, tls=tls):
                talked = self.check(Dovecot, protocol, f"{protocol}-logins.txt", "--users", users, *tls)
                self.assertNotIn("pass\n", talked.out)
                self.assertIn("C: USER u1\nS: +OK\nC: PASS ***" if protocol == "pop3" else "C: a LOGIN u1 ***", talked.out)

    def test_a_protected_page(self) -> None:
        talked = self.check(Nginx, "http", "private.txt", "--user", "ann", "--password", "pass")
        self.assertIn("C: Authorization: Basic ***", talked.out)

    def test_courier(self) -> None:
        for protocol, script in (("pop3", "pop3.txt"), ("imap", "courier-imap.txt")):
            with self.subTest(protocol):
                self.check(Courier, protocol, script, "--password", "pass")

    def test_nginx_and_apache(self) -> None:
        for kind in (Nginx, Apache):
            with self.subTest(kind.name):
                self.check(kind, "http", "web.txt")


class HostileServers(ScriptTest):
    def test_another_code_ends_it(self) -> None:
        """The sentence has the line of the script, both texts and the offset; the rest is not said, but a goodbye is."""
        script = self.script("S: 220", "C: NOOP", "S: 250 ok", "C: MAIL FROM:<a@b>", "S: 250", "C: RCPT TO:<c@d>", "S: 250")
        with recorder({b"MAIL FROM:<a@b>": b"550 5.7.1 no\r\n"}) as (url, heard):
            talked = play(url, script)
        self.assert_failed(talked, f'{script}:5:4: expected "250", the server said "550 5.7.1 no" at offset 16 of what it sent')
        self.assertEqual(heard, [b"NOOP\r\n", b"MAIL FROM:<a@b>\r\n", b"QUIT\r\n"])

    def test_lines_without_answers_between_them_leave_in_one_segment(self) -> None:
        script = self.script("S: 220", "C: NOOP", "C: RSET", "C: VRFY x", "S: 250", "S: 250", "S: *", "C: QUIT", "S: 221")
        pieces: list[bytes] = []

        def takes(peer: Peer) -> None:
            peer.say(b"220 hi\r\n")
            pieces.append(peer._connection.recv(4096))
            peer.say(b"250 ok\r\n250 ok\r\n")
            peer._connection.settimeout(0.3)
            try:
                pieces.append(peer._connection.recv(4096))
            except TimeoutError:
                pieces.append(b"")
            peer._connection.settimeout(60)
            peer.say(b"252 perhaps\r\n")
            pieces.append(peer._connection.recv(4096))
            peer.say(b"221 bye\r\n")

        with hostile(takes) as url:
            self.assert_played(play(url, script))
        self.assertEqual(pieces, [b"NOOP\r\nRSET\r\nVRFY x\r\n", b"", b"QUIT\r\n"])

    def test_a_server_that_does_not_say_it(self) -> None:
        script = self.script("S: 220", "C: NOOP", "S: 250 ok")
        with hostile(lambda peer: (peer.say(b"220 hi\r\n"), peer.sleep_until_gone())) as url:
            talked = play(url, script, "--timeout", "300ms")
        self.assert_failed(talked, f'{script}:3:4: expected "250", and no answer within 300ms (1 command unanswered)')
        with hostile(lambda peer: (peer.say(b"220 hi\r\n"), peer.hear())) as url:
            talked = play(url, script)
        self.assert_failed(talked, f'{script}:3:4: expected "250", and ')

    def test_an_answer_that_nothing_asks_for(self) -> None:
        """An S: line too many is waited for, and not longer than --timeout."""
        script = self.script("S: 220", "S: 220")
        with hostile(lambda peer: (peer.say(b"220 hi\r\n"), peer.sleep_until_gone())) as url:
            talked = play(url, script, "--timeout", "300ms")
        self.assert_failed(talked, f'{script}:2:4: expected "220", and no answer within 300ms')

    def test_a_wait_is_no_timeout(self) -> None:
        script = self.script("S: 220", "wait 700ms", "C: NOOP", "S: 250")
        with recorder({}) as (url, heard):
            self.assert_played(play(url, script, "--timeout", "300ms"))
        self.assertEqual(heard, [b"NOOP\r\n"])

    def test_a_failure_does_not_end_the_other_conversations(self) -> None:
        script = self.script("== first ==", "S: 220", "C: NOOP", "S: 550", "== second ==", "S: 220", "C: RSET", "S: 250")
        heard: list[bytes] = []

        def behave(peer: Peer) -> None:
            peer.say(b"220 hi\r\n")
            for line in iter(peer._lines.readline, b""):
                heard.append(line)
                peer.say(b"250 ok\r\n")

        with hostile(behave) as url:
            talked = play(url, script)
        self.assert_failed(talked, f'{script}:4:4: expected "550", the server said "250 ok"')
        self.assertIn("== second ==", talked.out)


class NoConnection(ScriptTest):
    def test_why_in_a_sentence(self) -> None:
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            talked = talk(f"smtp://127.0.0.1:{unused.getsockname()[1]}", ("QUIT",))
        self.assertEqual(talked.code, 2)
        self.assertIn("cannot connect: connection refused: is the server running, and is the port right? (connect-refused)",
                      talked.err)

    def test_a_server_of_another_protocol(self) -> None:
        with hostile(lambda peer: peer.say(b"* OK IMAP4rev1 ready\r\n")) as url:
            talked = talk(url, ("QUIT",))
        self.assertEqual(talked.code, 1)
        self.assertIn("; this looks like an IMAP server: are the scheme and the port right?", talked.err)


if __name__ == "__main__":
    unittest.main()
