# SPDX-License-Identifier: Apache-2.0 OR MIT
"""What `backtalk serve` refuses to do: exit status 2, and a sentence on standard error that says what to do about it."""

import subprocess
import unittest

from load import load, program
from servers.builtin import Builtin

HERE = "smtp://127.0.0.1:0"

WRONG = {
    "a distribution that is none": ((HERE, "--fault", "service=gauss:1ms"), "slow-share:"),
    "a probability beyond 1": ((HERE, "--fault", "service=bimodal:1ms:2ms:101%"), "bimodal:"),
    "a fault that is none": ((HERE, "--fault", "rust=1"), "--help"),
    "a path": (("smtp://127.0.0.1:0/inbox",), "`/inbox`"),
    "a path of LMTP": (("lmtp://127.0.0.1:0/inbox",), "`/inbox`"),
    "a certificate that is not there": (("smtps://127.0.0.1:0", "--cert", "/nonexistent"),
                                        "--cert /nonexistent: there is no such file"),
    "mailboxes of a sink": ((HERE, "--messages", "5"), "--messages has no effect without a URL of pop3"),
    "users of HTTP": (("http://127.0.0.1:0", "--users", "/dev/null"), "--users has no effect with HTTP"),
    "a certificate in clear text": (("http://127.0.0.1:0", "--save-cert", "/dev/null"), "--save-cert has no effect"),
    "a certificate that is not made": (("https://127.0.0.1:0", "--cert", "/dev/null", "--save-cert", "/dev/null"),
                                       "--save-cert has no effect with --cert"),
    "a key of no certificate": (("https://127.0.0.1:0", "--key", "/dev/null"), "--key has no effect without --cert"),
    "no port": (("smtp://127.0.0.1",), "port"),
    "a network interface that is none": (("smtp://[::1%none]:0",), "`none`"),
    "a public address": (("smtp://192.0.2.1:0",), "loopback and private"),
    "a link-local address": (("smtp://169.254.1.1:0",), "loopback and private"),
    "a link-local address of IPv6": (("smtp://[fe80::1%lo]:0",), "loopback and private"),
    "all addresses": (("smtp://0.0.0.0:0",), "loopback and private"),
}


class Usage(unittest.TestCase):
    def test_mistakes_are_refused_with_a_hint(self) -> None:
        for name, (arguments, hint) in WRONG.items():
            with self.subTest(name):
                run = subprocess.run([program(), "serve", *arguments], capture_output=True, text=True, timeout=20,
                                     check=False)
                self.assertEqual(run.returncode, 2, run.stderr)
                self.assertIn(hint, run.stderr)

    def test_the_case_of_a_scheme_does_not_matter(self) -> None:
        # RFC 3986 3.1. The mailboxes are there, too.
        for scheme in ("IMAP", "Pop3"):
            with self.subTest(scheme), Builtin(f"{scheme}://127.0.0.1:0") as server:
                url = server.url_of(scheme.lower())
                run = load(url.replace(scheme.lower(), scheme), "-n", 3, "-c", 1, "--user", "u", "--password", "p",
                           "--script", "headers")
                self.assertEqual((run.code, run.transactions["completed"]), (0, 3), run.err)


if __name__ == "__main__":
    unittest.main()
