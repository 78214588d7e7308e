# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Whatever a server does, the run ends, the error has its name, and no transaction is lost."""

import itertools
import random
import tempfile
import time
import unittest

from load import GROUPS, LOCK_STEP, MODES, LoadTest, load
from servers.hostile import EHLO, WHOLE_EHLO, Peer, hostile

GREETING = b"220 hostile.test ESMTP\r\n"


def greets(greeting: bytes):
    """Says this, and is a plain server from there on."""
    def behave(peer: Peer) -> None:
        peer.say(greeting)
        peer.serve()
    return behave


def answers(verb: bytes, reply: bytes):
    """A plain server, but for one reply."""
    def behave(peer: Peer) -> None:
        peer.say(GREETING)
        peer.serve({verb: reply})
    return behave


def then(verb: bytes, act):
    """Answers as it should until `verb` comes; then does something else."""
    def behave(peer: Peer) -> None:
        peer.say(GREETING)
        while heard := peer.hear()[:4]:
            if heard == verb:
                act(peer)
                return
            peer.say({b"EHLO": EHLO, b"DATA": b"354 go ahead\r\n"}.get(heard, b"250 Ok\r\n"))
            if heard == b"DATA":
                peer.hear_message()
                peer.say(b"250 Ok\r\n")
    return behave


def endless(start: bytes, again: bytes):
    def behave(peer: Peer) -> None:
        peer.say(start)
        while True:
            peer.say(again * 1000)
    return behave


def silence(peer: Peer) -> None:
    peer.hear_until(b"NEVER")


def drips(peer: Peer) -> None:
    """A greeting that goes on and on, a byte at a time: never silent, and never done."""
    peer.say(b"220 ")
    while True:
        peer.say(b"x")
        time.sleep(0.02)


def whimsical(seed: int):
    """Answers as it should nine times in ten. What it does otherwise is drawn anew for every connection."""
    seeds = itertools.count(seed * 1_000_000)

    def behave(peer: Peer) -> None:
        chance = random.Random(next(seeds))

        def answer(reply: bytes) -> bool:
            """False where that was the end of the connection."""
            if chance.random() < 0.9:
                peer.say(reply)
                return True
            whim = chance.choice(["refuse", "defer", "421", "split", "twice", "bare LF", "NUL", "noise", "half", "close",
                                  "reset", "mute", "another code", "endless"])
            if whim in ("close", "reset"):
                if whim == "reset":
                    peer.reset()
                return False
            if whim == "half":
                peer.say(reply[:len(reply) // 2])
                return False
            if whim == "mute":
                peer.hear_until(b"NEVER")
                return False
            if whim == "split":
                for at in range(len(reply)):
                    peer.say(reply[at:at + 1])
                return True
            peer.say({"refuse": b"550 5.7.1 no\r\n", "defer": b"451 4.3.0 later\r\n", "421": b"421 4.3.2 closing\r\n",
                      "twice": reply * 2, "bare LF": reply.replace(b"\r\n", b"\n"), "NUL": b"250 \0\r\n",
                      "noise": chance.randbytes(50), "another code": b"%d what?\r\n" % chance.randrange(200, 600),
                      "endless": b"250-" + b"x" * 100_000}[whim])
            return whim != "421"

        going = answer(GREETING)
        while going and (line := peer.hear()):
            going = answer({b"EHLO": WHOLE_EHLO, b"DATA": b"354 go ahead\r\n"}.get(line[:4], b"250 2.0.0 Ok\r\n"))
            if going and line[:4] == b"DATA":
                peer.hear_message()
                going = answer(b"250 2.0.0 Ok\r\n")
            elif going and line[:4] == b"BDAT":
                peer.hear_octets(int(line.split()[1]))

    return behave


# name: (what it does, the names under which that may be counted)
SERVERS = {
    "greets with garbage": (greets(b"hello\r\n"), {"protocol-bad-code"}),
    "greets with a bare LF": (greets(b"220 hostile.test\n"), {"protocol-bare-lf"}),
    "greets with a bare CR": (greets(b"220 hostile\rtest\r\n"), {"protocol-bare-cr"}),
    "greets with a NUL": (greets(b"220 hostile\0test\r\n"), {"protocol-nul"}),
    "greets with a code of four digits": (greets(b"2200 hi\r\n"), {"protocol-bad-separator"}),
    "greets with 554": (greets(b"554 go away\r\n"), {"greeting-refused"}),
    "greets with 421": (greets(b"421 busy\r\n"), {"greeting-refused", "service-closing"}),
    "greets with 354": (greets(b"354 what?\r\n"), {"reply-unexpected"}),
    "greets without end": (endless(b"220 ", b"x"), {"protocol-line-too-long"}),
    "greets in lines without end": (endless(b"", b"220-x\r\n"), {"protocol-too-many-lines", "protocol-reply-too-long"}),
    "greets a byte at a time": (drips, {"timeout"}),
    "never greets": (silence, {"timeout"}),
    "closes at once": (lambda peer: None, {"closed"}),
    "closes in mid-greeting": (lambda peer: peer.say(b"220-hosti"), {"closed"}),
    "resets at once": (lambda peer: peer.reset(), {"reset", "connect-reset"}),
    "speaks before it is asked": (greets(GREETING + b"250 already\r\n"), {"unsolicited-reply"}),
    "gives differing codes in one reply": (answers(b"EHLO", b"250-a\r\n251 b\r\n"), {"protocol-code-mismatch"}),
    "answers EHLO and HELO with 421": (answers(b"EHLO", b"421 no\r\n"), {"hello-refused", "service-closing"}),
    "answers MAIL with 354": (answers(b"MAIL", b"354 go ahead\r\n"), {"reply-unexpected"}),
    "answers MAIL with 421": (answers(b"MAIL", b"421 closing\r\n"), {"service-closing", "reply-4xx"}),
    "answers MAIL with 452": (answers(b"MAIL", b"452 full\r\n"), {"reply-4xx"}),
    "answers RCPT with 550": (answers(b"RCPT", b"550 who?\r\n"), {"reply-5xx"}),
    "answers DATA with 250": (answers(b"DATA", b"250 Ok\r\n"), {"reply-unexpected"}),
    "answers DATA with 451": (answers(b"DATA", b"451 later\r\n"), {"reply-4xx"}),
    "answers the message with 552": (answers(b".", b"552 too much\r\n"), {"reply-5xx"}),
    "answers the message with a bare LF": (answers(b".", b"250 Ok\n"), {"protocol-bare-lf"}),
    "says nothing to MAIL": (then(b"MAIL", silence), {"timeout"}),
    "says nothing to DATA": (then(b"DATA", silence), {"timeout"}),
    "closes on RCPT": (then(b"RCPT", lambda peer: None), {"closed", "reset"}),
    "closes in the middle of a reply": (then(b"RCPT", lambda peer: peer.say(b"25")), {"closed", "reset"}),
    "resets on MAIL": (then(b"MAIL", lambda peer: peer.reset()), {"reset"}),
}


def refuses_midway(peer: Peer) -> None:
    """Takes 100 kB of a message, refuses it and closes, with the rest of it unread."""
    peer.say(GREETING)
    while heard := peer.hear()[:4]:
        peer.say({b"EHLO": EHLO, b"DATA": b"354 go ahead\r\n"}.get(heard, b"250 Ok\r\n"))
        if heard == b"DATA":
            peer.hear_octets(100_000)
            peer.say(b"552 5.3.4 too big\r\n")
            return


class WhimsicalServer(LoadTest):
    """Whatever comes in whatever order: every transaction ends once, and the sums are right."""

    def test_accounts_balance_whatever_the_server_does(self) -> None:
        known = ("closed", "reset", "timeout", "transfer-failed", "service-closing", "unsolicited-reply",
                 "session-given-up", "quit-unanswered", "handshake-unfinished", "no-free-connection")

        def check(case: tuple[str, tuple]) -> None:
            mode, more = case
            with hostile(whimsical(list(MODES).index(mode))) as url:
                run = load(url, "-c", 6, "-d", "700ms", "--timeout", "200ms", *MODES[mode], *more, limit_s=20)
            self.assert_whole(run)
            self.assertGreater(run.transactions["failed"] + sum(run.errors.values()), 0)
            for error in run.errors:
                self.assertTrue(error in known or error.startswith(("connect-", "reply-", "protocol-"))
                                or error.endswith("-refused"), error)

        self.side_by_side(check, itertools.product(MODES, ((), ("-r", 300), ("--per-connection", 2), ("-t", 3))))

    def test_a_server_that_does_not_read_times_out(self) -> None:
        """The message does not go out: no reply is owed, and yet something waits too long."""
        def behave(peer: Peer) -> None:
            peer.say(GREETING)
            for reply in (EHLO, b"250 Ok\r\n", b"250 Ok\r\n", b"354 go ahead\r\n"):
                peer.hear()
                peer.say(reply)
            peer.sleep_until_gone()

        with hostile(behave) as url:
            run = load(url, "-c", 2, "-n", 4, "-d", "1s", "--size", 30_000_000, "--timeout", "400ms", limit_s=20)
        self.assert_whole(run)
        self.assertEqual(set(run.errors), {"timeout"})
        self.assertEqual(run.transactions["in_doubt"], 0, "it was not sent whole")

    def test_a_server_that_reads_a_little_at_a_time_times_out(self) -> None:
        """Content that goes out bit by bit is given 4 x --timeout and no longer."""
        def trickles(peer: Peer) -> None:
            while peer.hear_octets(100_000):
                time.sleep(0.1)

        def mail(peer: Peer) -> None:
            peer.say(GREETING)
            for reply in (EHLO, b"250 Ok\r\n", b"250 Ok\r\n", b"354 go ahead\r\n"):
                peer.hear()
                peer.say(reply)
            trickles(peer)

        with tempfile.NamedTemporaryFile() as body:
            body.write(bytes(60_000_000))
            body.flush()
            for behave, scheme, options in ((mail, "smtp", ("--size", 50_000_000)),
                                            (trickles, "http", ("-X", "PUT", "--body", body.name))):
                with self.subTest(scheme), hostile(behave) as url:
                    url = url.replace("smtp:", f"{scheme}:")
                    run = load(url, "-c", 1, "-n", 1, "--timeout", "300ms", *options, limit_s=20)
                    self.assert_whole(run)
                    self.assertEqual((run.errors, run.transactions["failed"]), ({"timeout": 1}, 1))
                    self.assertLess(run.report["elapsed_s"], 5)

    def test_a_message_that_is_refused_midway(self) -> None:
        for mode, names in ((LOCK_STEP, {"reply-5xx"}), (GROUPS, {"reply-5xx", "session-given-up"})):
            with self.subTest(mode=mode), hostile(refuses_midway) as url:
                # More than socket buffers take: the refusal comes while most of the message is still to be sent.
                run = load(url, "-c", 2, "-n", 100, "-d", "10s", "--size", 20_000_000, *mode, limit_s=20)
                self.assert_whole(run)
                self.assertEqual(run.transactions["failed"], 100)
                self.assertEqual(run.transactions["in_doubt"], 0)
                self.assertEqual(set(run.errors), names)
                self.assertGreaterEqual(run.errors["reply-5xx"], 100 // len(names))

    def test_a_message_sent_whole_and_never_answered_is_in_doubt(self) -> None:
        for mode in MODES.values():
            def behave(peer: Peer) -> None:
                peer.say(GREETING)
                for line in iter(peer.hear, b""):
                    if line.startswith(b"BDAT"):
                        peer.hear_octets(int(line.split()[1]))
                        return
                    peer.say({b"EHLO": WHOLE_EHLO, b"DATA": b"354 go ahead\r\n"}.get(line[:4], b"250 Ok\r\n"))
                    if line == b"DATA":
                        peer.hear_message()
                        return

            with self.subTest(mode=mode), hostile(behave) as url:
                run = load(url, "-c", 1, "-n", 3, "--timeout", "500ms", *mode[:1], 1, *mode[2:], limit_s=20)
                self.assert_whole(run)
                self.assertEqual(run.transactions["in_doubt"], 3)
                self.assertLessEqual(set(run.errors), {"closed", "reset"})


class Hostile(LoadTest):
    def run_against(self, behave, *options: object, duration: str = "700ms", timeout: str = "300ms"):
        with hostile(behave) as url:
            run = load(url, "-c", 2, "-n", 20, "-d", duration, "--timeout", timeout, *options, limit_s=20)
        self.assert_whole(run)
        return run

    def test_every_error_is_counted_under_its_name(self) -> None:
        def check(case: tuple[str, tuple]) -> None:
            name, mode = case
            behave, expected = SERVERS[name]
            # A server that got no core for a moment has not timed out.
            run = self.run_against(behave, *mode, timeout="300ms" if "timeout" in expected else "10s")
            self.assertEqual(run.transactions["completed"], 0)
            self.assertTrue(run.errors, "nothing was counted")
            # In a group the reply to a later command may be what shows the mistake.
            allowed = expected if mode == LOCK_STEP else expected | {"reply-unexpected", "closed", "reset"}
            # A session that was closed is opened again: the end of the run may find it in its handshake.
            self.assertLessEqual(set(run.errors), allowed | {"handshake-unfinished"})

        self.side_by_side(check, itertools.product(SERVERS, (LOCK_STEP, GROUPS)), 10)

    def test_an_extra_reply_is_not_matched_to_the_next_command(self) -> None:
        run = self.run_against(answers(b".", b"250 Ok\r\n250 Ok\r\n"), *LOCK_STEP)
        self.assertEqual(set(run.errors), {"unsolicited-reply"})

    def test_replies_after_the_goodbye_change_nothing(self) -> None:
        run = self.run_against(answers(b"QUIT", b"221 Bye\r\n250 and another thing\r\n"), *LOCK_STEP, duration="10s")
        self.assertEqual((run.transactions["completed"], run.errors), (20, {}))

    def test_a_missing_goodbye_changes_nothing(self) -> None:
        run = self.run_against(then(b"QUIT", lambda peer: None), *LOCK_STEP, duration="10s")
        self.assertEqual(run.transactions["completed"], 20)

    def test_a_goodbye_that_never_comes_has_its_own_name(self) -> None:
        run = self.run_against(then(b"QUIT", silence), *LOCK_STEP, "--per-connection", 1, duration="1s")
        self.assertGreater(run.transactions["completed"], 1)
        self.assertEqual(run.transactions["failed"], 0)
        self.assertEqual(set(run.errors), {"quit-unanswered"})

    def test_replies_of_one_byte_at_a_time_are_read(self) -> None:
        class Slow(Peer):
            def say(self, text: bytes) -> None:
                for at in range(len(text)):
                    super().say(text[at:at + 1])

        def behave(peer: Peer) -> None:
            peer.__class__ = Slow
            greets(GREETING)(peer)

        run = self.run_against(behave, *LOCK_STEP, duration="10s")
        self.assertEqual((run.transactions["completed"], run.errors), (20, {}))

    def test_the_run_goes_on_after_a_connection_that_failed(self) -> None:
        connections = itertools.count(1)

        def behave(peer: Peer) -> None:
            if next(connections) > 2:
                greets(GREETING)(peer)

        run = self.run_against(behave, *LOCK_STEP, duration="10s")
        self.assertEqual(run.transactions["completed"], 20)
        self.assertEqual(run.errors, {"closed": 2})


if __name__ == "__main__":
    unittest.main()
