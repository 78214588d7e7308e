# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Mail servers whose disk is full: what they refuse is counted by reply, and what they took is there."""

import unittest
from pathlib import Path

from load import GROUPS, LOCK_STEP, LoadTest, Run, load
from servers import namespace
from servers.builtin import Builtin
from servers.dovecot import Dovecot
from servers.network import wait_for
from servers.postfix import Postfix

DISK = 2_000_000
SIZE = ("--size", 20_000)


class FullDisk(LoadTest):
    def assert_refused(self, run: Run, *commands: str, count: int = 200) -> int:
        """Some completed; each of the others was refused for now, once, by the answer to one of the commands. How many
        completed."""
        self.assert_whole(run)
        counts = run.transactions
        self.assertEqual((counts["started"], counts["unfinished"], counts["in_doubt"]), (count, 0, 0))
        self.assertGreater(counts["completed"], 10)
        self.assertGreater(counts["failed"], 10)
        self.assertEqual(run.errors, {"reply-4xx": counts["failed"]})
        self.assertEqual(sum(map(run.refused, commands)), counts["failed"], run.report["commands"])
        return counts["completed"]

    def test_a_server_that_refuses_has_not_stopped_answering(self) -> None:
        """The built-in one when its memory for mail is used up."""
        with Builtin("smtp://127.0.0.1:0", "pop3://127.0.0.1:0", "--mailbox-octets", "100000", "--fault", "delay=5ms",
                     listens=2) as server:
            run = load(server.url_of("smtp"), "-c", 4, "-d", "1500ms")
        self.assert_whole(run)
        self.assertGreater(run.transactions["completed"], 10)
        self.assertEqual(run.errors, {"reply-4xx": run.transactions["failed"]})
        self.assertEqual(run.reasons, ["errors"], run.err)

    @unittest.skipIf(Postfix.why_not() or namespace.why_not(), Postfix.why_not() or namespace.why_not())
    def test_postfix_with_a_full_queue(self) -> None:
        """Nothing leaves its queue: it takes what fits. It keeps room for a message and a half of the largest size."""
        settings = {"message_size_limit": 100_000, "defer_transports": "discard", "smtpd_error_sleep_time": "0s",
                    "smtpd_soft_error_limit": 10_000, "smtpd_hard_error_limit": 10_000, "notify_classes": ""}

        def check(mode: tuple[object, ...]) -> None:
            server = Postfix(**settings)
            server.wrapper = namespace.small_disk(server.directory / "queue", DISK)
            with server:
                run = load(server.url, "-n", 200, "-c", 4, *SIZE, *mode)
                completed = self.assert_refused(run, "MAIL", "DOT")
                wait_for(lambda: server.queued_so_far() == completed, f"{completed} are not in the log", server.log)

        self.side_by_side(check, (LOCK_STEP, GROUPS))

    @unittest.skipIf(Dovecot.why_not(), Dovecot.why_not())
    def test_dovecot_with_full_mailboxes(self) -> None:
        """Mail comes by LMTP; then nothing more fits, whether by LMTP or by IMAP."""
        server = Dovecot()
        server.wrapper = namespace.small_disk(server.directory / "mail", DISK)
        with server:
            urls = server.urls()
            delivered = load(urls["lmtp"], "-n", 200, "-c", 4, "--to", "u2", *SIZE)
            completed = self.assert_refused(delivered, "DOT")
            appended = load(urls["imap"], "-n", 20, "-c", 2, "--user", "u3", "--password", "pass", "--script", "append",
                            "--size", 200_000)
            self.assert_whole(appended)
            self.assertEqual(appended.errors, {"reply-no": 20})
            self.assertEqual(appended.codes("APPEND"), {"NO": 20})
            self.assertIn("SERVERBUG", appended.said("reply-no"))
            # Its own files tell what is there: for POP3 it would need room for an index.
            inbox = Path(f"/proc/{server.pid}/root{server.directory}/mail/u2/Maildir")
            self.assertEqual(sum(1 for name in ("new", "cur") for _ in (inbox / name).iterdir()), completed)


if __name__ == "__main__":
    unittest.main()
