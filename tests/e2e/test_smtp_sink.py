# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Postfix's smtp-sink, a server without CHUNKING, and Backtalk count the same messages."""

import unittest

from load import BDAT, GROUPS, LOCK_STEP, Load, LoadTest, load
from servers.network import have_ipv6
from servers.smtp_sink import SmtpSink


@unittest.skipIf(SmtpSink.why_not(), SmtpSink.why_not())
class SmtpSinkCounts(LoadTest):
    def assert_agree(self, sink: SmtpSink, *options: object) -> None:
        self.assert_all_completed(load(sink.url, "-c", 8, "-n", 2000, *options), 2000)
        self.assertEqual(sink.messages(), 2000)

    def test_lock_step_counts_every_message(self) -> None:
        with SmtpSink() as sink:
            self.assert_agree(sink, *LOCK_STEP)

    def test_groups_count_every_message(self) -> None:
        with SmtpSink() as sink:
            self.assert_agree(sink, *GROUPS)

    def test_two_threads_count_every_message(self) -> None:
        with SmtpSink() as sink:
            self.assert_agree(sink, "-t", 2, *GROUPS)

    def test_bdat_falls_back_to_data_with_a_note(self) -> None:
        with SmtpSink() as sink:
            run = Load(sink.url, "-c", 8, "-n", 2000, *BDAT).finish()
            self.assert_all_completed(run, 2000)
            self.assertEqual(sink.messages(), 2000)
            self.assertEqual((run.sent("BDAT"), run.ok("DATA")), (0, 2000))
            self.assertIn("CHUNKING", run.out + run.err)

    def test_groups_fall_back_to_lock_step_with_a_note(self) -> None:
        with SmtpSink("-p") as sink:
            run = Load(sink.url, "-c", 2, "-n", 200, *GROUPS).finish()
            self.assert_all_completed(run, 200)
            self.assertEqual(sink.messages(), 200)
            self.assertIn("PIPELINING", run.out + run.err)

    def test_helo_follows_a_refused_ehlo(self) -> None:
        with SmtpSink("-f", "EHLO") as sink:
            run = load(sink.url, "-n", 50)
            self.assert_whole(run)
            self.assertEqual((run.transactions["completed"], sink.messages()), (50, 50))

    def test_a_unix_socket_works(self) -> None:
        with SmtpSink(unix=True) as sink:
            self.assert_agree(sink)

    @unittest.skipUnless(have_ipv6(), "this machine has no IPv6 on loopback")
    def test_ipv6_works(self) -> None:
        with SmtpSink(host="::1") as sink:
            self.assert_agree(sink)

    def test_lmtp_answers_once_for_each_recipient(self) -> None:
        with SmtpSink("-L") as sink:
            recipients = ("--to", "a@sink.test", "--to", "b@sink.test", "--to", "c@sink.test")
            for options in (LOCK_STEP, GROUPS):
                run = load(sink.url, "-c", 2, "-n", 100, *recipients, *options)
                self.assert_all_completed(run, 100)
                self.assertEqual(run.ok("RCPT"), 300)
            self.assertEqual(sink.messages(), 200)

    def test_messages_with_dots_of_any_length_arrive(self) -> None:
        with SmtpSink() as sink:
            self.assert_all_completed(load(sink.url, "-c", 2, "-n", 20, "--size", 1_000_000), 20)
            self.assertEqual(sink.messages(), 20)


@unittest.skipIf(SmtpSink.why_not(), SmtpSink.why_not())
class SmtpSinkRefuses(LoadTest):
    def refused(self, options: tuple[str, ...], error: str, count: int = 50) -> None:
        """Every transaction fails by that name; what smtp-sink counts is a message that came whole, refused or not."""
        with SmtpSink(*options) as sink:
            run = load(sink.url, "-c", 2, "-n", count)
            self.assert_whole(run)
            self.assertEqual((run.transactions["completed"], run.transactions["failed"]), (0, count))
            self.assertEqual(run.errors, {error: count})

    def test_mail_permanently(self) -> None:
        self.refused(("-f", "MAIL"), "reply-5xx")

    def test_recipients_temporarily(self) -> None:
        self.refused(("-r", "RCPT"), "reply-4xx")

    def test_data_temporarily(self) -> None:
        self.refused(("-r", "DATA"), "reply-4xx")

    def test_the_message_permanently(self) -> None:
        self.refused(("-f", "."), "reply-5xx")

    def test_by_421_and_closing(self) -> None:
        """Counted once, for the transaction that it ends with the connection."""
        self.refused(("-Q", "MAIL"), "service-closing", 5)

    def test_by_closing_without_a_reply(self) -> None:
        self.refused(("-q", "RCPT"), "closed", 5)


if __name__ == "__main__":
    unittest.main()
