"""Whatever a server does, the run ends, the error has its name, and no transaction is lost."""

import itertools
import time
import unittest

from load import GROUPS, LOCK_STEP, LoadTest, load
from servers.hostile import EHLO, Peer, hostile

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


class Hostile(LoadTest):
    def run_against(self, behave, *options: object, duration: str = "700ms"):
        with hostile(behave) as url:
            run = load(url, "-c", 2, "-n", 20, "-d", duration, "--timeout", "300ms", *options, limit_s=20)
        self.assert_whole(run)
        return run

    def test_every_error_has_its_name(self) -> None:
        for name, (behave, expected) in SERVERS.items():
            for mode in (LOCK_STEP, GROUPS):
                with self.subTest(name, mode=mode):
                    run = self.run_against(behave, *mode)
                    self.assertEqual(run.transactions["completed"], 0)
                    self.assertTrue(run.errors, "nothing was counted")
                    # In a group the reply to a later command may be what shows the mistake.
                    allowed = expected if mode == LOCK_STEP else expected | {"reply-unexpected", "closed", "reset"}
                    self.assertLessEqual(set(run.errors), allowed)

    def test_a_reply_too_many_is_not_taken_for_the_next_answer(self) -> None:
        run = self.run_against(answers(b".", b"250 Ok\r\n250 Ok\r\n"), *LOCK_STEP)
        self.assertEqual(set(run.errors), {"unsolicited-reply"})

    def test_words_after_the_farewell_change_nothing(self) -> None:
        run = self.run_against(answers(b"QUIT", b"221 Bye\r\n250 and another thing\r\n"), *LOCK_STEP, duration="10s")
        self.assertEqual((run.transactions["completed"], run.errors), (20, {}))

    def test_no_farewell_changes_nothing(self) -> None:
        run = self.run_against(then(b"QUIT", lambda peer: None), *LOCK_STEP, duration="10s")
        self.assertEqual(run.transactions["completed"], 20)

    def test_replies_a_byte_at_a_time(self) -> None:
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
