# SPDX-License-Identifier: Apache-2.0 OR MIT
"""`backtalk talk` by a pipe, against built-in, real and hostile servers."""

import base64
import contextlib
import os
import pty
import subprocess
import tempfile
import unittest
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from load import load
from servers.builtin import Builtin, program
from servers.dovecot import Dovecot
from servers.hostile import Peer, hostile
from servers.network import free_port
from servers.postfix import Postfix
from side_by_side import SideBySide

SCHEMES = ("smtp", "smtps", "lmtp", "pop3", "pop3s", "imap", "imaps", "http", "https")
# What is said to each, and some of what comes back.
SAID = {
    "smtp": ("EHLO me", "MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>", "DATA", "Subject: x", "", "Hi", ".", "QUIT"),
    "lmtp": ("LHLO me", "MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>", "RCPT TO:<e@f.test>", "DATA", "", "Hi", ".", "QUIT"),
    "pop3": ("USER u1", "PASS quokka-9", "STAT", "LIST", "TOP 1 0", "RETR 1", "QUIT"),
    "imap": ("a CAPABILITY", "b LOGIN u1 quokka-9", "c SELECT INBOX", "d FETCH 1 (FLAGS BODY[])", "e APPEND INBOX {15}",
             "Subject: x", "", "Z", "f IDLE", "DONE", "g LOGOUT"),
    "http": ("GET /100 HTTP/1.1", "Host: a", "", "HEAD /100 HTTP/1.1", "Host: a", "", "POST /5 HTTP/1.1", "Host: a",
             "Content-Length: 5", "", "Hello", "GET /chunked/300 HTTP/1.1", "Host: a", "Connection: close", ""),
}
LAST = {"smtp": "S: 221 ", "lmtp": "S: 221 ", "pop3": "S: +OK", "imap": "S: g OK", "http": "S: "}


@dataclass
class Talk:
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


def talk(url: str, said: tuple[str, ...] | str, *options: object, limit_s: float = 120) -> Talk:
    text = said if isinstance(said, str) else "".join(f"{line}\n" for line in said)
    done = subprocess.run([program(), "talk", url, *map(str, options)], input=text.encode(), capture_output=True,
                          timeout=limit_s, check=False)
    return Talk(done.returncode, done.stdout.decode(), done.stderr.decode())


@contextlib.contextmanager
def recorder(answers: dict[bytes, bytes], greeting: bytes = b"220 hi\r\n") -> Iterator[tuple[str, list[bytes]]]:
    """A server that notes the lines it hears, and answers some."""
    heard: list[bytes] = []

    def behave(peer: Peer) -> None:
        peer.say(greeting)
        for line in iter(peer._lines.readline, b""):
            heard.append(line)
            peer.say(answers.get(line.rstrip(b"\r\n"), b"250 ok\r\n"))

    with hostile(behave) as url:
        yield url, heard


class TalkTest(SideBySide):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="backtalk-talk-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.trusted = self.folder / "trusted.pem"

    def assert_said(self, talked: Talk, said: tuple[str, ...], hidden: tuple[str, ...] = ("quokka-9",)) -> None:
        """Everything was said and answered, and every line is shown in its order."""
        self.assertEqual((talked.code, talked.err), (0, ""), talked.out)
        shown = [line for line in said]
        for secret in hidden:
            shown = [line.replace(secret, "***") for line in shown]
        self.assertEqual([line[3:] for line in talked.lines if line.startswith("C: ")], shown)
        self.assertTrue(all(line[:3] in ("C: ", "S: ") or line[:2] == "# " for line in talked.lines), talked.out)


class BuiltinServers(TalkTest):
    def setUp(self) -> None:
        super().setUp()
        urls = [f"{scheme}://127.0.0.1:0" for scheme in SCHEMES]
        self.server = Builtin(urls[0], *urls[1:], "--save-cert", str(self.trusted), "--message-size", "400",
                              listens=len(urls))
        self.enterContext(self.server)

    def test_every_scheme_by_a_pipe(self) -> None:
        def check(case: tuple[str, tuple]) -> None:
            scheme, options = case
            said = SAID[scheme.removesuffix("s")]
            tls = ("--cafile", self.trusted) if scheme.endswith("s") else ()
            talked = talk(self.server.url_of(scheme), said, *tls, *options)
            self.assert_said(talked, said)
            last = [line for line in talked.lines if not line.startswith("#")][-1]
            self.assertTrue(last.startswith(LAST[scheme.removesuffix("s")]), talked.out)
            self.assertEqual(any("TLSv1" in line for line in talked.lines), bool(tls))

        self.side_by_side(check, [(scheme, options) for scheme in SCHEMES
                                  for options in ((), ("--pipeline",), ("--explain",))])

    def test_starttls_comes_before_the_first_line(self) -> None:
        def check(scheme: str) -> None:
            said = SAID[scheme]
            talked = talk(self.server.url_of(scheme), said, "--starttls", "--cafile", self.trusted)
            self.assert_said(talked, said)
            self.assertTrue(any(line.startswith("# TLSv1") and line.endswith("is verified") for line in talked.lines))
            self.assertTrue(any(line.startswith("# C: ") and line.endswith(("STARTTLS", "STLS"))
                                for line in talked.lines), talked.out)

        self.side_by_side(check, ("smtp", "lmtp", "pop3", "imap"))

    def test_starttls_may_be_typed(self) -> None:
        said = ("EHLO me", "STARTTLS", "EHLO me", "QUIT")
        talked = talk(self.server.url_of("smtp"), said, "--starttls", "--cafile", self.trusted)
        self.assertEqual(talked.code, 0, talked.out + talked.err)  # it is TLS already: the server refuses another
        self.assertIn("\nC: STARTTLS\nS: 5", talked.out)
        talked = talk(self.server.url_of("smtp"), said, "--cafile", self.trusted)
        self.assert_said(talked, said)
        self.assertIn("\nC: STARTTLS\nS: 220 ", talked.out)
        self.assertIn("the certificate is verified\nC: EHLO me\n", talked.out)
        talked = talk(self.server.url_of("smtp"), said)
        self.assertEqual(talked.code, 1, talked.out)
        self.assertIn("tls-issuer", talked.err)

    def test_certificates_are_verified(self) -> None:
        def check(case: tuple) -> None:
            scheme, options, code, said = case
            talked = talk(self.server.url_of(scheme), ("QUIT",) if scheme != "https" else (), *options)
            self.assertEqual(talked.code, code, talked.out + talked.err)
            self.assertIn(said, talked.out + talked.err)

        self.side_by_side(check, [
            ("smtps", (), 2, "tls-issuer"), ("imap", ("--starttls",), 2, "tls-issuer"), ("https", (), 2, "tls-issuer"),
            ("pop3s", ("--cafile", self.trusted, "--sni", "elsewhere.example"), 2, "tls-name"),
            ("smtps", ("--insecure",), 0, "the certificate is NOT verified"),
            ("smtps", ("--cafile", self.trusted), 0, "the certificate is verified"),
        ])

    def test_a_transcript_has_what_was_said_and_no_secret(self) -> None:
        for scheme in ("pop3", "imap"):
            with self.subTest(scheme):
                file = self.folder / f"{scheme}.txt"
                talked = talk(self.server.url_of(scheme), SAID[scheme], "--transcript", file, "--explain")
                self.assert_said(talked, SAID[scheme])
                text = file.read_text()
                self.assertEqual(text.splitlines(), [line for line in talked.lines if not line.startswith("# ")])
                self.assertNotIn("quokka", text)
                run = load(self.server.url_of(scheme), "--script", file, "--user", "u1", "--password", "quokka-9", "-n", 5,
                           "-c", 1)
                self.assertEqual((run.code, run.transactions["completed"]), (0, 5), run.err)

    def test_starttls_is_not_in_a_transcript(self) -> None:
        file = self.folder / "transcript.txt"
        talk(self.server.url_of("pop3"), SAID["pop3"], "--transcript", file, "--starttls", "--insecure")
        self.assertNotIn("STLS", file.read_text())
        self.assertTrue(file.read_text().startswith("S: +OK"))

    def test_lines_may_end_with_crlf_and_the_last_needs_no_end(self) -> None:
        talked = talk(self.server.url_of("smtp"), "NOOP\r\nQUIT")
        self.assert_said(talked, ("NOOP", "QUIT"))

    def test_without_lines_the_greeting_is_shown(self) -> None:
        talked = talk(self.server.url_of("imap"), "")
        self.assertEqual((talked.code, len(talked.lines)), (0, 1), talked.err)
        self.assertTrue(talked.out.startswith("S: * OK"))

    def test_input_that_ends_inside_something(self) -> None:
        def check(case: tuple[str, tuple[str, ...]]) -> None:
            talked = talk(self.server.url_of(case[0]), case[1])
            self.assertEqual(talked.code, 1, talked.out)
            self.assertIn("the input ends in the middle of ", talked.err)

        self.side_by_side(check, [("smtp", (*SAID["smtp"][:4], "Subject: no dot")), ("http", ("GET / HTTP/1.1",)),
                                  ("imap", (*SAID["imap"][:4], "e APPEND INBOX {99}", "short"))])


class RealServers(TalkTest):
    @unittest.skipIf(Dovecot.why_not(), Dovecot.why_not())
    def test_dovecot(self) -> None:
        with Dovecot() as dovecot:
            authority = dovecot.directory / "cert.pem"
            secret = base64.b64encode(b"\0u1\0pass").decode()
            said = {
                "pop3": ("CAPA", "USER u1", "PASS pass", "STAT", "LIST", "UIDL", "NOPE", "QUIT"),
                "imap": ("1 CAPABILITY", "2 LOGIN u1 {4}", "pass", "3 SELECT INBOX", "4 FETCH 1:* (FLAGS ENVELOPE)",
                         "5 APPEND INBOX {15+}", "Subject: x", "", "Z", "6 NOPE", "7 LOGOUT"),
            }
            login = {"pop3": ("AUTH PLAIN", secret, "STAT", "QUIT"),
                     "imap": ("1 AUTHENTICATE PLAIN", secret, "2 NOOP", "3 LOGOUT")}

            def check(case: tuple) -> None:
                protocol, lines, options = case
                talked = talk(f"{protocol}://127.0.0.1:{dovecot.port(protocol)}", lines, "--explain", *options)
                self.assertEqual(talked.code, 0, talked.out + talked.err)
                self.assertNotIn(secret, talked.out)
                self.assertEqual(sum(line.startswith("C: ") for line in talked.lines), len(lines), talked.out)
                self.assertIn("C: ***" if lines is login[protocol] or protocol == "imap" else "C: PASS ***", talked.out)

            tls = ("--starttls", "--insecure")
            self.assertTrue(authority.exists())
            self.side_by_side(check, [(protocol, lines[protocol], options) for protocol in ("pop3", "imap")
                                      for lines in (said, login) for options in ((), ("--pipeline",), tls)])

    @unittest.skipIf(Postfix.why_not(), Postfix.why_not())
    def test_postfix(self) -> None:
        message = ("MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>", "DATA", "Subject: x", "", "Hi", ".")
        said = ("EHLO me", *message, *message, "NOPE", "QUIT")
        with Postfix() as postfix:
            for options in ((), ("--pipeline",)):
                talked = talk(postfix.url, said, "--explain", *options)
                self.assert_said(talked, said)
                self.assertIn("# offers PIPELINING, ", talked.out)
            self.assertEqual(postfix.queued(), 4)


class HostileServers(TalkTest):
    def test_what_is_typed_reaches_the_server(self) -> None:
        """openssl s_client takes some of these for commands of its own."""
        said = ("QUIT", "RCPT TO:<x>", "B", "k", "R", "Q", "")
        with recorder({}) as (url, heard):
            talked = talk(url, said)
        self.assertEqual(talked.code, 0, talked.err)
        self.assertEqual(heard, [f"{line}\r\n".encode() for line in said])

    def test_a_server_that_never_answers(self) -> None:
        def check(case: tuple) -> None:
            greeting, said, wanted = case
            with hostile(lambda peer: (peer.say(greeting), peer.sleep_until_gone())) as url:
                talked = talk(url, said, "--timeout", "300ms")
            self.assertEqual(talked.code, 1, talked.out)
            self.assertIn(wanted, talked.err)

        self.side_by_side(check, [(b"", ("QUIT",), "no greeting within 300ms. Are the scheme and the port right, and"),
                                  (b"220 hi\r\n", ("NOOP",), "no answer within 300ms (1 command unanswered)"),
                                  (b"220-hi\r\n", (), "no answer within 300ms")])

    def test_another_protocol_is_named_at_once(self) -> None:
        def check(case: tuple[str, str]) -> None:
            scheme, other = case
            talked = talk(self.servers[other].replace(other, scheme, 1), ("a NOOP",))
            self.assertEqual(talked.code, 1, talked.out)
            self.assertIn(f"this looks like an {other.upper()} server: are the scheme and the port right?", talked.err)

        with Builtin("smtp://127.0.0.1:0", "imap://127.0.0.1:0", listens=2) as server:
            self.servers = {scheme: server.url_of(scheme) for scheme in ("smtp", "imap")}
            self.side_by_side(check, [("imap", "smtp"), ("smtp", "imap"), ("pop3", "imap"), ("pop3", "smtp")])

    def test_what_breaks_the_protocol_in_a_line_without_an_end(self) -> None:
        """Nothing is due, and the next line cannot go out."""
        cases = (("imap", b"* OK hi\r\n", 1, ("a NOOP", "b NOOP"), b"a OK x\r\n\0", "at offset 17"),
                 ("http", b"", 3, ("GET / HTTP/1.1", "Host: a", "", "GET / HTTP/1.1", "Host: a", ""),
                  b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nhi", "at offset 38"))

        def check(case: tuple) -> None:
            scheme, greeting, lines, said, answer, wanted = case

            def breaks(peer: Peer) -> None:
                peer.say(greeting)
                for _ in range(lines):
                    peer.hear()
                peer.say(answer)
                peer.hear()  # nothing, until the client has gone

            with hostile(breaks) as url:
                talked = talk(url.replace("smtp", scheme), said, "--timeout", "300ms")
            self.assertEqual(talked.code, 1, talked.out)
            self.assertIn(wanted, talked.err)

        self.side_by_side(check, cases)

    def test_a_transcript_in_which_a_server_says_a_placeholder(self) -> None:
        answers = {b"RETR 1": b"+OK\r\nif (a) {user:=1}\r\n{{b:=x} {c}\r\n.\r\n", b"QUIT": b"+OK\r\n"}
        file = self.folder / "transcript.txt"
        with recorder(answers, b"+OK hi\r\n") as (url, _):
            talked = talk(url.replace("smtp", "pop3"), ("RETR 1", "QUIT"), "--transcript", file)
        self.assertIn("S: if (a) {user:=1}\nS: {{b:=x} {c}\n", talked.out)
        self.assertIn("S: if (a) {{user:=1}\nS: {{{b:=x} {c}\n", file.read_text())
        with recorder(answers, b"+OK hi\r\n") as (url, _):
            played = talk(url.replace("smtp", "pop3"), (), "--script", file, "--exact")
        self.assertEqual((played.code, played.err), (0, ""))
        with Builtin("pop3://127.0.0.1:0", "--script", str(file)) as server:
            served = talk(server.url, (), "--script", file, "--exact")
        self.assertEqual((served.code, served.err), (0, ""))

    def test_a_slow_server_is_waited_for(self) -> None:
        with Builtin("smtp://127.0.0.1:0", "--fault", "delay=300ms") as server:
            talked = talk(server.url, ("EHLO x", "QUIT"))
        self.assert_said(talked, ("EHLO x", "QUIT"))

    def test_a_server_that_closes(self) -> None:
        def closes(peer: Peer) -> None:
            peer.say(b"220 hi\r\n")
            peer.hear()
            peer.say(b"250 ok\r\n")

        for said, wanted in ((("NOOP", "NOOP", "NOOP"), "the server closed the connection"),):
            with hostile(closes) as url:
                talked = talk(url, said)
            self.assertEqual(talked.code, 1, talked.out)
            self.assertTrue(wanted in talked.err or "lost" in talked.err, talked.err)

    def test_octets_behind_the_acceptance_of_tls(self) -> None:
        """In one segment with it, and behind it: never shown as what came over TLS."""
        for behind in (b"", b"later"):
            def injects(peer: Peer, behind: bytes = behind) -> None:
                peer.say(b"220 hi\r\n")
                peer.hear_until(b"EHLO")
                peer.say(b"250-me\r\n250 STARTTLS\r\n")
                peer.hear_until(b"STARTTLS")
                if behind:
                    peer.say(b"220 go\r\n")
                    peer._connection.recv(1)  # the handshake has begun
                    peer.say(b"250 injected\r\n")
                else:
                    peer.say(b"220 go\r\n250 injected\r\n")
                peer.sleep_until_gone()

            with self.subTest(behind), hostile(injects) as url:
                talked = talk(url, ("EHLO x", "QUIT"), "--starttls", "--insecure")
                self.assertEqual(talked.code, 1, talked.out)
                self.assertNotIn("injected", talked.out)
                self.assertIn("tls-bad-record" if behind else "starttls-injection", talked.err)

    def test_a_server_that_has_no_starttls(self) -> None:
        with recorder({b"STARTTLS": b"502 what?\r\n"}) as (url, heard):
            talked = talk(url, ("EHLO secret",), "--starttls", "--insecure")
        self.assertEqual(talked.code, 1, talked.out)
        self.assertIn("refuses to begin TLS", talked.err)
        self.assertEqual(heard, [b"EHLO localhost\r\n", b"STARTTLS\r\n"], "nothing of the user's went out")

    def test_a_stream_that_breaks_the_protocol(self) -> None:
        with hostile(lambda peer: peer.say(b"220 hi\nQUIT\r\n")) as url:
            talked = talk(url, ("QUIT",))
        self.assertEqual(talked.code, 1)
        self.assertIn("bare-lf at offset 6", talked.err)

    def test_what_a_server_says_does_not_reach_the_terminal_raw(self) -> None:
        with hostile(lambda peer: (peer.say("220 \x1b]0;owned\x07 grüße\r\n".encode()), peer.sleep_until_gone())) as url:
            talked = talk(url, ())
        self.assertNotIn("\x1b", talked.out)

    def test_lines_without_answers_between_them_leave_in_one_segment(self) -> None:
        """With --pipeline; without it the second waits for the answer to the first."""
        for options, wanted in ((("--pipeline",), b"NOOP\r\nRSET\r\n"), ((), b"NOOP\r\n")):
            pieces: list[bytes] = []

            def takes(peer: Peer, pieces: list[bytes] = pieces) -> None:
                peer.say(b"220 hi\r\n")
                pieces.append(peer._connection.recv(4096))
                peer.say(b"250 ok\r\n" * 2)
                peer.sleep_until_gone()

            with self.subTest(options), hostile(takes) as url:
                talk(url, ("NOOP", "RSET"), "--timeout", "5s", *options)
                self.assertEqual(pieces, [wanted])


class Terminal(TalkTest):
    def open(self, url: str) -> tuple[subprocess.Popen[bytes], int]:
        """A talk whose lines come from a terminal, and the other end of that."""
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        process = subprocess.Popen([program(), "talk", url], stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        os.close(theirs)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.kill)
        return process, ours

    def test_a_line_goes_out_when_it_is_typed(self) -> None:
        with Builtin("smtp://127.0.0.1:0") as server:
            process, terminal = self.open(server.url)
            self.assertTrue(process.stdout.readline().startswith(b"S: 220 "))
            for line, answer in (("NOOP", b"S: 250 "), ("NOPE", b"S: 502 "), ("QUIT", b"S: 221 ")):
                os.write(terminal, f"{line}\n".encode())
                self.assertEqual(process.stdout.readline(), f"C: {line}\n".encode())
                self.assertTrue(process.stdout.readline().startswith(answer))
            self.assertEqual(process.wait(60), 0, "it ends when the server does")

    def test_the_end_of_the_input_ends_it(self) -> None:
        with Builtin("imap://127.0.0.1:0") as server:
            process, terminal = self.open(server.url)
            self.assertTrue(process.stdout.readline().startswith(b"S: * OK"))
            os.write(terminal, b"\x04")
            self.assertEqual(process.wait(60), 0)

    def test_what_the_server_says_meanwhile_is_shown(self) -> None:
        with hostile(lambda peer: (peer.say(b"220 hi\r\n"), peer.hear(), peer.say(b"250 ok\r\n421 bye\r\n"))) as url:
            process, terminal = self.open(url)
            process.stdout.readline()
            os.write(terminal, b"NOOP\n")
            shown = process.stdout.read().decode()
            self.assertEqual(shown, "C: NOOP\nS: 250 ok\nS: 421 bye\n# warning: nothing asked for this reply\n")
            self.assertEqual(process.wait(60), 0)


class Usage(TalkTest):
    def test_mistakes(self) -> None:
        cases = {
            "no URL": ((), "URL is required"),
            "no scheme": (("127.0.0.1:25",), "expected SCHEME://HOST:PORT"),
            "unknown scheme": (("gopher://127.0.0.1",), "unknown scheme `gopher`"),
            "a path": (("http://127.0.0.1/x",), "path"),
            "TLS without TLS": (("http://127.0.0.1", "--insecure"), "--insecure has no effect without TLS"),
            "STARTTLS of HTTP": (("http://127.0.0.1", "--starttls"), "--starttls has no effect"),
            "no time": (("smtp://127.0.0.1", "--timeout", "0"), "--timeout"),
            "no such file": (("smtps://127.0.0.1", "--cafile", "/nowhere"), "there is no such file"),
            "the standard output": (("smtp://127.0.0.1", "--transcript", "-"), "--transcript -"),
            "no such folder": (("smtp://127.0.0.1", "--transcript", "/nowhere/x"), "--transcript /nowhere/x"),
        }
        for name, (words, said) in cases.items():
            with self.subTest(name):
                done = subprocess.run([program(), "talk", *words], stdin=subprocess.DEVNULL, capture_output=True,
                                      text=True, timeout=60, check=False)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertIn(said, done.stderr)

    def test_streams_that_are_closed(self) -> None:
        """The connection must not take their place: its octets are neither input nor output."""
        for closed, said in (("<&-", "the input cannot be read"), (">&-", "cannot be written"),
                             ("<&- >&-", "cannot be written")):
            with self.subTest(closed), recorder({}) as (url, heard):
                words = ["sh", "-c", f'exec "$0" "$@" {closed}', program(), "talk", url, "--timeout", "60s"]
                done = subprocess.run(words, input=b"NOOP\n", capture_output=True, timeout=120, check=False)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertIn(said, done.stderr.decode())
                self.assertEqual(heard, [], "nothing that was not typed goes out")

    def test_nobody_listens(self) -> None:
        talked = talk(f"smtp://127.0.0.1:{free_port()}", ("QUIT",))
        self.assertEqual((talked.code, talked.out), (2, ""))
        self.assertIn("connect-refused", talked.err)

    def test_a_server_that_does_not_speak_tls(self) -> None:
        with hostile(lambda peer: (peer.say(b"220 hi\r\n"), peer.sleep_until_gone())) as url:
            talked = talk(url.replace("smtp", "smtps"), ("QUIT",), "--insecure", "--timeout", "5s")
        self.assertEqual(talked.code, 2, talked.out)
        self.assertIn("tls-bad-record", talked.err)


if __name__ == "__main__":
    unittest.main()
