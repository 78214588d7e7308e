# SPDX-License-Identifier: Apache-2.0 OR MIT
"""What `backtalk serve` refuses to do: exit status 2, and a sentence on standard error that says what to do about it."""

import subprocess
import unittest

from load import program

HERE = "smtp://127.0.0.1:0"

WRONG = {
    "a distribution that is none": ((HERE, "--fault", "service=gauss:1ms"), "slow-share:"),
    "a probability beyond 1": ((HERE, "--fault", "service=bimodal:1ms:2ms:101%"), "bimodal:"),
    "a fault that is none": ((HERE, "--fault", "rust=1"), "--help"),
    "a path": (("smtp://127.0.0.1:0/inbox",), "`/inbox`"),
    "a path of LMTP": (("lmtp://127.0.0.1:0/inbox",), "`/inbox`"),
    "no port": (("smtp://127.0.0.1",), "port"),
    "a network interface that is none": (("smtp://[::1%none]:0",), "`none`"),
    "a public address": (("smtp://192.0.2.1:0",), "loopback and private"),
    "a link-local address": (("smtp://169.254.1.1:0",), "loopback and private"),
    "a link-local address of IPv6": (("smtp://[fe80::1%lo]:0",), "loopback and private"),
    "all addresses": (("smtp://0.0.0.0:0",), "loopback and private"),
}


class Usage(unittest.TestCase):
    def test_mistakes(self) -> None:
        for name, (arguments, hint) in WRONG.items():
            with self.subTest(name):
                run = subprocess.run([program(), "serve", *arguments], capture_output=True, text=True, timeout=20,
                                     check=False)
                self.assertEqual(run.returncode, 2, run.stderr)
                self.assertIn(hint, run.stderr)


if __name__ == "__main__":
    unittest.main()
