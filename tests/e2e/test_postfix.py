# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Postfix and Backtalk count the same messages, in each mode, also where things go wrong."""

import time
import unittest
from collections.abc import Callable

from load import BDAT, GROUPS, MODES, Load, LoadTest, load
from servers.network import have_ipv6, wait_for
from servers.postfix import REFUSED, Postfix

GOOD = "somebody@accepted.test"
PATIENT = {"smtpd_error_sleep_time": "0s", "smtpd_soft_error_limit": 10000, "smtpd_hard_error_limit": 10000}


class PostfixTest(LoadTest):
    def each_mode(self, check: Callable[[Postfix, tuple], None], **settings: object) -> None:
        """Calls `check` with a Postfix of its own for each mode."""
        def check_mode(mode: str) -> None:
            with Postfix(**settings) as postfix:
                check(postfix, MODES[mode])

        self.side_by_side(check_mode, MODES)


@unittest.skipIf(Postfix.why_not(), Postfix.why_not())
class PostfixCounts(PostfixTest):
    def test_every_message_is_in_the_log(self) -> None:
        def check(postfix: Postfix, options: tuple) -> None:
            run = load(postfix.url, "-c", 4, "-n", 300, *options)
            self.assert_all_completed(run, 300)
            self.assertEqual(postfix.queued(), 300)

        self.each_mode(check)

    def test_every_command_is_in_the_log(self) -> None:
        def check(postfix: Postfix, options: tuple) -> None:
            run = load(postfix.url, "-c", 4, "-n", 200, "--to", GOOD, "--to", "{n}@accepted.test", *options)
            self.assert_all_completed(run, 200)
            logged = postfix.commands_answered()
            for command in ("EHLO", "MAIL", "RCPT", "DATA", "BDAT", "QUIT"):
                self.assertEqual((run.ok(command), run.sent(command)), logged.get(command.lower(), (0, 0)), command)
            self.assertEqual(run.ok("RCPT"), 400)
            self.assertEqual(run.ok("EHLO"), run.report["connections"]["opened"])

        self.each_mode(check)

    def test_bdat_is_used_only_if_requested(self) -> None:
        with Postfix() as postfix:
            self.assertEqual(load(postfix.url, "-n", 20, *BDAT).sent("DATA"), 0)
            self.assertEqual(load(postfix.url, "-n", 20, *GROUPS).sent("BDAT"), 0)

    def test_per_connection_replaces_connections(self) -> None:
        def check(postfix: Postfix, options: tuple) -> None:
            run = load(postfix.url, "-c", 2, "-n", 60, "--per-connection", 5, *options)
            self.assert_all_completed(run, 60)
            self.assertEqual(postfix.queued(), 60)
            self.assertGreaterEqual(run.report["connections"]["opened"], 12)

        self.each_mode(check)

    @unittest.skipUnless(have_ipv6(), "this machine has no IPv6 on loopback")
    def test_ipv6_works(self) -> None:
        with Postfix() as postfix:
            self.assert_all_completed(load(postfix.url_ipv6, "-c", 2, "-n", 50), 50)
            self.assertEqual(postfix.queued(), 50)


@unittest.skipIf(Postfix.why_not(), Postfix.why_not())
class PostfixRefuses(PostfixTest):
    def test_one_recipient_of_two(self) -> None:
        def check(postfix: Postfix, options: tuple) -> None:
            run = load(postfix.url, "-c", 2, "-n", 100, "--to", GOOD, "--to", REFUSED, *options)
            self.assert_whole(run)
            self.assertEqual(run.transactions["completed"], 100, run.errors)
            self.assertEqual(postfix.queued(), 100)
            self.assertEqual((run.ok("RCPT"), run.refused("RCPT")), (100, 100))
            self.assertEqual(run.codes("RCPT"), {"250": 100, "554": 100})
            self.assertEqual(postfix.refused_recipients(), 100)

        self.each_mode(check, **PATIENT)

    def test_every_recipient(self) -> None:
        def check(postfix: Postfix, options: tuple) -> None:
            run = load(postfix.url, "-c", 2, "-n", 100, "--to", REFUSED, *options)
            self.assert_whole(run)
            self.assertEqual((run.transactions["completed"], run.transactions["failed"]), (0, 100))
            self.assertEqual(run.errors, {"reply-5xx": 100})
            self.assertEqual(postfix.queued(), 0)
            self.assertEqual(run.refused("RCPT"), postfix.refused_recipients())

        self.each_mode(check, **PATIENT)

    def test_the_client_itself_after_too_many_errors(self) -> None:
        """Postfix then answers 421 and closes: the session is replaced and the run goes on."""
        def check(postfix: Postfix, options: tuple) -> None:
            run = load(postfix.url, "-c", 1, "-n", 40, "--to", REFUSED, *options)
            self.assert_whole(run)
            self.assertEqual((run.transactions["completed"], run.transactions["started"]), (0, 40))
            self.assertGreater(run.report["connections"]["opened"], 1)
            self.assertEqual(postfix.queued(), 0)

        self.each_mode(check, smtpd_error_sleep_time="0s", smtpd_hard_error_limit=5)

    def test_a_message_over_its_size_limit(self) -> None:
        def check(postfix: Postfix, options: tuple) -> None:
            refused = load(postfix.url, "-c", 2, "-n", 50, "--size", 20000, *options)
            self.assert_whole(refused)
            self.assertEqual((refused.transactions["completed"], refused.transactions["failed"]), (0, 50))
            self.assertEqual(refused.errors, {"reply-5xx": 50})
            self.assertEqual(postfix.queued(), 0)
            self.assert_all_completed(load(postfix.url, "-c", 2, "-n", 50, "--size", 2000, *options), 50)
            self.assertEqual(postfix.queued(), 50)

        self.each_mode(check, message_size_limit=10240, **PATIENT)

    def test_connections_over_its_limit(self) -> None:
        limit = {"smtpd_client_connection_count_limit": 3, "smtpd_client_event_limit_exceptions": ""}
        def check(postfix: Postfix, options: tuple) -> None:
            run = load(postfix.url, "-c", 6, "-n", 300, *options)
            self.assert_whole(run)
            self.assertEqual(run.transactions["completed"], 300, run.errors)
            self.assertEqual(postfix.queued(), 300)
            # A connection that is being refused when the run ends is in the server's log alone.
            refused = run.errors.get("greeting-refused", 0)
            self.assertGreater(refused, 0, run.errors)
            self.assertLessEqual(refused, postfix.connections_over_limit())

        self.each_mode(check, **limit)


@unittest.skipIf(Postfix.why_not(), Postfix.why_not())
class PostfixIsKilled(PostfixTest):
    def test_a_restart_during_the_run_is_survived(self) -> None:
        """What it took and could not acknowledge is in doubt, and nothing else is."""
        def check(postfix: Postfix, options: tuple) -> None:
            running = Load(postfix.url, "--quiet", "-c", 4, "-d", "60s", "--timeout", "4s", *options)
            time.sleep(1)
            wait_for(lambda: postfix.queued_so_far() > 0, "nothing was queued")
            postfix.kill()
            queued_before = postfix.queued_so_far()
            time.sleep(0.3)
            postfix.start()
            time.sleep(2)
            run = running.interrupt()
            self.assert_whole(run)
            counts, queued = run.transactions, postfix.queued()
            self.assertGreater(queued_before, 0)
            self.assertGreater(queued, queued_before, "the run did not go on")
            self.assertGreater(sum(run.errors.values()), 0)
            self.assertLessEqual(counts["completed"], queued, counts)
            self.assertLessEqual(queued, counts["completed"] + counts["in_doubt"], counts)

        self.each_mode(check)


if __name__ == "__main__":
    unittest.main()
