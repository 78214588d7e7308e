# SPDX-License-Identifier: Apache-2.0 OR MIT
"""`backtalk load --deliver URL --watch URL`: how long a message takes from the dot to the mailbox, and which do not get
there."""

import imaplib
import os
import re
import tempfile
import time
import unittest
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from load import HdrHistogram, Load, LoadTest, Run, load, load_inside
from servers.builtin import Builtin
from servers.dovecot import Dovecot
from servers.network import wait_for
from servers.postfix import Postfix
from tapped import Tap

LOGIN = ("--user", "u1", "--password", "pass")
SERVED = ("smtp://127.0.0.1:0", "smtps://127.0.0.1:0", "lmtp://127.0.0.1:0", "imap://127.0.0.1:0", "imaps://127.0.0.1:0",
          "pop3://127.0.0.1:0", "pop3s://127.0.0.1:0")
MS = 1_000_000
# On a quiet machine times are held against those of the servers' logs.
QUIET = "BACKTALK_QUIET_RUNS" in os.environ


def tls_of(*words: object) -> tuple:
    """What it takes to speak TLS with a certificate that nobody knows, if one of them wants TLS."""
    return ("--insecure",) if {"smtps", "imaps", "pop3s", "--starttls"} & set(words) else ()


class DeliverTest(LoadTest):
    def assert_delivered(self, run: Run, **counts: int) -> dict:
        """The deliveries, which add up, with these counts; what is not named is 0."""
        self.assert_whole(run)
        delivery = run.report["delivery"]
        self.assertEqual(delivery["accepted"], delivery["seen"] + delivery["lost"] + delivery["waiting"])
        expected = dict.fromkeys(("lost", "waiting", "twice", "not_accepted", "not_tracked"), 0) | counts
        self.assertEqual({name: delivery[name] for name in expected}, expected, run.notes)
        self.assertEqual(delivery["latency_ns"]["count"], delivery["seen"])
        self.assertEqual(delivery["from_dot_ns"]["count"], delivery["seen"])
        self.assertEqual(delivery["ages_ns"]["count"], delivery["lost"] + delivery["waiting"])
        self.assertEqual(HdrHistogram(delivery["histogram"]["latency"]).count, delivery["seen"])
        self.assertEqual(run.report["delivery_ns"]["count"], delivery["seen"])
        if delivery["seen"]:
            self.assertLessEqual(delivery["latency_ns"]["min"], delivery["from_dot_ns"]["min"])
        return delivery


class BuiltinServer(DeliverTest):
    """The built-in server's mailboxes, which SMTP and LMTP fill and IMAP and POP3 read."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.server = cls.enterClassContext(Builtin(*SERVED, "--messages", "3", listens=len(SERVED)))

    def url(self, scheme: str) -> str:
        return self.server.url_of(scheme)

    def deliver(self, sender: str, watch: str, *options: object) -> Run:
        return load(self.url(sender), "--watch", self.url(watch), *LOGIN, *tls_of(sender, watch, *options), *options)

    def test_every_message_is_seen_once(self) -> None:
        """By each protocol that delivers and each that watches, in clear text and over TLS, in each mode."""
        def check(case: tuple) -> None:
            sender, watch, *options = case
            run = self.deliver(sender, watch, "-n", 200, *options)
            self.assert_all_completed(run, 200)
            delivery = self.assert_delivered(run, accepted=200, seen=200)
            self.assertEqual(delivery["how"], "idle" if watch.startswith("imap") and "--poll" not in options else "poll")
            self.assertEqual(delivery["errors"], {})

        self.side_by_side(check, [
            ("smtp", "imap"), ("smtp", "imaps"), ("smtps", "imap"), ("smtps", "imaps"), ("lmtp", "imap"),
            ("smtp", "imap", "-p", 4, "--data", "bdat"), ("lmtp", "imaps", "-p", 2), ("smtp", "imap", "-r", 100),
            ("smtp", "imap", "--poll", "5ms"), ("smtp", "pop3", "--poll", "20ms"), ("smtps", "pop3s", "--poll", "20ms"),
            ("smtp", "imap", "-c", 100, "--session-rate", 100, "--per-connection", 2),
        ])

    def test_the_options_may_be_written_beside_each_other(self) -> None:
        run = load(f"--deliver={self.url('smtp')}", "--watch", self.url("imap"), *LOGIN, "-n", 20)
        self.assert_delivered(run, accepted=20, seen=20)

    def test_starttls_is_for_both_sides(self) -> None:
        """Whichever of them does not speak TLS from the beginning."""
        run = self.deliver("smtp", "imap", "-n", 20, "--starttls")
        self.assert_delivered(run, accepted=20, seen=20)
        self.assertIsNotNone(run.report["target"]["tls"])

    def test_users_take_turns(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            users = Path(folder) / "users"
            users.write_text("".join(f"user{i} pass\n" for i in range(5)))
            for to in ((), ("--to", "{user}@example.org")):
                run = load(self.url("smtp"), "--watch", self.url("imap"), "--users", users, "-n", 100, *to)
                self.assert_all_completed(run, 100)
                delivery = self.assert_delivered(run, accepted=100, seen=100)
                self.assertEqual(delivery["mailboxes"], 5)

    def test_rules_are_about_the_time_to_the_mailbox(self) -> None:
        """A rule of `delivery` is met or missed by what the watch saw, and cannot be judged without one."""
        run = self.deliver("smtp", "imap", "-n", 200, "--slo", "delivery p90<60s, delivery max<1ns, DOT p90<60s")
        self.assert_delivered(run, accepted=200, seen=200)
        self.assertEqual(run.code, 1)
        self.assertEqual([(one["rule"], one["met"]) for one in run.report["slo"]],
                         [("delivery p90<60s", True), ("delivery max<1ns", False), ("DOT p90<60s", True)])
        self.assertEqual([one["measured"] for one in run.report["slo"][:2]],
                         [run.report["delivery_ns"]["p90"], run.report["delivery_ns"]["max"]])
        alone = load(self.url("smtp"), "-n", 10, "--slo", "delivery p90<60s")
        self.assertEqual(alone.code, 2)
        self.assertIn("messages are timed with --watch", alone.err)

    def test_the_warm_up_counts_for_nothing(self) -> None:
        run = self.deliver("smtp", "imap", "-r", 200, "-d", "500ms", "--warmup", "500ms")
        self.assert_delivered(run, accepted=run.transactions["completed"], seen=run.transactions["completed"])
        self.assertGreater(run.report["warmup"]["completed"], 0)

    def test_what_earlier_runs_have_left_is_not_this_ones(self) -> None:
        for watch in ("imap", "pop3"):
            for _ in range(2):
                run = self.deliver("smtp", watch, "-n", 30, "--poll", "20ms")
                self.assert_delivered(run, accepted=30, seen=30)

    def test_refused_messages_are_not_waited_for(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            users = Path(folder) / "users"
            users.write_text("u1 pass\n")
            with Builtin("smtp://127.0.0.1:0", "imap://127.0.0.1:0", "--users", str(users), listens=2) as server:
                run = load(server.url_of("smtp"), "--watch", server.url_of("imap"), *LOGIN, "-n", 60, "--to", "nobody")
                self.assertEqual((run.transactions["completed"], run.transactions["failed"]), (0, 60))
                self.assert_delivered(run, accepted=0, seen=0)

    def test_a_copy_is_a_message_that_came_twice(self) -> None:
        """Another client puts it there, where it looks like the server's work."""
        user = ("--user", "copied", "--password", "pass")
        running = Load(self.url("smtp"), "--quiet", "--watch", self.url("imap"), *user, "-r", 20, "-n", 60)
        host, port = self.url("imap").removeprefix("imap://").split(":")
        with imaplib.IMAP4(host, int(port)) as client:
            client.login("copied", "pass")
            client.select()
            # The three that are there from the start are followed by those of the run.
            wait_for(lambda: client.noop()[0] == "OK" and int(client.select()[1][0]) > 3, "no message comes")
            client.copy("4", "INBOX")
        run = running.finish()
        delivery = self.assert_delivered(run, accepted=60, seen=60, twice=1)
        self.assertEqual(run.code, 1)
        self.assertIn("delivery-twice", run.reasons)
        self.assertEqual([one["name"] for one in delivery["examples"]], ["delivery-twice"])

    def test_rules_and_limits_are_about_delivery(self) -> None:
        kept = self.deliver("smtp", "imap", "-n", 100, "--slo", "delivery p90<1h")
        self.assertEqual((kept.code, kept.report["slo"][0]["met"]), (0, True), kept.err)
        missed = self.deliver("smtp", "imap", "-n", 100, "--slo", "delivery p90<1ns")
        self.assertEqual(missed.code, 1)
        crossed = self.deliver("smtp", "imap", "-n", 100, "--fail-if", "delivery p90>1ns")
        self.assertEqual(crossed.code, 1)
        self.assertIn("delivery p90>1ns: measured", crossed.err)

    def test_the_summary_says_it(self) -> None:
        run = load_inside([], self.url("smtp"), "--watch", self.url("imap"), *LOGIN, "-n", 100)
        self.assertRegex(run.out, r"delivery, from the reply to the dot   p50 [\d.]+ [mnu]?s")
        self.assertIn("accepted 100 = seen 100 + lost 0; twice 0; 1 mailbox watched at imap://", run.out)
        self.assertIn("by IDLE\n", run.out)


class PlantedDelays(DeliverTest):
    """A server that puts mail into the mailbox a known time after it has accepted it."""

    def check(self, watch: str, delay_ms: int, *options: object) -> dict:
        with Builtin(*SERVED, "--fault", f"deliver-after={delay_ms}ms", listens=len(SERVED)) as server:
            run = load(server.url_of("smtp"), "--watch", server.url_of(watch), *LOGIN, "-c", 2, "-r", 50, "-n", 100,
                       *tls_of(watch), *options)
            return self.assert_delivered(run, accepted=100, seen=100)

    def test_they_are_measured(self) -> None:
        """Within 10 % and 2 ms on a quiet machine; and never as less from the dot on, since the server's clock starts
        behind it."""
        for scheme in ("imap", "imaps"):
            delivery = self.check(scheme, 100)
            self.assertGreaterEqual(delivery["from_dot_ns"]["min"], 100 * MS)
            self.assertGreaterEqual(delivery["latency_ns"]["p50"], 88 * MS)
            self.assertLessEqual(delivery["latency_ns"]["p50"], (112 if QUIET else 200) * MS)

    def test_polls_see_them_up_to_a_poll_later(self) -> None:
        delivery = self.check("pop3", 100, "--poll", "50ms")
        self.assertGreaterEqual(delivery["from_dot_ns"]["min"], 100 * MS)
        self.assertGreaterEqual(delivery["latency_ns"]["p50"], 88 * MS)
        self.assertLessEqual(delivery["latency_ns"]["p50"], (162 if QUIET else 300) * MS)
        self.assertGreater(delivery["looks_ns"]["count"], 10)

    def test_what_takes_longer_than_the_patience_is_lost(self) -> None:
        with Builtin(*SERVED, "--fault", "deliver-after=1h", listens=len(SERVED)) as server:
            words = (server.url_of("smtp"), "--watch", server.url_of("imap"), *LOGIN, "-n", 70, "--patience", "300ms")
            run = load(*words, "--slo", "delivery p50<1h", "--fail-if", "delivery p50>1h")
            delivery = self.assert_delivered(run, accepted=70, lost=70)
            self.assertEqual(run.code, 1)
            self.assertIn("delivery-lost", run.reasons)
            self.assertGreaterEqual(delivery["ages_ns"]["min"], 300 * MS)
            self.assertEqual(delivery["bounds"], ["p50", "p90"])
            self.assertEqual([one["name"] for one in delivery["examples"]], ["delivery-lost"] * 10)
            self.assertFalse(run.report["slo"][0]["met"])

    def test_ctrl_c_ends_the_wait(self) -> None:
        """What is not there then is neither seen nor lost."""
        with Builtin(*SERVED, "--fault", "deliver-after=1h", listens=len(SERVED)) as server:
            running = Load(server.url_of("smtp"), "--quiet", "--watch", server.url_of("imap"), *LOGIN, "-n", 20,
                           "--patience", "50s")
            time.sleep(2)
            self.assert_delivered(running.interrupt(), accepted=20, waiting=20)


class CannotWatch(DeliverTest):
    """No message goes out unless its mailbox is watched."""

    def refused(self, *words: object) -> str:
        run = load("smtp://127.0.0.1:9", *words)
        self.assertEqual(run.code, 2, run.err)
        return run.err

    def test_options_that_do_not_fit_together(self) -> None:
        watch = ("--watch", "imap://127.0.0.1:9")
        self.assertIn("needs a login", self.refused(*watch))
        self.assertIn("imap, imaps, pop3 or pop3s", self.refused("--watch", "http://127.0.0.1", *LOGIN))
        self.assertIn("--poll has no effect without --watch", self.refused("--poll", "1s"))
        self.assertIn("--patience has no effect without --watch", self.refused("--patience", "1s"))
        self.assertIn("name one recipient", self.refused(*watch, *LOGIN, "--to", "a@b.c", "--to", "d@e.f"))
        self.assertIn("--watch has no effect with --exercise", self.refused(*watch, *LOGIN, "--exercise", "noop"))
        self.assertIn("give it only once", self.refused("--deliver", "smtp://127.0.0.1:9"))
        self.assertIn("--watch", load("imap://127.0.0.1:9", *watch, *LOGIN).err)
        with tempfile.TemporaryDirectory() as folder:
            users = Path(folder) / "users"
            users.write_text("a pass\nb pass\n")
            self.assertIn("write {user}", self.refused(*watch, "--users", users, "--to", "a@example.org"))

    def test_a_server_that_is_not_there(self) -> None:
        with Builtin("smtp://127.0.0.1:0") as server:
            run = load(server.url, "--watch", "imap://127.0.0.1:9", *LOGIN, "-n", 10, "--timeout", "1s")
            self.assertEqual(run.code, 2)
            self.assertIn("connect-refused", run.err)
            self.assertEqual(server.counts()["messages"], 0)

    def test_a_password_that_is_wrong(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            users = Path(folder) / "users"
            users.write_text("u1 another\n")
            with Builtin("smtp://127.0.0.1:0", "imap://127.0.0.1:0", "--users", str(users), listens=2) as server:
                run = load(server.url_of("smtp"), "--watch", server.url_of("imap"), *LOGIN, "-n", 10, "--timeout", "1s")
                self.assertEqual(run.code, 2)
                self.assertIn("auth-refused", run.err)


@unittest.skipIf(Postfix.why_not() or Dovecot.why_not(), Postfix.why_not() or Dovecot.why_not())
class PostfixIntoDovecot(DeliverTest):
    """Postfix accepts, and hands on to Dovecot by LMTP."""

    USERS = ("u1", "u2", "u3", "ann")

    def test_a_thousand_messages(self) -> None:
        """Each is seen once, is in the logs of both servers once, and takes as long as between the replies that say so."""
        with Dovecot(for_load=True) as dovecot, tempfile.TemporaryDirectory() as folder:
            users = Path(folder) / "users"
            users.write_text("".join(f"{user} pass\n" for user in self.USERS))
            settings = {"virtual_mailbox_domains": "example.org", "in_flow_delay": "0",
                        "virtual_transport": f"lmtp:inet:127.0.0.1:{dovecot.port('lmtp')}"}
            with Postfix(**settings) as postfix, Tap(postfix.port()) as smtp, Tap(dovecot.port("imap")) as imap:
                run = load(f"smtp://127.0.0.1:{smtp.port}", "--watch", f"imap://127.0.0.1:{imap.port}", "--users", users,
                           "--to", "{user}@example.org", "-c", 4, "-r", 50, "-n", 1000, "--poll", "1ms",
                           "--patience", "60s", limit_s=200)
                self.assert_all_completed(run, 1000)
                delivery = self.assert_delivered(run, accepted=1000, seen=1000)
                wait_for(lambda: len(self.sent_by(postfix)) == 1000, "Postfix's log does not have them all")
                sessions = self.sent_by(postfix)
            sent = sent_messages(smtp)
            shown = shown_messages(imap)
            self.assertEqual(set(sent), set(range(1000)))
            self.assertEqual(set(shown), set(range(1000)))
            saved = saved_messages(dovecot)
            self.assertEqual(len(set(sessions.values())), 1000, "one transaction of LMTP is one message")
            saved_at = {number: saved[sessions[one.queue_id]] for number, one in sent.items()}
        self.assert_as_seen_between(delivery, sent, shown)
        if QUIET:
            self.assert_as_logged(delivery, sent, shown, saved_at)

    def assert_as_seen_between(self, delivery: dict, sent: dict, shown: dict) -> None:
        """The client sends each dot before it passes, and is shown each message after that has passed: what it measures
        is never less, however late anybody is woken. A value in its histogram stands for one that is up to 1 % higher."""
        between = sorted(shown[number] - one.dot for number, one in sent.items())
        figures = delivery["from_dot_ns"]
        self.assertGreaterEqual(1.01 * figures["min"] / 1e9, between[0])
        self.assertGreaterEqual(1.01 * figures["p50"] / 1e9, between[499])
        self.assertGreaterEqual(1.01 * figures["p90"] / 1e9, between[899])
        self.assertGreaterEqual(1.01 * figures["max"] / 1e9, between[-1])

    def assert_as_logged(self, delivery: dict, sent: dict, shown: dict, saved: dict[int, float]) -> None:
        """From the reply to the dot until Dovecot shows a message: until it has saved it, by its log, and until it tells
        those who ask, which is the rest."""
        rows = {"from the reply until saved": [saved[n] - one.accepted for n, one in sent.items()],
                "from saved until shown": [shown[n] - saved[n] for n in sent],
                "from the reply until shown": [shown[n] - one.accepted for n, one in sent.items()]}
        print(f"\n{'1,000 messages, ms':<30}{'p50':>8}{'p90':>8}{'p99':>8}")
        for what, seconds in rows.items():
            seconds.sort()
            print(f"{what:<30}" + "".join(f"{1000 * seconds[place]:8.2f}" for place in (499, 899, 989)))
        print(f"{'backtalk':<30}" + "".join(f"{delivery['latency_ns'][name] / MS:8.2f}" for name in ("p50", "p90", "p99")))
        for name, place in (("p50", 499), ("p90", 899), ("p99", 989)):
            with self.subTest(name):
                self.assertAlmostEqual(delivery["latency_ns"][name] / MS, 1000 * rows["from the reply until shown"][place],
                                       delta=2)

    def sent_by(self, postfix: Postfix) -> dict[str, str]:
        """By queue ID, the session and transaction of LMTP in which Dovecot took the message."""
        return dict(re.findall(r"lmtp\[\d+\]: (\w+): .*status=sent \(250 2\.0\.0 <[^>]*> (\S+) Saved", postfix.log()))


class Sent(NamedTuple):
    dot: float
    accepted: float
    queue_id: str


def sent_messages(tap: Tap) -> dict[int, Sent]:
    """By its number, when each message's dot and the reply to it passed."""
    found: dict[int, Sent] = {}
    for client, server in tap.connections:
        messages = client.matches(rb"X-Backtalk-Delivery: \w+\.(\w+)\r\n[\s\S]*?\r\n\.\r\n")
        replies = server.matches(rb"250 2\.0\.0 Ok: queued as (\w+)\r\n")
        for (dot, message), (accepted, reply) in zip(messages, replies, strict=True):
            found[int(message[1], 16)] = Sent(dot, accepted, reply[1].decode())
    return found


def shown_messages(tap: Tap) -> dict[int, float]:
    """By its number, when the EXISTS passed that shows a message in its mailbox."""
    found: dict[int, float] = {}
    for _, server in tap.connections:
        exists = [(stamp, int(match[1])) for stamp, match in server.matches(rb"\* (\d+) EXISTS\r\n")]
        fetched = server.matches(rb"\* (\d+) FETCH [^\r]*\r\nX-Backtalk-Delivery: \w+\.(\w+)\r\n")
        for _, match in fetched:
            place, number = int(match[1]), int(match[2], 16)
            found.setdefault(number, min(stamp for stamp, count in exists if count >= place))
    return found


def saved_messages(dovecot: Dovecot) -> dict[str, float]:
    """By session and transaction of LMTP, when the message was in the mailbox by Dovecot's log, on the monotonic clock."""
    ahead = time.time() - time.monotonic()
    found = re.findall(r"^(\S+ \S+) lmtp\([^)]*\)<\d+><([^>]*)>: Info: .*saved mail to INBOX", dovecot.output(), re.MULTILINE)
    return {session: datetime.strptime(stamp, "%Y-%m-%d %H:%M:%S.%f").timestamp() - ahead for stamp, session in found}


if __name__ == "__main__":
    unittest.main()
