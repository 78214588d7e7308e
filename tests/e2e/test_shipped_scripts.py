# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Each script that comes with the program, in `load` and `talk` against the built-in server, and played by `serve`."""

import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from load import TOP, load, program
from servers.builtin import Builtin

SHIPPED = sorted((TOP / "loadgen/script/shipped").glob("*/*.txt"))
PROTOCOLS = ("smtp", "lmtp", "pop3", "imap", "http")
LOGIN = ("--user", "u1", "--password", "pass")


def needs_login(protocol: str, text: str) -> bool:
    return protocol in ("pop3", "imap") or "AUTH" in text


class ShippedScripts(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="backtalk-shipped-")))

    def in_haste(self, path: Path) -> tuple[str, Path]:
        """The script without the time that its user takes."""
        text = re.sub(r"(?m)^(\s*wait) .*$", r"\1 1ms", path.read_text(encoding="utf-8"))
        text = text.replace(" MODSEQ", "")  # the built-in server has no CONDSTORE
        hasty = self.folder / path.parent.name / path.name
        hasty.parent.mkdir(exist_ok=True)
        hasty.write_text(text, encoding="utf-8")
        return text, hasty

    def talk(self, url: str, script: Path, *login: str) -> subprocess.CompletedProcess:
        return subprocess.run([program(), "talk", url, "--script", str(script), "--timeout", "30s", *login],
                              capture_output=True, text=True, timeout=120, check=False)

    def test_there_are_some_of_each_protocol(self) -> None:
        self.assertEqual({path.parent.name for path in SHIPPED}, set(PROTOCOLS))

    def test_each_is_load(self) -> None:
        for path in SHIPPED:
            with self.subTest(script=f"{path.parent.name}/{path.stem}"):
                protocol = path.parent.name
                text, hasty = self.in_haste(path)
                login = LOGIN if needs_login(protocol, text) else ()
                mailbox = ("--messages", "6") if protocol in ("pop3", "imap") else ()
                with Builtin(f"{protocol}://127.0.0.1:0", *mailbox) as server:
                    run = load(server.url_of(protocol), "--script", hasty, *login, "-c", 1, "-n", 3)
                self.assertEqual(run.code, 0, run.err)
                self.assertEqual(run.transactions["completed"], 3, run.errors)

    def test_each_is_spoken(self) -> None:
        for path in SHIPPED:
            with self.subTest(script=f"{path.parent.name}/{path.stem}"):
                text, hasty = self.in_haste(path)
                protocol = path.parent.name
                mailbox = ("--messages", "6") if protocol in ("pop3", "imap") else ()
                with Builtin(f"{protocol}://127.0.0.1:0", *mailbox) as server:
                    done = self.talk(server.url_of(protocol), hasty, *(LOGIN if needs_login(protocol, text) else ()))
                self.assertEqual(done.returncode, 0, done.stdout[-2000:] + done.stderr)

    def test_each_is_a_server_to_which_it_can_be_spoken(self) -> None:
        for path in SHIPPED:
            with self.subTest(script=f"{path.parent.name}/{path.stem}"):
                text, hasty = self.in_haste(path)
                # Without a login, which a server of a whole connection does not have if the script leaves it out.
                login = LOGIN if "AUTH" in text or "== pass" in text else ()
                with Builtin(f"{path.parent.name}://127.0.0.1:0", "--script", str(hasty)) as server:
                    done = self.talk(server.url_of(path.parent.name), hasty, *login)
                    # The server names no UID where the script does not.
                    if "{uid}" in text:
                        self.assertNotEqual(done.returncode, 2, done.stderr)
                    else:
                        self.assertEqual(done.returncode, 0, done.stdout[-2000:] + done.stderr)


if __name__ == "__main__":
    unittest.main()
