# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Words that a script keeps: the longest that is kept, and what a run says of a longer one."""

import tempfile
import unittest
from dataclasses import dataclass
from pathlib import Path

from load import LoadTest, load
from servers.builtin import Builtin

OCTETS_MAX = 128
LONG = "{LONG}"


@dataclass
class Case:
    scheme: str
    served: tuple[str, ...]  # the server's script, with LONG in the place of the word
    played: tuple[str, ...]
    word: str  # that is kept


CASES = (
    Case("smtp", ("C: NOOP", f"S: 250 {LONG}"), ("C: NOOP", "S: 250 {w:=2}"), "word 2"),
    Case("pop3", ("C: STAT", f"S: +OK 1 {LONG}"), ("C: STAT", "S: +OK {w:=3}"), "word 3"),
    Case("imap", ("C: a NOOP", f"S: a OK {LONG}"), ("C: a NOOP", "S: a OK {w:=3}"), "word 3"),
    Case("imap", ("C: a NOOP", f"S: * LIST () \"/\" {LONG}", "S: a OK done"),
         ("C: a NOOP", "S: * LIST {w:=4}", "S: a OK"), 'word 4 of "* LIST"'),
    Case("http", ("C: GET / HTTP/1.1", "C: Host: x", "C:", "S: HTTP/1.1 200 OK", f"S: Location: {LONG}",
                  "S: Content-Length: 0", "S:"),
         ("C: GET / HTTP/1.1", "C: Host: x", "C:", "S: HTTP/1.1 200", "S: Location: {w:=2}"),
         'word 2 of the field "Location"'),
)


class KeptWords(LoadTest):
    def setUp(self) -> None:
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="backtalk-words-")))

    def write(self, name: str, lines: tuple[str, ...]) -> str:
        path = self.folder / name
        path.write_text("".join(f"{line}\n" for line in ("== pass", *lines)))
        return str(path)

    def test_a_word_that_is_too_long_has_a_name_and_a_sentence_of_its_own(self) -> None:
        for case in CASES:
            for octets in (OCTETS_MAX, OCTETS_MAX + 1):
                served = self.write("served", tuple(line.replace(LONG, "x" * octets) for line in case.served))
                with self.subTest(case.played, octets=octets), \
                        Builtin(f"{case.scheme}://127.0.0.1:0", "--script", served) as server:
                    user = ("--user", "u", "--password", "p") if case.scheme in ("pop3", "imap") else ()
                    run = load(server.url, *user, "--script", self.write("played", case.played), "-n", 4, "-c", 1)
                if octets == OCTETS_MAX:
                    self.assert_all_completed(run, 4)
                    continue
                self.assert_whole(run)
                self.assertEqual(run.errors, {"script-word-too-long": 4})
                self.assertEqual({example["expected"] for example in run.report["examples"]},
                                 {f"{case.word} to have at most {OCTETS_MAX} octets"})
                self.assertIn(f"{case.word} to have at most {OCTETS_MAX} octets", run.err)


if __name__ == "__main__":
    unittest.main()
