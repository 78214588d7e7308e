# SPDX-License-Identifier: Apache-2.0 OR MIT
"""`backtalk seeds`: files for the fuzz targets, and what is said where there are none."""

import subprocess
import tempfile
import unittest
from pathlib import Path

from load import program

POP3 = "S: +OK ready\nC: QUIT\nS: +OK bye\n"


class Seeds(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.out = self.folder / "seeds"

    def transcript(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return path

    def run_seeds(self, *arguments: object, code: int = 0) -> str:
        """What it says on both streams."""
        done = subprocess.run([program(), "seeds", *map(str, arguments)], capture_output=True, text=True, timeout=60,
                              check=False)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def files(self) -> dict[str, bytes]:
        return {str(path.relative_to(self.out)): path.read_bytes() for path in self.out.rglob("*") if path.is_file()}

    def test_each_side_is_a_file_for_its_target(self) -> None:
        one = self.transcript("one.txt", POP3)
        said = self.run_seeds(one, "--out", self.out)
        expected = {"pop3_response/one": b"+OK ready\r\n+OK bye\r\n", "pop3_command/one": b"QUIT\r\n"}
        self.assertEqual(self.files(), expected)
        self.assertIn(f"{self.out}/pop3_response/one: 20 octets\n", said)
        self.run_seeds(one, "--out", self.out)
        self.assertEqual(self.files(), expected, "a second call writes the same files")

    def test_no_file_of_a_call_replaces_another(self) -> None:
        self.run_seeds(self.transcript("a/one.txt", POP3), self.transcript("b/one.txt", POP3), "--out", self.out)
        self.assertEqual(self.files().keys(), {"pop3_response/one", "pop3_command/one", "pop3_response/one-2",
                                               "pop3_command/one-2"})

    def test_what_is_wrong_is_said_with_its_place(self) -> None:
        wrong = self.transcript("wrong.txt", "S: +OK\nQUIT\n")
        self.assertIn(f"{wrong}:2:1: expected `C:`, `S:`", self.run_seeds(wrong, "--out", self.out, code=2))
        self.assertIn("cannot read", self.run_seeds(self.folder / "none", "--out", self.out, code=2))
        self.assertIn("Is a directory", self.run_seeds(self.folder, "--out", self.out, code=2))
        large = self.transcript("large.txt", "# " + "\n# " * 400_000)
        self.assertIn("a script has at most 1048576 octets", self.run_seeds(large, "--out", self.out, code=2))
        self.assertFalse(self.out.exists())

    def test_many_conversations_of_one_title(self) -> None:
        """The names are not looked for from the beginning each time."""
        many = self.transcript("many.txt", "== a ==\nS: +OK\n" * 3000)
        self.run_seeds(many, self.transcript("b/many.txt", "== a 2 ==\nS: +OK\n"), "--out", self.out)
        names = {f"pop3_response/many-a{end}" for end in ("", *(f"-{n}" for n in range(2, 3001)), "-2-2")}
        self.assertEqual(self.files().keys(), names)

    def test_what_cannot_be_read_or_said(self) -> None:
        one = self.transcript("one.txt", POP3)
        with open("/dev/full", "wb") as full:
            done = subprocess.run([program(), "seeds", one, "--out", self.out], stdout=full, stderr=subprocess.PIPE,
                                  text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("cannot write to standard output", done.stderr)
        # Its first page is never mapped.
        self.assertIn("cannot read /proc/self/mem", self.run_seeds("/proc/self/mem", "--out", self.out, code=2))

    def test_a_conversation_of_no_known_protocol_has_no_seed(self) -> None:
        unknown = self.transcript("unknown.txt", "C: NOOP\nS: 250 Ok\n")
        said = self.run_seeds(unknown, "--out", self.out, code=1)
        self.assertIn(f"{unknown}: cannot tell the protocol of the conversation at line 1; name it with", said)
        self.run_seeds(unknown, "--out", self.out, "--protocol", "smtp")
        self.assertEqual(self.files(), {"smtp_reply/unknown": b"250 Ok\r\n", "smtp_command/unknown": b"NOOP\r\n"})


if __name__ == "__main__":
    unittest.main()
