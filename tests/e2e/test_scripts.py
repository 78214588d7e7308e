# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Scripts against Dovecot: each shipped one completes, and what a script expects is what is compared."""

import imaplib
import subprocess
import tempfile
import unittest
from pathlib import Path

from load import LoadTest, Run, load
from servers.builtin import program
from servers.dovecot import Dovecot

SHIPPED = {
    "pop3": ("poll", "list", "read", "headers", "session"),
    "imap": ("read", "noop", "status", "flags", "headers", "search", "append", "store", "sync", "idle"),
}
# What a pass says, besides greeting, login and goodbye.
COMMANDS = {
    ("pop3", "read"): {"LIST": 1, "UIDL": 1, "RETR": 1},
    ("pop3", "session"): {"STAT": 1, "UIDL": 1, "LIST": 1, "RETR": 1, "QUIT": 1, "PASS": 1},
    ("imap", "sync"): {"SELECT": 1, "FETCH": 3},
    ("imap", "store"): {"STORE": 2},
    ("imap", "idle"): {"IDLE": 1, "DONE": 1},
}


def show(name: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([program(), "load", "--show-script", name], capture_output=True, text=True, timeout=60,
                          check=False)


@unittest.skipIf(Dovecot.why_not(), Dovecot.why_not())
class Scripts(LoadTest):
    @classmethod
    def setUpClass(cls) -> None:
        cls.dovecot = Dovecot()
        cls.dovecot.start()
        cls.addClassCleanup(cls.dovecot.stop)
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="backtalk-scripts-")))

    def run_script(self, protocol: str, script: str, *options: object, user: str = "u1", passes: int = 20) -> Run:
        url = f"{protocol}://127.0.0.1:{self.dovecot.port(protocol)}"
        return load(url, "--user", user, "--password", "pass", "--script", script, "-c", 2, "-n", passes,
                    *options)

    def run_text(self, protocol: str, *lines: str, depth: int = 1) -> Run:
        path = self.folder / "script.txt"
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return self.run_script(protocol, str(path), "-p", depth)

    def messages(self) -> int:
        with imaplib.IMAP4("127.0.0.1", self.dovecot.port("imap")) as client:
            client.login("u1", "pass")
            return int(client.select("INBOX")[1][0])

    def test_every_shipped_script_completes(self) -> None:
        for protocol, names in SHIPPED.items():
            for name in names:
                for depth in (1, 8):
                    with self.subTest(script=f"{protocol}/{name}", depth=depth):
                        passes = 4 if name == "idle" else 20  # which lasts
                        run = self.run_script(protocol, name, "-p", depth, passes=passes)
                        self.assert_all_completed(run, passes)
                        # A connection that was opened behind the last pass says goodbye too.
                        spare = run.report["connections"]["opened"] - passes if name == "session" else 0
                        for command, times in COMMANDS.get((protocol, name), {}).items():
                            more = spare if command in ("PASS", "QUIT") else 0
                            self.assertLessEqual(passes * times, run.ok(command), command)
                            self.assertLessEqual(run.ok(command), passes * times + more, command)

    def test_what_is_printed_can_be_played(self) -> None:
        for protocol, name in (("pop3", "read"), ("imap", "sync")):
            shown = show(f"{protocol}/{name}")
            self.assertEqual(shown.returncode, 0, shown.stderr)
            self.assert_all_completed(self.run_text(protocol, *shown.stdout.splitlines()), 20)

    def test_append_adds_the_messages_that_it_counts(self) -> None:
        before = self.messages()
        self.assert_all_completed(self.run_script("imap", "append", "-p", 4), 20)
        self.assertEqual(self.messages(), before + 20)

    def test_a_connection_a_pass_is_one_for_each(self) -> None:
        run = self.run_text("imap", "S: * OK ready", "C: 1 LOGIN alice ***", "S: 1 OK", "C: 2 NOOP", "S: 2 OK",
                            "C: 3 LOGOUT", "S: * BYE", "S: 3 OK")
        self.assert_all_completed(run, 20)
        opened = run.report["connections"]["opened"]
        self.assertGreaterEqual(opened, 20)
        self.assertEqual(run.ok("NOOP"), 20)
        # A connection that was opened behind the last pass says goodbye too.
        self.assertTrue(20 <= run.ok("LOGOUT") <= opened, run.ok("LOGOUT"))

    def test_passes_share_by_their_weights(self) -> None:
        for protocol, first, second in (("pop3", "C: NOOP", "C: STAT"), ("imap", "C: a NOOP", "C: a CAPABILITY")):
            run = self.run_text(protocol, "== pass x3", first, "== pass", second)
            self.assert_all_completed(run, 20)
            counts = run.ok("NOOP"), run.ok(second.split()[-1])
            self.assertEqual(sum(counts), 20, counts)
            self.assertGreater(counts[0], counts[1])
            self.assertGreater(counts[1], 0)

    def test_words_of_answers_are_used_in_later_commands(self) -> None:
        for depth in (1, 8):
            with self.subTest(depth=depth):
                self.assert_all_completed(self.run_text(
                    "pop3", "== pass", "C: STAT", "S: +OK {count:=2}", "C: RETR {count}", "S: +OK", depth=depth), 20)
                self.assert_all_completed(self.run_text(
                    "imap", "== once", "C: a SELECT INBOX", "S: * {count:=2} EXISTS", "S: a OK", "== pass",
                    "C: a UID SEARCH ALL", "S: * SEARCH {hit:=3}", "S: a OK", "C: a UID FETCH {hit} FLAGS",
                    "S: * FETCH", "S: a OK", "C: a FETCH {count} FLAGS", "S: * FETCH", "S: a OK", depth=depth), 20)

    def test_uids_are_those_that_the_server_named(self) -> None:
        self.assert_all_completed(self.run_text(
            "imap", "== once", "C: a SELECT INBOX", "S: a OK", "C: b FETCH 1:* UID", "S: b OK", "== pass",
            "C: c UID FETCH {uid} BODY.PEEK[]", "S: * FETCH", "S: c OK"), 20)

    def test_what_must_be_refused_may_be(self) -> None:
        self.assert_all_completed(self.run_text("pop3", "== pass", "C: RETR 9999", "S: -ERR"), 20)
        self.assert_all_completed(self.run_text("imap", "== pass", "C: a STATUS nowhere (MESSAGES)", "S: a NO"), 20)
        self.assert_all_completed(self.run_text("imap", "== pass", "C: a FETCH 1 FLAGS", "S: *"), 20)

    # --- What is not as expected

    def assert_unexpected(self, run: Run, line: int, expected: str) -> None:
        self.assert_whole(run)
        self.assertEqual(run.code, 1)
        self.assertEqual(run.transactions["failed"], 20)
        self.assertEqual(run.errors, {"script-unexpected-reply": 20})
        self.assertEqual({example["script_line"] for example in run.report["examples"]}, {line})
        self.assertEqual({example["expected"] for example in run.report["examples"]}, {expected})
        self.assertIn(f", expected {expected} (line {line} of the script)", run.err)

    def test_an_unexpected_reply_names_the_line_of_the_script(self) -> None:
        for depth in (1, 8):
            with self.subTest(depth=depth):
                self.assert_unexpected(self.run_text("pop3", "== pass", "C: STAT", "# not so", "S: -ERR",
                                                     depth=depth), 4, '"-ERR"')
                self.assert_unexpected(self.run_text("pop3", "== pass", "C: NOOP", "S: +OK {x:=50}", depth=depth), 3,
                                       "word 50")
                self.assert_unexpected(self.run_text("pop3", "C: STAT", "S: -ERR", depth=depth), 2, '"-ERR"')
                self.assert_unexpected(self.run_text("imap", "== pass", "C: a NOOP", "S: a NO", depth=depth), 3,
                                       '"NO"')
                self.assert_unexpected(self.run_text("imap", "== pass", "C: a NOOP", "S: * VANISHED", "S: a OK",
                                                     depth=depth), 4, '"* VANISHED"')
                self.assert_unexpected(self.run_text("imap", "== pass", "C: a NOOP", "S: a OK {x:=90}",
                                                     depth=depth), 3, "word 90")

    def test_a_refusal_has_its_own_name_and_the_line(self) -> None:
        run = self.run_text("pop3", "== pass", "C: RETR 9999", "S: +OK")
        self.assertEqual(run.errors, {"reply-err": 20})
        self.assertEqual(run.report["examples"][0]["script_line"], 3)
        run = self.run_text("imap", "== pass", "C: a FETCH 1 FLAGS")
        self.assertEqual(run.errors, {"reply-bad": 20})
        self.assertEqual(run.report["examples"][0]["script_line"], 2)

    def test_an_empty_mailbox_has_no_message_to_name(self) -> None:
        for protocol in ("pop3", "imap"):
            run = self.run_script(protocol, "read", user="u3")
            self.assert_whole(run)
            self.assertEqual(run.errors, {"mailbox-empty": 20}, protocol)

    # --- What cannot be played

    def test_a_mistake_is_shown_where_it_is(self) -> None:
        run = self.run_text("pop3", "== pass", "C: STATT")
        self.assertEqual(run.code, 2)
        self.assertRegex(run.err, r"--script .*script\.txt:2:4: expected a command of POP3, not `STATT`: did you mean "
                                  r"STAT\?")

    def test_what_is_no_script_is_refused(self) -> None:
        for protocol, script, why in (("pop3", "pol", "did you mean `poll`?"),
                                      ("pop3", "imap/read", "a script of imap, and the URL is one of pop3"),
                                      ("pop3", "/no/such/file", "there is no such file"),
                                      ("pop3", "/", "not a readable file"), ("pop3", "/dev/zero", "not a readable file")):
            run = self.run_script(protocol, script)
            self.assertEqual(run.code, 2, script)
            self.assertIn(why, run.err)


class Shipped(unittest.TestCase):
    def test_a_script_is_printed_without_a_url(self) -> None:
        shown = show("poll")
        self.assertEqual((shown.returncode, shown.stderr), (0, ""))
        self.assertEqual(shown.stdout.splitlines()[1:], ["== pass", "C: STAT", "S: +OK"])

    def test_a_name_of_several_protocols_is_asked_for_in_full(self) -> None:
        shown = show("read")
        self.assertEqual((shown.returncode, shown.stdout), (2, ""))
        self.assertIn("imap/read, pop3/read", shown.stderr)

    def test_an_unknown_name_gets_the_nearest(self) -> None:
        self.assertIn("did you mean `imap/sync`?", show("imap/snyc").stderr)
        self.assertEqual(show("").returncode, 2)


if __name__ == "__main__":
    unittest.main()
