# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Scripts of SMTP and LMTP: servers and Backtalk count the same messages, also where things go wrong."""

import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from load import LoadTest, Run, load
from seed_conversations import seed_conversation
from servers.builtin import Builtin, program
from servers.dovecot import Dovecot
from servers.exim import Exim
from servers.opensmtpd import OpenSmtpd
from servers.postfix import REFUSED, Postfix

SEED = tuple(seed_conversation("SMTP"))
GROUP = ("C: MAIL FROM:<{from}>", "C: RCPT TO:<{to}>", "C: DATA", "S: 250", "S: 250", "S: 354")
OWN_MESSAGE = (*GROUP, "C: Subject: message {n}", "C:", "C: Hello, {random}.", "C: ..", "C: .", "S: 250")
PATIENT = {"smtpd_error_sleep_time": "0s", "smtpd_soft_error_limit": 10000, "smtpd_hard_error_limit": 10000}


class ScriptTest(LoadTest):
    """Runs scripts that are written down in the test."""

    def setUp(self) -> None:
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="backtalk-scripts-")))

    def script(self, *lines: str) -> str:
        path = self.folder / f"script{len(list(self.folder.iterdir()))}.txt"
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return str(path)

    def play(self, url: str, lines: tuple[str, ...] | str, *options: object, passes: int = 60) -> Run:
        script = self.script(*lines.splitlines()) if isinstance(lines, str) else self.script(*lines)
        return load(url, "--script", script, "-n", passes, "-c", 3, *options)

    def assert_failed(self, run: Run, count: int, error: str, line: int) -> None:
        self.assert_whole(run)
        self.assertEqual(run.code, 1)
        self.assertEqual((run.transactions["completed"], run.transactions["failed"]), (0, count))
        self.assertEqual(run.errors, {error: count})
        self.assertEqual({example["script_line"] for example in run.report["examples"]}, {line})


class BuiltinScripts(ScriptTest):
    def test_shipped_scripts_complete_and_count(self) -> None:
        for scheme, scripts in (("smtp", ("send", "login-send", "verify", "noop")), ("lmtp", ("send", "verify", "noop"))):
            for script in scripts:
                for depth in (1, 8):
                    login = ("--user", "ann", "--password", "pass") if script == "login-send" else ()
                    with self.subTest(script=f"{scheme}/{script}", depth=depth), \
                            Builtin(f"{scheme}://127.0.0.1:0") as server:
                        run = load(server.url, "--script", script, "-n", 200, "-c", 4, "-p", depth, *login)
                        self.assert_all_completed(run, 200)
                        sends = script.endswith("send")
                        self.assertEqual(run.ok("DOT"), 200 if sends else 0)
                        self.assertEqual(run.ok("VRFY"), 200 if script == "verify" else 0)
                        if login:
                            self.assertGreaterEqual(run.ok("AUTH"), 200)
                        self.assertEqual(server.messages(), 200 if sends else 0)

    def test_what_is_printed_can_be_played(self) -> None:
        shown = subprocess.run([program(), "load", "--show-script", "smtp/send"], capture_output=True, text=True,
                               timeout=60, check=True)
        with Builtin() as server:
            self.assert_all_completed(self.play(server.url, shown.stdout, "-p", 2), 60)
            self.assertEqual(server.messages(), 60)

    def test_the_seed_conversation_as_it_stands(self) -> None:
        for options in ((), ("-p", 8)):
            with self.subTest(options=options), Builtin() as server:
                self.assert_all_completed(self.play(server.url, SEED, *options), 60)
                counts = server.counts()
                self.assertEqual((counts["messages"], counts["recipients"]), (60, 120))

    def test_over_tls_and_starttls(self) -> None:
        with Builtin("smtp://127.0.0.1:0", "smtps://127.0.0.1:0", listens=2) as server:
            for url, options in ((server.url_of("smtps"), ()), (server.url_of("smtp"), ("--starttls",))):
                for lines in (("== pass", *OWN_MESSAGE), SEED):
                    self.assert_all_completed(self.play(url, lines, "--insecure", "-p", 2, *options), 60)
            self.assertEqual(server.messages(), 240)

    def test_chunks_and_messages_of_any_size(self) -> None:
        chunks = ("== pass", "C: MAIL FROM:<{from}>", "C: RCPT TO:<{to}>", "C: BDAT 12", "C: Subject: x",
                  "C: BDAT {message} LAST")
        for lines in (chunks, ("== pass", *GROUP, "C: X-Number: {n}", "C: {message}", "S: 250")):
            for depth in (1, 8):
                with self.subTest(depth=depth), Builtin() as server:
                    self.assert_all_completed(self.play(server.url, lines, "-p", depth, "--size", 300_000), 60)
                    counts = server.counts()
                    self.assertEqual(counts["messages"], 60)
                    self.assertGreater(counts["octets"], 60 * 300_000)

    def test_a_mix_by_weights(self) -> None:
        with Builtin() as server:
            run = self.play(server.url, ("== pass x3", *OWN_MESSAGE, "== pass", "C: NOOP", "S: 250"), "-p", 2)
            self.assert_all_completed(run, 60)
            self.assertEqual((run.ok("DOT"), run.ok("NOOP")), (45, 15))
            self.assertEqual(server.messages(), 45)

    def test_words_of_replies(self) -> None:
        with Builtin() as server:
            run = self.play(server.url, ("== pass", "C: NOOP", "S: 250 {word:=3}", "C: VRFY {word}", "S: 252"))
            self.assert_all_completed(run, 60)
            self.assertEqual(run.ok("VRFY"), 60)

    def test_an_unexpected_reply_names_the_line_of_the_script(self) -> None:
        with Builtin() as server:
            for depth in (1, 8):
                self.assert_failed(self.play(server.url, ("== pass", "C: NOOP", "# not so", "S: 251"), "-p", depth), 60,
                                   "script-unexpected-reply", 4)
                self.assert_failed(self.play(server.url, ("C: NOOP", "S: 251"), "-p", depth), 60,
                                   "script-unexpected-reply", 2)

    def test_an_unexpected_reply_stands_beside_the_expected_one(self) -> None:
        with Builtin() as server:
            run = self.play(server.url, ("== pass", "C: NOOP", "S: 251"))
        self.assertEqual([example["expected"] for example in run.report["examples"]], ['"251"'])
        self.assertIn(', expected "251" (line 3 of the script)', run.err)

    def test_a_transaction_is_a_pass(self) -> None:
        with Builtin() as server:
            run = self.play(server.url, ("== pass", "C: NOOP", "S: 250"))
        self.assertEqual(run.report["counters"]["transaction"], "pass")

    def test_passes_after_a_failed_one_start_clean(self) -> None:
        for fault, counted in (("refuse-mail", "senders_refused"), ("refuse-rcpt", "recipients_refused"),
                               ("refuse-message", "messages_refused")):
            for depth in (1, 8):
                with self.subTest(fault=fault, depth=depth), \
                        Builtin("smtp://127.0.0.1:0", "--fault", f"{fault}=5") as server:
                    run = self.play(server.url, ("== pass", *OWN_MESSAGE), "-p", depth, passes=300)
                    self.assert_whole(run)
                    counts = server.counts()
                    self.assertEqual(run.transactions["completed"], counts["messages"])
                    self.assertEqual(run.transactions["failed"], counts[counted])
                    self.assertEqual(sum(run.errors.values()), counts[counted], run.errors)
                    self.assertEqual(counts["protocol_errors"], 0)

    def test_a_login_that_the_script_has_is_asked_for(self) -> None:
        with Builtin() as server:
            run = load(server.url, "--script", "login-send", "-n", 1)
            self.assertEqual(run.code, 2)
            self.assertIn("--script login-send has a login: add --user and --password", run.err)

    def test_options_of_the_fixed_conversation_have_no_effect(self) -> None:
        for options in (("--data", "bdat"), ("--exercise", "noop"), ("--next", "after-reply", "-p", 2)):
            run = load("smtp://127.0.0.1:1", "--script", "send", *options)
            self.assertEqual(run.code, 2, run.err)
            self.assertIn("has no effect with --script", run.err)
        run = load("smtp://127.0.0.1:1", "--script", "noop", "--to", "a@b")
        self.assertIn("--to has no effect", run.err)
        run = load("smtp://127.0.0.1:1", "--script", "verify", "--size", 2000)
        self.assertIn("--size has no effect", run.err)

    def test_a_mistake_is_shown_where_it_is(self) -> None:
        run = self.play("smtp://127.0.0.1:1", ("== pass", "C: DATA", "C: Subject: x"))
        self.assertEqual(run.code, 2)
        self.assertRegex(run.err, r"--script .*\.txt:3:4: the reply to DATA, `S: 354`, has to come before its content")

    def test_lmtp_answers_for_each_recipient(self) -> None:
        lines = ("== pass", "C: MAIL FROM:<a@x>", "C: RCPT TO:<b@x>", "C: RCPT TO:<c@x>", "C: DATA", "S: 250", "S: 250",
                 "S: 250", "S: 354", "C: {message}", "S: 250", "S: 250")
        for depth in (1, 8):
            with self.subTest(depth=depth), Builtin("lmtp://127.0.0.1:0") as server:
                run = self.play(server.url, lines, "-p", depth)
                self.assert_all_completed(run, 60)
                self.assertEqual(run.ok("DOT"), 120)
                self.assertEqual(server.messages(), 60)


@unittest.skipIf(Postfix.why_not(), Postfix.why_not())
class PostfixScripts(ScriptTest):
    def test_every_message_and_command_is_in_the_log(self) -> None:
        for lines in (("== pass", *OWN_MESSAGE), ("== pass", *GROUP, "C: {message}", "S: 250"),
                      ("== pass", "C: MAIL FROM:<{from}>", "C: RCPT TO:<{to}>", "C: BDAT {message} LAST")):
            for depth in (1, 2):
                with self.subTest(lines=lines[-2], depth=depth), Postfix() as postfix:
                    run = self.play(postfix.url, lines, "-p", depth, "--to", "u{n}@accepted.test", passes=100)
                    self.assert_all_completed(run, 100)
                    self.assertEqual(postfix.queued(), 100)
                    logged = postfix.commands_answered()
                    for command in ("EHLO", "MAIL", "RCPT", "DATA", "BDAT", "QUIT"):
                        self.assertEqual((run.ok(command), run.sent(command)), logged.get(command.lower(), (0, 0)),
                                         command)

    def test_the_seed_conversation(self) -> None:
        with Postfix() as postfix:
            self.assert_all_completed(self.play(postfix.url, SEED), 60)
            self.assertEqual(postfix.queued(), 60)

    def test_a_refused_recipient_fails_its_pass_and_the_next_start_clean(self) -> None:
        for depth in (1, 2):
            with self.subTest(depth=depth), Postfix(**PATIENT) as postfix:
                run = self.play(postfix.url, ("== pass", *OWN_MESSAGE), "-p", depth, "--to", REFUSED, "--to",
                                "u@accepted.test", passes=100)
                self.assert_whole(run)
                self.assertEqual((run.transactions["completed"], run.transactions["failed"]), (50, 50), run.errors)
                self.assertEqual(run.errors, {"reply-5xx": 50})
                self.assertEqual(postfix.queued(), 50)
                self.assertEqual(postfix.refused_recipients(), 50)
                self.assertEqual(run.sent("RSET"), postfix.commands_answered().get("rset", (0, 0))[1])

    def test_what_must_be_refused_may_be(self) -> None:
        lines = ("== pass", "C: MAIL FROM:<{from}>", f"C: RCPT TO:<{REFUSED}>", "C: RCPT TO:<u@accepted.test>", "C: DATA",
                 "S: 250", "S: 554", "S: 250", "S: 354", "C: {message}", "S: 250")
        for depth in (1, 2):
            with self.subTest(depth=depth), Postfix(**PATIENT) as postfix:
                self.assert_all_completed(self.play(postfix.url, lines, "-p", depth), 60)
                self.assertEqual((postfix.queued(), postfix.refused_recipients()), (60, 60))

    def test_no_recipient_of_a_failed_pass_gets_an_empty_message(self) -> None:
        lines = ("== pass", "C: MAIL FROM:<{from}>", "C: RCPT TO:<u@accepted.test>", f"C: RCPT TO:<{REFUSED}>", "C: DATA",
                 "S: 250", "S: 250", "S: 250", "S: 354", "C: {message}", "S: 250")
        for depth in (1, 2):
            with self.subTest(depth=depth), Postfix(**PATIENT) as postfix:
                self.assert_failed(self.play(postfix.url, lines, "-p", depth), 60, "reply-5xx", 8)
                self.assertEqual(postfix.queued(), 0)


@unittest.skipIf(Exim.why_not(), Exim.why_not())
class EximScripts(ScriptTest):
    def test_every_message_is_in_the_log(self) -> None:
        for options in ((), ("-p", 2), ("-p", 2, "--starttls", "--insecure")):
            with self.subTest(options=options), Exim() as exim:
                run = self.play(exim.url, ("== pass", *OWN_MESSAGE), *options, "--to", "u@example.org", passes=30)
                self.assert_all_completed(run, 30)
                exim.stop()
                self.assertEqual(len(re.findall(r" <= ", exim.output())), 30)


@unittest.skipIf(OpenSmtpd.why_not(), OpenSmtpd.why_not())
class OpenSmtpdScripts(ScriptTest):
    def test_every_message_is_in_the_log(self) -> None:
        with OpenSmtpd(for_load=True) as opensmtpd:
            run = self.play(opensmtpd.url, ("== pass", *OWN_MESSAGE), "--to", "u1@example.org", passes=60)
            self.assert_all_completed(run, 60)
            opensmtpd.stop()
            self.assertEqual(len(re.findall(r" smtp message ", opensmtpd.output())), 60)


@unittest.skipIf(Dovecot.why_not(), Dovecot.why_not())
class DovecotScripts(ScriptTest):
    def test_every_message_is_in_the_mailbox(self) -> None:
        for depth in (1, 2):
            with self.subTest(depth=depth), Dovecot() as dovecot:
                run = self.play(dovecot.urls()["lmtp"], ("== pass", *OWN_MESSAGE), "-p", depth, "--to", "u2", passes=30)
                self.assert_all_completed(run, 30)
                maildir = dovecot.directory / "mail/u2/Maildir/new"
                self.assertEqual(sum(re.fullmatch(r"\d+\..*", path.name) is not None for path in maildir.iterdir()), 30)

    def test_each_recipient_that_was_accepted_has_its_reply(self) -> None:
        lines = ("== pass", "C: MAIL FROM:<{from}>", "C: RCPT TO:<u2>", "C: RCPT TO:<nobody>", "C: RCPT TO:<u3>", "C: DATA",
                 "S: 250", "S: 250", "S: 550", "S: 250", "S: 354", "C: {message}", "S: 250", "S: 250")
        with Dovecot() as dovecot:
            run = self.play(dovecot.urls()["lmtp"], lines, "-p", 2, passes=20)
            self.assert_all_completed(run, 20)
            self.assertEqual((run.ok("DOT"), run.codes("RCPT")), (40, {"250": 40, "550": 20}))


if __name__ == "__main__":
    unittest.main()
