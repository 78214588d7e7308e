# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Scripts with waits and with several passes: what is no part of a latency, and the mix as it was run."""

import tempfile
import unittest
from pathlib import Path

from load import LoadTest, Run, load
from servers.builtin import Builtin
from servers.dovecot import Dovecot
from servers.hostile import Peer, hostile

WAIT_S = 0.2
MIX_KEYS = {"name", "weight", "asked_share", "run_share", "started", "completed", "failed", "unfinished", "in_doubt",
            "latency_ns", "censored", "histogram", "ages"}


def answers_and_leaves(peer: Peer) -> None:
    """Logs a client in, answers one command, and closes while the client waits."""
    peer.say(b"+OK ready\r\n")
    for _ in range(3):
        peer.hear()
        peer.say(b"+OK\r\n")


class Mixes(LoadTest):
    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="backtalk-mixes-")))
        cls.server = cls.enterClassContext(
            Builtin("pop3://127.0.0.1:0", "imap://127.0.0.1:0", "--messages", "10", listens=2))

    def script(self, *lines: str) -> Path:
        path = self.folder / f"{self.id()}.txt"
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return path

    def play(self, protocol: str, lines: tuple[str, ...], *options: object) -> Run:
        run = load(self.server.url_of(protocol), "--user", "u1", "--password", "pass", "--script",
                   self.script(*lines), *options)
        self.assert_whole(run)
        self.assert_mix_balances(run)
        return run

    def assert_mix_balances(self, run: Run) -> None:
        mix = run.report["mix"]
        for one in mix:
            self.assertEqual(MIX_KEYS, one.keys())
            self.assertEqual(one["started"], one["completed"] + one["failed"] + one["unfinished"])
            self.assertEqual(one["latency_ns"]["count"], one["completed"])
        for key in ("started", "completed", "failed", "unfinished", "in_doubt") if mix else ():
            self.assertEqual(sum(one[key] for one in mix), run.transactions[key], key)

    # --- Waits

    def test_waits_are_no_part_of_a_latency(self) -> None:
        for protocol, lines in (("pop3", ("== pass", "C: NOOP", "S: +OK", f"wait {WAIT_S}s", "C: NOOP", "S: +OK")),
                                ("imap", ("== pass", "C: a NOOP", "S: a OK", f"wait {WAIT_S}s", "C: b IDLE", "S: +",
                                          "wait 1ms", "C: DONE", "S: b OK"))):
            with self.subTest(protocol=protocol):
                run = self.play(protocol, lines, "-c", 1, "-n", 5)
                self.assert_all_completed(run, 5)
                latency = run.report["latency_ns"]
                of_passes = latency["mean"] * latency["count"] / 1e9
                self.assertLessEqual(of_passes + 5 * WAIT_S, run.report["elapsed_s"] * 1.01)

    def test_waits_at_the_end_of_a_pass_are_between_transactions(self) -> None:
        run = self.play("pop3", ("== pass", "C: NOOP", "S: +OK", f"wait normal {WAIT_S}s 0s"), "-c", 1, "-n", 5)
        self.assert_all_completed(run, 5)
        self.assertGreaterEqual(run.report["elapsed_s"], 4 * WAIT_S)
        self.assertNotIn("server-lost", run.reasons)

    def test_waits_work_in_open_loop(self) -> None:
        run = self.play("pop3", ("== pass", "C: NOOP", "S: +OK", "wait 1ms..5ms", "C: NOOP", "S: +OK", "wait exp 2ms"),
                        "-c", 50, "-r", 50, "-n", 50)
        self.assert_all_completed(run, 50)

    def test_a_wait_that_the_end_of_the_run_cuts_short_is_no_failure(self) -> None:
        run = self.play("pop3", ("== pass", "C: NOOP", "S: +OK", "wait 1h", "C: NOOP", "S: +OK"), "-c", 3, "-d", "1s")
        self.assertEqual(run.transactions["unfinished"], 3)
        self.assertEqual(run.transactions["in_doubt"], 0)
        self.assertEqual(run.errors, {})

    def test_a_count_is_reached_however_long_its_waits(self) -> None:
        run = self.play("pop3", ("== pass", "C: NOOP", "S: +OK", "wait 3s", "C: NOOP", "S: +OK"), "-c", 2, "-n", 2,
                        "--timeout", "200ms")
        self.assertEqual(run.transactions["started"], 2)
        self.assertEqual(run.transactions["unfinished"], 0)

    def test_a_connection_that_closes_during_a_wait_is_noticed(self) -> None:
        with hostile(answers_and_leaves) as url:
            run = load(url.replace("smtp", "pop3"), "--user", "u1", "--password", "pass", "--script",
                       self.script("== pass", "C: NOOP", "S: +OK", "wait 1h", "C: NOOP", "S: +OK"), "-c", 1, "-n", 3)
        self.assert_whole(run)
        self.assertEqual(run.transactions["failed"], 3)
        self.assertEqual(run.errors, {"closed": 3})

    # --- Rules

    def test_rules_that_are_met_stand_in_the_result(self) -> None:
        run = self.play("pop3", ("== pass", "C: NOOP", "S: +OK"), "-c", 2, "-n", 40, "--slo",
                        "p80<1h, NOOP p75 < 1h, NOOP refused<1%, failed<1, completed>39")
        self.assertEqual(run.code, 0, run.err)
        self.assertEqual([one["met"] for one in run.report["slo"]], [True] * 5)
        self.assertEqual(run.report["slo"][4], {"rule": "completed>39", "met": True, "judged": True, "measured": 40.0, "shown": "40"})
        self.assertEqual(self.play("pop3", ("== pass", "C: NOOP"), "-n", 1).report["slo"], [])

    def test_a_rule_that_is_missed_fails_the_run(self) -> None:
        run = self.play("pop3", ("== pass", "C: NOOP", "S: +OK", "C: RETR 99", "S: *"), "-c", 2, "-n", 40, "--slo",
                        "NOOP refused<1%, RETR p95<1ns, TOP p95<1h")
        self.assertEqual(run.code, 1)
        self.assertEqual([one["met"] for one in run.report["slo"]], [True, False, False])
        self.assertIsNone(run.report["slo"][2]["measured"])
        self.assertIn("failed: objective RETR p95<1ns was not judged: 40 answers, 130 needed", run.err)
        self.assertIn("failed: objective TOP p95<1h was not judged: nothing was measured", run.err)
        self.assertNotIn("objective NOOP", run.err)

    def test_what_is_no_rule_is_refused(self) -> None:
        for rules in ("p95", "p95<5", "delivery p95<5", "delivery failed<1%"):
            run = load(self.server.url_of("pop3"), "--user", "u1", "--password", "pass", "-n", 1, "--slo", rules)
            self.assertEqual(run.code, 2, rules)
            self.assertIn("--slo `", run.err)

    def test_a_rule_of_no_command_is_refused_before_the_run(self) -> None:
        run = load(self.server.url_of("imap"), "--user", "u1", "--password", "pass", "-n", 1, "--slo", "FECH p99<20ms")
        self.assertEqual(run.code, 2)
        self.assertIn("--slo `FECH p99<20ms`: FECH is no command of this protocol; did you mean `FETCH`?", run.err)

    def test_the_session_of_specmail_fetches_and_deletes_all_that_is_there(self) -> None:
        with Builtin("pop3://127.0.0.1:0", "smtp://127.0.0.1:0", "--messages", "10", listens=2) as server:
            run = load(server.url_of("pop3"), "--user", "u1", "--password", "pass", "--script", "specmail2001", "-c", 1,
                       "-n", 12)
        self.assert_all_completed(run, 12)
        self.assertEqual(run.codes("RETR"), {"+OK": 10})
        self.assertEqual(run.codes("DELE"), {"+OK": 10})
        self.assertEqual(run.codes("STAT"), {"+OK": 12})

    # --- Texts

    def test_texts_are_compared_where_that_is_asked_for(self) -> None:
        lines = ("== pass", "C: STAT", "S: +OK {count:=2} {octets:=3}", "C: NOOP", "S: +OK what no server says")
        run = self.play("pop3", lines, "-n", 3)
        self.assert_all_completed(run, 3)
        run = self.play("pop3", lines, "-n", 3, "--exact")
        self.assertEqual(run.transactions["failed"], 3)
        self.assertEqual(run.errors, {"script-text": 3})
        example = run.report["examples"][0]
        self.assertEqual((example["name"], example["script_line"], example["expected"]),
                         ("script-text", 5, '"+OK what no server says"'))
        self.assertEqual((example["text"], example["offset"] - example["text_offset"]), ("+OK", 3), "where it differs first")
        noop = run.report["commands"]["NOOP"]
        self.assertEqual((noop["ok"], noop["refused"], noop["unexpected"]), (0, 0, 3))
        self.assert_all_completed(self.play("pop3", lines[:3], "-n", 3, "--exact"), 3)
        run = load(self.server.url_of("pop3"), "--user", "u1", "--password", "pass", "-n", 1, "--exact")
        self.assertEqual(run.code, 2)
        self.assertIn("--exact has no effect without --script", run.err)

    # --- Mixes

    def test_a_mix_is_run_as_it_is_asked_for(self) -> None:
        lines = ("== pass x3 looking", "C: NOOP", "S: +OK", "== pass", "C: STAT", "S: +OK")
        for options in (("-c", 4), ("-c", 8, "-t", 2, "-p", 4)):
            run = self.play("pop3", lines, *options, "-n", 400)
            self.assert_all_completed(run, 400)
            first, second = run.report["mix"]
            self.assertEqual((first["name"], first["weight"], first["asked_share"]), ("looking", 3, 0.75))
            self.assertEqual((second["name"], second["weight"], second["asked_share"]), ("pass 2", 1, 0.25))
            self.assertEqual((first["completed"], second["completed"]), (300, 100))
            self.assertEqual((first["run_share"], second["run_share"]), (0.75, 0.25))
            self.assertEqual((run.ok("NOOP"), run.ok("STAT")), (300, 100))
            self.assertNotIn("mix-off", run.reasons)

    def test_the_mix_of_james_is_played_in_full(self) -> None:
        self.assert_james(self.server.url_of("imap"))

    @unittest.skipIf(Dovecot.why_not(), Dovecot.why_not())
    def test_dovecot_takes_the_mix_of_james(self) -> None:
        with Dovecot() as dovecot:
            self.assert_james(f"imap://127.0.0.1:{dovecot.port('imap')}")

    def assert_james(self, url: str) -> None:
        """A user for each of a round's hundred passes: nobody waits for his next."""
        run = load(url, "--user", "u1", "--password", "pass", "--script", "james-platform", "-c", 100, "-n", 100)
        self.assert_all_completed(run, 100)
        self.assert_mix_balances(run)
        mix = {one["name"]: one["completed"] for one in run.report["mix"]}
        self.assertEqual(mix, {"status": 30, "idle": 15, "quota": 9, "receive": 8, "noop": 8, "headers": 9, "body": 9,
                               "unseen": 2, "undeleted": 2, "select": 2, "store": 2, "list": 1, "reselect": 1,
                               "check": 1, "expunge": 1})

    # --- Profiles of imaptest

    PROFILE = ("total_user_count = 4", "rampup_time = 0", "user busy {", "count = 100%",
               "mail_inbox_delivery_interval = 40ms", "mail_spam_delivery_interval = 200ms", "mail_send_interval = 200ms",
               "mail_action_delay = 2ms", "mail_action_repeat_delay = 1ms", "mail_write_duration = 2ms",
               "mail_inbox_reply_percentage = 50", "mail_inbox_delete_percentage = 20", "mail_inbox_move_percentage = 20",
               "mail_inbox_move_filter_percentage = 10", "}", "client Thunderbird {", "count = 100%", "imap_idle = yes",
               "imap_fetch_immediate = UID RFC822.SIZE FLAGS BODY.PEEK[HEADER.FIELDS (From Subject)]",
               "imap_fetch_manual = RFC822.SIZE BODY[]", "}")

    def assert_profile(self, url: str) -> None:
        run = load(url, "--user", "u1", "--password", "pass", "--script", self.script(*self.PROFILE), "-c", 4, "-n", 200)
        self.assert_all_completed(run, 200)
        self.assert_mix_balances(run)
        names = [one["name"] for one in run.report["mix"]]
        self.assertEqual(names, [f"busy Thunderbird {deed}"
                                 for deed in ("filter", "delete", "move", "reply", "read", "write", "spam")])
        self.assertGreaterEqual(run.ok("IDLE"), 199)

    def test_a_profile_of_imaptest_is_played(self) -> None:
        self.assert_profile(self.server.url_of("imap"))

    @unittest.skipIf(Dovecot.why_not(), Dovecot.why_not())
    def test_dovecot_takes_a_profile_of_imaptest(self) -> None:
        with Dovecot() as dovecot:
            self.assert_profile(f"imap://127.0.0.1:{dovecot.port('imap')}")

    def test_mistakes_in_a_profile_are_shown_where_they_are(self) -> None:
        path = self.script("user busy {", "counts = 100%", "}")
        run = load(self.server.url_of("imap"), "--user", "u1", "--password", "pass", "--script", path)
        self.assertEqual(run.code, 2)
        self.assertIn(f"--script {path}:2:1: imaptest has no setting `counts` here: did you mean count?", run.err)
        run = load("smtp://127.0.0.1:1", "--script", path)
        self.assertIn("a profile of imaptest, which is a script of IMAP or POP3", run.err)
        path = self.script("user u {", "count = 100%", "}", "client c {", "count = 100%", "}")
        run = load(self.server.url_of("pop3"), "--user", "u1", "--password", "pass", "--script", path)
        self.assertIn("the client c is one of IMAP: a URL of IMAP plays it", run.err)

    def test_a_script_of_one_pass_is_no_mix(self) -> None:
        run = self.play("imap", ("== pass x3", "C: a NOOP", "S: a OK"), "-n", 10)
        self.assertEqual(run.report["mix"], [])

    def test_a_mix_that_lacks_one_of_its_passes_is_off(self) -> None:
        """Half a hundredth fails, which is allowed: all of it is one pass."""
        run = self.play("imap", ("== once", "C: a SELECT INBOX", "S: a OK", "== pass x199 looking", "C: a NOOP", "S: a OK",
                                 "== pass reading", "C: a FETCH 11 FLAGS", "S: a OK"), "-c", 4, "-n", 4000)
        self.assertEqual(run.report["mix"][1]["completed"], 0)
        self.assertEqual(run.transactions["failed"], 20)
        self.assertIn("mix-off", run.reasons)
        self.assertNotIn("errors", run.reasons)
        self.assertEqual(run.code, 0)


if __name__ == "__main__":
    unittest.main()
