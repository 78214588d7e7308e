# SPDX-License-Identifier: Apache-2.0 OR MIT
"""How many connections a load opens, for every protocol, in clear text and over TLS, and what each of them carries."""

import tempfile
import unittest
from pathlib import Path

from load import LoadTest, load
from servers.builtin import Builtin

LOGIN = ("--user", "u1", "--password", "pass")
TLS = ("--insecure",)
# What a client of each scheme needs.
CLIENTS = {"smtp": (), "lmtp": (), "pop3": LOGIN, "imap": LOGIN, "http": (), "smtps": TLS, "pop3s": (*LOGIN, *TLS),
           "imaps": (*LOGIN, *TLS), "https": TLS}
# A conversation without sections is all of a connection.
WHOLE = {"smtp": "C: NOOP\nS: 250\n", "lmtp": "C: NOOP\nS: 250\n", "pop3": "C: STAT\nS: +OK\n",
         "imap": "C: a NOOP\nS: a OK\n", "http": "C: GET / HTTP/1.1\nC: Host: x\nC:\nS: HTTP/1.1 200\n"}


class Connections(LoadTest):
    @classmethod
    def setUpClass(cls) -> None:
        urls = [f"{scheme}://127.0.0.1:0" for scheme in CLIENTS]
        cls.server = cls.enterClassContext(Builtin(urls[0], *urls[1:], listens=len(urls)))

    def test_no_more_are_opened_than_there_are_transactions(self) -> None:
        def check(scheme: str) -> None:
            for options in ((), ("-t", 3), ("-r", 1000), ("-p", 4)):
                run = load(self.server.url_of(scheme), "-c", 100, "-n", 7, *options, *CLIENTS[scheme])
                self.assert_whole(run)  # 1000 a second may not have been reached
                self.assertEqual((run.transactions["started"], run.transactions["completed"]), (7, 7), (scheme, options))
                self.assertEqual(run.report["connections"]["opened"], 7, (scheme, options))
                self.assertEqual(run.report["workload"]["connections"], 7)

        self.side_by_side(check, CLIENTS)

    def test_a_whole_conversation_has_a_connection_to_itself(self) -> None:
        """Another number of transactions a connection would cut its sessions short."""
        for scheme, text in WHOLE.items():
            with self.subTest(scheme=scheme), tempfile.TemporaryDirectory() as folder:
                script = Path(folder) / "whole.txt"
                script.write_text(text)
                for loop in (("-c", 2), ("--session-rate", 50), ("-r", 50)):
                    words = (self.server.url_of(scheme), *loop, "-n", 6, "--script", script, *CLIENTS[scheme])
                    self.assert_all_completed(load(*words, "--per-connection", 1), 6)
                    run = load(*words, "--per-connection", 3)
                    self.assertEqual((run.code, run.report), (2, {}), run.err)
                    self.assertEqual(run.err.count("\n"), 1, run.err)
                    self.assertIn("--per-connection 3: the script is a whole conversation", run.err)

    def test_a_pass_of_a_script_has_as_many_as_it_is_given(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            script = Path(folder) / "pass.txt"
            script.write_text("== pass\nC: STAT\nS: +OK\n")
            run = load(self.server.url_of("pop3"), "-c", 1, "-n", 6, "--script", script, "--per-connection", 3, *LOGIN)
            self.assert_all_completed(run, 6)
            self.assertEqual(run.report["connections"]["opened"], 2)


if __name__ == "__main__":
    unittest.main()
