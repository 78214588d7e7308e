# SPDX-License-Identifier: Apache-2.0 OR MIT
"""`backtalk talk` at a terminal: editing, history, completion, colours, commands of its own."""

import base64
import os
import signal
import subprocess
import tempfile
import threading
import unittest
from pathlib import Path

from load import load
from servers.builtin import Builtin, program
from servers.hostile import Peer, hostile
from terminal import Terminal

SECRET = "quokka-9"


class TerminalTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="backtalk-terminal-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def open(self, url: str, *options: object, columns: int = 80, **environment: str) -> Terminal:
        """A talk at a terminal, whose history is this test's."""
        variables = {"PATH": os.environ["PATH"], "TERM": "xterm", "LANG": "C.UTF-8", "HOME": str(self.folder),
                     "XDG_STATE_HOME": str(self.folder / "state")} | environment
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                variables[name] = os.environ[name]
        command = [str(program()), "talk", url, *map(str, options)]
        return self.enterContext(Terminal(command, variables, columns))

    @property
    def history(self) -> str:
        file = self.folder / "state" / "backtalk" / "history"
        return file.read_text() if file.exists() else ""

    def serve(self, scheme: str, *options: str) -> str:
        return self.enterContext(Builtin(f"{scheme}://127.0.0.1:0", *options)).url


class Editing(TerminalTest):
    def test_a_line_is_edited_sent_and_answered(self) -> None:
        talk = self.open(self.serve("smtp"))
        talk.wait_for_prompt()
        talk.type("NOPX\x7fE")  # Backspace
        talk.wait_for_prompt("C: NOPE")
        talk.type("\x01\x0b" + "NOOP\r")  # to the beginning, kill the line
        talk.wait_for("C: NOOP\nS: 250 2.0.0 Ok")
        talk.wait_for_prompt()
        talk.type("QUIT\r")
        self.assertEqual(talk.ends(), 0)
        self.assertTrue(talk.is_unchanged)
        self.assertNotIn("NOPE", str(talk.screen), "the line is shown as it was sent")
        self.assertRegex(str(talk.screen), r"S: 221 .*  \(\d+\.\d+ ms\)$", "with the time that it took")

    def test_the_end_of_the_input(self) -> None:
        """Ctrl-D on an empty line is the end of a pipe; elsewhere it deletes."""
        talk = self.open(self.serve("smtp"))
        talk.wait_for_prompt()
        talk.type("NOOPX\x02\x04\r")  # back by one, delete
        talk.wait_for("C: NOOP\nS: 250")
        talk.wait_for_prompt()
        talk.type("\x04")
        self.assertEqual(talk.ends(), 0)
        self.assertTrue(talk.is_unchanged)
        self.assertNotIn("^D", str(talk.screen))

    def test_the_end_of_the_input_inside_a_message(self) -> None:
        talk = self.open(self.serve("smtp"))
        for line in ("EHLO me", "MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>", "DATA", "Subject: x"):
            talk.wait_for_prompt()
            talk.type(line + "\r")
            talk.wait_for("C: " + line)
        talk.wait_for_prompt()
        talk.type("\x04")
        self.assertEqual(talk.ends(), 1)
        talk.wait_for("the input ends in the middle of a message")

    def test_characters_of_several_octets_and_columns(self) -> None:
        talk = self.open(self.serve("smtp"), LANG="C")
        talk.wait_for_prompt()
        talk.type("NOOP é中x\x02\x7f")  # back by one, erase the character of two columns
        talk.wait_for_prompt("C: NOOP éx")
        talk.type("\r")
        talk.wait_for("C: NOOP éx\nS: ")

    def test_a_line_longer_than_the_screen(self) -> None:
        talk = self.open(self.serve("smtp"), columns=40)
        talk.wait_for_prompt()
        line = "NOOP " + "0123456789" * 12
        talk.type(line)
        talk.wait_for(line[-20:])
        talk.resize(60)
        os.kill(talk.pid, signal.SIGWINCH)
        talk.type("\r")
        talk.wait_for("S: 250 2.0.0 Ok")
        rows = str(talk.screen).replace("\n", "")
        self.assertIn("C: " + line, rows)

    def test_several_lines_pasted_at_once(self) -> None:
        talk = self.open(self.serve("smtp"))
        talk.wait_for_prompt()
        talk.type("NOOP\nRSET\nQUIT\n")
        self.assertEqual(talk.ends(), 0)
        said = [row[:6] for row in str(talk.screen).splitlines()]
        self.assertEqual(said, ["S: 220", "C: NOO", "S: 250", "C: RSE", "S: 250", "C: QUI", "S: 221"])

    def test_the_server_says_something_while_a_line_is_edited(self) -> None:
        may_say = threading.Event()

        def behave(peer: Peer) -> None:
            peer.say(b"* OK hi\r\n")
            may_say.wait(60)
            peer.say(b"* 3 EXISTS\r\n* 1 RECENT\r\n")
            peer.hear()
            peer.say(b"a OK done\r\n")
            peer.sleep_until_gone()

        with hostile(behave) as url:
            talk = self.open(url.replace("smtp", "imap"))
            talk.wait_for_prompt()
            talk.type("a NO")
            talk.wait_for_prompt("C: a NO")
            may_say.set()
            talk.wait_for("* OK hi")
            talk.wait_for("S: * 3 EXISTS\nS: * 1 RECENT\nC: a NO")
            talk.type("OP\r")
            talk.wait_for("S: * 1 RECENT\nC: a NOOP\nS: a OK done")

    def test_the_server_closes_while_a_line_is_edited(self) -> None:
        may_close = threading.Event()
        with hostile(lambda peer: (peer.say(b"220 hi\r\n"), may_close.wait(60))) as url:
            talk = self.open(url)
            talk.wait_for_prompt()
            talk.type("NOO")
            talk.wait_for_prompt("C: NOO")
            may_close.set()
            self.assertEqual(talk.ends(), 0, "all that was asked was answered")
            self.assertTrue(talk.is_unchanged)


class Signals(TerminalTest):
    def test_the_terminal_is_as_it_was(self) -> None:
        url = self.serve("smtp")
        for keys, of in (("\x03", signal.SIGINT), ("\x1c", signal.SIGQUIT)):
            with self.subTest(of):
                talk = self.open(url)
                talk.wait_for_prompt()
                self.assertFalse(talk.is_unchanged, "lines are edited")
                talk.type("NOO" + keys)
                self.assertEqual(talk.ends(), -of)
                self.assertTrue(talk.is_unchanged)

    def test_while_an_answer_is_due(self) -> None:
        with hostile(lambda peer: (peer.say(b"220 hi\r\n"), peer.sleep_until_gone())) as url:
            talk = self.open(url)
            talk.wait_for_prompt()
            talk.type("NOOP\r")
            talk.wait_for("C: NOOP")
            talk.type("\x03")
            self.assertEqual(talk.ends(), -signal.SIGINT)
            self.assertTrue(talk.is_unchanged)

    def test_stopped_and_continued(self) -> None:
        talk = self.open(self.serve("smtp"))
        talk.wait_for_prompt()
        talk.type("NOO")
        talk.wait_for_prompt("C: NOO")
        talk.type("\x1a")  # Ctrl-Z
        talk.stops()
        self.assertTrue(talk.is_unchanged)
        os.kill(talk.pid, signal.SIGCONT)
        talk.wait_for_prompt("C: NOO")
        talk.type("P\r")
        talk.wait_for("C: NOOP\nS: 250")
        talk.type("\x03")
        self.assertEqual(talk.ends(), -signal.SIGINT)
        self.assertTrue(talk.is_unchanged)


class HistoryAndCompletion(TerminalTest):
    def test_commands_of_the_last_conversation(self) -> None:
        url = self.serve("smtp")
        for line in ("NOOP one", "NOOP two"):
            talk = self.open(url)
            talk.wait_for_prompt()
            talk.type(line + "\r")
            talk.wait_for(f"C: {line}\nS: 250")
            talk.wait_for_prompt()
            talk.type("\x04")
            self.assertEqual(talk.ends(), 0)
        self.assertEqual(self.history, "NOOP one\nNOOP two\n")
        talk = self.open(url)
        talk.wait_for_prompt()
        talk.type("\x1b[A")  # up
        talk.wait_for_prompt("C: NOOP two")
        talk.type("\x1b[A")
        talk.wait_for_prompt("C: NOOP one")
        talk.type("\r")
        talk.wait_for("C: NOOP one\nS: 250")

    def test_no_history(self) -> None:
        talk = self.open(self.serve("smtp"), "--no-history")
        talk.wait_for_prompt()
        talk.type("NOOP one\r")
        talk.wait_for("S: 250")
        talk.wait_for_prompt()
        talk.type("\x04")
        self.assertEqual((talk.ends(), self.history), (0, ""))

    def test_the_lines_of_a_message_are_no_commands(self) -> None:
        talk = self.open(self.serve("smtp"))
        said = ("EHLO me", "MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>", "DATA", "Dear c", "/tls", ".", "QUIT")
        for line in said:
            talk.wait_for_prompt()
            talk.type(line + "\r")
            talk.wait_for("C: " + line)
        self.assertEqual(talk.ends(), 0, "what begins with a slash there is a line of the message")
        self.assertEqual(self.history.splitlines(), [*said[:4], "QUIT"])

    def test_a_command_after_two_letters(self) -> None:
        talk = self.open(self.serve("smtp"))
        talk.wait_for_prompt()
        talk.type("EH\t")
        talk.wait_for_prompt("C: EHLO")
        talk.type("me\r")
        talk.wait_for("C: EHLO me\nS: 250-")
        talk.wait_for_prompt()
        talk.type("R\t")  # which one?
        talk.wait_for("RCPT TO:<       a recipient of the message\nRSET            forget the message that was begun\nC: R")
        talk.type("C\t")
        talk.wait_for_prompt("C: RCPT TO:<")

    def test_of_imap_behind_the_tag(self) -> None:
        talk = self.open(self.serve("imap"))
        talk.wait_for_prompt()
        talk.type("1 CAP\t\r")
        talk.wait_for("C: 1 CAPABILITY\nS: * CAPABILITY")


class Secrets(TerminalTest):
    """Neither on the screen, not even while they are typed, nor in the history or a transcript."""

    def check(self, url: str, lines: tuple[str, ...], secrets: tuple[str, ...]) -> None:
        transcript = self.folder / "transcript.txt"
        talk = self.open(url, "--transcript", transcript, "--explain")
        for line in lines:
            talk.wait_for_prompt()
            talk.type(line + "\r")
        talk.ends()
        kept = self.history + transcript.read_text() + talk.written.decode()
        for secret in secrets:
            self.assertNotIn(secret, kept)
        self.assertIn("***", str(talk.screen))

    def test_pop3(self) -> None:
        encoded = base64.b64encode(f"\0u1\0{SECRET}".encode()).decode()
        url = self.serve("pop3")
        self.check(url, ("USER u1", f"PASS {SECRET}", "QUIT"), (SECRET,))
        self.check(url, ("AUTH PLAIN", encoded, "QUIT"), (encoded, SECRET))
        self.check(url, (f"AUTH PLAIN {encoded}", "QUIT"), (encoded, SECRET))
        self.assertEqual(self.history.splitlines(), ["USER u1", "QUIT", "AUTH PLAIN", "QUIT", "QUIT"])

    def test_imap(self) -> None:
        encoded = base64.b64encode(f"\0u1\0{SECRET}".encode()).decode()
        url = self.serve("imap")
        self.check(url, (f"1 LOGIN u1 {SECRET}", "2 LOGOUT"), (SECRET,))
        self.check(url, (f'1 LOGIN "u1" "{SECRET}"', "2 LOGOUT"), (SECRET,))
        self.check(url, (f"1 LOGIN u1 {{{len(SECRET)}}}", SECRET, "2 LOGOUT"), (SECRET,))
        self.check(url, ("1 AUTHENTICATE PLAIN", encoded, "2 LOGOUT"), (encoded, SECRET))

    def test_behind_a_literal(self) -> None:
        self.check(self.serve("imap"), ("1 LOGIN {2+}", f"u1 {SECRET}", "2 LOGOUT"), (SECRET,))

    def test_keys_that_quote_the_next_one(self) -> None:
        for key in "\x16\x11":
            with self.subTest(key):
                talk = self.open(self.serve("pop3"))
                talk.wait_for_prompt()
                talk.type("USER u1\r")
                talk.wait_for("S: +OK And")
                talk.wait_for_prompt()
                talk.type("PASS ")
                talk.wait_for_prompt("C: PASS")
                talk.type(f"{key}{SECRET}\r")
                talk.wait_for("C: PASS ***\nS: +OK Logged in")
                self.assertNotIn(SECRET, talk.written.decode())

    def test_what_was_typed_of_a_secret_can_be_erased(self) -> None:
        talk = self.open(self.serve("pop3"))
        talk.wait_for_prompt()
        talk.type("USER u1\r")
        talk.wait_for("S: +OK And")
        talk.wait_for_prompt()
        talk.type("PASS xy\x7f\x7f\x7f" + "\x7f" * 4 + "STAT\r")
        talk.wait_for("C: STAT\nS: -ERR")


class Colours(TerminalTest):
    def colours(self, *options: object, **environment: str) -> set[str]:
        talk = self.open(self.serve("smtp"), *options, **environment)
        talk.wait_for("S: 220")
        talk.type("NOPE\r")
        talk.wait_for("S: 5")
        talk.type("QUIT\r")
        self.assertEqual(talk.ends(), 0, talk.written)
        return talk.screen.styles & {"31", "32", "2"}

    def test_by_class_of_reply(self) -> None:
        self.assertEqual(self.colours(), {"31", "32", "2"})

    def test_none(self) -> None:
        for options, environment in (((), {"NO_COLOR": "1"}), ((), {"TERM": "dumb"}), (("--color", "never"), {})):
            with self.subTest(options=options, environment=environment):
                self.assertEqual(self.colours(*options, **environment), set())

    def test_dumb_terminals_get_no_sequences_at_all(self) -> None:
        talk = self.open(self.serve("smtp"), TERM="dumb")
        talk.wait_for("S: 220")
        talk.type("QUIT\r")
        self.assertEqual(talk.ends(), 0)
        self.assertNotIn(b"\x1b", talk.written)

    def test_always(self) -> None:
        self.assertEqual(self.colours("--color", "always", NO_COLOR="1"), {"31", "32", "2"})


class Commands(TerminalTest):
    def test_they_are_listed(self) -> None:
        talk = self.open(self.serve("pop3"))
        talk.wait_for_prompt()
        talk.type("/help\r")
        talk.wait_for("# /tls ")
        talk.wait_for("# UIDL ")
        talk.type("/hlep\r")
        talk.wait_for("did you mean /help?")
        talk.type("//help\r")
        talk.wait_for("C: /help\nS: -ERR")

    def test_tls(self) -> None:
        trusted = self.folder / "trusted.pem"
        talk = self.open(self.serve("smtp", "--save-cert", str(trusted)), "--cafile", trusted)
        for line, shown in (("/tls", "# the connection is in clear text"), ("EHLO me", "S: 250 SMTPUTF8"),
                            ("/starttls", "the certificate is verified"), ("/tls", "# certificate: verified"),
                            ("EHLO me", "C: EHLO me"), ("/starttls", "# TLS has begun already")):
            talk.wait_for_prompt()
            talk.type(line + "\r")
            talk.wait_for(shown)
        self.assertTrue(talk.shows("C: STARTTLS\nS: 220 "), talk.screen)
        for shown in ("# version: TLSv1.", "# cipher: ", "# subject: CN = Backtalk", "# issuer: CN = Backtalk", " GMT",
                      "# name: DNS:localhost"):
            self.assertTrue(talk.shows(shown), talk.screen)

    def test_save(self) -> None:
        file = self.folder / "saved so far.txt"
        talk_url = self.serve("pop3")
        talk = self.open(talk_url)
        for line in ("USER u1", f"PASS {SECRET}", "STAT", f"/save {file}", "/save /nowhere/x"):
            talk.wait_for_prompt()
            talk.type(line + "\r")
        talk.wait_for("# /nowhere/x: ")
        self.assertTrue(talk.shows(": 7 lines\n"), talk.screen)
        lines = file.read_text().splitlines()
        self.assertEqual([line[:7] for line in lines], ["S: +OK ", "C: USER", "S: +OK ", "C: PASS", "S: +OK ", "C: STAT",
                                                      "S: +OK "])
        self.assertEqual(lines[3], "C: PASS ***")
        run = load(talk_url, "--script", file, "--user", "u1", "--password", SECRET, "-n", 2, "-c", 1)
        self.assertEqual((run.code, run.transactions["completed"]), (0, 2), run.err)

    def test_wait(self) -> None:
        may_say = threading.Event()

        def behave(peer: Peer) -> None:
            peer.say(b"* OK hi\r\n")
            may_say.wait(60)
            peer.say(b"* 3 EXISTS\r\n")
            peer.sleep_until_gone()

        with hostile(behave) as url:
            talk = self.open(url.replace("smtp", "imap"))
            talk.wait_for_prompt()
            talk.type("/wait 1ms\r")
            talk.wait_for("# /wait 1ms\nC:")
            talk.type("/wait\r")
            talk.wait_for("# /wait 1ms\n# /wait")
            may_say.set()
            talk.wait_for("# /wait\nS: * 3 EXISTS\nC:")

    def test_quit(self) -> None:
        talk = self.open(self.serve("smtp"))
        talk.wait_for_prompt()
        talk.type("/quit\r")
        self.assertEqual(talk.ends(), 0)
        self.assertFalse(talk.shows("QUIT"))


class CommandsInAPipe(TerminalTest):
    def talk(self, url: str, said: str, *options: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([program(), "talk", url, *options], input=said, capture_output=True, text=True, timeout=120,
                              check=False)

    def test_they_work(self) -> None:
        file = self.folder / "saved.txt"
        for options in ((), ("--pipeline",)):
            with self.subTest(options):
                done = self.talk(self.serve("smtp"), f"NOOP\n/wait 1ms\n//tls\n/save {file}\nQUIT\n", *options)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertIn("C: /tls\nS: 5", done.stdout)
                self.assertTrue(done.stdout.startswith(file.read_text()[:8]))
                self.assertIn("C: /tls\n", file.read_text())
                self.assertNotIn("QUIT", file.read_text(), "so far")
                self.assertIn(f"# saved to {file}: {len(file.read_text().splitlines())} lines\n", done.stdout)
                file.unlink()

    def test_an_existing_file_is_not_overwritten(self) -> None:
        file = self.folder / "kept.txt"
        file.write_text("mine")
        done = self.talk(self.serve("smtp"), f"NOOP\n/save {file}\nQUIT\n")
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"/save {file}: the file exists already, and stays as it is", done.stderr)
        self.assertEqual(file.read_text(), "mine")

    def test_one_that_fails_ends_the_conversation(self) -> None:
        for line, said in (("/tls", "the connection is in clear text"), ("/xyzzy", "unknown command /xyzzy"),
                           ("/save /nowhere/x", "/nowhere/x: "), ("/wait x", "expected a time")):
            with self.subTest(line):
                done = self.talk(self.serve("smtp"), f"NOOP\n{line}\nQUIT\n")
                self.assertEqual(done.returncode, 1)
                self.assertIn(said, done.stderr)
                self.assertNotIn("QUIT", done.stdout)

    def test_quit(self) -> None:
        done = self.talk(self.serve("smtp"), "NOOP\n/quit\nQUIT\n")
        self.assertEqual((done.returncode, "QUIT" in done.stdout), (0, False))


class Lenient(TerminalTest):
    def test_somebody_at_a_keyboard_goes_on_after_a_bare_line_feed(self) -> None:
        def behave(peer: Peer) -> None:
            peer.say(b"220-hi\r\n220 there\n")
            peer.hear()
            peer.say(b"221 bye\r\n")

        with hostile(behave) as url:
            talk = self.open(url)
            talk.wait_for("# warning: bare-lf at offset 17 of what the server sent (RFC 5321 2.3.8): ")
            talk.type("QUIT\r")
            self.assertEqual(talk.ends(), 0)


if __name__ == "__main__":
    unittest.main()
